import Sequences

/// The lines of files that a pattern takes apart: whole lines, one group of the pattern a field.
///
/// A compiled pattern belongs to one thread; each cursor compiles its own.
struct LinePattern {
  private let regex: Regex<AnyRegexOutput>

  /// Compiles `pattern`.
  ///
  /// - Throws: `CSVOptionError` when it is none.
  init(_ pattern: String) throws(CSVOptionError) {
    do {
      // Line ends, accents and the like are matched as they are written, and `.` is one code point.
      regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
    } catch {
      throw CSVOptionError(
        "the line pattern cannot be read: expected a regular expression, found \"\(escapedText(pattern.utf8))\" "
          + "(\(error)); correct it")
    }
  }

  /// The groups of `line`, each with its first byte's number on the line, from 0; `nil` when the line does not match.
  ///
  /// A group that took no part in the match is an empty text at the line's begin.
  func groups(of line: String) throws -> [(name: String?, text: [UInt8], start: Int)]? {
    guard let match = try regex.wholeMatch(in: line) else { return nil }
    return match.output.dropFirst().map { group in
      guard let text = group.substring else { return (group.name, [], 0) }
      return (group.name, Array(text.utf8), line.utf8.distance(from: line.startIndex, to: text.startIndex))
    }
  }
}
