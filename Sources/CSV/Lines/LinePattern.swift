import Platform
import Sequences

/// A pattern that splits whole lines into fields, one group of the pattern per field.
///
/// A compiled pattern belongs to one thread; each cursor compiles its own.
struct LinePattern {
  private let regex: Regex<AnyRegexOutput>

  /// Compiles `pattern`.
  ///
  /// - Throws: `UsageError` if it is not a valid pattern.
  init(_ pattern: String) throws(UsageError) {
    do {
      // Line endings, accents and so on are matched as written, and `.` is one code point.
      regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
    } catch {
      throw UsageError(
        "the line pattern cannot be read: expected a regular expression, found \"\(escapedText(pattern.utf8))\" "
          + "(\(error)); correct it")
    }
  }

  /// Returns the groups of `line`, each with the index of its first byte in the line, from 0, or `nil` if the
  /// line does not match.
  ///
  /// A group that did not take part in the match is an empty text at the start of the line.
  func groups(of line: String) throws -> [(name: String?, text: [UInt8], start: Int)]? {
    guard let match = try regex.wholeMatch(in: line) else { return nil }
    return match.output.dropFirst().map { group in
      guard let text = group.substring else { return (group.name, [], 0) }
      return (group.name, Array(text.utf8), line.utf8.distance(from: line.startIndex, to: text.startIndex))
    }
  }
}
