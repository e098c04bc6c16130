import FoundationEssentials
import Platform
import Testing

@testable import DataSets

/// A state before every batch, through everything that makes batches, restored elsewhere: the whole remainder is equal.
struct ResumeEverywhereTests {
  private static let lengths = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7]

  private static let ways: [Batching] = [
    .inOrder, .sortedWindows(batches: 2), .buckets(edges: [2, 5, 9]), .budget(cells: 12, edges: [2, 5, 9]),
  ]

  private func sets(_ batching: Batching, _ first: Batching.FirstBatch) throws -> SequenceBatches {
    let sets = try SequenceBatches(
      features: TestReader(lengths: Self.lengths),
      labels: .reader(TestReader(lengths: Self.lengths.reversed()), .values), batchSize: 3, alignment: .end,
      order: .shuffled(seed: 6))
    return sets.batched(batching, lengths: try SequenceLengths(of: sets), first: first)
  }

  private func throughJSON(_ state: IteratorState) throws -> IteratorState {
    try JSONDecoder().decode(IteratorState.self, from: JSONEncoder().encode(state))
  }

  @Test(arguments: ways, [Batching.FirstBatch.inOrder, .largest])
  func theRemainderIsEqual(_ batching: Batching, _ first: Batching.FirstBatch) throws {
    for threads in [1, 2, 5] {
      let pool = WorkerPool(threads: threads)
      var iterator = SequenceDataSetIterator(try sets(batching, first), workers: WorkerPool(threads: 2))
      for epoch in 0..<2 {
        iterator.begin(epoch: epoch)
        var (states, pass): ([IteratorState], [DataSet]) = ([iterator.state], [])
        while let batch = try iterator.next() {
          pass.append(batch)
          states.append(iterator.state)
        }
        for (step, state) in states.enumerated() {
          var fresh = SequenceDataSetIterator(try sets(batching, first), workers: pool)
          // Two and three times, each time with another position in between.
          for _ in 0..<3 {
            try fresh.restore(throughJSON(state))
            #expect(fresh.state == state)
            #expect(try rest(&fresh) == Array(pass[step...]))
            fresh.begin(epoch: 7)
          }
        }
      }
    }
  }

  @Test(arguments: ways) func fromOneShardToThreeAndBack(_ batching: Batching) throws {
    let whole = try sets(batching, .inOrder)
    for step in 0...whole.batchCount {
      var one = SequenceDataSetIterator(whole)
      for _ in 0..<step { _ = try one.next() }
      var shards = try (0..<3).map { index in
        var iterator = SequenceDataSetIterator(whole.sharded(Shard(index: index, count: 3)))
        try iterator.restore(throughJSON(one.state))
        return iterator
      }
      #expect(shards.allSatisfy { $0.state == one.state })
      var back = SequenceDataSetIterator(whole)
      try back.restore(throughJSON(shards[1].state))
      while let batch = try back.next() {
        var slices: [DataSet] = []
        for index in shards.indices {
          if let slice = try shards[index].next(), slice.exampleCount > 0 { slices.append(slice) }
        }
        #expect(DataSet.merging(slices) == batch)
      }
      for index in shards.indices { #expect(try shards[index].next() == nil) }
    }
  }
}
