import Glibc

/// A plain file that is open for reading at any position, or a part of one.
package final class OpenFile: Sendable {
  /// The path of the file, for messages.
  package let path: String
  /// The length of the file in bytes when it was opened, or of the part.
  ///
  /// It is also 0 for files that the kernel generates, as in `/proc`.
  package let length: Int
  let descriptor: Int32
  /// The state of the file when it was opened; `nil` for a file of this process alone.
  let stamp: FileStamp?
  /// The file that this is a part of, which closes the descriptor; `nil` for a whole file.
  private let whole: OpenFile?
  /// The offset of the part in the file; 0 for a whole file.
  let start: Int

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - versions: The versions of files that were read before; `nil`: the file may have changed.
  /// - Throws: `FileError` if the file cannot be opened, is a device or a pipe, or has changed.
  package init(_ path: String, _ versions: FileVersions? = nil) throws(FileError) {
    self.path = path
    let (descriptor, stamp) = try openPlainFile(path, versions)
    (self.descriptor, self.stamp) = (descriptor, stamp)
    length = stamp.size
    (whole, start) = (nil, 0)
  }

  /// Makes a file of `descriptor`, which no other process knows, and which it closes.
  init(ownDescriptor descriptor: Int32, path: String) {
    (self.descriptor, self.path, stamp, length) = (descriptor, path, nil, 0)
    (whole, start) = (nil, 0)
  }

  /// Makes a part of `file`: the bytes `range`, which must lie in it.
  init(_ range: Range<Int>, of file: OpenFile) {
    precondition(range.lowerBound >= 0, "a part of a file from byte \(range.lowerBound) on")
    whole = file.whole ?? file
    (path, descriptor, stamp) = (file.path, file.descriptor, file.stamp)
    (start, length) = (file.start + range.lowerBound, range.count)
  }

  /// Returns the first bytes of the file at `path`, at most `count`; none if there is no file, or it is not a
  /// plain one.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package static func beginning(of path: String, count: Int) throws(FileError) -> [UInt8] {
    guard try Directory.isPlainFile(path) else { return [] }
    return try OpenFile(path).prefix(count)
  }

  /// Returns the first `count` bytes, or fewer if the file is shorter.
  ///
  /// - Throws: `FileError` if they cannot be read.
  func prefix(_ count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(count, length))
    let result: Result<Int, FileError> = bytes.withUnsafeMutableBytes { bytes in
      do throws(FileError) { return .success(try read(at: 0, into: bytes)) } catch { return .failure(error) }
    }
    bytes.removeLast(bytes.count - (try result.get()))
    return bytes
  }

  deinit {
    if whole == nil { close(descriptor) }
  }

  /// Fills `destination` with the bytes from `offset` on.
  ///
  /// - Throws: `FileError` if the file ends before, or has changed since it was opened.
  package func fill(_ destination: UnsafeMutableRawBufferPointer, from offset: Int) throws(FileError) {
    let count = try read(at: offset, into: destination)
    try checkUnchanged()
    guard count == destination.count else { throw changed("ends at byte \(offset + count)") }
  }

  /// Checks that nobody has written to the file since it was opened.
  ///
  /// Called after reading, this shows that the bytes read are those of the file that was opened.
  ///
  /// - Throws: `FileError` if its size or its modification time is another one.
  package func checkUnchanged() throws(FileError) {
    guard let stamp else { return }
    let now = FileStamp(try status())
    if now.hasSameContents(as: stamp) { return }
    throw changed(
      now.size == stamp.size ? "was written to" : "has \(now.size) bytes instead of \(stamp.size)")
  }

  private func changed(_ finding: String) -> FileError {
    FileError(
      path: path,
      problem:
        "changed while it was read: expected a file at rest, but it \(finding); try again when no program writes to it"
    )
  }

  /// Checks that the file has not changed since it was opened.
  ///
  /// - Throws: `FileError` if it has.
  package func check(_ versions: FileVersions) throws(FileError) {
    // A file of this process alone is a copy, of which the original was checked when it was opened.
    if stamp != nil { try versions.check(path, status()) }
  }

  private func status() throws(FileError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "cannot be read", code: errno) }
    return status
  }

  /// Reads `destination.count` bytes, starting at byte `offset`.
  ///
  /// - Returns: The number of bytes read: less than `destination.count` only at the end of the file.
  /// - Throws: `FileError` if they cannot be read, or the file has become shorter since it was opened.
  func read(at offset: Int, into destination: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var count = 0
    let wanted = whole == nil ? destination.count : min(destination.count, max(0, length - offset))
    while count < wanted {
      guard let base = destination.baseAddress else { break }
      let got = pread(descriptor, base + count, wanted - count, start + offset + count)
      if got == 0 {
        guard offset + count < length else { break }
        try checkUnchanged()
        throw changed("ends at byte \(offset + count)")
      }
      if got > 0 {
        count += got
        // A plain file returns fewer bytes than requested only at its end. For a small file another call to
        // confirm the end would take a third of the time.
        if length > 0, offset + count >= length, count < wanted { break }
      } else if errno != EINTR {
        throw .system(path, "cannot be read", code: errno)
      }
    }
    return count
  }
}

/// Opens the plain file at `path` for reading.
///
/// Pipes are rejected immediately, without waiting for a writer: data is read again in every pass, and a pipe
/// can be read only once.
///
/// - Parameters:
///   - path: The path of the file.
///   - versions: The versions of files that were read before; `nil`: the file may have changed.
/// - Returns: The descriptor, which the caller must close, and the state of the file.
/// - Throws: `FileError` if there is no such file, it cannot be read, is not a plain file, or has changed.
func openPlainFile(
  _ path: String, _ versions: FileVersions? = nil
) throws(FileError) -> (descriptor: Int32, stamp: FileStamp) {
  // Without O_NONBLOCK this call would wait for a writer.
  let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
  guard descriptor >= 0 else { throw .system(path, "cannot be opened", code: errno) }
  do throws(FileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "cannot be read", code: errno) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .system(path, "cannot be read", code: EISDIR) }
    guard kind == S_IFREG else {
      throw FileError(path: path, problem: "cannot be read: it is a device or a pipe; name a plain file")
    }
    try versions?.check(path, status)
    return (descriptor, FileStamp(status))
  } catch {
    close(descriptor)
    throw error
  }
}

/// Makes a system call, again for as long as signals interrupt it.
///
/// Linux repeats most interrupted calls by itself, but not all of them on all file systems: on NFS and FUSE even
/// `open` can fail with EINTR.
func uninterrupted(_ call: () -> Int32) -> Int32 {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
