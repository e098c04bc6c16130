import CText
import Platform
import Sequences

/// The validated format options for the files of one reader.
struct CSVDialect: Sendable, Hashable {
  /// How rows are written.
  let notation: TextNotation
  let delimiter: UInt8
  /// True if runs of blanks and tabs separate fields; the delimiter is then a blank.
  let joinsBlanks: Bool
  /// The byte around quoted fields; 0xFF, which no text contains, if there are none.
  let quote: UInt8
  /// The notation of numbers; `nil` if it is that of plain CSV.
  let numbers: NumberNotation?
  /// The decoder of the files; that of a certain file, once its first bytes are known.
  private(set) var decoder: TextDecoder
  var skippedLines: Int
  let header: CSVHeader
  private(set) var missingValues: MissingValues
  private(set) var nonFinite: NonFiniteValues
  /// The tokens of `missingValues` without surrounding blanks, as bytes.
  private var tokens: [[UInt8]]
  /// True if a number can also be a token, so that numbers must be compared with the tokens.
  let tokensMayBeNumbers: Bool

  init(
    skippingLines: Int, notation: TextNotation, header: CSVHeader, missingValues: MissingValues,
    nonFinite: NonFiniteValues
  ) throws(UsageError) {
    guard skippingLines >= 0 else {
      throw UsageError(
        "the number of lines to skip is negative: expected 0 or more, found \(skippingLines); "
          + "name the number of lines before the data")
    }
    try Self.check(notation)
    self.notation = notation
    joinsBlanks = notation.delimiter == TextNotation.blanks
    delimiter = joinsBlanks ? 0x20 : notation.delimiter.utf8.first ?? UInt8(ascii: ",")
    quote = notation.quotes == .double ? UInt8(ascii: "\"") : 0xFF
    numbers = NumberNotation(notation)
    decoder = try TextDecoder(notation.encoding)
    skippedLines = skippingLines
    self.header = header
    self.missingValues = missingValues
    self.nonFinite = nonFinite
    let tokens = missingValues.tokens.map { Array(trimmed($0.utf8)) }
    self.tokens = tokens
    var plain: [UInt8] = []
    let numbers = numbers
    tokensMayBeNumbers = tokens.contains { token in
      guard let numbers else { return CSVParser.decimal(token).kind == .number }
      return numbers.rewrite(token, into: &plain) && CSVParser.decimal(plain).kind == .number
    }
  }

  private static func check(_ notation: TextNotation) throws(UsageError) {
    // A digit, a sign, a point or an e as delimiter would split numbers.
    guard
      notation.delimiter == TextNotation.blanks
        || notation.delimiter.utf8.count == 1
          && notation.delimiter.utf8.allSatisfy({ !"\"\r\n0123456789+-.eE".utf8.contains($0) && $0 < 0x80 })
    else {
      throw UsageError(
        "the delimiter cannot be used: expected one byte that is not a quote, line end, digit, sign, point "
          + "or letter e, found \"\(escapedText(notation.delimiter.utf8))\"; use \",\", \";\" or a tab")
    }
    guard [".", ","].contains(notation.decimal) else {
      throw UsageError(
        "the decimal sign cannot be used: expected a point or a comma, found \"\(escapedText(notation.decimal.utf8))\""
      )
    }
    guard notation.decimal != notation.delimiter else {
      throw UsageError(
        "the comma cannot be both the decimal sign and the delimiter: expected another delimiter, found none; name it "
          + "(\(Remedy.delimiter(";")))")
    }
    guard let thousands = notation.thousands else { return }
    guard thousands.unicodeScalars.count == 1, thousands != notation.decimal,
      !thousands.utf8.contains(where: { "\"\r\n\t0123456789+-eE".utf8.contains($0) })
    else {
      throw UsageError(
        "the thousands separator cannot be used: expected one character that is not the decimal sign, a digit or a sign, "
          + "found \"\(escapedText(thousands.utf8))\"; use \",\", \".\", \"'\" or a blank")
    }
  }

  /// True if the text of files must be rewritten before the fast paths can read it.
  var isTranscoded: Bool { joinsBlanks || !decoder.isIdentity }

