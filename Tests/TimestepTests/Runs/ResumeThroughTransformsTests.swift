import ArgumentParser
import FoundationEssentials
import Synchronization
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// A state before every batch, through missing values, transforms, windows, buckets and skipped sequences.
struct ResumeThroughTransformsTests {
  private let scratch: TestDirectory
  private let batches: SequenceBatches

  init() throws {
    scratch = TestDirectory()
    batches = try Self.sets(in: scratch, writing: true)
  }

  /// Twelve files, one of which cannot be read and two of which transforms reject, cut into windows of unequal lengths.
  private static func sets(
    in scratch: TestDirectory, writing: Bool, window: Int = 4, share: Float = 2,
    first: Batching.FirstBatch = .largest
  ) throws -> SequenceBatches {
    if writing {
      for number in 0..<12 {
        let rows = (0...5 * number % 12).map { step in
          let value =
            number == 7 && step == 2 ? "-1000" : (1 + step + number) % 5 == 0 ? "" : "\(step * step % 11)"
          return "\(value),\(step * number % 7),\(step % 2)\n"
        }
        scratch.write(number == 2 ? "1,x,0\n2,2,0\n" : rows.joined(), to: "t_\(number).csv")
      }
    }
    let csv = try CSVSequenceRecordReader(
      NumberedFileInputSplit(scratch.path("t_%d.csv")), missingValues: .nan)
    let transformed = try csv.transformed(
      by: FillMissing(.linear, columns: ["0"]), MapValues(.scale(Double(share), offset: 0), columns: ["1"]),
      Logarithm(.onePlus, columns: ["0"]), Difference(firstRows: .fill(0), columns: ["1"]),
      LagFeatures(1, columns: ["0"]))
    let sets = try SequenceBatches(
      features: WindowedSequenceRecordReader(transformed, size: window, stride: 2, tail: .keep),
      labels: .columns([2], .oneHot(classes: 2)), batchSize: 2, alignment: .end, order: .shuffled(seed: 3),
      policy: ErrorPolicy(.skipSequence))
    return sets.batched(.buckets(edges: [2, 4]), lengths: try SequenceLengths(of: sets), first: first)
  }

  private func throughJSON(_ state: IteratorState) throws -> IteratorState {
    try JSONDecoder().decode(IteratorState.self, from: JSONEncoder().encode(state))
  }

  private func rest(_ iterator: inout SequenceDataSetIterator) throws -> [DataSet] {
    var batches: [DataSet] = []
    while let batch = try iterator.next() { batches.append(batch) }
    return batches
  }

  @Test(arguments: [1, 2, 5]) func theRemainderIsEqual(_ threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let decisionCount = Mutex(0)
    var iterator = SequenceDataSetIterator(batches) { _ in decisionCount.withLock { $0 += 1 } }
    for epoch in 0..<2 {
      iterator.begin(epoch: epoch)
      var (states, pass): ([IteratorState], [DataSet]) = ([iterator.state], [])
      while let batch = try iterator.next() {
        pass.append(batch)
        states.append(iterator.state)
      }
      #expect(pass.count > 9 && pass.contains { !$0.observedMask.isFull })
      #expect(Set(pass.map(\.stepCount)).count > 2)
      // Three faulty files (a text, a logarithm, too short a series), each with one window that cannot be
      // read.
      #expect(decisionCount.withLock { $0 } == 3 * (epoch + 1))
      for (step, state) in states.enumerated() {
        let fresh = try Self.sets(in: scratch, writing: false)
        var resumed = SequenceDataSetIterator(fresh, workers: pool)
        try resumed.restore(throughJSON(state))
        #expect(resumed.state == state)
        #expect(try rest(&resumed) == Array(pass[step...]))
      }
    }
  }

