import CText
import Platform
import Sequences

// The requirements for the fields of a row, and the messages about violations.
extension CSVRows {
  /// Checks that `row` has a value.
  func checkNotBlank(_ row: CSVTextRow, _ values: CSVFieldValues) throws(RecordError) {
    guard values.isBlank(row) else { return }
    throw RecordError(
      .blankLine, path: path, line: row.location.line,
      "the row has no value: expected at least one, found only delimiters; remove such rows"
        + (isLive ? "" : ", or leave them out (\(skipRemedy))"))
  }

  /// Checks that all value fields of `row` have a value.
  func checkFields(
    _ row: CSVTextRow, _ values: inout CSVFieldValues, isFirstRow: Bool
  ) throws(RecordError) {
    for index in row.fields.indices { _ = try value(row, index, &values, isFirstRow: isFirstRow) }
  }

  /// Returns the value of field `index` of `row`, or `nil` for a field that is not a value.
  ///
  /// - Throws: `RecordError` with the text of the field if it has no value.
  func value(
    _ row: CSVTextRow, _ index: Int, _ values: inout CSVFieldValues, isFirstRow: Bool
  ) throws(RecordError) -> Float? {
    let field = row.fields[index]
    switch values.value(field.text, index) {
    case nil: return nil
    case .success(let value)?: return value
    case .failure(let fault)?:
      throw error(fault, row, index, values, isFirstRow: isFirstRow)
    }
  }

