import Platform
import Sequences

/// The formats of files with a series per line and a header that describes the series, by their extensions.
package enum TSFormat: String, Sendable, CaseIterable {
  /// The format of sktime and aeon: dimensions are separated by colons.
  case ts
  /// The attribute-relation format of Weka, in the layouts of the UCR and UEA archives.
  case arff

  /// Recognizes the extension of a path or pattern, before that of a compression.
  package init?(path: some StringProtocol) {
    let name = Compression.withoutExtension(Substring(path))
    guard let dot = name.lastIndex(of: "."),
      let format = TSFormat(rawValue: name[name.index(after: dot)...].lowercased())
    else { return nil }
    self = format
  }

  /// True if a line that begins with `byte` is a comment.
  static func isComment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%") }

  /// Returns the error about a file whose extension is another one.
  static func unknown(_ path: String) -> RecordError {
    RecordError(
      .mismatch, path: path,
      "the extension says no format of series: expected .ts or .arff, found another one; rename the file, or read it as CSV"
    )
  }

  /// The mark of the line after which the series begin.
  static let dataTag = "@data"
}
