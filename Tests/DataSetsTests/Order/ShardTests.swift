import FoundationEssentials
import Sequences
import Testing

@testable import DataSets

/// Shards share every pass fairly, compared with dealing the examples out one by one.
struct ShardTests {
  /// The sizes of the slices of a batch: examples are dealt out to the shards in turn.
  private func dealt(_ size: Int, _ count: Int, from first: Int) -> [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for example in 0..<size { sizes[(first + example) % count] += 1 }
    return sizes
  }

  @Test func slicesAreDealtOutInTurn() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<2000 {
      let count = Int.random(in: 1...9, using: &generator)
      let size = Int.random(in: 0...25, using: &generator)
      let (epoch, batch) = (
        Int.random(in: 0...9, using: &generator), Int.random(in: 0...9, using: &generator)
      )
      let slices = (0..<count).map {
        Shard(index: $0, count: count).slice(of: size, epoch: epoch, batch: batch)
      }
      #expect(slices.flatMap { Array($0) } == Array(0..<size))
      #expect(slices.map(\.count) == dealt(size, count, from: epoch + batch * (size % count)))
      let whole = (0..<count).map {
        Shard(index: $0, count: count, unit: .batch).slice(of: size, epoch: epoch, batch: batch)
      }
      #expect(whole.enumerated().allSatisfy { $1 == ($0 == (epoch + batch) % count ? 0..<size : 0..<0) })
    }
    let last = Shard(index: .max - 1, count: .max).slice(of: .max - 1, epoch: .max, batch: .max)
    #expect(last.count <= 1)
  }

  /// In a pass of equal batches, and in several passes, no shard gets more than one example or batch more than another.
  @Test func noShardGetsMoreThanAnother() {
    for count in 1...7 {
      for size in 1...12 {
        for unit in Shard.Unit.allCases {
          var totals = [Int](repeating: 0, count: count)
          for batch in 0..<11 {
            for shard in 0..<count {
              totals[shard] +=
                Shard(index: shard, count: count, unit: unit).slice(of: size, batch: batch).count
            }
            let most = (totals.max() ?? 0) - (totals.min() ?? 0)
            #expect(most <= (unit == .example ? 1 : size))
          }
        }
      }
    }
  }

  @Test func aShardOfAnOlderProgramTakesExamples() throws {
    let old = try JSONDecoder().decode(Shard.self, from: Data(#"{"index": 1, "count": 3}"#.utf8))
    #expect(old == Shard(index: 1, count: 3))
    let new = Shard(index: 1, count: 3, unit: .batch)
    #expect(try JSONDecoder().decode(Shard.self, from: JSONEncoder().encode(new)) == new)
  }

  /// With any order, batching, first batch and last batch, the shards of a pass together have every example once, and
  /// each of them begins with its largest slice if that is asked for.
  @Test func theUnionOfShardsIsTheSameForAnyNumber() {
    var generator = SplitMix64(seed: 9)
    for _ in 0..<400 {
      let count = Int.random(in: 1...40, using: &generator)
      let lengths = (0..<count).map { _ in Int.random(in: 1...9, using: &generator) }
      let waysOfBatching: [Batching] = [
        .inOrder, .sortedWindows(batches: 2), .buckets(edges: [3, 6]), .budget(cells: 20, edges: [3, 6]),
      ]
      let batching = waysOfBatching[Int.random(in: 0..<4, using: &generator)]
      let size = Int.random(in: 1...7, using: &generator)
      let dropsLast = !batching.hasBuckets && Bool.random(using: &generator)
      let first: Batching.FirstBatch = Bool.random(using: &generator) ? .largest : .inOrder
      let order: ExampleOrder = Bool.random(using: &generator) ? .shuffled(seed: 4) : .sequential
      let batches = BatchOrder(
        exampleCount: count, batchSize: size, order: order, batching: batching,
        lengths: SequenceLengths(lengths), firstBatch: first, dropsLast: dropsLast)
      let epoch = Int.random(in: 0...3, using: &generator)
      let pass = (0..<batches.batchCount).map { batches.examples(epoch: epoch, index: $0) }
      let kept = dropsLast ? count / size * size : count
      #expect(pass.joined().count == kept && Set(pass.joined()).count == kept)
      #expect(pass.map(\.count).max() ?? 0 == batches.largestSize)
      if dropsLast { #expect(pass.allSatisfy { $0.count == size }) }
      if order == .sequential, batching == .inOrder, first == .inOrder {
        #expect(pass.flatMap { $0 } == Array(0..<kept))
      }
      for unit in Shard.Unit.allCases {
        let shards = Int.random(in: 1...5, using: &generator)
        let slices = (0..<shards).map { shard in
          (0..<batches.batchCount).map {
            batches.examples(
              epoch: epoch, index: $0, shard: Shard(index: shard, count: shards, unit: unit))
          }
        }
        #expect(slices.joined().joined().sorted() == pass.joined().sorted())
        if first == .inOrder {
          for index in pass.indices { #expect(slices.flatMap { $0[index] } == pass[index]) }
        } else {
          for own in slices {
            let cells = own.map(batches.cells).filter { $0 > 0 }
            #expect(cells.first == cells.max())
          }
        }
      }
    }
  }

  /// Every shard ends a pass where one reader does, whatever is at fault.
  @Test func theBudgetIsThatOfTheWholePass() throws {
    var generator = SplitMix64(seed: 21)
    for _ in 0..<60 {
      var reader = TestReader(lengths: (0..<20).map { _ in Int.random(in: 1...4, using: &generator) })
      for index in 0..<20 where Int.random(in: 0..<4, using: &generator) == 0 {
        reader.failures[index] = RecordError(.notANumber, path: "x_\(index).csv", line: 2, "is not a number")
      }
      let sets = try SequenceBatches(
        features: reader, batchSize: 6, alignment: .start, order: .shuffled(seed: 5),
        policy: ErrorPolicy(.skipSequence))
      let budget = ErrorBudget.sequences(Int.random(in: 0...7, using: &generator))
      func end(_ shard: Shard) throws -> [String] {
        var iterator = SequenceDataSetIterator(sets.sharded(shard), errorBudget: budget)
        var ends: [String] = []
        for epoch in 0..<2 {
          iterator.begin(epoch: epoch)
          do {
            _ = try rest(&iterator)
            ends.append("\(iterator.state.faultyCount) at fault")
          } catch {
            ends.append("\(iterator.state.batch): \(error)")
          }
        }
        return ends
      }
      // One reader omits batches without examples, but counts their faults.
      let one = try end(.whole)
      for count in 2...4 {
        for unit in Shard.Unit.allCases {
          for index in 0..<count {
            #expect(try end(Shard(index: index, count: count, unit: unit)) == one)
          }
        }
      }
    }
  }
}
