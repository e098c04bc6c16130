import Platform

/// A file that is not what its format promises, with the reason and the remedy.
///
/// Faults of the file system (no such file, no permission, a full disk) are `FileError`s instead.
public struct TensorFileError: Error, Hashable, CustomStringConvertible {
  /// The file at fault.
  public var path: String
  /// What is wrong, what was found, and the remedy, in words.
  public var problem: String

  /// Makes an error about the file at `path`.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// `PATH: what is wrong, what was found, the remedy`.
  public var description: String { FileError(path: path, problem: problem).description }
}

/// What is wrong with a file or an array, as the middle of a sentence that begins with "it".
struct Fault: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

/// A name out of a file, quoted, cut at 40 characters and safe to print: a damaged file can hold any bytes.
func quoted(_ name: String) -> String {
  var text = ""
  for scalar in name.unicodeScalars.prefix(40) {
    text +=
      scalar.properties.generalCategory == .control
      ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
  return "\"\(text)\(name.unicodeScalars.count > 40 ? "..." : "")\""
}
