/// How the texts of a column become numbers, where they are none.
public enum ColumnEncoding: Sendable, Hashable, Codable {
  /// Categories: a text's value is its class index.
  case category(Vocabulary)
  /// Moments: a text's value is the time since an origin.
  case time(TimestampEncoding)
}

extension ColumnEncoding: CustomStringConvertible {
  /// The encoding in words.
  public var description: String {
    switch self {
    case .category(let vocabulary):
      "the categories \(vocabulary.shown()), unknown ones: \(vocabulary.unknown.rawValue)"
    case .time(let rule): rule.description
    }
  }
}

extension Vocabulary {
  /// The first names, quoted, and how many there are when not all are shown.
  package func shown(limit: Int = 8) -> String {
    let shown = names.prefix(limit).map { "\"\(escapedText($0.utf8))\"" }.joined(separator: ", ")
    return names.count > limit ? "\(shown), ... (\(names.count) in all)" : shown
  }
}
