import DataSets
import FoundationEssentials
import Sequences
import Tensors
import TestSupport
import Testing

/// Pieces of lanes against their definition, for all combinations of small sizes.
struct LaneTests {
  /// One step of one series, as a trainer sees it.
  struct Step: Equatable {
    var features: [Float]
    var labels: [Float]
    var masks: [Bool]
  }

  /// Step `step` of row `row`.
  static func step(_ batch: DataSet, _ row: Int, _ step: Int) -> Step {
    func column(_ tensor: Tensor?) -> [Float] {
      guard let tensor else { return [] }
      return (0..<tensor.shape[1]).map { tensor[row, $0, step] }
    }
    return Step(
      features: column(batch.features), labels: column(batch.labels),
      masks: [batch.featuresMask[row, step], batch.labelsMask[row, step]])
  }

  /// Returns the expected pieces, made naively with every sequence in its own batch.
  static func naive(_ batches: SequenceBatches, lanes: Int, epoch: Int) throws -> [[(Step, start: Bool)]] {
    var rows = [[(Step, start: Bool)]](repeating: [], count: lanes)
    for batch in try allBatches(batches, epoch: epoch) {
      let row = (0..<lanes).min { (rows[$0].count, $0) < (rows[$1].count, $1) } ?? 0
      let length = batch.stepMask.lastSteps[0].map { $0 + 1 } ?? 0
      rows[row] += (0..<length).map { (step(batch, 0, $0), start: $0 == 0) }
    }
    return rows
  }

  private func check(_ batches: SequenceBatches, lanes: Int, steps: Int, epoch: Int = 0) throws {
    var iterator = LaneDataSetIterator(batches, lanes: lanes, steps: steps)
    iterator.begin(epoch: epoch)
    let pieces = try rest(&iterator)
    #expect(try iterator.next() == nil)
    let expected = try Self.naive(batches, lanes: lanes, epoch: epoch)
    let longest = expected.map(\.count).max() ?? 0
    let what: Comment = "\(lanes) lanes, \(steps) steps"
    #expect(pieces.count == (longest + steps - 1) / steps, what)
    let padding = Step(
      features: [Float](repeating: 0, count: batches.contract.columns.count),
      labels: [Float](repeating: 0, count: batches.contract.labels.names.count), masks: [false, false])
    for (number, piece) in pieces.enumerated() {
      #expect(piece.features.shape == [lanes, batches.contract.columns.count, steps], what)
      #expect(piece.metadata.count == lanes, what)
      for row in 0..<lanes {
        for step in 0..<steps {
          let at = number * steps + step
          let wanted = at < expected[row].count ? expected[row][at] : (padding, start: false)
          #expect(Self.step(piece, row, step) == wanted.0, what)
          #expect(piece.seriesStarts[row, step] == wanted.start, what)
        }
      }
    }
    #expect(pieces.reduce(0) { $0 + $1.seriesStarts.count } == batches.exampleCount, what)
  }

  private static let shapes: [(lanes: Int, steps: Int)] = [1, 2, 3, 4].flatMap { lanes in
    [1, 2, 3, 4, 7].map { (lanes, $0) }
  }