  /// Each shard begins with its own largest slice, so only between two passes can their number change.
  @Test func shardsThatBeginWithTheirLargestBatchStayAsMany() throws {
    func iterator(_ index: Int, _ count: Int) -> SequenceDataSetIterator {
      SequenceDataSetIterator(batches.sharded(Shard(index: index, count: count)))
    }
    for count in [1, 2, 3] {
      var first = iterator(0, count)
      var isOver = false
      while !isOver {
        let state = try throughJSON(first.state)
        for other in [1, 2, 3] {
          var resumed = iterator(other - 1, other)
          let fits = other == count || state.batch == 0 || state.batch == batches.batchCount
          if fits {
            try resumed.restore(state)
            #expect(resumed.state == state)
          } else {
            #expect(throws: IteratorState.RestoreError.self) { try resumed.restore(state) }
          }
        }
        isOver = try first.next() == nil
      }
    }
  }

  @Test func fromOneShardToThreeAndBack() throws {
    let batches = try Self.sets(in: scratch, writing: false, first: .inOrder)
    for position in 0...batches.batchCount {
      var one = SequenceDataSetIterator(batches)
      while one.state.batch < position, try one.next() != nil {}
      let start = one.state.batch
      var shards = try (0..<3).map { index in
        var iterator = SequenceDataSetIterator(batches.sharded(Shard(index: index, count: 3)))
        try iterator.restore(throughJSON(one.state))
        return iterator
      }
      #expect(shards.allSatisfy { $0.state == one.state })
      for step in start..<batches.batchCount {
        var slices: [DataSet] = []
        for index in shards.indices { slices.append(try #require(try shards[index].next())) }
        var whole = try batches.batch(epoch: 0, index: step)
        #expect(slices.reduce(0) { $0 + $1.ledger.sequenceCount } == whole.ledger.sequenceCount)
        whole.ledger = Ledger()
        let present = slices.filter { $0.exampleCount > 0 }
        #expect(present.isEmpty ? whole.exampleCount == 0 : DataSet.merging(present) == whole)
        var back = SequenceDataSetIterator(batches)
        // Each shard has seen only its own share of the faults; the position is the same.
        try back.restore(throughJSON(shards[step % 3].state))
        var remainder = try rest(&back)
        var expected = try (step + 1..<batches.batchCount).map { try batches.batch(epoch: 0, index: $0) }
        expected.removeAll { $0.exampleCount == 0 }
        for index in remainder.indices { remainder[index].ledger = Ledger() }
        for index in expected.indices { expected[index].ledger = Ledger() }
        #expect(remainder == expected)
      }
      for index in shards.indices { #expect(try shards[index].next() == nil) }
    }
  }

  @Test func otherTransformsAndWindowsAreRejected() throws {
    let state = SequenceDataSetIterator(batches).state
    for (other, difference) in [
      (
        try Self.sets(in: scratch, writing: false, share: 3), "the transforms was fill missing values: linear"
      ),
      (try Self.sets(in: scratch, writing: false, window: 3), "the number of windows was "),
    ] {
      var iterator = SequenceDataSetIterator(other)
      #expect {
        try iterator.restore(state)
      } throws: {
        "\($0)".contains(difference)
      }
    }
  }

  /// Windows of pieces, and transforms before and after windows: two layers of one kind.
  @Test(arguments: [
    "--max-gap 50s", "--transform difference:first=0,columns=1 --transform fill:within=window",
  ])
  func layersOfOneKindAreCompared(flags: String) throws {
    let rows = (0..<20).map { "\($0 * 10 + $0 / 5 * 100),\($0),\($0)\n" }
    scratch.write(rows.joined(), to: "g.csv")
    func batches(_ flags: String) throws -> SequenceBatches {
      try DataOptions.parse(
        ["--features", scratch.path("g.csv"), "--time", "0=unix", "--label-column", "2", "--regression"]
          + ["--window", "2,1", "--batch-size", "3"] + flags.split(separator: " ").map(String.init)
      ).dataSets()
    }
    var iterator = SequenceDataSetIterator(try batches(flags))
    _ = try iterator.next()
    let state = try throughJSON(iterator.state)
    var resumed = SequenceDataSetIterator(try batches(flags))
    try resumed.restore(state)
    #expect(try rest(&resumed) == rest(&iterator))
    let others = flags.replacing("50s", with: "200s").replacing("first=0", with: "first=1")
    var other = SequenceDataSetIterator(try batches(others))
    #expect(throws: IteratorState.RestoreError.self) { try other.restore(state) }
  }
}
