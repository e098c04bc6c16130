import TestSupport
import Testing

@testable import Platform

/// What is read of a compressed file is the text that was compressed, or an error.
@Suite struct CompressedTextTests {
  private let scratch = TestDirectory()

  /// The text of a file, read in both ways.
  private func text(_ path: String, memoryLimit: Int = 1 << 20) throws -> [UInt8] {
    let buffer = FileBuffer(capacity: 64)
    try buffer.read(path)
    let mapped = try MappedText(path, in: TextSpool(memoryLimit: memoryLimit)).withBytes { Array($0) }
    #expect(Array(buffer.bytes) == mapped)
    return mapped
  }

  private func randomText(_ count: Int, _ random: inout SplitMix) -> [UInt8] {
    // Rows of few digits compress well, random bytes do not.
    let isText = random.next(below: 2) == 0
    return (0..<count).map { _ in
      isText ? Array("0123456789,.\n".utf8)[Int(random.next(below: 13))] : UInt8(random.next(below: 256))
    }
  }

  @Test func anyTextInAnyNumberOfMembersIsReadBack() throws {
    var random = SplitMix(state: 3)
    for round in 0..<150 {
      var (text, packed): ([UInt8], [UInt8]) = ([], [])
      let isGzip = random.next(below: 2) == 0
      for _ in 0..<random.next(below: 4) + 1 {
        let sizes = [0, 1, 5, 300, 70_000, 600_000]
        let part = randomText(sizes[Int(random.next(below: round % 10 == 0 ? 6 : 4))], &random)
        text += part
        packed +=
          isGzip
          ? gzipped(part, level: Int32(random.next(below: 10)))
          : zstandard(part, level: Int32(random.next(below: 19)) + 1, hasChecksum: random.next(below: 2) == 0)
      }
      // As tapes leave them.
      if isGzip, random.next(below: 4) == 0 { packed += [UInt8](repeating: 0, count: 512) }
      let path = scratch.write(packed, to: "\(round).csv")
      #expect(try self.text(path, memoryLimit: Int(random.next(below: 100_000))) == text)
    }
  }

  @Test func aPlainFileIsReadAsItIs() throws {
    for text in ["", "(", "\u{1F}", "1,2\n", "P*\n", "(0.5),1\n"] {
      #expect(try self.text(scratch.write(text, to: "\(text.utf8.count).csv")) == Array(text.utf8))
    }
  }

  @Test func skippableFramesHoldNoText() throws {
    let frame: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    #expect(
      try text(scratch.write(frame + zstandard(Array("1\n".utf8)) + frame, to: "x.csv")) == Array("1\n".utf8))
  }

  /// A file that is cut off anywhere is an error, except between members, where it is a whole file.
  @Test(arguments: [true, false]) func aFileThatIsCutOffIsAnError(isGzip: Bool) throws {
    let parts = ["1,2\n3,4\n", "5,6\n", String(repeating: "7,8\n", count: 50)].map { Array($0.utf8) }
    let members = parts.map { isGzip ? gzipped($0) : zstandard($0) }
    let whole = members.flatMap { $0 }
    let ends = [members[0].count, members[0].count + members[1].count]
    // Below 4 bytes, the format is not recognized: the bytes are no text, which readers of text say.
    for count in 4..<whole.count {
      let path = scratch.write(whole.prefix(count), to: "\(count).csv")
      if let index = ends.firstIndex(of: count) {
        #expect(try text(path) == parts[...index].flatMap { $0 })
        continue
      }
      // A piece of a member's header is already a member.
      expectRejection(path, "is cut off: expected \(isGzip ? "gzip" : "zstd") data to their end") {
        try FileBuffer().read(path)
      }
      expectRejection(path, "is cut off") { _ = try MappedText(path) }
    }
  }

  /// A bit that is flipped anywhere after the first four bytes is an error, or changes nothing, as a time
  /// does.
  @Test(arguments: [true, false]) func aFlippedBitIsAnErrorOrChangesNothing(isGzip: Bool) throws {
    var random = SplitMix(state: 8)
    let text = randomText(40, &random) + Array(String(repeating: "1,2\n", count: 20).utf8)
    let packed = isGzip ? gzipped(text) : zstandard(text)
    var (errors, unchanged) = (0, 0)
    for bit in 32..<packed.count * 8 {
      var damaged = packed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      // A name of its own: two files of one size that are written within a tick of the clock look the same.
      let path = scratch.write(damaged, to: "\(bit).csv")
      do {
        #expect(try self.text(path) == text, "bit \(bit)")
        unchanged += 1
      } catch let error as FileError {
        #expect(error.path == path)
        errors += 1
      }
    }
    #expect(errors > unchanged)
  }

  @Test func whatFollowsIsAnError() throws {
    for other in ["1,2\n", "\0\0x"] {
      let path = scratch.write(gzipped(Array("1\n".utf8)) + Array(other.utf8), to: "x.csv.gz")
      expectMessage(
        "\(path): is damaged: expected whole gzip data, found bytes of another kind after it; get the file again"
      ) { try FileBuffer().read(path) }
    }
    let path = scratch.write(zstandard(Array("1\n".utf8)) + Array("1,2\n".utf8), to: "x.csv.zst")
    expectRejection(path, "is damaged: expected whole zstd data, found \"Unknown frame descriptor\"") {
      try FileBuffer().read(path)
    }
  }

  @Test func textsOfOneSpoolStayAsTheyAre() throws {
    let spool = TextSpool(memoryLimit: 1000)
    var random = SplitMix(state: 1)
    var texts: [(bytes: [UInt8], text: TextFile)] = []
    for number in 0..<12 {
      let bytes = randomText([10, 700, 0, 40_000][number % 4], &random)
      let mapped = try MappedText(scratch.write(gzipped(bytes), to: "x\(number).gz"), in: spool)
      #expect(mapped.text.isCopy)
      texts.append((bytes, mapped.text))
    }
    let buffer = FileBuffer()
    for (bytes, text) in texts {
      try buffer.read(text)
      #expect(Array(buffer.bytes) == bytes)
      #expect(try MappedText(text).withBytes { Array($0) } == bytes)
      let (blocks, lines) = (FileBlocks(blockSize: 100), FileLines(blockSize: 100))
      blocks.open(text.file, at: 3)
      var all: [UInt8] = []
      while try blocks.fill() {
        all += blocks.bytes
        blocks.take(blocks.bytes.count)
      }
      #expect(all == Array(bytes.dropFirst(3)))
      lines.open(text.file)
      all = []
      while let line = try lines.next() { all += line }
      #expect(all == bytes)
      try buffer.read(5..<9, of: text)
      #expect(Array(buffer.bytes) == Array(bytes.dropFirst(5).prefix(4)))
    }
  }

  /// Of a text that was decompressed, a new version of the file is read, not the old text.
  @Test func aChangedFileIsDecompressedAgain() throws {
    let path = scratch.write(gzipped(Array("1\n".utf8)), to: "x.gz")
    #expect(try text(path) == Array("1\n".utf8))
    scratch.remove("x.gz")
    scratch.write(gzipped(Array("2\n".utf8)), to: "x.gz")
    #expect(try text(path) == Array("2\n".utf8))
    let versions = FileVersions.forReader()
    _ = try MappedText(path, versions)
    scratch.remove("x.gz")
    scratch.write(gzipped(Array("3\n".utf8)), to: "x.gz")
    expectRejection(path, "the file changed after it was first read") { _ = try MappedText(path, versions) }
  }
}
