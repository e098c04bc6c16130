import Sequences
import Tensors

// Rows on their way into a batch's tensors: columns chosen, normalized, encoded, checked.
extension BatchRecipe {
  /// Checks that a sequence of the features has the shape that its reader promises.
  func checkFeatures(_ record: borrowing SequenceRecord, _ index: Int) throws {
    if record.stepCount > 0, record.columnCount == readerWidths.features { return }
    try Self.check(record, features, columns: readerWidths.features, index)
  }

  /// Checks that a sequence of labels, which have a reader of their own, has the shape that it promises.
  func checkOwnLabels(_ record: borrowing SequenceRecord, _ index: Int) throws {
    if record.stepCount > 0, record.columnCount == readerWidths.labels { return }
    guard let labelReader else { preconditionFailure("labels without a reader") }
    try Self.check(record, labelReader, columns: readerWidths.labels, index)
  }

  /// What every reader promises; a plug-in's reader may break it.
  static func check(
    _ record: borrowing SequenceRecord, _ reader: any SequenceRecordReader, columns: Int, _ index: Int
  ) throws {
    guard record.stepCount > 0 else {
      throw RecordError(
        .empty, path: reader.source(of: index).path,
        "has no time steps; every sequence needs at least one row")
    }
    guard record.columnCount == columns else {
      throw RecordError(
        .columnCount, path: reader.source(of: index).path,
        "has \(record.columnCount) columns where \(columns) were expected, as in "
          + reader.source(of: 0).path)
    }
  }

  /// Refuses values that are missing still, after transforms that are there to fill them.
  ///
  /// Without transforms a reader that gives NaN was asked for it. With them, NaN is good only in cells that are listed as
  /// missing: the batch's `observedMask` tells of those.
  ///
  /// - Parameter firstRow: The number of rows of its sequence that lie before `record`.
  func checkFilled(_ record: SequenceRecord, _ index: Int, firstRow: Int = 0) throws {
    if !isTransformed || record.values.areFinite { return }
    let missing = Set(record.missingCells)
    var used = Set(featureColumns)
    if case .columns = labelSource { used.formUnion(labelColumns) }
    for at in record.values.indices where record.values[at].isNaN && !missing.contains(at) {
      let (step, column) = at.quotientAndRemainder(dividingBy: record.columnCount)
      guard used.contains(column) else { continue }
      let place = features.position(
        of: index, step: fileRow(firstRow + step, skipping: record.skippedRows), column: column)
      throw RecordError(
        .missingValue, path: place.path, line: place.line, column: place.column, text: place.text,
        "column \"\(escapedText(features.columns[column].utf8))\" is a missing value after all transforms: expected a number; "
          + "fill it (--transform fill), or leave the sequence out")
    }
  }

  /// Writes the features in `record` into `[.., C, T]` memory whose first step lies at `start`.
  func writeFeatures(
    _ record: SequenceRecord, to span: inout MutableSpan<Float>, at start: Int, _ strides: [Int]
  ) {
    copy(record, featureColumns, featuresNormalizer, to: &span, at: start, strides)
  }

  /// Writes the labels in `record`, encoded, into `[.., L, T]` memory whose first step lies at `start`.
  ///
  /// - Parameters:
  ///   - index: The example that the labels belong to.
  ///   - firstRow: The number of rows of its label sequence that lie before `record`.
  /// - Throws: `RecordError` with the place of what is no class.
  func writeLabels(
    _ record: SequenceRecord, of index: Int, firstRow: Int = 0, to span: inout MutableSpan<Float>,
    at start: Int, _ strides: [Int]
  ) throws {
    switch labelEncoding {
    case .none: return
    case .values: copy(record, labelColumns, labelsNormalizer, to: &span, at: start, strides)
    case .oneHot(let names):
      for step in 0..<record.stepCount {
        let value = record.values[step * record.columnCount + labelColumns[0]]
        guard let label = classIndex(value, below: names.count) else {
          throw classError(index, fileRow(firstRow + step, skipping: record.skippedRows), value, names.count)
        }
        span[start + step * strides[2] + label * strides[1]] = 1
      }
    }
  }

  /// Checks every class of the labels in `record`, which belong to example `index`.
  ///
  /// - Throws: `RecordError` with the place of the first that is none.
  func checkClasses(_ record: SequenceRecord, of index: Int) throws {
    guard case .oneHot(let names) = labelEncoding else { return }
    for step in 0..<record.stepCount {
      let value = record.values[step * record.columnCount + labelColumns[0]]
      if classIndex(value, below: names.count) == nil {
        throw classError(index, fileRow(step, skipping: record.skippedRows), value, names.count)
      }
    }
  }

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
      values.copyRows(width: width, to: start, stride: stepStride, in: &span)
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
    guard let reader = labelReader else { preconditionFailure("labels without a reader") }
    // Without a reader of their own, labels pair with their features: `pairing` is the identity.
    let position = reader.position(of: pairing[index], step: step, column: labelColumns[0])
    let text = position.text.map { escapedText($0.utf8) } ?? "\(value)"
    let what =
      value != value.rounded(.down)
      ? "is not a whole number" : value < 0 ? "is negative" : "is not below the class count"
    let column = labelColumns[0]
    let name = reader.columns[column]
    let field = "field \(column + 1)" + (name == "\(column)" ? "" : " (column \"\(escapedText(name.utf8))\")")
    return RecordError(
      .classIndex, path: position.path, line: position.line, column: position.column, text: text,
      "\(field): class \"\(text)\" \(what); expected a whole number from 0 to \(count - 1); "
        + "number the classes from 0, or set the class count (--classes, now \(count))")
  }
}