  @Test(arguments: Alignment.allCases, [true, false])
  func piecesAreTheSequencesOnce(alignment: Alignment, isOneHot: Bool) throws {
    for lengths in choices([1, 2, 5], 3) {
      for others in alignment == .equal ? [lengths] : [[1, 1, 1], [1, 3, 6], [5, 2, 1]] {
        let labels =
          isOneHot
          ? TestReader(values: others.map { length in (0..<length).map { Float(($0 + length) % 3) } })
          : TestReader(lengths: others, columns: 3)
        let batches = try SequenceBatches(
          features: TestReader(lengths: lengths),
          labels: .reader(labels.reordered([2, 0, 1]), isOneHot ? .oneHot(classes: 3) : .values),
          batchSize: 1, alignment: alignment)
        for (lanes, steps) in Self.shapes { try check(batches, lanes: lanes, steps: steps) }
      }
    }
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func ordersNormalizersAndLabelColumns(
    storage: Tensor.StorageOrder
  ) throws {
    let reader = TestReader(lengths: [3, 1, 4, 1, 5, 9, 2, 6], columns: 3)
    for labels in [LabelSource.none, .columns([1], .values), .columns([2, 0], .values)] {
      var batches = try SequenceBatches(
        features: reader, labels: labels, batchSize: 1, order: .shuffled(seed: 4), storageOrder: storage)
      for epoch in 0..<3 {
        for (lanes, steps) in [(1, 4), (2, 3), (3, 5), (9, 2)] {
          try check(batches, lanes: lanes, steps: steps, epoch: epoch)
        }
      }
      let width = batches.contract.columns.count
      batches = batches.normalized(
        by: AffineNormalizer(
          shift: (0..<width).map(Double.init), scale: [Double](repeating: 8, count: width)))
      try check(batches, lanes: 2, steps: 3, epoch: 1)
      var iterator = LaneDataSetIterator(batches, lanes: 2, steps: 3)
      #expect(try iterator.next()?.features.order == storage)
    }
  }

  /// A reader that can only stream rows.
  private struct Rows: SequenceRecordReader {
    var lengths: [Int?]  // nil: without end
    var schema = SequenceSchema(columns: ["x"])
    var faultyRow: Int?
    var count: Int { lengths.count }
    func makeCursor() -> Cursor { Cursor() }
    func makeRowStream() -> any RowStream { Stream(reader: self) }
    func source(of index: Int) -> SequenceRecord.Source {
      SequenceRecord.Source(path: "r\(index)", key: "\(index)")
    }

    struct Cursor: SequenceCursor {
      mutating func read(_ index: Int, into sequence: inout SequenceRecord) {
        preconditionFailure("a sequence was read whole")
      }
    }

    struct Stream: RowStream {
      let reader: Rows
      var index = 0
      var next = 0
      mutating func begin(_ index: Int) { (self.index, next) = (index, 0) }
      mutating func end() {}
      mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
        #expect(count <= 512, "more than a piece was asked for")
        let end = min(next + count, reader.lengths[index] ?? .max)
        let found = next..<end
        if let faulty = reader.faultyRow, found.contains(faulty) {
          throw RecordError(.notANumber, path: "r\(index)", line: faulty + 1, "bad")
        }
        rows.begin(columnCount: 1, firstLine: next + 1, firstRow: next)
        for row in found { rows.append(row: [Float(1000 * index + row)]) }
        next = end
        return found.count
      }
    }
  }

