import FoundationEssentials
import Sequences
import Tensors
import Testing

@testable import DataSets

/// The record of the examples that a normalizer was fitted on survives everything that happens to batches.
@Suite struct LineageTests {
  /// Series of unequal lengths with distinct values, in files of `directory`.
  private func reader(
    _ directory: String = "here/train", file: String = "x", lengths: [Int] = [3, 1, 4, 2, 5]
  ) -> TestReader {
    TestReader(lengths: lengths).named("\(directory)/\(file)")
  }

  private func part(_ reader: TestReader, _ indices: [Int]) -> TestReader { reader.reordered(indices) }

  private func makeBatches(
    _ reader: TestReader, batchSize: Int = 2, alignment: Alignment = .start,
    order: ExampleOrder = .sequential,
    storage: Tensor.StorageOrder = .timeMajor
  ) throws -> SequenceBatches {
    try SequenceBatches(
      features: reader, batchSize: batchSize, alignment: alignment, order: order, storageOrder: storage)
  }

  private func fitted(_ batches: SequenceBatches) throws -> AffineNormalizer {
    let iterator = SequenceDataSetIterator(batches)
    return .standardize(try ColumnStatistics.fit(iterator).features)
  }

  /// The keys of the marked examples in all batches or pieces.
  private func marked(_ batches: [DataSet]) -> Set<String> {
    Set(batches.flatMap { batch in batch.fittedRows.map { batch.metadata[$0].features.key } })
  }

  @Test(arguments: Alignment.allCases.filter { $0 != .equal }, [1, 2, 5])
  func batchingDoesNotChangeIdentities(alignment: Alignment, batchSize: Int) throws {
    let normalizer = try fitted(makeBatches(part(reader(), [4, 0, 2])))
    #expect(normalizer.lineage.count == 3)
    for order in [ExampleOrder.sequential, .shuffled(seed: 3)] {
      for storage in Tensor.StorageOrder.allCases {
        for directory in ["here/train", "/moved/away/train"] {
          let all = try makeBatches(
            reader(directory), batchSize: batchSize, alignment: alignment, order: order, storage: storage)
          let applied = try allBatches(all.normalized(by: normalizer), epoch: 1)
          #expect(marked(applied) == ["0", "2", "4"])
          let later = try allBatches(all, epoch: 1).map { $0.normalized(by: normalizer, labels: nil) }
          #expect(later.map(\.fittedRows) == applied.map(\.fittedRows))
          #expect(try fitted(all).lineage == fitted(makeBatches(reader())).lineage)
        }
      }
    }
    // Another file, or another value, is another example.
    var changed = reader()
    changed.sequences[2].values[0] += 1
    #expect(try marked(allBatches(makeBatches(changed).normalized(by: normalizer))) == ["0", "4"])
    #expect(try marked(allBatches(makeBatches(reader(file: "y")).normalized(by: normalizer))) == [])
  }

