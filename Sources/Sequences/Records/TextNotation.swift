import Platform

/// How the rows of text files are written, where that is not plain CSV: commas, decimal points, quotes, UTF-8.
///
/// ```swift
/// TextNotation(delimiter: ";", decimal: ",")          // 1;20,5
/// TextNotation(thousands: ",")                        // "1,234.5",2
/// TextNotation(delimiter: "space", quotes: .none)     // runs of blanks and tabs
/// ```
/// A model stores the notation of its training data.
public struct TextNotation: Sendable, Hashable {
  /// The use of double quotes.
  public enum Quotes: String, Sendable, Hashable, Codable, CaseIterable {
    /// They may enclose a field, as in RFC 4180.
    case double
    /// They are characters like others.
    case none
  }

  /// The separator between fields: one byte, or `space` for runs of blanks and tabs.
  public var delimiter: String
  /// The sign before the decimals of a number: a point or a comma.
  public var decimal: String
  /// The separator between groups of three digits: one character; `nil`: there is none.
  ///
  /// A blank stands for the no-break spaces U+00A0 and U+202F too, which spreadsheets write.
  public var thousands: String?
  /// The use of double quotes.
  public var quotes: Quotes
  /// The encoding of the characters.
  public var encoding: TextEncoding

  /// Makes a notation.
  public init(
    delimiter: String = ",", decimal: String = ".", thousands: String? = nil, quotes: Quotes = .double,
    encoding: TextEncoding = .utf8
  ) {
    (self.delimiter, self.decimal, self.thousands) = (delimiter, decimal, thousands)
    (self.quotes, self.encoding) = (quotes, encoding)
  }

  /// Plain CSV.
  public static let plain = TextNotation()

  /// The delimiter that stands for runs of blanks and tabs.
  package static let blanks = "space"

  /// True if numbers are those of plain CSV: a decimal point, and nothing between digits.
  package var hasPlainNumbers: Bool { decimal == "." && thousands == nil }

  /// The notation of numbers and characters alone: lines that a pattern describes have no delimiter.
  package var betweenWords: TextNotation {
    TextNotation(delimiter: "\t", decimal: decimal, thousands: thousands, encoding: encoding)
  }

  /// Returns the notation with another delimiter, unless that is `nil`.
  package func delimited(by delimiter: String?) -> TextNotation {
    var notation = self
    if let delimiter { notation.delimiter = delimiter }
    return notation
  }
}

extension TextNotation: Codable {
  private enum CodingKeys: String, CodingKey { case delimiter, decimal, thousands, quotes, encoding }

  /// Reads a notation; what is absent is that of plain CSV.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      delimiter: try values.decodeIfPresent(String.self, forKey: .delimiter) ?? ",",
      decimal: try values.decodeIfPresent(String.self, forKey: .decimal) ?? ".",
      thousands: try values.decodeIfPresent(String.self, forKey: .thousands),
      quotes: try values.decodeIfPresent(Quotes.self, forKey: .quotes) ?? .double,
      encoding: try values.decodeIfPresent(TextEncoding.self, forKey: .encoding) ?? .utf8)
  }

  /// Writes what is not that of plain CSV.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    let plain = Self.plain
    if delimiter != plain.delimiter { try values.encode(delimiter, forKey: .delimiter) }
    if decimal != plain.decimal { try values.encode(decimal, forKey: .decimal) }
    try values.encodeIfPresent(thousands, forKey: .thousands)
    if quotes != plain.quotes { try values.encode(quotes, forKey: .quotes) }
    if encoding != plain.encoding { try values.encode(encoding, forKey: .encoding) }
  }
}

/// The notation of numbers: a decimal sign, and separators between groups of three digits.
///
/// A number with separators has one to three digits before the first of them and three after each; the separators of
/// a number are the same. Anything else is not a number.
package struct NumberNotation: Sendable, Hashable {
  /// The decimal sign: a point or a comma.
  package let decimal: UInt8
  /// The separators, in UTF-8.
  private let separators: [[UInt8]]

  /// Makes the notation of the numbers in `notation`; `nil` if it is that of plain CSV.
  package init?(_ notation: TextNotation) {
    if notation.hasPlainNumbers { return nil }
    decimal = notation.decimal.utf8.first ?? UInt8(ascii: ".")
    separators =
      notation.thousands.map { $0 == " " ? [" ", "\u{A0}", "\u{202F}"] : [$0] }?.map { Array($0.utf8) } ?? []
  }

  /// Rewrites a number in the notation of plain CSV.
  ///
  /// - Parameters:
  ///   - text: The text, with or without blanks around it.
  ///   - plain: The same number in plain notation, or the text itself if it is no number in any notation.
  /// - Returns: False if the text is not a number because of its signs: a point instead of a decimal comma, or groups
  ///   of another length.
  package func rewrite(_ text: some BidirectionalCollection<UInt8>, into plain: inout [UInt8]) -> Bool {
    plain.removeAll(keepingCapacity: true)
    var rest = text[...]
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest = rest.dropFirst() }
    while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest = rest.dropLast() }
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      plain.append(sign)
      rest = rest.dropFirst()
    }
    var digits = 0
    var separator: [UInt8]?
    while let byte = rest.first {
      if isDigit(byte) {
        plain.append(byte)
        digits += 1
        rest = rest.dropFirst()
        if separator != nil, digits > 3 { return false }
        continue
      }
      guard let found = separators.first(where: { rest.starts(with: $0) }) else { break }
      guard digits > 0, digits <= 3, separator == nil || separator == found && digits == 3,
        isDigit(rest.dropFirst(found.count).first)
      else { return false }
      separator = found
      digits = 0
      rest = rest.dropFirst(found.count)
    }
    if separator != nil, digits != 3 { return false }
    if rest.first == decimal {
      plain.append(UInt8(ascii: "."))
      rest = rest.dropFirst()
    }
    // In another notation, a point here would be a second decimal sign.
    if decimal != UInt8(ascii: "."), rest.contains(UInt8(ascii: ".")) { return false }
    plain += rest
    return true
  }

  /// Returns a number in the notation of plain CSV; the text itself if it is no number.
  package func plainText(of text: String) -> String {
    var plain: [UInt8] = []
    return rewrite(Array(text.utf8), into: &plain) ? String(decoding: plain, as: UTF8.self) : text
  }
}
