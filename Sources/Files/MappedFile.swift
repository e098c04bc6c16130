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
  /// - Throws: `FileError` when the file cannot be opened or mapped, or is a device or a pipe.
  public init(_ path: String) throws(FileError) {
    self.path = path
    let (descriptor, size) = try openPlainFile(path)
    defer { close(descriptor) }
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
