import Glibc
import Platform
import TestSupport
import Testing

struct FileBlocksTests {
  /// All bytes from `offset` on, `taken` at a time if a block has that many.
  private func all(_ blocks: FileBlocks, taken: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while try !blocks.bytes.isEmpty || blocks.fill() {
      let count = min(taken, blocks.bytes.count)
      bytes += blocks.bytes[..<count]
      blocks.take(count)
    }
    #expect(try !blocks.fill(), "there is more behind the end")
    return bytes
  }

  @Test func blocksAreTheFile() throws {
    let scratch = TestDirectory()
    for text in ["", "a", "abcdefgh", "abcdefghi", String(repeating: "long ", count: 100)] {
      let path = scratch.write(text, to: "file")
      for size in [1, 3, 8, 1000] {
        let blocks = FileBlocks(blockSize: size)
        for offset in [0, 1, text.utf8.count, text.utf8.count + 5] {
          for taken in [1, 2, 1000] {
            try blocks.open(path, at: offset)
            #expect(try all(blocks, taken: taken) == Array(text.utf8.dropFirst(offset)))
          }
        }
      }
    }
  }

  @Test func anAbandonedFileLeavesNothing() throws {
    let scratch = TestDirectory()
    let blocks = FileBlocks(blockSize: 4)
    try blocks.open(scratch.write("abcdefgh", to: "one"))
    _ = try blocks.fill()
    blocks.take(1)
    try blocks.open(scratch.write("xyz", to: "two"))
    #expect(try all(blocks, taken: 2) == Array("xyz".utf8))
    blocks.close()
    #expect(blocks.bytes.isEmpty)
  }

  @Test func faultsNameTheFile() throws {
    let scratch = TestDirectory()
    let blocks = FileBlocks()
    let missing = scratch.path("none")
    expectMessage(
      "\(missing): cannot be opened: no such file or directory; check the name and the working directory"
    ) { try blocks.open(missing) }
    let directory = scratch.path(".")
    expectMessage(
      "\(directory): cannot be read: it is a directory where a file was expected; name a file inside it"
    ) { try blocks.open(directory) }
  }
}
