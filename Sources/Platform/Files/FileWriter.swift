import CLinux
import Glibc

/// Writes one file from start to end.
///
/// The file gets its name only when it is complete and on the disk.
///
/// The bytes go to a temporary file in the same directory. `commit` syncs and renames it. A writer that is
/// dropped without `commit` leaves no file. A file that is replaced passes on its access rights and its owner. A
/// character device, such as `/dev/null`, gets the bytes at once.
public final class FileWriter {
  /// The time at which the bytes of a file are synced to the disk.
  public enum SyncPolicy: Sendable {
    /// The writer of the file syncs it before it renames it.
    case eachFile
    /// The file system of the directory is synced once, after its last file: many times faster for many
    /// files.
    case wholeDirectory
  }

  /// The path that the file will have.
  public let path: String
  /// The number of bytes written so far.
  public private(set) var count = 0
  private let sync: SyncPolicy
  private let target: String
  /// The path of the temporary file; `nil` for a device.
  private let temporary: String?
  private var descriptor: Int32

  /// Creates the temporary file next to `path`.
  ///
  /// If `path` is a symbolic link, its target is replaced, not the link.
  ///
  /// - Throws: `FileError` if it cannot be created, or an existing file cannot be replaced: it is a directory, a
  ///   pipe or a disk, or belongs to another user in a directory where only owners replace files.
  public init(_ path: String, sync: SyncPolicy = .eachFile) throws(FileError) {
    self.path = path
    self.sync = sync
    if path.hasSuffix("/") { throw .system(path, "cannot be written", code: EISDIR) }
    target = resolved(path)
    let replaced = try Directory.status(of: target)
    switch replaced.map({ $0.st_mode & S_IFMT }) {
    case nil: break
    case S_IFREG?: if let replaced { try checkReplaceable(target, replaced, path: path) }
    case S_IFDIR?: throw .system(path, "cannot be written", code: EISDIR)
    case S_IFCHR?:
      // Renaming over /dev/null would replace it by a plain file.
      let target = target
      (descriptor, temporary) = (uninterrupted { open(target, O_WRONLY | O_NOCTTY | O_CLOEXEC) }, nil)
      if descriptor < 0 { throw .system(path, "cannot be written", code: errno) }
      return
    default:
      throw FileError(path: path, problem: "cannot be written: it is a pipe or a disk; name a plain file")
    }
    (descriptor, temporary) = try createLocked(beside: target, path: path)
    if let replaced {
      // Another owner can be kept by root alone.
      if fchown(descriptor, replaced.st_uid, replaced.st_gid) != 0 {
        _ = fchown(descriptor, uid_t.max, replaced.st_gid)
      }
      fchmod(descriptor, replaced.st_mode & 0o777)
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    guard let temporary else { return }
    unlink(temporary)
    TemporaryPaths.forget(temporary)
  }

  /// Appends `bytes`.
  ///
  /// - Throws: `FileError` if they cannot be written, for example because the disk is full.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    precondition(descriptor >= 0, "write after commit")
    var rest = bytes[...]
    while !rest.isEmpty {
      let some = UnsafeRawBufferPointer(rebasing: rest)
      let put = Glibc.write(descriptor, some.baseAddress, some.count)
      if put > 0 {
        rest = rest.dropFirst(put)
        count += put
      } else if errno != EINTR {
        throw .system(path, "cannot be written", code: errno)
      }
    }
  }