  /// Returns the format of the file that begins with `bytes`, whose order of bytes is known.
  func resolved(for bytes: some RandomAccessCollection<UInt8>) -> CSVDialect {
    decoding(by: decoder.resolved(for: bytes))
  }

  /// Returns the format with another decoder.
  func decoding(by decoder: TextDecoder) -> CSVDialect {
    var format = self
    format.decoder = decoder
    return format
  }

  /// Returns the position of the first byte of the file `bytes` after a byte-order mark and the skipped lines.
  ///
  /// If there are no more lines than that, it is the end of `bytes`.
  func start<Bytes: RandomAccessCollection<UInt8>>(of bytes: Bytes) -> CSVLocation where Bytes.Index == Int {
    let decoder = decoder.resolved(for: bytes)
    var location = CSVLocation()
    location.offset = decoder.markLength(of: bytes)
    location.column += location.offset
    while location.line <= skippedLines, let end = decoder.lineEnd(in: bytes, from: location.offset) {
      location = CSVLocation(offset: end, line: location.line + 1)
    }
    // Too few lines: the rest belongs to the skipped ones.
    if location.line <= skippedLines { location.offset = bytes.count }
    return location
  }

  /// The format in which blank fields and NaN are values, too.
  var takingMissingValues: CSVDialect {
    var format = self
    format.missingValues.policy = .nan
    format.nonFinite = .allowed
    if !tokens.contains([]) { format.tokens.append([]) }
    return format
  }

  /// True if no other texts than blanks and NaN mean a missing value.
  var onlyBlanksAreMissing: Bool {
    tokens.allSatisfy { $0.isEmpty || $0.count == 3 && $0.map { $0 | 0x20 } == Array("nan".utf8) }
  }

  /// Returns the kind and value of `text` as a number.
  func decimal(_ text: [UInt8]) -> (kind: timestep_decimal, value: Float) {
    guard let numbers else { return CSVParser.decimal(text) }
    var plain: [UInt8] = []
    return numbers.rewrite(text, into: &plain) ? CSVParser.decimal(plain) : (.not_a_number, 0)
  }

  /// Returns `text` as a number in the notation of plain CSV; `nil` if its signs are not those of the files.
  func plainNumber(_ text: [UInt8]) -> [UInt8]? {
    guard let numbers else { return text }
    var plain: [UInt8] = []
    return numbers.rewrite(text, into: &plain) ? plain : nil
  }

  /// Returns true if `text` was declared to mean "missing".
  func isMissing(_ text: some BidirectionalCollection<UInt8>) -> Bool {
    let text = trimmed(text)
    return tokens.contains { $0.elementsEqual(text) }
  }

  /// Returns the value of a field whose text is of `kind`, or its fault.
  func value(
    _ text: some BidirectionalCollection<UInt8>, _ kind: timestep_decimal, _ number: Float
  ) -> Result<Float, CSVFieldFault> {
    if (kind != .number || tokensMayBeNumbers) && isMissing(text) {
      return missingValues.policy == .nan ? .success(.nan) : .failure(.missing)
    }
    switch kind {
    case .number: return .success(number)
    case .empty: return .failure(.missing)
    case .not_finite: return nonFinite == .allowed ? .success(number) : .failure(.notFinite)
    case .out_of_range: return .failure(.outOfRange)
    case .not_a_number: return .failure(.notANumber)
    }
  }
}

/// The possible faults of one field.
enum CSVFieldFault: Error {
  case missing
  case notFinite
  case outOfRange
  case notANumber
  case unknownCategory
  case notATime
  /// A timestamp before that of the row before.
  case timeOrder
  /// A class number that Float rounds to another one.
  case rounded
}

/// Returns `text` without the blanks (space, tab) around it.
func trimmed<Text: BidirectionalCollection<UInt8>>(_ text: Text) -> Text.SubSequence {
  var rest = text[...]
  while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
  while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest.removeLast() }
  return rest
}

/// The presence of a header: a first line, after the skipped ones, that names the columns.
public enum CSVHeader: String, Sendable, Hashable, CaseIterable {
  /// There is no header; the name of a column is its 0-based index.
  case none
  /// There is a header, and it is the same in every file.
  case present
}
