import DataSets
import Sequences
import Tensors
import Testing

/// Steps that several windows have count once in an evaluation: compared with a set of steps.
struct CountedOnceTests {
  /// The labels that are present, and the number of values other than 0 where none is.
  private func labels(of batches: [DataSet]) -> (present: [Float], hidden: Int) {
    var (present, hidden): ([Float], Int) = ([], 0)
    for batch in batches {
      guard let labels = batch.labels else { continue }
      for row in 0..<batch.exampleCount {
        for step in 0..<batch.stepCount {
          if batch.labelsMask[row, step] { present.append(labels[row, 0, step]) }
          if !batch.labelsMask[row, step], labels[row, 0, step] != 0 { hidden += 1 }
        }
      }
    }
    return (present.sorted(), hidden)
  }

  @Test(arguments: [Alignment.start, .end, .equal])
  func everyLabelledStepCountsOnce(_ alignment: Alignment) throws {
    var generator = SplitMix64(seed: 17)
    for _ in 0..<150 {
      let lengths = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        Int.random(in: 1...9, using: &generator)
      }
      let (size, stride) = (
        Int.random(in: 1...4, using: &generator), Int.random(in: 1...4, using: &generator)
      )
      let tail = WindowTail.allCases.randomElement(using: &generator) ?? .keep
      // A label is its sequence and its step.
      let names = lengths.enumerated().map { index, length in (0..<length).map { Float(100 * index + $0 + 1) }
      }
      func reader(_ rows: (Float) -> [Float]) throws -> CollectionSequenceRecordReader {
        try CollectionSequenceRecordReader(
          names.map { $0.map(rows) }, keys: lengths.indices.map { "k\($0)" })
      }
      guard
        let windows = try? WindowedSequenceRecordReader(
          reader { [$0, 7] }, size: size, stride: stride, tail: tail)
      else { continue }
      let covered = Set(
        (0..<windows.count).flatMap { number in
          let (sequence, steps) = windows.location(of: number)
          return names[sequence][steps]
        }
      ).sorted()
      let isColumn = Bool.random(using: &generator)
      let source =
        isColumn
        ? LabelSource.columns([0], .values)
        : .reader(try windows.labels(from: reader { [$0] }), .values)
      let batches = try SequenceBatches(
        features: windows, labels: source, batchSize: alignment == .equal ? 1 : 3, alignment: alignment,
        order: .shuffled(seed: 2))
      let all = labels(of: try allBatches(batches)).present
      let once = labels(of: try allBatches(batches.countingStepsOnce()))
      #expect(Set(all).sorted() == covered && all.count >= covered.count)
      // A window of one row may be one label for it.
      if !isColumn, alignment != .equal, size == 1 { continue }
      #expect(once.present == covered, "\(lengths) \(size) \(stride) \(tail)")
      #expect(once.hidden == 0)
      guard isColumn || alignment == .equal else { continue }
      for lanes in 1...2 {
        var pieces = LaneDataSetIterator(batches.countingStepsOnce(), lanes: lanes, steps: 3)
        let onLanes = labels(of: try rest(&pieces))
        #expect(onLanes.present == covered && onLanes.hidden == 0)
      }
    }
  }

  /// Rows may be in any order, and several steps may have the number of one row, as intervals without rows do.
  @Test func rowsInAnyOrderCountOnce() throws {
    var generator = SplitMix64(seed: 29)
    for _ in 0..<200 {
      var record = SequenceRecord()
      record.begin(columnCount: 2)
      let count = Int.random(in: 4...9, using: &generator)
      for row in 0..<count { record.append(row: [Float(row + 1), 7]) }
      let order = (0..<count).shuffled(using: &generator)
      record.values = order.flatMap { [Float($0 + 1), 7] }
      record.chosenRows = record.rowOrdinals.sorted(order)
      if Bool.random(using: &generator) {
        // An interval without rows is a step of its own, with the number of the row before.
        let empty = Int.random(in: 1..<count, using: &generator)
        record.chosenRows = record.rowOrdinals.merging(
          (0..<count).flatMap { $0 == empty ? [$0..<$0, $0..<$0 + 1] : [$0..<$0 + 1] })
        record.values.insert(contentsOf: [Float(100 + empty), 7], at: 2 * empty)
      }
      var reader = TestReader(lengths: [1])
      reader.sequences = [record]
      let windows = try WindowedSequenceRecordReader(
        reader, size: 3, stride: Int.random(in: 1...3, using: &generator), tail: .align)
      let batches = try SequenceBatches(features: windows, labels: .columns([0], .values), batchSize: 2)
      let covered = Set(
        (0..<windows.count).flatMap { number in
          windows.location(of: number).steps.map { record.values[2 * $0] }
        }
      ).sorted()
      let once = labels(of: try allBatches(batches.countingStepsOnce()))
      #expect(once.present == covered && once.hidden == 0)
    }
  }

  /// Where a policy drops rows, the same rows count as without windows.
  @Test func droppedRowsMoveNoOther() throws {
    for gone in [[1], [2, 3], [0, 4]] {
      var features = TestReader(values: [(0..<8).filter { !gone.contains($0) }.map { Float($0 + 1) }])
      features.sequences[0].skippedRows = gone
      let labels = TestReader(values: [(0..<8).map { Float($0 + 1) }]).named("y")
      let windows = try WindowedSequenceRecordReader(features, size: 4, stride: 3, tail: .align)
      let batches = try SequenceBatches(
        features: windows, labels: .reader(windows.labels(from: labels), .values), alignment: .start,
        policy: ErrorPolicy(.skipRow))
      let once = self.labels(of: try allBatches(batches.countingStepsOnce()))
      #expect(once.present == features.sequences[0].values && once.hidden == 0)
    }
  }

  /// A label for a whole window is no label of its steps.
  @Test func labelsOfWholeWindowsStay() throws {
    let features = TestReader(lengths: [10])
    let windows = try WindowedSequenceRecordReader(features, size: 4, stride: 2)
    let batches = try SequenceBatches(
      features: windows, labels: .reader(windows.labels(from: TestReader(lengths: [1]).named("y")), .values),
      alignment: .end)
    #expect(try allBatches(batches.countingStepsOnce()) == allBatches(batches))
  }
}
