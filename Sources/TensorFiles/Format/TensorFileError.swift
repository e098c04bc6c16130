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
