import Glibc

/// The right to be the only one who writes in some directories, as long as the value lives.
///
/// ```swift
/// let lock = try DirectoryLock(["run", "run/models"])
/// try withExtendedLifetime(lock) { ... }
/// ```
/// The lock is the kernel's (flock), no file: a process that is killed leaves nothing locked. It binds those who ask for
/// it, in this process too. On a file system that knows no locks there is none.
public final class DirectoryLock {
  private var descriptors: [Int32] = []

  /// Takes the directories at `paths`, which may be one and the same.
  ///
  /// - Throws: `FileError` when one cannot be opened, or somebody else has it; nothing stays locked then.
  public init(_ paths: [String]) throws(FileError) {
    var taken: Set<DirectoryIdentity> = []
    for path in paths {
      // A second lock of one directory would wait for the first, by whatever name it comes.
      if let identity = Directory.identity(of: path), !taken.insert(identity).inserted { continue }
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .system(path, "cannot be locked", code: errno) }
      descriptors.append(descriptor)
      guard Self.isTaken(descriptor) else { continue }
      throw FileError(
        path: path,
        problem:
          "another run is writing in this directory; wait until it has ended, or choose another directory")
    }
  }

  /// Whether somebody else has the lock, and keeps it.
  ///
  /// A process that is being started has copies of its parent's descriptors until it runs its program: a lock that was let
  /// go a moment ago may seem taken for that long.
  private static func isTaken(_ descriptor: Int32) -> Bool {
    for attempt in 0..<50 {
      if attempt > 0 { usleep(4000) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return false }
    }
    return true
  }

  deinit { for descriptor in descriptors { close(descriptor) } }
}
