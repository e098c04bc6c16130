import DataSets
import Sequences
import Testing

/// The order of a pass is a permutation that depends only on (seed, epoch).
struct OrderTests {
  private func all(_ count: Int, _ seed: UInt64, _ epoch: Int) -> [Int] {
    let permutation = KeyedPermutation(count: count, seed: seed, epoch: epoch)
    return (0..<count).map { permutation[$0] }
  }

  @Test(arguments: [0, 1, 12345, .max] as [UInt64], [0, 1, 99])
  func everyPermutationIsOne(seed: UInt64, epoch: Int) {
    for count in 0...300 { #expect(all(count, seed, epoch).sorted() == Array(0..<count), "\(count)") }
  }

  @Test func sameKeySameOrderOtherKeyOtherOrder() {
    for count in [20, 64, 65, 300] {
      #expect(all(count, 7, 3) == all(count, 7, 3))
      var seen: Set<[Int]> = [Array(0..<count)]
      for seed in 0..<10 as Range<UInt64> {
        for epoch in 0..<10 { #expect(seen.insert(all(count, seed, epoch)).inserted, "\(seed) \(epoch)") }
      }
    }
  }

  /// Every element is at every position about equally often: no position is favoured.
  @Test(arguments: [2, 3, 5, 17]) func positionsAreSpreadEvenly(count: Int) {
    let passes = 4000
    var hits = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    for epoch in 0..<passes {
      for (position, element) in all(count, 1, epoch).enumerated() { hits[position][element] += 1 }
    }
    let expected = Double(passes) / Double(count)
    // Six standard deviations of a binomial count; the seeds are fixed, so this passes always or never.
    let bound = 6 * (expected * (1 - 1 / Double(count))).squareRoot()
    for row in hits { for hit in row { #expect(abs(Double(hit) - expected) < bound) } }
  }

  /// Recorded values, so that a change that would break saved positions is noticed.
  @Test func theOrderOfOneKeyNeverChanges() {
    #expect(all(10, 12345, 0) == [3, 7, 0, 9, 2, 5, 1, 8, 4, 6])
    #expect(all(10, 12345, 1) == [7, 2, 6, 3, 5, 1, 9, 4, 8, 0])
  }

  @Test func earlierDrawsChangeNothing() throws {
    let reader = TestReader(lengths: [Int](repeating: 1, count: 11))
    func make() throws -> SequenceBatches {
      try SequenceBatches(features: reader, batchSize: 4, order: .shuffled(seed: 5))
    }
    let expected = try (0..<3).map { try allBatches(make(), epoch: $0) }
    #expect(expected[0] != expected[1] && expected[1] != expected[2])
    for pass in expected {
      #expect(pass.flatMap { $0.metadata.map(\.index) }.sorted() == Array(0..<11))
      #expect(pass.map(\.exampleCount) == [4, 4, 3])
    }
    let batches = try make()
    for (epoch, step) in [(2, 1), (0, 0), (1, 2), (2, 2), (2, 1), (0, 2), (1, 0)] {
      #expect(try batches.batch(epoch: epoch, index: step) == expected[epoch][step])
    }
    #expect(
      try batches.ordered(.sequential).batch(epoch: 1, index: 0).metadata.map(\.index) == [0, 1, 2, 3])
  }
}