  /// Replaces bytes that were already written, starting at `offset`.
  ///
  /// This is for formats with a length or a checksum that is not known until later.
  ///
  /// - Throws: `FileError`.
  public func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
    precondition(descriptor >= 0, "write after commit")
    precondition(offset >= 0 && offset + bytes.count <= count, "overwriting what has not been written")
    var done = 0
    while done < bytes.count {
      let some = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let put = pwrite(descriptor, some.baseAddress, some.count, off_t(offset + done))
      if put > 0 {
        done += put
      } else if errno != EINTR {
        throw .system(path, "cannot be written", code: errno)
      }
    }
  }

  /// Appends the UTF-8 bytes of `text`.
  ///
  /// - Throws: `FileError` if they cannot be written, for example because the disk is full.
  public func write(_ text: String) throws(FileError) {
    var text = text
    let result: Result<Void, FileError> = text.withUTF8 { bytes in
      do throws(FileError) { return .success(try write(UnsafeRawBufferPointer(bytes))) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Completes the file: syncs it to the disk and renames it to `path`.
  ///
  /// - Throws: `FileError` if it cannot be synced or renamed; in the second case the finished file is kept, and the
  ///   error names it.
  public func commit() throws(FileError) {
    precondition(descriptor >= 0, "commit after commit")
    // Closed, and thereby unlocked, after the rename: until then it must not be taken for an abandoned file.
    guard let temporary else {
      close(descriptor)
      descriptor = -1
      return
    }
    switch sync {
    case .eachFile:
      guard uninterrupted({ fsync(descriptor) }) == 0 else {
        throw .system(path, "cannot be synced", code: errno)
      }
    case .wholeDirectory:
      // The disk starts now, while the next file is made. This is a hint only; the directory syncs the file
      // later.
      let writeWithoutWaiting: UInt32 = 2  // SYNC_FILE_RANGE_WRITE
      _ = sync_file_range(descriptor, 0, 0, writeWithoutWaiting)
    }
    defer {
      close(descriptor)
      descriptor = -1
    }
    guard TemporaryPaths.rename(temporary, { rename(temporary, target) }) == 0 else {
      var error = FileError.system(path, "cannot be renamed into place", code: errno)
      error.problem += "; the finished file is \(keep(temporary))"
      throw error
    }
  }

  /// Gives a finished file that cannot have its final name one that no other writer removes.
  ///
  /// - Returns: The path of the file.
  private func keep(_ temporary: String) -> String {
    TemporaryPaths.forget(temporary)
    for number in 1...100 {
      let kept = "\(target).kept-\(number)"
      // Unlike rename, link does not replace a file.
      if link(temporary, kept) == 0 {
        unlink(temporary)
        return kept
      }
      if errno != EEXIST { break }
    }
    return temporary
  }
}

/// Checks that renaming another file to `target` will be allowed.
///
/// - Throws: `FileError` if the file belongs to another user in a directory like /tmp, where only owners replace
///   files: to find that out at the end would be too late.
func checkReplaceable(_ target: String, _ status: stat, path: String) throws(FileError) {
  let user = geteuid()
  guard user != 0, status.st_uid != user,
    let directory = try Directory.status(of: Directory.parts(of: target).directory),
    directory.st_mode & S_ISVTX != 0, directory.st_uid != user
  else { return }
  throw FileError(
    path: path,
    problem:
      "cannot be replaced: it belongs to another user, in a directory where only owners replace files; choose "
      + "another name")
}

/// Creates a temporary file next to `target`, and locks it.
///
/// The lock shows that the file is being written, and is not an abandoned one (`Directory.removeAbandoned`).
///
/// - Returns: The descriptor and the path of the temporary file.
private func createLocked(beside target: String, path: String) throws(FileError) -> (Int32, String) {
  while true {
    let name = temporaryName(beside: target)
    let descriptor = TemporaryPaths.add(name) {
      uninterrupted { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    }
    if descriptor < 0 { throw .system(path, "cannot be created", code: errno) }
    if try lockTemporary(name, descriptor, path: path) { return (descriptor, name) }
  }
}

/// Locks the temporary file or directory `name`, which was just created; otherwise closes it.
///
/// - Returns: False if another process has found it unlocked, and removed it.
/// - Throws: `FileError` about `path` if that is unknown; then it is removed.
func lockTemporary(_ name: String, _ descriptor: Int32, path: String) throws(FileError) -> Bool {
  // Errors are ignored: on a file system without locks, `removeAbandoned` cannot lock it either.
  flock(descriptor, LOCK_EX)
  var status = stat()
  let (result, code) = (fstat(descriptor, &status), errno)
  if result == 0, status.st_nlink > 0 { return true }
  close(descriptor)
  if result != 0 { Directory.remove(name) }
  TemporaryPaths.forget(name)
  if result != 0 { throw .system(path, "cannot be created", code: code) }
  return false
}

/// Returns `path` with symbolic links resolved; if nothing exists there, the last name's alone, even if its link points
/// to nothing.
func resolved(_ path: String) -> String {
  if let real = realpath(path, nil) {
    defer { free(real) }
    return String(cString: real)
  }
  return Directory.linkTarget(of: path) ?? path
}

/// Returns a path next to `path` that no other process or writer uses.
func temporaryName(beside path: String) -> String {
  var trimmed = Substring(path)
  while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
  return "\(trimmed).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
}
