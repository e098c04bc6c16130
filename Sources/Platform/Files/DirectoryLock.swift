import Glibc

/// An exclusive lock on one or more directories, held as long as the value lives.
///
/// ```swift
/// let lock = try DirectoryLock(["run", "run/models"])
/// try withExtendedLifetime(lock) { ... }
/// ```
/// It is a lock of the kernel (flock), not a lock file: a killed process leaves nothing locked. It is
/// advisory: it excludes only code that also uses `DirectoryLock`, in this process too. On a file system
/// without locks it has no effect.
package final class DirectoryLock {
  private var descriptors: [Int32] = []

  /// Locks the directories at `paths`.
  ///
  /// Several paths may name the same directory.
  ///
  /// - Throws: `FileError` if one cannot be opened or is already locked. Then nothing stays locked.
  package init(_ paths: [String]) throws(FileError) {
    var taken: Set<Directory.Identity> = []
    for path in paths {
      // A second lock on the same directory, even by another path, would wait for the first.
      if let identity = try Directory.identity(of: path), !taken.insert(identity).inserted { continue }
      let descriptor = uninterrupted { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
      guard descriptor >= 0 else { throw .system(path, "cannot be locked", code: errno) }
      descriptors.append(descriptor)
      guard isLockTaken(descriptor) else { continue }
      throw FileError(
        path: path,
        problem:
          "another run is writing in this directory; wait until it has ended, or choose another directory")
    }
  }

  deinit { for descriptor in descriptors { close(descriptor) } }
}

/// Tries to take the lock of an open file for 0.2 s, and returns true if another holder keeps it for that time.
///
/// A child process has copies of its parent's descriptors until it runs its program, so a lock that was just
/// released may seem taken for that time.
func isLockTaken(_ descriptor: Int32) -> Bool {
  for attempt in 0..<50 {
    if attempt > 0 { usleep(4000) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return false }
  }
  return true
}
