import Glibc

/// A directory for intermediate files.
///
/// It is removed with its contents when the value is dropped. That of a killed process is removed by the next one
/// that makes such a directory.
public final class TemporaryDirectory {
  /// The path of the directory.
  public let path: String
  /// The directory that contains it, which is locked; `path` itself can be locked by its user.
  private let locked: String
  private let descriptor: Int32

  /// The directory for temporary files: `TMPDIR`, or `/tmp` if it is not set or empty.
  static var place: String {
    let given = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return given.isEmpty ? "/tmp" : given
  }

  /// Creates a directory in `TMPDIR`, or in `/tmp` if it is not set or empty.
  ///
  /// - Throws: `FileError` if it cannot be created.
  public init() throws(FileError) {
    let target = "\(Self.place)/timestep"
    Directory.removeAbandoned(beside: target)
    (descriptor, locked) = try createLockedDirectory(beside: target, path: target, mode: 0o700)
    path = "\(locked)/files"
    try Directory.create(path)
  }

  deinit {
    Directory.remove(locked, openAs: descriptor)
    TemporaryPaths.forget(locked)
  }
}
