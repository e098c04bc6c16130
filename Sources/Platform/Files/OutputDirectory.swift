import CLinux
import Glibc

/// A directory that appears complete or not at all.
///
/// Files are written to a temporary directory next to it, which `commit` renames. A value that is dropped
/// without `commit` leaves no directory.
package final class OutputDirectory {
  /// The path that the directory will have.
  package let path: String
  /// The path of the temporary directory: write files here until `commit`.
  package let temporary: String
  private let target: String
  private let replacing: Bool
  private var isOpen = true

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
    switch Directory.kind(of: path) {
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
    temporary = temporaryName(beside: target)
    guard mkdir(temporary, 0o777) == 0 else { throw .system(path, "cannot be created", code: errno) }
  }

  deinit { if isOpen { removeTree(temporary) } }

  /// Syncs the contents to the disk, and renames the directory to `path`.
  ///
  /// - Throws: `FileError` if it cannot be synced or renamed.
  package func commit() throws(FileError) {
    precondition(isOpen, "commit after commit")
    try syncContents()
    // rename(2) replaces only empty directories. Another one is renamed until the new one is in place, and
    // then removed.
    let aside = replacing && Directory.kind(of: target) == .directory ? temporaryName(beside: target) : nil
    if let aside, rename(target, aside) != 0 { throw .system(path, "cannot be replaced", code: errno) }
    guard rename(temporary, target) == 0 else {
      let code = errno
      if let aside { rename(aside, target) }
      throw .system(path, "cannot be renamed into place", code: code)
    }
    if let aside { removeTree(aside) }
    isOpen = false
  }

  /// Syncs all files with one call, for files that were written with `FileWriter.SyncPolicy.wholeDirectory`.
  private func syncContents() throws(FileError) {
    let descriptor = open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, "cannot be synced", code: errno) }
    defer { close(descriptor) }
    guard syncfs(descriptor) == 0 else { throw .system(path, "cannot be synced", code: errno) }
  }
}

/// Removes a directory and its contents.
///
/// Errors are ignored, because it runs while another error propagates.
func removeTree(_ path: String) {
  for name in (try? Directory.names(in: path)) ?? [] {
    let inside = "\(path)/\(name)"
    var status = stat()
    if lstat(inside, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR {
      removeTree(inside)
    } else {
      unlink(inside)
    }
  }
  rmdir(path)
}
