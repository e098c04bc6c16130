import CLinux
import Glibc

/// Who sees to it that a file's bytes are on the disk.
public enum SyncPolicy: Sendable {
  /// The file's writer, before the file takes its name.
  case eachFile
  /// The `OutputDirectory` that the file is in, once for all its files: many times faster for many files.
  case wholeDirectory
}

/// Writes one file from front to back; the file takes its name only when it is complete and on the disk.
///
/// The bytes go to a sibling with a temporary name. `commit` syncs and renames it; a writer that is dropped
/// without `commit` leaves nothing.
public final class FileWriter {
  /// The name that the file will have.
  public let path: String
  /// The number of bytes that have been written.
  public private(set) var count = 0
  private let sync: SyncPolicy
  private let target: String
  private let temporary: String
  private var descriptor: Int32

  /// Creates the temporary sibling of `path`.
  ///
  /// A symbolic link is followed: the file it names is replaced, not the link.
  ///
  /// - Throws: `FileError` when it cannot be created, or `path` names a directory or a device.
  public init(_ path: String, sync: SyncPolicy = .eachFile) throws(FileError) {
    self.path = path
    self.sync = sync
    target = resolved(path)
    var status = stat()
    if stat(target, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      if kind == S_IFDIR { throw .system(path, "cannot be written", code: EISDIR) }
      // Renaming over /dev/null or a pipe would put a plain file in its place.
      if kind != S_IFREG {
        throw FileError(path: path, problem: "cannot be written: it is a device or a pipe; name a plain file")
      }
    }
    (descriptor, temporary) = try createLocked(beside: target, path: path)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }

  /// Appends `bytes`.
  ///
  /// - Throws: `FileError`, a full disk among its causes.
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

  /// Replaces bytes that have been written, from `offset` on: for formats that know a length or a checksum
  /// late.
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
  public func write(_ text: String) throws(FileError) {
    var text = text
    let result: Result<Void, FileError> = text.withUTF8 { bytes in
      do throws(FileError) { return .success(try write(UnsafeRawBufferPointer(bytes))) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Makes the file complete: syncs it to the disk and gives it its name.
  public func commit() throws(FileError) {
    precondition(descriptor >= 0, "commit after commit")
    switch sync {
    case .eachFile:
      guard fsync(descriptor) == 0 else { throw .system(path, "cannot be synced", code: errno) }
    case .wholeDirectory:
      // The disk begins now, while the next file is made. A hint: the directory's sync is what counts.
      let writeWithoutWaiting: UInt32 = 2  // SYNC_FILE_RANGE_WRITE
      _ = sync_file_range(descriptor, 0, 0, writeWithoutWaiting)
    }
    // Closed, and so unlocked, only when it has its name: until then nobody may take it for abandoned.
    defer {
      close(descriptor)
      descriptor = -1
    }
    guard rename(temporary, target) == 0 else {
      let code = errno
      unlink(temporary)
      throw .system(path, "cannot be renamed into place", code: code)
    }
  }
}

/// Creates a temporary sibling of `target` that is locked while it is written, so that nobody takes it for abandoned.
private func createLocked(beside target: String, path: String) throws(FileError) -> (Int32, String) {
  while true {
    let name = temporaryName(beside: target)
    let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw .system(path, "cannot be created", code: errno) }
    // On a file system without locks nobody can lock it for removal either.
    flock(descriptor, LOCK_EX)
    var status = stat()
    // Between the two calls somebody may have found it without lock, and removed it.
    if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return (descriptor, name) }
    close(descriptor)
  }
}

/// The path that `path` stands for when symbolic links are followed; `path` itself when nothing is there yet.
func resolved(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}

/// A name beside `path` that no other process or writer uses.
func temporaryName(beside path: String) -> String {
  var trimmed = Substring(path)
  while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
  return "\(trimmed).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
}