  /// A normalizer of labels that was fitted with their features gives the same result.
  @Test func labelsAreNotPartOfTheIdentity() throws {
    let features = reader()
    func makeBatches(_ labels: [[Float]]) throws -> SequenceBatches {
      try SequenceBatches(
        features: features, labels: .reader(TestReader(values: labels), .values), alignment: .end)
    }
    let one = try makeBatches([[1], [2], [3], [4], [5]])
    let iterator = SequenceDataSetIterator(one)
    let (statistics, labels) = try ColumnStatistics.fit(iterator)
    #expect(labels?.lineage == statistics.lineage && statistics.lineage.count == 5)
    let normalizer = AffineNormalizer.minMax(try #require(labels))
    let repaired = try makeBatches([[1], [2], [9], [4], [5, 6]]).normalized(by: nil, labels: normalizer)
    #expect(try allBatches(repaired).map(\.fittedRows) == [[0, 1, 2, 3, 4]])
  }

  /// One row with several labels is not identified by its features, on lanes neither; other examples are.
  @Test func oneRowWithSeveralLabelsIsNotIdentified() throws {
    for (rows, labels, isKnown) in [(1, 1, true), (1, 2, false), (1, 5, false), (2, 5, true), (3, 3, true)] {
      let features = reader(lengths: [Int](repeating: rows, count: 4))
      let all = try SequenceBatches(
        features: features,
        labels: .reader(
          TestReader(values: (0..<4).map { [Float](repeating: Float($0), count: labels) }), .values),
        batchSize: 3, alignment: .start)
      let (statistics, ofLabels) = try ColumnStatistics.fit(SequenceDataSetIterator(all))
      #expect(statistics.lineage.count == (isKnown ? 4 : 0), "\(rows) rows, \(labels) labels")
      #expect(ofLabels?.lineage == statistics.lineage)
      for steps in 1...6 {
        let onLanes = try ColumnStatistics.fit(LaneDataSetIterator(all, lanes: 2, steps: steps)).features
        #expect(onLanes.lineage == statistics.lineage, "\(rows) rows, \(labels) labels, pieces of \(steps)")
      }
      // A normalizer that older programs fitted knows the rows alone.
      let alone = try fitted(makeBatches(features))
      let marks = try allBatches(all.normalized(by: alone)).flatMap(\.fittedRows)
      #expect(marks.count == (isKnown ? 4 : 0))
      let later = try allBatches(all).map { $0.normalized(by: alone) }.flatMap(\.fittedRows)
      #expect(later == marks)
    }
  }

  @Test func shardsMergeToTheWhole() throws {
    let whole = try makeBatches(reader(), batchSize: 3)
    for count in 1...4 {
      var merged = ColumnStatistics(columns: 2)
      for index in 0..<count {
        let iterator = SequenceDataSetIterator(whole.sharded(Shard(index: index, count: count)))
        let part = try ColumnStatistics.fit(iterator).features
        #expect(part.lineage.count < 5 || count == 1)
        merged.merge(part)
      }
      #expect(merged.lineage == (try fitted(whole).lineage))
      #expect(AffineNormalizer.minMax(merged).lineage == merged.lineage)
      let text = try JSONEncoder().encode(merged)
      #expect(try JSONDecoder().decode(ColumnStatistics.self, from: text).lineage == merged.lineage)
    }
    // By hand.
    var byHand = ColumnStatistics(columns: 2)
    for batch in try allBatches(whole) {
      byHand.add(batch.features, mask: batch.featuresMask)
      byHand.lineage.merge(batch.lineage)
    }
    #expect(byHand.lineage == (try fitted(whole).lineage))
  }

  /// Lanes of every width and pieces of every length find the same examples as whole series.
  @Test func lanesKnowSeriesByTheirEnds() throws {
    let all = try makeBatches(reader())
    let normalizer = try fitted(makeBatches(part(reader(), [4, 0, 2])))
    for lanes in 1...4 {
      for steps in 1...6 {
        let iterator = LaneDataSetIterator(all, lanes: lanes, steps: steps)
        #expect(try ColumnStatistics.fit(iterator).features.lineage == fitted(all).lineage)
        var normalized = LaneDataSetIterator(
          all.normalized(by: normalizer), lanes: lanes, steps: steps)
        let pieces = try rest(&normalized)
        let locations = pieces.flatMap { piece in
          piece.fittedRows.compactMap { piece.fittedLocation(ofRow: $0) }
        }
        // A row may hold the ends of two such series, and then names the first.
        let wanted: Set = ["here/train/x_0.csv:1", "here/train/x_2.csv:1", "here/train/x_4.csv:1"]
        #expect(Set(locations).isSubset(of: wanted) && !locations.isEmpty)
        if steps == 1 { #expect(Set(locations) == wanted) }
        // Alone, it is found wherever it ends, even at the end of a piece or of the last piece.
        for index in 0..<5 {
          let alone = all.normalized(by: try fitted(makeBatches(part(reader(), [index]))))
          var iterator = LaneDataSetIterator(alone, lanes: lanes, steps: steps)
          let found = try rest(&iterator).flatMap { piece in
            piece.fittedRows.compactMap { piece.fittedLocation(ofRow: $0) }
          }
          #expect(Set(found) == ["here/train/x_\(index).csv:1"], "\(lanes) lanes, \(steps) steps")
        }
        var other = LaneDataSetIterator(
          try makeBatches(reader(file: "y")).normalized(by: normalizer), lanes: lanes, steps: steps)
        #expect(try rest(&other).allSatisfy { $0.fittedRows.isEmpty })
        // Identities were not requested, so none were computed.
        var plain = LaneDataSetIterator(all, lanes: lanes, steps: steps)
        #expect(try rest(&plain).allSatisfy { $0.lineage.isEmpty && $0.fittedRows.isEmpty })
      }
    }
  }

  /// A lane that is resumed in the middle of a series still knows its end.
  @Test func resumedLanesKnowTheirSeries() throws {
    let all = try makeBatches(reader())
    let normalized = all.normalized(by: try fitted(makeBatches(part(reader(), [4]))))
    var iterator = LaneDataSetIterator(normalized, lanes: 1, steps: 4)
    for _ in 0..<3 { _ = try iterator.next() }
    var resumed = LaneDataSetIterator(normalized, lanes: 1, steps: 4)
    try resumed.restore(iterator.state)
    #expect(try rest(&resumed).map(\.fittedRows) == [[0]])
  }

  @Test func partsPiecesAndMergedBatchesKeepTheirMarks() throws {
    let normalizer = try fitted(makeBatches(part(reader(), [1, 3])))
    let batch = try makeBatches(reader(), batchSize: 5).normalized(by: normalizer).batch(
      epoch: 0, index: 0)
    #expect(batch.fittedRows == [1, 3])
    #expect(batch.examples([3, 0, 1, 3]).fittedRows == [0, 2, 3])
    #expect(batch.split(at: 2).test.fittedRows == [1])
    #expect(batch.steps(2..<4).fittedRows == [1, 3])
    #expect(batch.pieces(of: 2).map(\.fittedRows) == [[1, 3], [1, 3], [1, 3]])
    #expect(DataSet.merging([batch.examples(0..<2), batch]).fittedRows == [1, 3, 5])
    #expect(batch.normalized(by: nil, labels: nil).fittedRows == [1, 3])
    var unmarked = batch
    unmarked.fittedRows = []
    #expect(unmarked == batch, "marks are no part of what a batch is")
    #expect(batch.fittedLocation(ofRow: 3) == "here/train/x_3.csv:1")
  }

  /// Batches without metadata are identified by their values.
  @Test func batchesInMemory() throws {
    let tensor = Tensor(shape: [2, 1, 3], elements: [1, 2, 3, 4, 5, 6])
    let batch = DataSet(features: tensor, featuresMask: Mask(ranges: [0..<3, 0..<2], stepCount: 3))
    let normalizer = AffineNormalizer(
      shift: [0], scale: [1], lineage: batch.examples([1]).lineage)
    #expect(batch.normalized(by: normalizer, labels: nil).fittedRows == [1])
  }

  @Test func olderFilesHaveNoLineageAndRejectNothing() throws {
    let normalizer = try fitted(makeBatches(reader()))
    let known = try JSONDecoder().decode(AffineNormalizer.self, from: JSONEncoder().encode(normalizer))
    #expect(known.lineage == normalizer.lineage && known == normalizer)
    let plain = AffineNormalizer(shift: normalizer.shift, scale: normalizer.scale)
    #expect(plain == normalizer && plain.hashValue == normalizer.hashValue)
    let text = String(decoding: try JSONEncoder().encode(plain), as: UTF8.self)
    #expect(!text.contains("lineage"))
    let old = try JSONDecoder().decode(
      AffineNormalizer.self, from: Data("{\"shift\": [1, 2], \"scale\": [3, 4]}".utf8))
    #expect(old.lineage.isEmpty && old == AffineNormalizer(shift: [1, 2], scale: [3, 4]))
    #expect(try marked(allBatches(makeBatches(reader()).normalized(by: old))) == [])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(
        AffineNormalizer.self, from: Data("{\"shift\": [1], \"scale\": [3], \"lineage\": \"x\"}".utf8))
    }
    // Signatures in older checkpoints are made from this text.
    #expect("\(old, default: "none")" == "AffineNormalizer(shift: [1.0, 2.0], scale: [3.0, 4.0])")
  }
}
