import Platform
import Sequences
import Tensors

// Selects, normalizes, encodes and checks columns while rows are written into the tensors of a batch.
extension BatchRecipe {
  /// Checks that a feature sequence has the shape that its reader promises.
  func checkFeatures(_ record: borrowing SequenceRecord, _ index: Int) throws {
    if record.stepCount > 0, record.columnCount == readerWidths.features { return }
    try Self.check(record, features, columns: readerWidths.features, index)
  }

  /// Checks that a label sequence from a separate reader has the shape that the reader promises.
  func checkOwnLabels(_ record: borrowing SequenceRecord, _ index: Int) throws {
    if record.stepCount > 0, record.columnCount == readerWidths.labels { return }
    guard let labelReader else { preconditionFailure("labels without a reader") }
    try Self.check(record, labelReader, columns: readerWidths.labels, index)
  }

  /// Checks what every reader promises; a plug-in reader may violate it.
  static func check(
    _ record: borrowing SequenceRecord, _ reader: any SequenceRecordReader, columns: Int, _ index: Int
  ) throws {
    guard record.stepCount > 0 else {
      let problem =
        record.rowCount > 0
        ? "has no rows left after the policy: expected at least one row with its label; leave such sequences out "
          + "(\(Remedy.skipEmpty))"
        : "has no time steps; every sequence needs at least one row"
      throw RecordError(.empty, path: reader.source(of: index).path, problem)
    }
    guard record.columnCount == columns else {
      throw RecordError(
        .columnCount, path: reader.source(of: index).path,
        "has \(record.columnCount) columns where \(columns) were expected, as in "
          + reader.source(of: 0).path)
    }
  }

  /// Rejects values that are still missing after transforms that should have filled them.
  ///
  /// Without transforms, a reader that delivers NaN was asked to. With transforms, NaN is valid only in cells
  /// that are listed as missing, which the batch's `observedMask` records.
  func checkFilled(_ record: SequenceRecord, _ index: Int) throws {
    if !mayHaveGaps || record.values.areFinite { return }
    let missing = Set(record.missingCells)
    var used = Set(featureColumns)
    // A label that may be missing is masked instead.
    if case .columns = labelSource, !mayLackLabels { used.formUnion(labelColumns) }
    for at in record.values.indices where record.values[at].isNaN && !missing.contains(at) {
      let (step, column) = at.quotientAndRemainder(dividingBy: record.columnCount)
      guard used.contains(column) else { continue }
      let location = features.position(
        of: index, row: record.rowOrdinal(ofStep: step), column: column)
      let isCategory = (try? features.schema.classes[features.columns[column]]) != nil
      let name = escapedText(features.columns[column].utf8, limit: nil)
      // A fill without columns leaves out attributes.
      let fill =
        features.schema.isStatic(column)
        ? Remedy.fillMeanOf(name) : isCategory ? Remedy.fillForward() : Remedy.fill()
      throw RecordError(
        .missingValue, path: location.path, line: location.line, column: location.column, text: location.text,
        "column \"\(escapedText(features.columns[column].utf8))\" is a missing value after all transforms: expected a number; "
          + (featureColumns.contains(column)
            ? "fill it (\(fill))"
            : "fill it by its name, since it holds labels (\(Remedy.fillColumn(name)))")
          + ", or leave the sequence out")
    }
  }

  /// Writes the features in `record` into `[.., C, T]` memory, with their first step at `start`.
  func writeFeatures(
    _ record: SequenceRecord, to span: inout MutableSpan<Float>, at start: Int, _ strides: [Int]
  ) {
    copy(record, featureColumns, featuresNormalizer, to: &span, at: start, strides)
  }

  /// Encodes the labels in `record` and writes them into `[.., L, T]` memory, with their first step at
  /// `start`.
  ///
  /// - Parameter index: The example that the labels belong to.
  /// - Throws: `RecordError` with the location of a value that is not a class.
  func writeLabels(
    _ record: SequenceRecord, of index: Int, to span: inout MutableSpan<Float>,
    at start: Int, _ strides: [Int]
  ) throws {
    switch labelEncoding {
    case .none: return
    case .values, .multiLabel:
      try checkPresence(record, of: index)
      copy(record, labelColumns, labelsNormalizer, to: &span, at: start, strides)
      guard mayLackLabels else { return }
      for step in 0..<record.stepCount where lacksLabel(record, step) {
        for column in labelColumns.indices { span[start + step * strides[2] + column * strides[1]] = 0 }
      }
    case .oneHot(let names):
      for step in 0..<record.stepCount where !lacksLabel(record, step) {
        guard let label = classIndex(record, step, below: names.count) else {
          throw classError(index, record, step, names.count)
        }
        span[start + step * strides[2] + label * strides[1]] = 1
      }
    }
  }

