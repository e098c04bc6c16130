import Glibc

/// A directory for intermediate files.
///
/// It is removed with its contents when the value is dropped. That of a killed process is removed by the next one
/// that makes such a directory.
public final class TemporaryDirectory {
  /// The path of the directory.
  public let path: String
  /// The descriptor of the directory, which holds its lock.
  private let descriptor: Int32

  /// Creates a directory in `TMPDIR`, or in `/tmp` if it is not set or empty.
  ///
  /// - Throws: `FileError` if it cannot be created.
  public init() throws(FileError) {
    let given = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let target = "\(given.isEmpty ? "/tmp" : given)/timestep"
    Directory.removeAbandoned(beside: target)
    (descriptor, path) = try createLockedDirectory(beside: target, path: target, mode: 0o700)
  }

  deinit {
    close(descriptor)
    Directory.remove(path)
    TemporaryPaths.forget(path)
  }
}
