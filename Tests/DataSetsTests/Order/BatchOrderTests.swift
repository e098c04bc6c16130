import Testing

@testable import DataSets

/// All ways to make batches, on given lengths.
private func ways(_ lengths: [Int]) -> [Batching] {
  [
    .inOrder, .sortedWindows(batches: 1), .sortedWindows(batches: 3), .buckets(edges: []),
    .buckets(edges: [2, 5]),
    .buckets(edges: optimalBucketEdges(for: SequenceLengths(lengths), count: 3)),
    .budget(cells: 7, edges: [2, 5]),
  ]
}

struct BatchOrderTests {
  @Test(arguments: [ExampleOrder.sequential, .shuffled(seed: 7)])
  func aPassVisitsEveryExampleOnce(_ order: ExampleOrder) {
    for count in [0, 1, 2, 3, 5, 8, 13, 33] {
      let lengths = (0..<count).map { 1 + ($0 * 7) % 9 }
      for batching in ways(lengths) {
        for first in [Batching.FirstBatch.inOrder, .largest] {
          let batches = BatchOrder(
            exampleCount: count, batchSize: 4, order: order, batching: batching,
            lengths: SequenceLengths(lengths), firstBatch: first)
          for epoch in 0..<3 {
            let pass = (0..<batches.batchCount).map { batches.examples(epoch: epoch, index: $0) }
            #expect(pass.flatMap { $0 }.sorted() == Array(0..<count))
            #expect(pass.allSatisfy { !$0.isEmpty })
            let cells = pass.map(batches.cells)
            if first == .largest { #expect(cells.first == cells.max()) }
          }
        }
      }
    }
  }

  @Test func passesDifferAndAreRepeated() {
    let lengths = SequenceLengths((0..<50).map { 1 + $0 % 11 })
    for batching in ways((0..<50).map { 1 + $0 % 11 }) {
      func pass(_ epoch: Int) -> [[Int]] {
        let batches = BatchOrder(
          exampleCount: 50, batchSize: 4, order: .shuffled(seed: 3), batching: batching, lengths: lengths)
        return (0..<batches.batchCount).map { batches.examples(epoch: epoch, index: $0) }
      }
      #expect(pass(0) == pass(0))
      #expect(pass(0) != pass(1))
    }
  }

  @Test func permutationsOfEveryCountUpToAThousand() {
    for count in 0...1000 {
      let permutation = KeyedPermutation(count: count, seed: 5, epoch: 2)
      var seen = [Bool](repeating: false, count: count)
      for location in 0..<count { seen[permutation[location]] = true }
      #expect(!seen.contains(false), "\(count)")
    }
  }

  @Test func bucketsContainSimilarLengthsWithinTheBudget() {
    let lengths = (0..<60).map { 1 + ($0 * 5) % 13 }
    let edges = [3, 8]
    func bucket(_ length: Int) -> Int { edges.firstIndex { length <= $0 } ?? edges.count }
    for batching in [Batching.buckets(edges: edges), .budget(cells: 20, edges: edges)] {
      let batches = BatchOrder(
        exampleCount: 60, batchSize: 4, order: .shuffled(seed: 1), batching: batching,
        lengths: SequenceLengths(lengths))
      for step in 0..<batches.batchCount {
        let found = batches.examples(epoch: 0, index: step)
        #expect(Set(found.map { bucket(lengths[$0]) }).count == 1)
        if case .budget = batching { #expect(batches.cells(found) <= 20 || found.count == 1) }
      }
    }
  }
}

struct BucketEdgeTests {
  /// The amount of padding if every length is padded to the smallest sufficient edge.
  private func padding(_ lengths: [Int], _ edges: [Int]) -> Int {
    lengths.reduce(0) { sum, length in sum + (edges.first { $0 >= length } ?? .max / 2) - length }
  }

  /// The smallest amount of padding over all choices of edges.
  private func bruteForce(_ lengths: [Int], _ count: Int) -> Int {
    let values = Set(lengths).sorted()
    guard let last = values.last else { return 0 }
    return (0..<1 << (values.count - 1)).filter { $0.nonzeroBitCount < count }.map { bits in
      padding(lengths, values.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element) + [last])
    }.min() ?? 0
  }

  @Test func noChoiceOfEdgesPadsLess() {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<300 {
      let lengths = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
        Int.random(in: 1...12, using: &generator)
      }
      for count in 1...6 {
        let edges = optimalBucketEdges(for: SequenceLengths(lengths), count: count)
        #expect(edges.count <= count && edges == edges.sorted() && edges.last == lengths.max())
        #expect(padding(lengths, edges) == bruteForce(lengths, count), "\(lengths) \(count) \(edges)")
      }
    }
    #expect(optimalBucketEdges(for: SequenceLengths([]), count: 3) == [])
  }

  @Test func thePlanIsCountedAsBatchesAreMade() throws {
    for (lengths, seed) in [
      ([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], 1 as UInt64), ((1...100).map { 1 + $0 * 37 % 91 }, 2),
      ((1...80).map { 10 + $0 * 317 % 991 }, 3),
    ] {
      let sets = try SequenceBatches(
        features: TestReader(lengths: lengths), batchSize: 4, alignment: .start, order: .shuffled(seed: seed))
      let known = try SequenceLengths(of: sets)
      #expect(known == SequenceLengths(lengths))
      for epoch in 0..<2 {
        let plan = PaddingPlan(lengths: known, batchSize: 4, order: sets.order, columns: 2, epoch: epoch)
        for candidate in plan.candidates {
          let made = try allBatches(sets.batched(candidate.batching, lengths: known), epoch: epoch)
          let cells = made.map { $0.exampleCount * $0.stepCount }
          #expect(candidate.batchCount == made.count)
          #expect(candidate.cells == cells.reduce(0, +))
          #expect(candidate.padding == made.reduce(0) { $0 + $1.featuresMask.floats.count { $0 == 0 } })
          let largest = cells.max() ?? 0
          #expect(candidate.peakBytes == largest * 2 * 4 + (2 * largest + 7) / 8)
          #expect(plan.best.padding <= candidate.padding)
        }
      }
    }
  }
}
