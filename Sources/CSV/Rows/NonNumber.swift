import CText
import Platform
import Sequences

/// A text in a column of numbers, with what it may be: the remedies in a message follow from it.
struct NonNumber {
  /// The things that the text may be.
  enum Kind: Equatable {
    /// An exception in a column of numbers: a mistake, or a missing value.
    case exception
    /// A time in the notation of ISO 8601.
    case time
    /// A time in another notation.
    case otherTime
    /// One of the texts of a column of texts; `areRepeated` is true if any of them returns, `nil` if it is the only
    /// one.
    case texts(areRepeated: Bool?)
  }

  /// What it may be.
  let kind: Kind
  /// The text as a flag names it; `nil` if it has invisible bytes, or is too long to be a token.
  let shown: String?

  /// Texts that often stand for a missing value, in lower case.
  private static let tokens: Set<String> = [
    "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "missing", "unknown", "-", "--", "?", ".", "*",
  ]

  /// Examines a text.
  ///
  /// - Parameters:
  ///   - text: The text of the field.
  ///   - later: The texts in the same column of the next rows; `nil` if rows before it had numbers there.
  init(_ text: [UInt8], later: [[UInt8]]?) {
    let bytes = trimmed(text)
    let plain = String(decoding: bytes, as: UTF8.self)
    let isPlain = !bytes.isEmpty && bytes.count <= 40 && escapedText(bytes, limit: nil) == plain
    shown = isPlain ? plain : nil
    let others = (later ?? []).map { Array(trimmed($0)) }.filter { !$0.isEmpty }
    let isNumeric = later == nil || others.contains { CSVParser.decimal($0).kind == .number }
    if isNumeric || Self.tokens.contains(plain.lowercased()) {
      kind = .exception
    } else if Self.isTime(Array(bytes)) {
      kind = .time
    } else if Self.looksLikeTime(bytes) {
      kind = .otherTime
    } else {
      kind = .texts(areRepeated: others.isEmpty ? nil : Set(others + [Array(bytes)]).count <= others.count)
    }
  }

  /// Returns true if a text has control characters that no text has, as in a compressed file.
  static func hasOtherBytes(_ text: [UInt8]) -> Bool {
    text.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) }
  }

  private static func isTime(_ text: [UInt8]) -> Bool {
    TimestampEncoding(.iso8601).nanoseconds(of: text) != nil
  }

  /// Returns true for numbers between the separators of dates and times: 31.12.2023, 5/1/2024 14:30.
  private static func looksLikeTime(_ text: some Collection<UInt8>) -> Bool {
    let separators = text.filter { "./-:".utf8.contains($0) }
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    return text.first.map(isDigit) == true && text.allSatisfy { isDigit($0) || "./-: ".utf8.contains($0) }
      && (separators.count > 1 || separators.contains(UInt8(ascii: ":")))
  }
}
