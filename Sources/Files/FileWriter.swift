import Glibc

/// Writes one file from front to back; the file takes its name only when it is complete and on the disk.
///
/// The bytes go to a sibling with a temporary name. `commit` syncs and renames it; a writer that is dropped
/// without `commit` leaves nothing.
public final class FileWriter {
  /// The name that the file will have.
  public let path: String
  private let temporary: String
  private var descriptor: Int32

  /// Creates the temporary sibling of `path`.
  ///
  /// - Throws: `FileError` when it cannot be created.
  public init(_ path: String) throws(FileError) {
    self.path = path
    temporary = temporaryName(beside: path)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw .system(path, "cannot be created", code: errno) }
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
    guard fsync(descriptor) == 0 else { throw .system(path, "cannot be synced", code: errno) }
    close(descriptor)
    descriptor = -1
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw .system(path, "cannot be renamed into place", code: code)
    }
  }
}

/// A name beside `path` that no other process or writer uses.
func temporaryName(beside path: String) -> String {
  var trimmed = Substring(path)
  while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
  return "\(trimmed).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
}
