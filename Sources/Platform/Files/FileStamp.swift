import Glibc

/// The size and the modification time of a file, which change with its contents.
public struct FileStamp: Hashable, Sendable {
  /// The number of bytes.
  public var size: Int
  /// The time at which the contents were last written, in nanoseconds since 1970.
  public var modified: Int

  /// Makes a stamp.
  public init(size: Int, modified: Int) {
    self.size = size
    self.modified = modified
  }

  /// Reads the stamp of the plain file at `path`, following symbolic links; `nil` if there is none.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
  }

  /// The current time on the clock of `modified`, in nanoseconds since 1970.
  package static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
  }
}
