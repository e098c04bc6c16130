/// A problem with the contents of a file or an array, as the rest of a sentence that begins with "it".
///
/// It is thrown where the path is not known, and becomes an error that names the file.
package struct Fault: Error {
  /// The problem, in words.
  package var reason: String

  /// Makes a fault.
  package init(_ reason: String) { self.reason = reason }

  /// Calls `body`; a fault that it throws becomes an error of the file at `path`.
  ///
  /// - Throws: `FileError`.
  package static func naming<Result>(
    _ path: String, _ body: () throws(Fault) -> Result
  ) throws(FileError) -> Result {
    do throws(Fault) { return try body() } catch { throw FileError(path: path, problem: error.reason) }
  }
}

/// A name from a file, quoted, cut at 40 characters, and safe to print: a damaged file can hold any bytes.
package func quoted(_ name: String) -> String { "\"\(escapedText(name.utf8))\"" }
