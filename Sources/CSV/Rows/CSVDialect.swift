import CText
import Platform
import Sequences

/// The validated format options for the files of one reader.
struct CSVDialect: Sendable, Hashable {
  let delimiter: UInt8
  let skippedLines: Int
  let header: CSVHeader
  let missingValues: MissingValues
  let nonFinite: NonFiniteValues
  /// The tokens of `missingValues` without surrounding blanks, as bytes.
  private let tokens: [[UInt8]]
  /// True if a number can also be a token, so that numbers must be compared with the tokens.
  let tokensMayBeNumbers: Bool

  init(
    skippingLines: Int, delimiter: String, header: CSVHeader, missingValues: MissingValues,
    nonFinite: NonFiniteValues
  ) throws(UsageError) {
    guard skippingLines >= 0 else {
      throw UsageError(
        "the number of lines to skip is negative: expected 0 or more, found \(skippingLines); "
          + "name the number of lines before the data")
    }
    // A digit, a sign, a point or an e as delimiter would split numbers.
    guard let byte = delimiter.utf8.first, delimiter.utf8.count == 1,
      !"\"\r\n0123456789+-.eE".utf8.contains(byte)
    else {
      throw UsageError(
        "the delimiter cannot be used: expected one byte that is not a quote, line end, digit, sign, point "
          + "or letter e, found \"\(escapedText(delimiter.utf8))\"; use \",\", \";\" or a tab")
    }
    self.delimiter = byte
    skippedLines = skippingLines
    self.header = header
    self.missingValues = missingValues
    self.nonFinite = nonFinite
    tokens = missingValues.tokens.map { Array(trimmed($0.utf8)) }
    tokensMayBeNumbers = tokens.contains { CSVParser.decimal($0).kind == .number }
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
