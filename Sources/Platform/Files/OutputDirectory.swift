import CLinux
import Glibc

/// A directory that appears complete or not at all.
///
/// Files are written into a sibling with a temporary name; `commit` renames it. Dropped without `commit`, it
/// leaves nothing.
public final class OutputDirectory {
  /// The name that the directory will have.
  public let path: String
  /// Where to write until then.
  public let temporary: String
  private let target: String
  private let replacing: Bool
  private var isOpen = true

  /// What to do about a directory that exists and holds something.
  public enum Existing: Sendable {
    /// Refuse, and change nothing.
    case refuse
    /// Replace it by the new one, at `commit`.
    case replace
  }

  /// Creates the temporary sibling of `path`.
  ///
  /// - Throws: `FileError` when `path` is a file or a directory that may not be replaced, or nothing can be
  ///   created there.
  public init(_ path: String, existing: Existing) throws(FileError) {
    self.path = path
    // A symbolic link stays, and what it names is replaced: renaming over it would lose the link.
    target = resolved(path)
    replacing = existing == .replace
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
            "the output directory exists and is not empty; choose another, or replace it with --overwrite")
      }
    }
    temporary = temporaryName(beside: target)
    guard mkdir(temporary, 0o777) == 0 else { throw .system(path, "cannot be created", code: errno) }
  }

  deinit { if isOpen { removeTree(temporary) } }

  /// Gives the directory its name, its contents synced to the disk.
  public func commit() throws(FileError) {
    precondition(isOpen, "commit after commit")
    try syncContents()
    // rename(2) replaces an empty directory, not a full one: that one steps aside until the new one stands.
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

  /// One call for all files, which may have been written with `SyncPolicy.wholeDirectory`.
  private func syncContents() throws(FileError) {
    let descriptor = open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, "cannot be synced", code: errno) }
    defer { close(descriptor) }
    guard syncfs(descriptor) == 0 else { throw .system(path, "cannot be synced", code: errno) }
  }
}

/// Removes a directory and what is inside it.
///
/// Best effort: it runs while another error is on its way up.
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
