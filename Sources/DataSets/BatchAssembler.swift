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
      try check(features[row], plan.features, index)
      if case .reader(let reader, _) = plan.labelSource {
        let partner = plan.pairing[index]
        try labelCursor?.read(partner, into: &labels[row])
        try check(labels[row], reader, partner)
      }
    }
  }

  /// What every reader promises; a plug-in's reader may break it.
  private func check(_ record: SequenceRecord, _ reader: any SequenceRecordReader, _ index: Int) throws {
    guard record.stepCount > 0 else {
      throw RecordError(
        .empty, path: reader.source(of: index).path,
        "has no time steps; every sequence needs at least one row")
    }
    guard record.columnCount == reader.columns.count else {
      throw RecordError(
        .columnCount, path: reader.source(of: index).path,
        "has \(record.columnCount) columns where \(reader.columns.count) were expected, as in "
          + reader.source(of: 0).path)
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
        copy(
          features[row], plan.featureColumns, plan.featuresNormalizer, to: &span,
          at: row * strides[0] + range.lowerBound * strides[2], strides)
      }
    }
    return tensor
  }

  private func labelTensor(_ indices: [Int], _ ranges: [Range<Int>], _ steps: Int) throws -> Tensor? {
    guard let encoding = plan.labelSource.encoding, let width = plan.labelWidth else { return nil }
    var tensor = Tensor(shape: [ranges.count, width, steps], order: plan.storageOrder)
    let strides = tensor.strides
    try tensor.withMutableSpan { span in
      for (row, range) in ranges.enumerated() {
        let record = labelRecord(row)
        let start = row * strides[0] + range.lowerBound * strides[2]
        switch encoding {
        case .values: copy(record, plan.labelColumns, plan.labelsNormalizer, to: &span, at: start, strides)
        case .oneHot(let names):
          for step in 0..<record.stepCount {
            let value = record.values[step * record.columnCount + plan.labelColumns[0]]
            guard let label = classIndex(value, below: names.count) else {
              throw classError(indices[row], step, value, names.count)
            }
            span[start + step * strides[2] + label * strides[1]] = 1
          }
        }
      }
    }
    return tensor
  }

  /// Writes columns of `record` into `[.., C, T]` memory whose first step lies at `start`.
  private func copy(
    _ record: SequenceRecord, _ columns: [Int], _ normalizer: AffineNormalizer?,
    to span: inout MutableSpan<Float>,
    at start: Int, _ strides: [Int]
  ) {
    let columnStride = strides[1]
    let stepStride = strides[2]
    let values = record.values
    let width = record.columnCount
    if normalizer == nil && columnStride == 1 && columns.count == width {
      // Time-major memory and rows of a sequence are the same thing: one block a step.
      for step in 0..<record.stepCount {
        let to = start + step * stepStride
        let from = step * width
        for column in 0..<width { span[to &+ column] = values[from &+ column] }
      }
      return
    }
    for (position, column) in columns.enumerated() {
      var to = start + position * columnStride
      var from = column
      for _ in 0..<record.stepCount {
        span[to] = normalizer?.normalize(values[from], column: position) ?? values[from]
        to &+= stepStride
        from &+= width
      }
    }
  }

  private func classIndex(_ value: Float, below count: Int) -> Int? {
    guard value >= 0, value < Float(count), value == value.rounded(.down) else { return nil }
    return Int(value)
  }

  private func classError(_ index: Int, _ step: Int, _ value: Float, _ count: Int) -> any Error {
    guard let reader = plan.labelReader else { preconditionFailure("labels without a reader") }
    let inReader = labelCursor == nil ? index : plan.pairing[index]
    let position = reader.position(of: inReader, step: step, column: plan.labelColumns[0])
    let text = position.text.map { escapedText($0.utf8) } ?? "\(value)"
    let what =
      value != value.rounded(.down)
      ? "is not a whole number" : value < 0 ? "is negative" : "is not below the class count"
    let column = plan.labelColumns[0]
    let name = reader.columns[column]
    let field = "field \(column + 1)" + (name == "\(column)" ? "" : " (column \"\(escapedText(name.utf8))\")")
    return RecordError(
      .classIndex, path: position.path, line: position.line, column: position.column,
      "\(field): class \"\(text)\" \(what); expected a whole number from 0 to \(count - 1); "
        + "number the classes from 0, or set the class count (--classes, now \(count))")
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
