import Glibc

/// A directory for intermediate files.
///
/// It is removed with its contents when the value is dropped.
public final class TemporaryDirectory {
  /// The path of the directory.
  public let path: String

  /// Creates a directory in `TMPDIR`, or in `/tmp` if it is not set.
  ///
  /// - Throws: `FileError` if it cannot be created.
  public init() throws(FileError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    path = temporaryName(beside: "\(parent)/timestep")
    guard mkdir(path, 0o700) == 0 else { throw .system(path, "cannot be created", code: errno) }
  }

  deinit { removeTree(path) }
}
