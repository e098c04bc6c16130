extension TextFile {
  /// Returns the first bytes of the text at `path`, at most `count`, and true if there are no more.
  ///
  /// Of a compressed file, only the first bytes are decompressed.
  ///
  /// - Throws: `FileError` if the file cannot be opened or read, or its beginning is damaged.
  package static func beginning(
    of path: String, count: Int
  ) throws(FileError) -> (bytes: [UInt8], isWhole: Bool) {
    let text = try TextFile(path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, min(count + 1, text.file.length)), alignment: 64)
    defer { buffer.deallocate() }
    let got = try text.file.read(at: 0, into: buffer)
    var (bytes, isWhole) = (Array(buffer[..<got]), got == text.file.length)
    func unpack(_ compression: Compression) throws(FileError) {
      let (unpacked, isEnd) = try unpacked(bytes, compression, path: path, count: count)
      (bytes, isWhole) = (unpacked, isWhole && isEnd)
    }
    if let compression = text.compression { try unpack(compression) }
    // The member of an archive can be a compressed file, too.
    if let compression = bytes.withUnsafeBytes({ Compression(of: $0) }) { try unpack(compression) }
    return (Array(bytes.prefix(count)), isWhole && bytes.count <= count)
  }

  /// Returns the first bytes of compressed ones, at most one more than `count`, and true if there are no more.
  private static func unpacked(
    _ packed: [UInt8], _ compression: Compression, path: String, count: Int
  ) throws(FileError) -> (bytes: [UInt8], isWhole: Bool) {
    let unpacked = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 1, alignment: 64)
    defer { unpacked.deallocate() }
    let decompressor = Decompressor(compression)
    var (taken, made) = (0, 0)
    try Fault.naming(path) { () throws(Fault) in
      try packed.withUnsafeBufferPointer { buffer throws(Fault) in
        let bytes = UnsafeRawBufferPointer(buffer)
        while made < unpacked.count {
          let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
          let room = UnsafeMutableRawBufferPointer(rebasing: unpacked[made...])
          let step = try decompressor.step(rest, into: room)
          if step == (0, 0) { break }
          taken += step.taken
          made += step.made
        }
      }
    }
    return (Array(unpacked[..<made]), made <= count)
  }

  /// Returns bytes from later places of the text at `path`, from the beginning of a line on, evenly spaced up to its end.
  ///
  /// - Returns: None of a compressed file, whose later places cannot be read alone, and of one with fewer bytes.
  /// - Throws: `FileError` if the file cannot be opened or read.
  package static func later(
    of path: String, count: Int, places: Int
  ) throws(FileError) -> [[UInt8]] {
    let text = try TextFile(path)
    guard text.compression == nil, text.file.length > count * (places + 1) else { return [] }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    defer { buffer.deallocate() }
    let got = try text.file.read(at: 0, into: buffer)
    guard Compression(of: UnsafeRawBufferPointer(rebasing: buffer[..<got])) == nil else { return [] }
    var found: [[UInt8]] = []
    for place in 1...places {
      let got = try text.file.read(at: (text.file.length - count) / places * place, into: buffer)
      let bytes = buffer[..<got]
      guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { continue }
      found.append(Array(bytes[(end + 1)...]))
    }
    return found
  }
}
