import Glibc

/// What tells a file from another one, and from itself with other contents, without reading it.
public struct FileStamp: Hashable, Sendable {
  /// The number of bytes.
  public var size: Int
  /// The time at which the contents were last written, in nanoseconds since 1970; programs can set it.
  public var modified: Int
  /// The time at which the contents or anything else about the file last changed, in nanoseconds since 1970;
  /// no program can set it.
  public var changed: Int
  /// The number of the file system.
  public var device: Int
  /// The number of the file on its file system.
  public var inode: Int

  /// Makes a stamp.
  public init(size: Int, modified: Int, changed: Int, device: Int, inode: Int) {
    (self.size, self.modified, self.changed) = (size, modified, changed)
    (self.device, self.inode) = (device, inode)
  }

  /// Reads the stamp of the plain file at `path`, following symbolic links; `nil` if there is none.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  /// Makes the stamp that the kernel reported.
  init(_ status: stat) {
    func nanoseconds(_ time: timespec) -> Int { Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec) }
    self.init(
      size: Int(status.st_size), modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim),
      device: Int(truncatingIfNeeded: status.st_dev), inode: Int(truncatingIfNeeded: status.st_ino))
  }

  /// Returns true if the size and the modification time are those of `other`.
  ///
  /// The other properties may change while the contents stay: a file can get another name, or other rights.
  func hasSameContents(as other: FileStamp) -> Bool { size == other.size && modified == other.modified }

  /// Returns true if the file is that of `other`, and has the same contents by the measure of `hasSameContents`.
  func isOfSameFile(as other: FileStamp) -> Bool {
    device == other.device && inode == other.inode && hasSameContents(as: other)
  }

  /// The current time on the clock of `modified`, in nanoseconds since 1970.
  package static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
  }
}
