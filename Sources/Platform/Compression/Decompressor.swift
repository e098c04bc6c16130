import CMinizip
import CZstd

/// Decompresses the bytes of one file at a time, step by step.
///
/// Memory is the window of the format: 32 kB for gzip and zip, at most 128 MB for zstd. Checksums are
/// verified where the format has them: always in gzip and zip, in zstd only if the program that wrote the
/// file added one (`zstd` does).
package final class Decompressor {
  private enum Place {
    /// Inside of a member or frame, or before the first.
    case inside
    /// After a whole member or frame: the file may end here.
    case between
    /// In zeros after the last member, as tapes and block devices leave them.
    case padding
  }

  private enum Engine {
    // zlib's state points to it.
    case zlib(UnsafeMutablePointer<z_stream>)
    case zstd(OpaquePointer)
    case copy
  }

  private let compression: Compression
  private let engine: Engine
  private var place = Place.inside
  /// The number and the CRC-32 of the bytes made, of an entry of a zip archive.
  private var made = 0
  private var checksum: UInt32 = 0

  /// Makes a decompressor at the start of a file.
  package init(_ compression: Compression) {
    self.compression = compression
    switch compression {
    case .zstd:
      guard let context = ZSTD_createDCtx() else { preconditionFailure("no memory for zstd") }
      engine = .zstd(context)
    case .zipEntry(false, _, _): engine = .copy
    case .gzip, .zipEntry:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      let windowBits = compression == .gzip ? MAX_WBITS + 16 : -MAX_WBITS
      let status = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      precondition(status == Z_OK, "zlib cannot start: \(status)")
      engine = .zlib(stream)
    }
  }

  deinit {
    switch engine {
    case .zlib(let stream):
      inflateEnd(stream)
      stream.deallocate()
    case .zstd(let context): ZSTD_freeDCtx(context)
    case .copy: break
    }
  }

  /// Goes to the start of another file of the same format, if it can be one.
  ///
  /// - Returns: False if it takes another decompressor.
  package func restart(_ other: Compression) -> Bool {
    guard other == compression, compression == .gzip || compression == .zstd else { return false }
    place = .inside
    switch engine {
    case .zlib(let stream): inflateReset(stream)
    case .zstd(let context): _ = ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    case .copy: break
    }
    return true
  }

  /// Decompresses some of `input` into `output`, until one of them is used up.
  ///
  /// - Returns: The numbers of bytes taken and made. If all were taken and room is left, there is nothing more to make.
  /// - Throws: `Fault` if the input is damaged.
  package func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(Fault) -> (taken: Int, made: Int) {
    if place == .between {
      guard let first = input.first else { return (0, 0) }
      try leaveMember(first)
    }
    if place == .padding {
      guard input.allSatisfy({ $0 == 0 }) else { throw other("bytes of another kind after it") }
      return (input.count, 0)
    }
    switch engine {
    case .zlib(let stream): return try inflate(stream, input, output)
    case .zstd(let context): return try decompress(context, input, output)
    case .copy:
      let count = min(input.count, output.count)
      output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
      try add(UnsafeRawBufferPointer(rebasing: output[..<count]))
      if isEntryWhole { place = .between }
      return (count, count)
    }
  }

  /// Checks that the input may end here.
  ///
  /// - Throws: `Fault` if it is cut off, or the checksum is not that of what was made.
  package func finish() throws(Fault) {
    if case .zipEntry(_, let count, let expected) = compression {
      guard made == count, place == .between || count == 0 else {
        throw other("its end after \(made) of \(count) bytes of text")
      }
      guard checksum == expected else { throw other("another checksum") }
    } else if place == .inside {
      throw Fault(
        "is cut off: expected \(compression.name) data to their end, found the end of the file; get the file again"
      )
    }
  }

  private var isEntryWhole: Bool {
    if case .zipEntry(_, let count, _) = compression { made == count } else { false }
  }

  private func other(_ finding: String) -> Fault {
    Fault("is damaged: expected whole \(compression.name) data, found \(finding); get the file again")
  }

  /// Decides what follows a whole member, by its first byte.
  private func leaveMember(_ first: UInt8) throws(Fault) {
    switch (engine, compression) {
    case (.zlib(let stream), .gzip) where first == 0x1F:
      inflateReset(stream)
      place = .inside
    case (_, .gzip) where first == 0: place = .padding
    case (.zstd, _): place = .inside
    default: throw other("bytes of another kind after it")
    }
  }

  private func inflate(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: UnsafeRawBufferPointer,
    _ output: UnsafeMutableRawBufferPointer
  ) throws(Fault) -> (taken: Int, made: Int) {
    // zlib counts in 32 bits.
    let (given, room) = (min(input.count, 1 << 30), min(output.count, 1 << 30))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(given)
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(room)
    let status = CMinizip.inflate(stream, Z_NO_FLUSH)
    let (taken, count) = (given - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out))
    if compression != .gzip { try add(UnsafeRawBufferPointer(rebasing: output[..<count])) }
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: place = .between
    default:
      throw other("\"\(stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)")\"")
    }
    return (taken, count)
  }

  private func decompress(
    _ context: OpaquePointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) throws(Fault) -> (taken: Int, made: Int) {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    var before = (source.pos, target.pos)
    repeat {
      before = (source.pos, target.pos)
      let result = ZSTD_decompressStream(context, &target, &source)
      guard ZSTD_getErrorCode(result) != ZSTD_error_frameParameter_windowTooLarge else {
        throw Fault(
          "needs more than 128 MB of memory to be decompressed: expected zstd data with a smaller window; compress it again, "
            + "without --long and --ultra")
      }
      guard ZSTD_isError(result) == 0 else {
        throw other("\"\(String(cString: ZSTD_getErrorName(result)))\"")
      }
      // 0 also if a frame ends in the middle of the input; the next call begins another one.
      place = result == 0 ? .between : .inside
    } while source.pos < source.size && target.pos < target.size && before != (source.pos, target.pos)
    return (source.pos, target.pos)
  }

  /// Adds text of an entry to its checksum.
  private func add(_ text: UnsafeRawBufferPointer) throws(Fault) {
    guard case .zipEntry(_, let count, _) = compression else { return }
    made += text.count
    guard made <= count else { throw other("more than \(count) bytes of text") }
    checksum = UInt32(crc32_z(uLong(checksum), text.bindMemory(to: UInt8.self).baseAddress, text.count))
  }
}
