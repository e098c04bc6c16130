import Glibc

extension Directory {
  /// Makes the directory at `path`, unless there is one already.
  ///
  /// - Throws: `FileError` when it cannot be made: its parent is missing, or a file is in its place.
  public static func create(_ path: String) throws(FileError) {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    if code == EEXIST && kind(of: path) == .directory { return }
    throw .system(path, "cannot be created", code: code == EEXIST ? ENOTDIR : code)
  }

  /// Removes the file at `path`, if there is one.
  ///
  /// - Throws: `FileError` when it cannot be removed.
  public static func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) != 0, errno != ENOENT else { return }
    throw .system(path, "cannot be removed", code: errno)
  }

  /// Brings the names in the directory at `path` to the disk.
  ///
  /// A file that was given its name by `FileWriter` has its bytes on the disk, but after a power cut its directory may
  /// still be as before: whoever removes an older file for a newer one's sake asks for this in between.
  ///
  /// - Throws: `FileError` when that fails.
  public static func sync(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, "cannot be synced", code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(path, "cannot be synced", code: errno) }
  }

  /// Removes the temporary siblings that writers of files left in the directory at `path` when their process was killed.
  ///
  /// Nobody else may be writing there.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - isTarget: Whether a file of this name might have been written, as it is when complete.
  /// - Throws: `FileError` when the directory cannot be read, or a file not be removed.
  public static func removeLeftovers(in path: String, of isTarget: (String) -> Bool) throws(FileError) {
    for name in try unsortedNames(in: path) {
      guard let target = temporaryTarget(of: name), isTarget(target) else { continue }
      try removeFile("\(path)/\(name)")
    }
  }

  /// Removes the temporary siblings of the file at `path` whose writers were killed; those of writers at work stay.
  ///
  /// - Throws: `FileError` when the directory cannot be read, or a file not be removed.
  public static func removeAbandoned(beside path: String) throws(FileError) {
    let target = resolved(path)
    let slash = target.lastIndex(of: "/")
    let directory = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    for leftover in try unsortedNames(in: directory) where temporaryTarget(of: leftover) == name {
      let file = "\(directory)/\(leftover)"
      let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      // It has been renamed or removed meanwhile, or is another user's.
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      // A writer holds the lock until it has renamed the file.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try removeFile(file) }
    }
  }
}

/// The name that a temporary sibling was to get; `nil` when `name` is not of the form that `temporaryName` gives.
private func temporaryTarget(of name: String) -> String? {
  let parts = name.split(separator: ".", omittingEmptySubsequences: false)
  guard parts.count >= 3, parts.last == "tmp" else { return nil }
  let numbers = parts[parts.count - 2].split(separator: "-", omittingEmptySubsequences: false)
  guard numbers.count == 2, numbers.allSatisfy({ UInt32($0) != nil }) else { return nil }
  return parts.dropLast(2).joined(separator: ".")
}
