import Glibc

/// An error of the file system, with the path and the remedy.
public struct FileError: Error, Hashable, CustomStringConvertible {
  /// The path of the file or directory.
  public var path: String
  /// The problem and the remedy, in words.
  public var problem: String

  /// Makes an error about `path`.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// The message: `PATH: problem, remedy`.
  public var description: String { "\(escapedText(path.utf8, limit: nil)): \(problem)" }

  /// Makes the error for a system call that failed with `code`.
  ///
  /// - Parameters:
  ///   - path: The path of the file or directory.
  ///   - verb: The failed operation, as in "cannot be read".
  ///   - code: The value of `errno`.
  static func system(_ path: String, _ verb: String, code: Int32) -> FileError {
    let cause: String
    switch code {
    case EBADF: cause = "it is closed; open it, for example with >/dev/null"
    case EFBIG:
      cause = "the limit on the size of files is reached; raise it (ulimit -f) or choose another place"
    case ENAMETOOLONG: cause = "the path or a name in it is too long; choose a shorter one"
    case ENOENT: cause = "no such file or directory; check the name and the working directory"
    case EACCES, EPERM: cause = "permission denied; check the owner and the access rights (ls -l)"
    case EISDIR: cause = "it is a directory where a file was expected; name a file inside it"
    case ENOTDIR: cause = "a part of the path is a file where a directory was expected"
    case ENOSPC, EDQUOT: cause = "no space left on the device; free some space or choose another place"
    case EMFILE, ENFILE: cause = "too many open files; raise the limit (ulimit -n)"
    case EROFS: cause = "the file system is read-only; choose another place"
    default: cause = String(cString: strerror(code))
    }
    return FileError(path: path, problem: "\(verb): \(cause)")
  }
}
