import Records
import Tensors

/// Makes batches: reads their sequences, then pads, aligns, encodes and masks them.
///
/// One thread's cursors and buffers.
///
/// `@unchecked Sendable`: cursors belong to one thread at a time; `AssemblerPool` hands a whole assembler
/// from thread to thread under its lock and never shares one.
struct BatchAssembler: @unchecked Sendable {
  private let plan: SequencePlan
  private var featureCursor: any SequenceCursor
  private var labelCursor: (any SequenceCursor)?
  private var features: [SequenceRecord] = []
  private var labels: [SequenceRecord] = []

  init(_ plan: SequencePlan) throws {
    self.plan = plan
    featureCursor = try plan.features.makeCursor()
    if case .reader(let reader, _) = plan.labelSource { labelCursor = try reader.makeCursor() }
  }

  /// The batch of the examples `indices`.
  mutating func assemble(_ indices: [Int]) throws -> DataSet {
    precondition(!indices.isEmpty, "a batch of no examples")
    try read(indices)
    if plan.alignment == .equal { try checkLengths(indices) }
    let labelLengths = (0..<indices.count).map { plan.labelWidth == nil ? 0 : labelRecord($0).stepCount }
    let ranges = (0..<indices.count).map {
      plan.alignment.ranges(features: features[$0].stepCount, labels: labelLengths[$0])
    }
    let steps = ranges.reduce(0) { max($0, $1.features.upperBound, $1.labels.upperBound) }
    var batch = DataSet(
      features: featureTensor(ranges.map(\.features), steps),
      featuresMask: Mask(ranges: ranges.map(\.features), stepCount: steps), metadata: metadata(indices))
    if features[..<indices.count].contains(where: { !$0.missingCells.isEmpty }) {
      batch.observedMask = observedMask(ranges.map(\.features), steps)
    }
    if let tensor = try labelTensor(indices, ranges.map(\.labels), steps) {
      batch.labels = tensor
      batch.labelsMask = Mask(ranges: ranges.map(\.labels), stepCount: steps)
    }
    return batch
  }

  private func labelRecord(_ row: Int) -> SequenceRecord { labelCursor == nil ? features[row] : labels[row] }

  private mutating func read(_ indices: [Int]) throws {
    while features.count < indices.count {
      features.append(SequenceRecord())
      labels.append(SequenceRecord())
    }
    for (row, index) in indices.enumerated() {
      try featureCursor.read(index, into: &features[row])
      try SequencePlan.check(features[row], plan.features, index)
      if case .reader(let reader, _) = plan.labelSource {
        let partner = plan.pairing[index]
        try labelCursor?.read(partner, into: &labels[row])
        try SequencePlan.check(labels[row], reader, partner)
      }
    }
  }

  private func checkLengths(_ indices: [Int]) throws {
    let expected = features[0].stepCount
    func check(_ length: Int, _ path: String) throws {
      guard length != expected else { return }
      throw RecordError(
        .lengths, path: path,
        "has \(length) time step\(length == 1 ? "" : "s") where \(plan.features.source(of: indices[0]).path) "
          + "has \(expected); alignment \"equal\" wants one length throughout a batch; pad with alignment "
          + "\"start\" or \"end\" (--align start, --align end)")
    }
    for (row, index) in indices.enumerated() {
      try check(features[row].stepCount, plan.features.source(of: index).path)
      if case .reader(let reader, _) = plan.labelSource {
        try check(labels[row].stepCount, reader.source(of: plan.pairing[index]).path)
      }
    }
  }

  private func featureTensor(_ ranges: [Range<Int>], _ steps: Int) -> Tensor {
    var tensor = Tensor(shape: [ranges.count, plan.featureColumns.count, steps], order: plan.storageOrder)
    let strides = tensor.strides
    tensor.withMutableSpan { span in
      for (row, range) in ranges.enumerated() {
        plan.writeFeatures(
          features[row], to: &span, at: row * strides[0] + range.lowerBound * strides[2], strides)
      }
    }
    return tensor
  }

  private func observedMask(_ ranges: [Range<Int>], _ steps: Int) -> ObservedMask {
    let missing = ranges.indices.map { Set(features[$0].missingCells) }
    let columns = plan.featureColumns
    return ObservedMask(rows: ranges.count, columns: columns.count, steps: steps) { row, column, step in
      let width = features[row].columnCount
      return !ranges[row].contains(step)
        || !missing[row].contains((step - ranges[row].lowerBound) * width + columns[column])
    }
  }

  private func labelTensor(_ indices: [Int], _ ranges: [Range<Int>], _ steps: Int) throws -> Tensor? {
    guard let width = plan.labelWidth else { return nil }
    var tensor = Tensor(shape: [ranges.count, width, steps], order: plan.storageOrder)
    let strides = tensor.strides
    try tensor.withMutableSpan { span in
      for (row, range) in ranges.enumerated() {
        try plan.writeLabels(
          labelRecord(row), of: indices[row], to: &span,
          at: row * strides[0] + range.lowerBound * strides[2], strides)
      }
    }
    return tensor
  }

  private func metadata(_ indices: [Int]) -> [ExampleMetadata] {
    indices.enumerated().map { row, index in
      var metadata = ExampleMetadata(
        index: index, features: plan.features.source(of: index), featureLines: features[row].lines)
      if case .reader(let reader, _) = plan.labelSource {
        metadata.labels = reader.source(of: plan.pairing[index])
        metadata.labelLines = labels[row].lines
      }
      return metadata
    }
  }
}
