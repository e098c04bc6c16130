import DataSets
import FoundationEssentials
import Sequences
import TestSupport
import Testing

/// Where examples come from, and loading them again.
struct MetadataTests {
  private func makeBatches(_ lengths: [Int] = [2, 3, 1, 4, 2]) throws -> SequenceBatches {
    var features = TestReader(lengths: lengths)
    features.headLines = 4
    let labels = TestReader(lengths: lengths.map { _ in 2 }).named("y").reordered(
      Array(lengths.indices.reversed()))
    return try SequenceBatches(
      features: features, labels: .reader(labels, .values), batchSize: 2, alignment: .end,
      order: .shuffled(seed: 3))
  }

  @Test func everyExampleHasItsFilesAndLines() throws {
    let all = try allBatches(makeBatches()).flatMap(\.metadata).sorted { $0.index < $1.index }
    #expect(all.map(\.index) == [0, 1, 2, 3, 4])
    #expect(all.map(\.features.path) == (0..<5).map { "x_\($0).csv" })
    #expect(all.map(\.features.key) == (0..<5).map { "\($0)" })
    #expect(all.map(\.featureLines) == [5...6, 5...7, 5...5, 5...8, 5...6])
    #expect(all.map { $0.labels?.path } == (0..<5).map { "y_\($0).csv" })
    #expect(all.allSatisfy { $0.labelLines == 1...2 })
    #expect(all[3].location == "x_3.csv:5")
  }

  @Test func aBatchIsLoadedAgainFromItsMetadata() throws {
    for epoch in 0..<3 {
      for batch in try allBatches(makeBatches(), epoch: epoch) {
        let metadata = try JSONDecoder().decode(
          [DataSet.ExampleMetadata].self, from: JSONEncoder().encode(batch.metadata))
        #expect(metadata == batch.metadata)
        #expect(try makeBatches().batch(of: metadata) == batch)
      }
    }
    // Any choice of examples is a batch.
    let some = try allBatches(makeBatches()).flatMap(\.metadata).shuffledBySeed()
    #expect(try makeBatches().batch(of: some).metadata == some)
  }

  @Test func metadataOfOtherDataIsRejected() throws {
    let remedy = "metadata loads only from the data it came from"
    let metadata = try makeBatches().batch(epoch: 0, index: 0).metadata[0]
    for index in [-1, 5, 100] {
      var other = metadata
      other.index = index
      expectMessage("\(metadata.features.path): is not example \(index) of this data set; \(remedy)") {
        _ = try makeBatches().batch(of: [other])
      }
    }
    var other = metadata
    other.features.path = "z.csv"
    expectMessage("z.csv: is not example \(metadata.index) of this data set; \(remedy)") {
      _ = try makeBatches().batch(of: [metadata, other])
    }
    other = metadata
    other.labels?.path = "z.csv"
    expectMessage("z.csv: is not the labels of example \(metadata.index) of this data set; \(remedy)") {
      _ = try makeBatches().batch(of: [other])
    }
  }
}

extension [DataSet.ExampleMetadata] {
  /// In another order, the same every time.
  fileprivate func shuffledBySeed() -> [DataSet.ExampleMetadata] {
    var generator = SplitMix64(seed: 4)
    return shuffled(using: &generator)
  }
}