  @Test func endlessSeriesComeAPieceAtATime() throws {
    let batches = try SequenceBatches(
      features: Rows(lengths: [nil, 3, nil]), labels: .reader(Rows(lengths: [nil, 3, nil]), .values))
    var iterator = LaneDataSetIterator(batches, lanes: 2, steps: 4)
    for piece in 0..<50 {
      let batch = try #require(try iterator.next())
      let first = (0..<4).map { Float(4 * piece + $0) }
      let second = piece == 0 ? [1000, 1001, 1002, 2000] : first.map { 2000 + $0 - 3 }
      #expect(batch.features == Tensor(shape: [2, 1, 4], elements: first + second))
      #expect(batch.labels == batch.features && batch.labelsMask.isFull && batch.featuresMask.isFull)
      #expect(
        batch.seriesStarts.rows
          == (piece == 0 ? [[1, 0, 0, 0], [1, 0, 0, 1]] : [[0, 0, 0, 0], [0, 0, 0, 0]]))
      #expect(batch.metadata.map(\.index) == (piece == 0 ? [0, 1] : [0, 2]))
      #expect(batch.metadata[0].featureLines == 4 * piece + 1...4 * piece + 4)
    }
  }

  @Test func lengthsAreCountedAheadWithoutKeepingRows() throws {
    for (features, labels) in [(2000, 1), (1, 2000), (700, 700), (1500, 600)] {
      let batches = try SequenceBatches(
        features: Rows(lengths: [features]), labels: .reader(Rows(lengths: [labels]), .values),
        alignment: .end)
      var iterator = LaneDataSetIterator(batches, lanes: 1, steps: 100)
      let pieces = try rest(&iterator)
      let length = max(features, labels)
      #expect(pieces.count == (length + 99) / 100)
      for (number, piece) in pieces.enumerated() {
        for step in 0..<100 {
          let at = number * 100 + step
          #expect(piece.featuresMask[0, step] == (at >= length - features && at < length))
          #expect(piece.labelsMask[0, step] == (at >= length - labels && at < length))
          let row = at - (length - labels)
          #expect(piece.labels?[0, 0, step] == (row >= 0 && at < length ? Float(row) : 0))
        }
      }
    }
  }

  @Test func metadataNamesTheSequenceAtTheFirstStep() throws {
    var reader = TestReader(lengths: [3, 2, 4])
    reader.headLines = 10
    var iterator = LaneDataSetIterator(
      try SequenceBatches(features: reader, labels: .reader(reader.named("y"), .values)), lanes: 4, steps: 3)
    let pieces = try rest(&iterator)
    #expect(pieces.map { $0.metadata.map(\.index) } == [[0, 1, 2, 0], [0, 1, 2, 0]])
    #expect(pieces[0].metadata.map(\.featureLines) == [11...13, 11...12, 11...13, 11...13])
    #expect(pieces[1].metadata.map(\.featureLines) == [11...11, 11...11, 14...14, 11...11])
    #expect(pieces[0].metadata[1].labels?.path == "y_1.csv" && pieces[0].metadata[1].labelLines == 11...12)
    var two = LaneDataSetIterator(try SequenceBatches(features: reader), lanes: 1, steps: 4)
    #expect(try rest(&two).map { $0.metadata[0].index } == [0, 1, 2])
  }

  @Test func faultsAreReportedWithTheirPieceAndRepeatedly() throws {
    let batches = try SequenceBatches(features: Rows(lengths: [3, 20], faultyRow: 8))
    var iterator = LaneDataSetIterator(batches, lanes: 2, steps: 4)
    #expect(try iterator.next() != nil)
    #expect(try iterator.next() != nil)
    let before = iterator.state
    for _ in 0..<3 { expectMessage("r1:9: bad") { _ = try iterator.next() } }
    #expect(iterator.state == before)
    iterator.begin(epoch: 1)
    #expect(try iterator.next() != nil)
  }

  @Test func lengthsThatDifferAreRejected() {
    func advice(_ lines: String) -> String {
      "alignment \"equal\" requires a label for every row; give every row its label, or the series one label; \(lines); "
        + "if the lengths differ on purpose, choose how they are aligned (--align start, --align end)"
    }
    let skipped = advice("if the first lines of the label file are not labels, say so (--label-skip-lines N)")
    func pass(_ features: [Int], _ labels: [Int], steps: Int) throws {
      var iterator = LaneDataSetIterator(
        try SequenceBatches(
          features: TestReader(lengths: features),
          labels: .reader(TestReader(lengths: labels).named("y"), .values)), lanes: 2, steps: steps)
      _ = try rest(&iterator)
    }
    for steps in 1...6 {
      expectMessage(
        "y_1.csv: has one label where x_1.csv has more rows: say which step it belongs to, the last (--align end), as usual, "
          + "or the first (--align start), at which a recurrent network has seen one row"
      ) { try pass([2, 3, 4], [2, 1, 4], steps: steps) }
      expectMessage("y_1.csv: has 2 rows where x_1.csv has more; \(skipped)") {
        try pass([2, 3, 4], [2, 2, 4], steps: steps)
      }
      expectMessage("y_2.csv: has more rows than x_2.csv, which has 4 rows; \(skipped)") {
        try pass([2, 3, 4], [2, 3, 5], steps: steps)
      }
      #expect(throws: Never.self) { try pass([2, 3, 4], [2, 3, 4], steps: steps) }
    }
  }

  @Test(arguments: Alignment.allCases) func promisesThatAReaderBreaks(alignment: Alignment) {
    func pass(_ features: TestReader, _ labels: TestReader) throws {
      var iterator = LaneDataSetIterator(
        try SequenceBatches(
          features: features, labels: .reader(labels.named("y"), .values), alignment: alignment),
        lanes: 2, steps: 2)
      _ = try rest(&iterator)
    }
    let good = TestReader(lengths: [3, 3])
    expectMessage("x_1.csv: has no time steps; every sequence needs at least one row") {
      try pass(TestReader(lengths: [3, 0]), good)
    }
    expectMessage("y_0.csv: has no time steps; every sequence needs at least one row") {
      try pass(good, TestReader(lengths: [0, 3]))
    }
    var wide = good
    wide.sequences[1] = SequenceRecord(values: [1, 2, 3, 4, 5, 6, 7, 8, 9], columnCount: 3)
    expectMessage("y_1.csv: has 3 columns where 2 were expected, as in y_0.csv") { try pass(good, wide) }
  }

  @Test(arguments: 1...5) func badClassesAreRejectedWithTheirLocation(steps: Int) throws {
    var labels = TestReader(values: [[0, 1], [1, 0, 2, 7]]).named("y").reordered([1, 0])
    labels.headLines = 3
    let advice =
      "expected a whole number from 0 to 2; number the classes from 0, or set the class count (--classes N, now 3)"
    for (lengths, alignment) in [([2, 4], Alignment.equal), ([3, 5], .start), ([1, 9], .end)] {
      var iterator = LaneDataSetIterator(
        try SequenceBatches(
          features: TestReader(lengths: lengths), labels: .reader(labels, .oneHot(classes: 3)),
          alignment: alignment), lanes: 1, steps: steps)
      expectMessage(
        "y_1.csv:7: field 1 (column \"c0\"): class \"7.0\" is not below the class count; \(advice)"
      ) {
        _ = try rest(&iterator)
      }
    }
  }
}
