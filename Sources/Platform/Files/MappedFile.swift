import Glibc

/// The bytes of a file, mapped into memory read-only.
///
/// `@unchecked Sendable`: the mapping is private, never written, and lives as long as the value.
public final class MappedFile: @unchecked Sendable {
  /// The path of the file, for messages.
  public let path: String
  /// The bytes of the file, valid as long as this value.
  public let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`.
  ///
  /// - Throws: `FileError` if the file cannot be opened or mapped, or is a device or a pipe.
  public convenience init(_ path: String) throws(FileError) { try self.init(path, nil) }

  /// Maps the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - versions: The versions of files that were read before; `nil`: the file may have changed.
  /// - Throws: `FileError` if the file cannot be opened or mapped, is a device or a pipe, or has changed.
  package init(_ path: String, _ versions: FileVersions?) throws(FileError) {
    self.path = path
    let (descriptor, size) = try openPlainFile(path, versions)
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

  /// Calls `body` with the bytes of the file, with bounds checks.
  ///
  /// ```swift
  /// let lineCount = file.withSpan { bytes in bytes.indices.reduce(0) { $0 + (bytes[$1] == 0x0A ? 1 : 0) } }
  /// ```
  public func withSpan<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(bytes.bindMemory(to: UInt8.self).span)
  }

  /// Decodes the file as UTF-8 text.
  ///
  /// - Throws: `FileError` with the number of the first line that is not UTF-8.
  public func text() throws(FileError) -> String {
    defer { withExtendedLifetime(self) {} }
    do throws(UTF8.ValidationError) {
      return String(copying: try UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span))
    } catch {
      let line = 1 + bytes[..<error.byteOffsets.lowerBound].count { $0 == 0x0A }
      throw FileError(
        path: path, problem: "is not UTF-8 text: line \(line) is not; convert the file to UTF-8")
    }
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
