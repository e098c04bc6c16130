import CLinux
import Glibc

/// A directory that appears complete or not at all.
///
/// Files are written to a temporary directory next to it, which `commit` renames. A value that is dropped
/// without `commit` leaves no directory. A directory that is replaced and the new one exchange their names in one
/// step, so that there is always one of them. Only on a file system without such a step (NFS, some of FUSE) a
/// process that is killed between two renames leaves both beside the path, the old one as `PATH.N-N.old`.
///
/// A lock distinguishes the temporary directory from that of a killed process, which the next one removes.
package final class OutputDirectory {
  /// The path that the directory will have.
  package let path: String
  /// The path of the temporary directory: write files here until `commit`.
  package let temporary: String
  private let target: String
  private let replacing: Bool
  private var isOpen = true
  /// The descriptor of the temporary directory, which holds its lock.
  private let descriptor: Int32

  /// Creates the temporary directory next to `path`.
  ///
  /// - Parameters:
  ///   - path: The path that the directory will have.
  ///   - replacing: True if `commit` replaces a directory that exists and is not empty; otherwise it is an
  ///     error.
  /// - Throws: `FileError` if `path` is a file or a directory that must not be replaced, or the temporary
  ///   directory cannot be created.
  package init(_ path: String, replacing: Bool) throws(FileError) {
    self.path = path
    // If `path` is a symbolic link, its target is replaced: renaming over the link would lose it.
    target = resolved(path)
    self.replacing = replacing
    switch try Directory.kind(of: path) {
    case .missing: break
    case .file:
      throw FileError(path: path, problem: "is a file where a directory was expected; choose another name")
    case .directory:
      let isEmpty = try Directory.names(in: path).isEmpty
      guard replacing || isEmpty else {
        throw FileError(
          path: path,
          problem:
            "the output directory exists and is not empty; choose another, or replace it with \(Remedy.overwrite)"
        )
      }
    }
    if replacing, let status = try Directory.status(of: target) {
      try checkReplaceable(target, status, path: path)
    }
    Directory.removeAbandoned(beside: target)
    (descriptor, temporary) = try createLockedDirectory(beside: target, path: path, mode: 0o777)
    // Who may read the old directory may read the new one, and nobody else.
    if let old = try Directory.status(of: target), fchmod(descriptor, old.st_mode & 0o7777) != 0 {
      throw .system(path, "cannot get the permissions of the directory that it replaces", code: errno)
    }
  }

  deinit {
    guard isOpen else {
      close(descriptor)
      return
    }
    Directory.remove(temporary, openAs: descriptor)
    TemporaryPaths.forget(temporary)
  }

  /// Syncs the contents to the disk, and renames the directory to `path`.
  ///
  /// - Throws: `FileError` if it cannot be synced or renamed.
  package func commit() throws(FileError) {
    precondition(isOpen, "commit after commit")
    try syncContents()
    var old: String?
    let code = TemporaryPaths.rename(temporary) { place(old: &old) == 0 ? 0 : -errno }
    guard code == 0 else { throw .system(path, "cannot be renamed into place", code: -code) }
    isOpen = false
    if let old { Directory.remove(old) }
  }

  /// Gives the new directory its name.
  ///
  /// - Parameter old: The path of the directory that it has replaced.
  /// - Returns: 0, or -1 and `errno`.
  private func place(old: inout String?) -> Int32 {
    // rename(2) replaces only empty directories.
    guard replacing, (try? Directory.kind(of: target)) == .directory else { return rename(temporary, target) }
    old = temporary
    let exchange = UInt32(timestep_exchange)
    if renameat2(AT_FDCWD, temporary, AT_FDCWD, target, exchange) == 0 { return 0 }
    guard errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP else { return -1 }
    // Not called .tmp: the next process would remove it, which may be all that is left.
    let aside = "\(temporaryName(beside: target).dropLast(4)).old"
    if rename(target, aside) != 0 { return -1 }
    old = aside
    if rename(temporary, target) == 0 { return 0 }
    let code = errno
    rename(aside, target)
    errno = code
    return -1
  }

  /// Syncs all files with one call, for files that were written with `FileWriter.SyncPolicy.wholeDirectory`.
  private func syncContents() throws(FileError) {
    guard uninterrupted({ syncfs(descriptor) }) == 0 else {
      throw .system(path, "cannot be synced", code: errno)
    }
  }
}

/// Creates a temporary directory next to `target`, and locks it.
///
/// - Returns: The descriptor, which holds the lock, and the path of the directory.
func createLockedDirectory(
  beside target: String, path: String, mode: mode_t
) throws(FileError) -> (Int32, String) {
  while true {
    let name = temporaryName(beside: target)
    guard TemporaryPaths.add(name, { mkdir(name, mode) }) == 0 else {
      throw .system(path, "cannot be created", code: errno)
    }
    let descriptor = uninterrupted { open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      let code = errno
      rmdir(name)
      TemporaryPaths.forget(name)
      // Another process has found it unlocked, and removed it.
      if code == ENOENT { continue }
      throw .system(path, "cannot be created", code: code)
    }
    if try lockTemporary(name, descriptor, path: path) { return (descriptor, name) }
  }
}
