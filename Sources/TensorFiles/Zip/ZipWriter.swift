import CMinizip
import Platform

/// A zip archive with stored entries, written with minizip.
///
/// This file holds all unsafe code for writing.
///
/// The bytes depend only on names and contents: every entry has the earliest date that zip can represent.
final class ZipWriter {
  private let target: ZipTarget
  private var archive: zipFile?

  init(_ path: String, sync: FileWriter.SyncPolicy) throws {
    target = ZipTarget(try FileWriter(path, sync: sync))
    var functions = target.functions
    archive = zipOpen2_64("", APPEND_STATUS_CREATE, nil, &functions)
    try check(archive == nil ? ZIP_INTERNALERROR : ZIP_OK)
  }

  deinit {
    // Frees the memory of minizip. The file writer deletes the file.
    if let archive { zipClose(archive, nil) }
  }

  /// Appends an entry of `byteCount` bytes, which `parts` supplies.
  func append(
    _ name: String, byteCount: Int, _ parts: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    var info = zip_fileinfo()
    info.dosDate = 0x0021_0000  // 1980-01-01
    let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
    let utf8Flag: uLong = 1 << 11
    try check(
      zipOpenNewFileInZip4_64(
        archive, name, &info, nil, 0, nil, 0, nil, 0, 0, 0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY,
        nil, 0,
        0, isASCII ? 0 : utf8Flag, byteCount >= 0xFFFF_FFFF ? 1 : 0))
    try parts { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        // minizip counts in 32 bits.
        let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
        try self.check(zipWriteInFileInZip(self.archive, part.baseAddress, UInt32(part.count)))
        rest = rest.dropFirst(part.count)
      }
    }
    try check(zipCloseFileInZip(archive))
  }

  /// Writes the directory and renames the file to its final name.
  func commit() throws {
    precondition(archive != nil, "commit after commit")
    let status = zipClose(archive, nil)
    archive = nil
    try check(status)
    try target.writer.commit()
  }

  /// Throws the error of the file system if there is one, or else that of minizip.
  private func check(_ status: Int32) throws {
    if let fault = target.fault { throw fault }
    guard status == ZIP_OK else {
      throw FileError(path: target.writer.path, problem: "cannot be written: minizip reports error \(status)")
    }
  }
}

/// A file that minizip writes to.
///
/// It seeks back to fill in checksums.
private final class ZipTarget {
  let writer: FileWriter
  /// The first error.
  ///
  /// minizip's own codes do not distinguish a full disk from other errors.
  private(set) var fault: FileError?
  private var position = 0

  init(_ writer: FileWriter) { self.writer = writer }

  /// The callbacks for minizip.
  ///
  /// The reference is unretained: `ZipWriter` keeps the target while the archive is open.
  var functions: zlib_filefunc64_def {
    zlib_filefunc64_def(
      zopen64_file: { opaque, _, _ in opaque },
      zread_file: { _, _, _, _ in 0 },
      zwrite_file: { opaque, _, bytes, count in ZipTarget.at(opaque)?.write(bytes, count) ?? 0 },
      ztell64_file: { opaque, _ in ZPOS64_T(ZipTarget.at(opaque)?.position ?? 0) },
      zseek64_file: { opaque, _, offset, origin in
        ZipTarget.at(opaque)?.seek(UInt64(offset), from: origin) ?? -1
      },
      zclose_file: { _, _ in 0 },
      zerror_file: { opaque, _ in ZipTarget.at(opaque)?.fault == nil ? 0 : 1 },
      opaque: Unmanaged.passUnretained(self).toOpaque())
  }

  private static func at(_ opaque: UnsafeMutableRawPointer?) -> ZipTarget? {
    opaque.map { Unmanaged<ZipTarget>.fromOpaque($0).takeUnretainedValue() }
  }

  private func write(_ start: UnsafeRawPointer?, _ count: UInt) -> UInt {
    guard fault == nil else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(count))
    let replaced = min(bytes.count, writer.count - position)
    do throws(FileError) {
      if replaced > 0 {
        try writer.overwrite(UnsafeRawBufferPointer(rebasing: bytes[..<replaced]), at: position)
      }
      if replaced < bytes.count { try writer.write(UnsafeRawBufferPointer(rebasing: bytes[replaced...])) }
    } catch {
      fault = error
      return 0
    }
    position += bytes.count
    return count
  }

  private func seek(_ offset: UInt64, from origin: Int32) -> Int {
    let target = zipSeekBase(origin, position: position, end: writer.count) + Int(truncatingIfNeeded: offset)
    guard (0...writer.count).contains(target) else { return -1 }
    position = target
    return 0
  }
}
