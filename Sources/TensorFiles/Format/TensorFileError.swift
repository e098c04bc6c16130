import Platform

/// An error in the contents of a tensor file, with the reason and the remedy.
///
/// Errors of the file system (no such file, no permission, a full disk) are `FileError`s instead.
public struct TensorFileError: Error, Hashable, CustomStringConvertible {
  /// The path of the file.
  public var path: String
  /// The problem, what was found, and the remedy, in words.
  public var problem: String

  /// Makes an error about the file at `path`.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// The message: `PATH: problem, what was found, remedy`.
  public var description: String { FileError(path: path, problem: problem).description }
}

/// A problem with a file or an array, as the rest of a sentence that begins with "it".
struct Fault: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

/// A name from a file, quoted, cut at 40 characters, and safe to print: a damaged file can hold any bytes.
func quoted(_ name: String) -> String { "\"\(escapedText(name.utf8))\"" }
