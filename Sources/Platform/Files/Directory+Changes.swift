import Glibc

extension Directory {
  /// Creates the directory at `path`, unless it exists.
  ///
  /// - Throws: `FileError` if it cannot be created: its parent is missing, or `path` is a file.
  public static func create(_ path: String) throws(FileError) {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    if code == EEXIST, try kind(of: path) == .directory { return }
    throw .system(path, "cannot be created", code: code == EEXIST ? ENOTDIR : code)
  }

  /// Removes the file at `path`, if it exists.
  ///
  /// - Throws: `FileError` if it cannot be removed.
  public static func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) != 0, errno != ENOENT else { return }
    throw .system(path, "cannot be removed", code: errno)
  }

  /// Syncs the names in the directory at `path` to the disk.
  ///
  /// `FileWriter` syncs the bytes of a file, but after a power failure its directory may still be in the old
  /// state. Call this after writing a newer file and before removing the older file that it replaces.
  ///
  /// - Throws: `FileError` if the directory cannot be synced.
  public static func sync(_ path: String) throws(FileError) {
    let descriptor = uninterrupted { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .system(path, "cannot be synced", code: errno) }
    defer { close(descriptor) }
    guard uninterrupted({ fsync(descriptor) }) == 0 else {
      throw .system(path, "cannot be synced", code: errno)
    }
  }

  /// Removes the temporary files of writers whose process was killed from the directory at `path`.
  ///
  /// Nothing else may write to the directory at the same time.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - isTarget: Returns true for the final name of a file whose temporary file should be removed.
  /// - Throws: `FileError` if the directory cannot be read, or a file cannot be removed.
  package static func removeLeftovers(in path: String, of isTarget: (String) -> Bool) throws(FileError) {
    for name in try unsortedNames(in: path) {
      guard let target = temporaryTarget(of: name), isTarget(target) else { continue }
      try removeFile("\(path)/\(name)")
    }
  }

  /// Removes the temporary files and directories for `path` whose writers were killed.
  ///
  /// Those of active writers stay. Errors are ignored: leftovers disturb nobody.
  package static func removeAbandoned(beside path: String) {
    let (directory, name) = parts(of: resolved(path))
    for leftover in (try? unsortedNames(in: directory)) ?? [] where temporaryTarget(of: leftover) == name {
      let file = "\(directory)/\(leftover)"
      let descriptor = uninterrupted { open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
      // It was renamed or removed in the meantime, or belongs to another user.
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      // An active writer holds the lock until it has renamed the file.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(file) }
    }
  }

  /// Removes the file at `path`, or the directory with its contents; symbolic links are not followed.
  ///
  /// Errors are ignored, because it runs while another error propagates.
  static func remove(_ path: String) {
    if unlink(path) == 0 || errno != EISDIR { return }
    for name in (try? unsortedNames(in: path)) ?? [] { remove("\(path)/\(name)") }
    rmdir(path)
  }
}

/// Returns the final name for a temporary file, or `nil` if `name` is not from `temporaryName`.
private func temporaryTarget(of name: String) -> String? {
  let parts = name.split(separator: ".", omittingEmptySubsequences: false)
  guard parts.count >= 3, parts.last == "tmp" else { return nil }
  let numbers = parts[parts.count - 2].split(separator: "-", omittingEmptySubsequences: false)
  guard numbers.count == 2, numbers.allSatisfy({ UInt32($0) != nil }) else { return nil }
  return parts.dropLast(2).joined(separator: ".")
}
