import Platform

/// The encoding of a column whose texts are not numbers.
public enum ColumnEncoding: Sendable, Hashable, Codable {
  /// Categories: the value of a text is its class index.
  case category(Vocabulary)
  /// Timestamps: the value of a text is the time since an origin.
  case time(TimestampEncoding)
  /// Numbers that are read in double precision: the value is the difference from an offset.
  case offset(NumberOffset)
}

/// The number that is subtracted from a column before its values become Float: exactly if both have up to 36 digits, and
/// otherwise in double precision.
///
/// Float keeps seven digits: of 1711846800 and 1711846801 it keeps the same number, but their differences
/// from the first one are 0 and 1.
public enum NumberOffset: Sendable, Hashable, Codable {
  /// The first number of the sequence.
  case first
  /// This number.
  case value(Double)
  /// This number, as a decimal text, because Double cannot hold all of its digits.
  case exact(String)
}

extension NumberOffset: CustomStringConvertible {
  /// The difference in words.
  public var description: String {
    switch self {
    case .first: "the difference from the first number of the sequence"
    case .value(let value): "the difference from \(value)"
    case .exact(let text): "the difference from \(text)"
    }
  }
}

extension ColumnEncoding: CustomStringConvertible {
  /// The encoding in words.
  public var description: String {
    switch self {
    case .category(let vocabulary):
      "the categories \(vocabulary.shown()), unknown ones: \(vocabulary.unknown.rawValue)"
    case .time(let rule): rule.description
    case .offset(let offset): offset.description
    }
  }
}

extension ColumnEncoding {
  /// The encoding as signatures contain it: a checkpoint depends on these words, so they never change.
  package var signatureText: String {
    guard case .time(let rule) = self else { return description }
    let since = rule.origin == .sequence ? "the first moment of the sequence" : "1970"
    return "\(rule.unit.rawValue) since \(since) (\(rule.format))"
  }
}

extension Vocabulary {
  /// Returns the first names, quoted, and the total count if not all are shown.
  package func shown(limit: Int = 8) -> String {
    let shown = names.prefix(limit).map { "\"\(escapedText($0.utf8))\"" }.joined(separator: ", ")
    return names.count > limit ? "\(shown), ... (\(names.count) in all)" : shown
  }
}
