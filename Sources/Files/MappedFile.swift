import Glibc

/// A file's bytes, mapped into memory and read-only.
///
/// `@unchecked Sendable`: the mapping is private and never written, and it lives as long as the value.
public final class MappedFile: @unchecked Sendable {
  /// The file's path, for messages.
  public let path: String
  /// The file's bytes; valid as long as this value.
  public let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`.
  ///
  /// - Throws: `FileError` when the file cannot be opened or mapped.
  public init(_ path: String) throws(FileError) {
    self.path = path
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(path, "cannot be opened", code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "cannot be read", code: errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .system(path, "cannot be read", code: EISDIR) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, problem: "cannot be mapped: it is a device or a pipe; name a plain file")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw .system(path, "cannot be mapped", code: errno)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