  /// Returns the error about field `index` of `row`.
  private func error(
    _ fault: CSVFieldFault, _ row: CSVTextRow, _ index: Int, _ values: CSVFieldValues, isFirstRow: Bool
  ) -> RecordError {
    let field = row.fields[index]
    let layout = values.layout
    let role = index < layout.roles.count ? layout.roles[index] : .number
    let isLabel = layout.labelFields.contains(index)
    let text = "\"\(escapedText(field.text))\""
    let found = "found \(text)"
    let kindOfError: RecordError.Kind
    let problem: String
    switch fault {
    case .missing:
      kindOfError = .missingValue
      problem =
        "is a missing value: expected \(expectation(role, isMissing: true)), "
        + (trimmed(field.text).isEmpty ? "found an empty field" : "found the token \(text)")
        + remedyForMissing(index, role, isLabel: isLabel, isFirstRow: isFirstRow)
    case .notFinite:
      kindOfError = .notFinite
      problem =
        "is not finite: expected a finite number, \(found); correct it"
        + (isLive
          ? ""
          : isLabel
            ? ", or leave out such rows (\(skipRemedy))"
            : ", or declare it a missing value and fill it "
              + "(\(Remedy.missing(escapedText(trimmed(field.text), limit: nil))))")
    case .outOfRange:
      kindOfError = .outOfRange
      problem =
        "is out of range: expected a magnitude up to 3.4028235e38, \(found); correct it, or rescale the column"
    case .notANumber:
      kindOfError = .notANumber
      problem =
        "is not a number: expected a decimal number such as \(format.exampleOfNumber), \(found); "
        + (isRowName(index)
          ? "if these are the names of the rows, leave them out (\(Remedy.dropColumn("0")))"
          : isLabel && field.text.contains { $0 >= 0x80 || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) }
            ? remedyForTextLabel(field.text, role, mayBeHeader: isFirstRow && looksLikeHeader(row))
            : remedy(for: field.text, index, of: row, isLabel: isLabel, isFirstRow: isFirstRow))
    case .unknownCategory:
      kindOfError = .unknownCategory
      problem =
        "is not a known category: expected \(expectation(role)), \(found); correct it, "
        + (isLabel
          ? "list it with the other classes before training (\(Remedy.labelCategories)), or leave out its series "
            + "(\(Remedy.skipSequences))"
          : "or choose what unknown texts become (\(Remedy.otherUnknown), or \(Remedy.ignoreUnknown))")
        + nearest(field.text, role)
    case .rounded:
      kindOfError = .classIndex
      problem =
        "is not a class number: expected a whole number from 0 that is exact in Float, \(found), which would be rounded; "
        + "number the classes from 0"
    case .notATime:
      kindOfError = .notATime
      problem =
        "is not a timestamp: expected \(expectation(role)), \(found); correct it, or "
        + (isFirstRow && looksLikeHeader(row)
          ? "if the line is a header, \(headerRemedy)"
          : "name the format of the column (\(Remedy.timeFormat("@\(index)")))")
    case .timeOrder:
      kindOfError = .timeOrder
      let expected = values.clock.latest.map { layout.timeFields[0].encoding.text(of: $0) } ?? "a later time"
      problem =
        "goes back in time: expected \(expected), as in the row before, or later, \(found); "
        + remedyForTimeOrder(field.text, values)
    }
    return RecordError(
      kindOfError, path: path, line: field.location.line, column: field.location.column,
      text: escapedText(field.text),
      "\(name(ofField: index)) \(problem)")
  }

  /// Returns the error about a fault in field `index`, of categories, for which a policy would put a number.
  func classless(
    _ fault: RecordError, _ repair: ErrorPolicy.Repair, _ index: Int, _ layout: ResolvedColumns
  ) -> RecordError {
    var error = fault
    error.problem +=
      "; \(ErrorPolicy.Action.repair(repair)) would make up a category: "
      + (layout.labelFields.contains(index)
        ? "leave out such series (\(Remedy.skipSequences))"
        : "leave such fields missing, and say which category they become "
          + "(\(Remedy.repairCategory(escapedText(layout.fileColumns[index].utf8, limit: nil))))")
    return error
  }

  /// Returns the remedy for a missing value in field `index`.
  private func remedyForMissing(_ index: Int, _ role: CSVRole, isLabel: Bool, isFirstRow: Bool) -> String {
    if isLive { return "; fill it in, or let the model fill it (\(Remedy.fillForward))" }
    if areSeries {
      return "; fill it in, let a transform fill it (\(Remedy.fill)), or leave out such rows (\(skipRemedy))"
    }
    if isFirstRow, !hasValueLater(index) {
      return ", as in all rows of the file; "
        + (isLabel
          ? "fill in the labels, or name another column of labels"
          : "leave out the column (\(Remedy.dropColumn("\(index)"))), or, if other files have values, fill it with their "
            + "mean (\(Remedy.fillMean))")
    }
    return "; fill it in, "
      + (isLabel
        ? "or leave out such rows (\(skipRemedy))"
        : "let a transform fill it (\(role.isCategory ? Remedy.fillForward : Remedy.fill)), or leave out the column (\(Remedy.dropColumn("\(index)"))) or such rows "
          + "(\(skipRemedy))")
  }

  /// Returns the remedy for a row that goes back in time.
  private func remedyForTimeOrder(_ text: [UInt8], _ values: CSVFieldValues) -> String {
    let encoding = values.layout.timeFields[0].encoding
    let hour =
      encoding.isLocal(text)
        && encoding.nanoseconds(of: Array(trimmed(text))).map(values.clock.isRepeatedHour) == true
      ? "this looks like the hour that comes twice at the end of daylight saving time: write times with their zone, "
        + "such as 2024-10-27T02:30:00+01:00; otherwise, " : ""
    if isLive { return hour + "give rows in the order of time" }
    // Sorting would mix the two hours, and the rows of several sequences.
    let several =
      hour.isEmpty && canBeGrouped && !values.layout.isGrouped
      ? "if the rows are those of several series, name the column that tells these apart (\(Remedy.groupBy)); otherwise, "
      : ""
    return hour + several + (hour.isEmpty ? "sort the rows (\(Remedy.sortByTime)), or " : "")
      + "leave out such rows (\(Remedy.skipBackwards)) or their sequences (\(Remedy.skipUnordered))"
  }

  /// Returns true if field `index` of any later row is not missing.
  private func hasValueLater(_ index: Int) -> Bool {
    var rest = rest
    while let row = try? rest.next() {
      guard index < row.fields.count else { continue }
      let text = row.fields[index].text
      if !trimmed(text).isEmpty, !format.isMissing(text) { return true }
    }
    return false
  }

  /// Returns the remedy for a text in a column of labels that are numbers.
  private func remedyForTextLabel(_ text: [UInt8], _ role: CSVRole, mayBeHeader: Bool) -> String {
    if usuallyMeansMissing(String(decoding: trimmed(text), as: UTF8.self)) {
      return
        "if labels may be missing, mask them (\(Remedy.labelMissing(escapedText(trimmed(text), limit: nil)))), or correct it"
    }
    return
      "if the labels are texts, list them in the order of their class numbers (\(Remedy.labelCategories)) instead of "
      + (role == .classNumber ? "their number" : "regression")
      + (mayBeHeader
        ? "; if the line is a header, declare it (\(Remedy.header)) or skip it (\(Remedy.skipLines("1")))"
        : "")
  }

  /// Returns the expected contents of a field, for messages.
  ///
  /// - Parameter isMissing: True if the field has no contents: texts that are collected may then not be known yet.
  private func expectation(_ role: CSVRole, isMissing: Bool = false) -> String {
    switch role {
    case .number, .classNumber, .dropped, .encoded(.offset): "a number"
    case .encoded(.category(let vocabulary)) where vocabulary.names.isEmpty:
      isMissing ? "a category" : "a text of a list that is empty"
    case .encoded(.category(let vocabulary)): "one of \(vocabulary.shown())"
    case .encoded(.time(let rule)):
      switch rule.format {
      case .iso8601: "a date, or a date and time, as 2024-05-01T12:00:00Z"
      case .unixSeconds, .unixMilliseconds: "\(rule.format)"
      case .pattern: "a timestamp written as \(rule.format)"
      }
    }
  }

  private func nearest(_ text: [UInt8], _ role: CSVRole) -> String {
    guard case .encoded(.category(let vocabulary)) = role else { return "" }
    return suggestion(for: String(decoding: text, as: UTF8.self), among: vocabulary.names)
  }

  /// Returns true if field `index` is the first one and its column has no name, as in tables with row names.
  private func isRowName(_ index: Int) -> Bool {
    index == 0 && names?.first == ColumnReference.name(ofUnnamed: 0)
  }

  /// Returns true if a row could be an undeclared header: it has no number at all.
  private func looksLikeHeader(_ row: CSVTextRow) -> Bool {
    format.header == .none && !row.fields.contains { format.decimal($0.text).kind == .number }
  }

  /// What to do with a line that is a header.
  private var headerRemedy: String {
    let skip = "skip it (\(Remedy.skipLines("\(format.skippedLines + 1)")))"
    // Of lines that arrive, those above may be there to be skipped, or not.
    return isLive && format.skippedLines > 0 ? skip : "declare it (\(Remedy.header)) or \(skip)"
  }

  /// Returns the remedies for a text that is not a number: all that fit what was found.
  private func remedy(
    for text: [UInt8], _ index: Int, of row: CSVTextRow, isLabel: Bool, isFirstRow: Bool
  ) -> String {
    func areNumbers(separatedBy byte: UInt8) -> Bool {
      let pieces = text.split(separator: byte)
      return pieces.count > 1 && pieces.allSatisfy { CSVParser.decimal(Array($0)).kind == .number }
    }
    let comma = UInt8(ascii: ",")
    for other in ";\t| ".utf8 where other != format.delimiter && areNumbers(separatedBy: other) {
      return
        "if \(delimiterInWords(other)) separates the fields, name it as delimiter (\(delimiterRemedy(other)))"
    }
    if format.numbers == nil, let other = otherNotation(of: text) { return other }
    if areNumbers(separatedBy: comma) {
      // Of fields in quotes, the comma is a part already.
      return format.delimiter == comma
        ? "write numbers with a decimal point, and without commas"
        : "write numbers with a decimal point, or, if the comma separates the fields, "
          + "name it as delimiter (\(delimiterRemedy(comma)))"
    }
    if format.notation.decimal != ".", CSVParser.decimal(text).kind == .number {
      return "write it with the decimal sign \"\(format.notation.decimal)\", as the files are said to have"
    }
    let skip = "leave out such rows (\(skipRemedy))"
    if !isLive, row.fields.contains(where: { NonNumber.hasOtherBytes($0.text) }) {
      return "if the file is compressed, unpack it; otherwise correct it, or \(skip)"
    }
    if isFirstRow, looksLikeHeader(row) {
      return "correct it, or, if the line is a header, \(headerRemedy)"
    }
    if isLive { return "correct it, or declare the text as a missing value" }
    if isLabel { return "correct it, or \(skip)" }
    let found = NonNumber(text, later: isFirstRow ? laterTexts(index) : nil)
    let column = "@\(index)"
    let missing = found.shown.map {
      "if it means a missing value, declare it and fill it (\(Remedy.missing($0)))"
    }
    let drop = "leave out the column (\(Remedy.dropColumn("\(index)")))"
    switch found.kind {
    case .exception: return "correct it" + (missing.map { ", or, \($0)" } ?? "") + ", or \(skip)"
    case .time: return "if it is a time, read it as one (\(Remedy.readTime(column))), or \(drop)"
    case .otherTime: return "if it is a time, name its format (\(Remedy.timeFormat(column))), or \(drop)"
    case .texts(let areRepeated):
      let category = "if it is a category, number its texts (\(Remedy.category(column)))"
      let id = "if it is an id or a remark, \(drop)"
      let parts =
        areRepeated == true
        ? [category, id, missing] : [areRepeated == nil ? "correct it" : nil, id, category, missing]
      return parts.compactMap(\.self).joined(separator: "; ")
    }
  }

  /// Returns the texts of field `index` in the next rows, at most a hundred.
  private func laterTexts(_ index: Int) -> [[UInt8]] {
    var rest = rest
    var texts: [[UInt8]] = []
    while texts.count < 100, let row = try? rest.next() {
      if index < row.fields.count { texts.append(row.fields[index].text) }
    }
    return texts
  }

  /// Returns the remedy for a number with a decimal comma, or with separators between thousands.
  private func otherNotation(of text: [UInt8]) -> String? {
    func isNumber(_ notation: TextNotation) -> Bool {
      var plain: [UInt8] = []
      return NumberNotation(notation)?.rewrite(text, into: &plain) == true
        && CSVParser.decimal(plain).kind == .number
    }
    let comma = UInt8(ascii: ",")
    if isNumber(TextNotation(decimal: ",")) && text.contains(comma) {
      let mayBeThousands = isNumber(TextNotation(thousands: ","))
      let thousands =
        mayBeThousands ? "if the comma separates thousands, say so (\(Remedy.thousands(",")))" : ""
      if format.delimiter == comma { return mayBeThousands ? thousands : nil }
      return "if the comma is the decimal sign, say so (\(Remedy.decimal(",")))"
        + (mayBeThousands ? "; \(thousands)" : "")
        + "; if it separates the fields, name it as delimiter (\(delimiterRemedy(comma)))"
    }
    for thousands in [",", "'", " "] where isNumber(TextNotation(thousands: thousands)) {
      return "if \(thousands == " " ? "the blank" : "\"\(thousands)\"") separates thousands, say so "
        + "(\(Remedy.thousands(thousands)))"
    }
    return nil
  }
}

extension CSVDialect {
  /// A number in the notation of the files, for messages.
  fileprivate var exampleOfNumber: String { notation.decimal == "," ? "-1,5e3" : "-1.5e3" }
}
