import Platform

/// A text that names a class or is a number, with its location.
package struct LabelText: Sendable, Hashable {
  /// The text, without the blanks around it.
  package var text: String
  /// The file; a file or folder whose name is the label has no line.
  package var path: String
  /// The line and the byte at which the text begins, from 1.
  package var line, column: Int?

  /// Makes a text.
  package init(_ text: some StringProtocol, path: String, line: Int? = nil, column: Int? = nil) {
    (self.text, self.path, self.line, self.column) = (
      String(text).trimmingBlanks, path, line, column
    )
  }

  /// `PATH[:LINE]`, as messages refer to another place.
  package var location: String {
    escapedText(path.utf8, limit: nil) + (line.map { ":\($0)" } ?? "")
  }

  /// The text in quotes, as messages show it.
  package var quoted: String { "\"\(escapedText(text.utf8))\"" }

  /// The pairing key of a label that no sequence belongs to: not that of any sequence.
  var lonelyKey: String { "\u{0}\(location):\(text)" }

  /// The error about a text that should name a sequence and does not.
  var namesNoSequence: RecordError {
    error(
      .unpaired, "\(quoted) names no sequence: expected the name of one, found none of that name; correct it")
  }

  /// Returns an error at this place.
  package func error(_ kind: RecordError.Kind, _ problem: String) -> RecordError {
    RecordError(
      kind, path: path, line: line, column: column, text: escapedText(text.utf8), problem)
  }
}

extension String {
  /// The text without blanks (space, tab) at its ends.
  fileprivate var trimmingBlanks: String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    guard let first = utf8.firstIndex(where: { !isBlank($0) }),
      let last = utf8.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[first...last])
  }
}

/// Returns true if a text usually stands for a missing value.
package func usuallyMeansMissing(_ text: String) -> Bool {
  ["na", "n/a", "nan", "null", "none", "nil", "missing", "?", "-"].contains(text.lowercased())
}

/// Returns the number that a decimal text states, with the same grammar as fields of files; `nil` if it is not one.
package func decimalNumber(_ text: String) -> Double? {
  var rest = text.utf8[...]
  func digits() -> Int {
    let run = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest[run.endIndex...]
    return run.count
  }
  func skip(_ bytes: String) -> Bool {
    guard let first = rest.first, bytes.utf8.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }
  _ = skip("+-")
  let whole = digits()
  let decimals = skip(".") ? digits() : 0
  guard whole + decimals > 0 else { return nil }
  if skip("eE") {
    _ = skip("+-")
    guard digits() > 0 else { return nil }
  }
  return rest.isEmpty ? Double(text) : nil
}
