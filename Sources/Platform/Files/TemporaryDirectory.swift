import Glibc

/// A directory for intermediate files, removed with its contents when the value is dropped.
public final class TemporaryDirectory {
  /// The directory's path.
  public let path: String

  /// Makes a directory in `TMPDIR`, or in `/tmp`.
  ///
  /// - Throws: `FileError` when it cannot be made.
  public init() throws(FileError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    path = temporaryName(beside: "\(parent)/timestep")
    guard mkdir(path, 0o700) == 0 else { throw .system(path, "cannot be created", code: errno) }
  }

  deinit { removeTree(path) }
}
