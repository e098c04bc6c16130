import CLinux
import Glibc

/// The bytes of a file, mapped into memory read-only.
///
/// `@unchecked Sendable`: the mapping is private, never written, and lives as long as the value.
public final class MappedFile: @unchecked Sendable {
  /// The path of the file, for messages.
  public let path: String
  private let bytes: UnsafeRawBufferPointer
  /// Whole pages, in which `bytes` lie.
  private let mapping: UnsafeRawBufferPointer
  /// The number of the guard against a file that becomes shorter while it is mapped.
  private let guardNumber: Int32

  /// The number of bytes of the file.
  public var count: Int { bytes.count }

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
  package convenience init(_ path: String, _ versions: FileVersions?) throws(FileError) {
    try self.init(OpenFile(path, versions))
  }

  /// Maps the bytes that a file had when it was opened, or those of a part; it need not stay open.
  ///
  /// - Throws: `FileError` if the file cannot be mapped.
  package init(_ file: OpenFile) throws(FileError) {
    path = file.path
    let size = file.length
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      mapping = bytes
      guardNumber = -1
      return
    }
    // A mapping begins at a page.
    let lead = file.start == 0 ? 0 : file.start % Int(sysconf(Int32(_SC_PAGESIZE)))
    guard
      let start = mmap(nil, lead + size, PROT_READ, MAP_PRIVATE, file.descriptor, file.start - lead),
      start != MAP_FAILED
    else { throw .system(path, "cannot be mapped", code: errno) }
    mapping = UnsafeRawBufferPointer(start: start, count: lead + size)
    bytes = UnsafeRawBufferPointer(start: start + lead, count: size)
    guardNumber = timestep_guard_mapping(start, lead + size)
    guard guardNumber >= 0 else {
      munmap(start, lead + size)
      throw FileError(path: path, problem: "cannot be mapped: too many files are open; use fewer threads")
    }
  }

  /// Calls `body` with the bytes of the file.
  ///
  /// - Throws: The errors of `body`; `FileError` if the file became shorter in the meantime.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try reading { bytes in Swift.Result { try body(bytes) } }.get()
  }

  /// Calls `body`, which throws nothing, with the bytes of the file.
  ///
  /// - Throws: `FileError` if the file became shorter in the meantime.
  func reading<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(FileError) -> Result {
    defer { withExtendedLifetime(self) {} }
    let outcome = body(bytes)
    // Whatever `body` found then, it has read zeros that are not in the file.
    try checkUncut()
    return outcome
  }

  private func checkUncut() throws(FileError) {
    if guardNumber >= 0 && timestep_mapping_was_cut(guardNumber) {
      throw FileError(
        path: path,
        problem:
          "became shorter while it was read: expected \(bytes.count) bytes, found fewer; try again when no program "
          + "writes to it")
    }
  }

  /// Calls `body` with the bytes of the file, with bounds checks.
  ///
  /// ```swift
  /// let lineCount = file.withSpan { bytes in bytes.indices.reduce(0) { $0 + (bytes[$1] == 0x0A ? 1 : 0) } }
  /// ```
  /// - Throws: The errors of `body`; `FileError` if the file became shorter in the meantime.
  public func withSpan<Result>(_ body: (Span<UInt8>) throws -> Result) throws -> Result {
    try withBytes { try body($0.bindMemory(to: UInt8.self).span) }
  }

  /// Decodes the file as UTF-8 text.
  ///
  /// - Throws: `FileError` with the number of the first line that is not UTF-8.
  public func text() throws(FileError) -> String {
    defer { withExtendedLifetime(self) {} }
    let text: Result<String, UTF8.ValidationError>
    do throws(UTF8.ValidationError) {
      text = .success(String(copying: try UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)))
    } catch {
      text = .failure(error)
    }
    try checkUncut()
    do throws(UTF8.ValidationError) { return try text.get() } catch {
      let line = 1 + bytes[..<error.byteOffsets.lowerBound].count { $0 == 0x0A }
      throw FileError(
        path: path, problem: "is not UTF-8 text: line \(line) is not; convert the file to UTF-8")
    }
  }

  deinit {
    guard let start = mapping.baseAddress, guardNumber >= 0 else { return }
    timestep_release_mapping(guardNumber)
    munmap(UnsafeMutableRawPointer(mutating: start), mapping.count)
  }
}