  /// Checks every class of the labels in `record`, which belong to example `index`.
  ///
  /// - Throws: `RecordError` with the location of the first value that is not a class.
  func checkClasses(_ record: SequenceRecord, of index: Int) throws {
    try checkPresence(record, of: index)
    guard case .oneHot(let names) = labelEncoding else { return }
    for step in 0..<record.stepCount
    where !lacksLabel(record, step) && classIndex(record, step, below: names.count) == nil {
      throw classError(index, record, step, names.count)
    }
  }

  /// Checks that every label is 0 or 1, if labels say which classes are present.
  private func checkPresence(_ record: SequenceRecord, of index: Int) throws(RecordError) {
    guard labelEncoding == .multiLabel, let reader = labelReader else { return }
    for step in 0..<record.stepCount where !lacksLabel(record, step) {
      for column in labelColumns {
        let value = record.values[step * record.columnCount + column]
        if value == 0 || value == 1 { continue }
        let position = reader.position(
          of: pairing[index], row: record.rowOrdinal(ofStep: step), column: column)
        let text = position.text.map { escapedText($0.utf8) } ?? "\(value)"
        throw RecordError(
          .classIndex, path: position.path, line: position.line, column: position.column, text: text,
          "column \"\(escapedText(reader.columns[column].utf8))\": label \"\(text)\" does not say whether the class is present: "
            + "expected 0 or 1, found \"\(text)\"; correct it, or, if the labels are numbers to predict, say so "
            + "(\(Remedy.regressionInstead))")
      }
    }
  }

  /// Returns true if labels may be missing and one of a step's is: then the step has no label.
  func lacksLabel(_ record: borrowing SequenceRecord, _ step: Int) -> Bool {
    guard mayLackLabels else { return false }
    let start = step * record.columnCount
    return labelColumns.contains { record.values[start + $0].isNaN }
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
    if normalizer == nil && columnStride == 1 && columns.elementsEqual(0..<width) {
      // Time-major memory and the rows of a sequence have the same layout: one block per step.
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

  /// Returns the class at a step: the number in the label column, or the position of the single 1 in one-hot
  /// columns.
  private func classIndex(_ record: borrowing SequenceRecord, _ step: Int, below count: Int) -> Int? {
    let start = step * record.columnCount
    guard labelColumns.count == 1 else {
      var label: Int?
      for (position, column) in labelColumns.enumerated() where record.values[start + column] != 0 {
        guard record.values[start + column] == 1, label == nil else { return nil }
        label = position
      }
      return label
    }
    let value = record.values[start + labelColumns[0]]
    guard value >= 0, value < Float(count), value == value.rounded(.down) else { return nil }
    return Int(value)
  }

  /// Returns true if the first of several label columns counts rows or series, as row names and identifiers do.
  private func numbersRows(_ record: borrowing SequenceRecord, through last: Int) -> Bool {
    func first(_ step: Int) -> Float { record.values[step * record.columnCount + labelColumns[0]] }
    return first(last) > 1 && first(last) == first(last).rounded()
      && (0..<last).allSatisfy { first($0 + 1) == first($0) + 1 }
  }

  /// Returns a fault that the reader of the labels found, as a fault of labels.
  func labelFault(_ error: RecordError) -> RecordError {
    guard let ownLabelReader else { return error }
    if case .values = labelEncoding { return error.ofLabels(nil, classCount: nil, areNumbers: true) }
    guard case .oneHot(let names) = labelEncoding else { return error }
    var vocabulary: Vocabulary?
    if let column = ownLabelReader.columns.first,
      case .category(let texts) = ownLabelReader.schema.encodings[column]
    {
      vocabulary = texts
    }
    return error.ofLabels(vocabulary, classCount: names.count)
  }

  private func classError(
    _ index: Int, _ record: borrowing SequenceRecord, _ step: Int, _ count: Int
  ) -> any Error {
    guard let reader = labelReader else { preconditionFailure("labels without a reader") }
    let values = labelColumns.map { record.values[step * record.columnCount + $0] }
    let value = values[0]
    // Labels without their own reader pair with their features: `pairing` is the identity.
    let position = reader.position(
      of: pairing[index], row: record.rowOrdinal(ofStep: step), column: labelColumns[0])
    if values.count > 1 {
      let found = values.map { $0 == $0.rounded() && $0.magnitude < 1e9 ? "\(Int($0))" : "\($0)" }
      return RecordError(
        .classIndex, path: position.path, line: position.line,
        "the columns of the \(count) classes are not one-hot: expected a single 1 and 0 in the others, found "
          + found.joined(separator: ",")
          + (numbersRows(record, through: step)
            ? "; the first column seems to number the rows: leave it out of the label files, so that one column of class "
              + "numbers is left"
            : "; correct the row, or use one column of class numbers"))
    }
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
        + "number the classes from 0, or set the class count (\(Remedy.classCount), now \(count))")
  }
}
