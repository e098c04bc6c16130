import Glibc
import Platform
import TestSupport
import Testing

struct ReadingTests {
  private func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func aBufferContainsOnlyTheLastFile() throws {
    let scratch = TestDirectory()
    // Smaller, exactly as large, and larger than the buffer, then small again.
    let buffer = FileBuffer(capacity: 8)
    for contents in [
      "abc", "", "12345678", "123456789", String(repeating: "long ", count: 5000), "x", "12345678",
    ] {
      let path = scratch.write(contents, to: "file")
      try buffer.read(path)
      #expect(text(buffer.bytes) == contents)
    }
  }

  @Test func aFaultLeavesNoBytesOfThePreviousFile() throws {
    let scratch = TestDirectory()
    let buffer = FileBuffer()
    try buffer.read(scratch.write("abc", to: "file"))
    #expect(throws: FileError.self) { try buffer.read(scratch.path("none")) }
    #expect(buffer.bytes.isEmpty)
  }

  @Test func mappedBytesAreTheFile() throws {
    let scratch = TestDirectory()
    for contents in ["", "a", String(repeating: "long ", count: 5000)] {
      let file = try MappedFile(scratch.write(contents, to: "file"))
      #expect(try file.withBytes { text($0) } == contents)
    }
  }

  @Test func mappedBytesAsSpanAndAsText() throws {
    let scratch = TestDirectory()
    for contents in ["", "a", "Zoë\n\u{1F600}"] {
      let file = try MappedFile(scratch.write(contents, to: "file"))
      #expect(try file.withSpan { bytes in bytes.indices.map { bytes[$0] } } == Array(contents.utf8))
      #expect(try file.text() == contents)
    }
    let path = scratch.path("latin")
    let stream = try #require(fopen(path, "w"))
    for byte in [0x61, 0x0A, 0x62, 0xE9, 0x0A] as [Int32] { fputc(byte, stream) }
    fclose(stream)
    expectMessage("\(path): is not UTF-8 text: line 2 is not; convert the file to UTF-8") {
      _ = try MappedFile(path).text()
    }
  }

  @Test func mappedBytesOutliveTheName() throws {
    let scratch = TestDirectory()
    let file = try MappedFile(scratch.write("abc", to: "file"))
    unlink(scratch.path("file"))
    #expect(try file.withBytes { text($0) } == "abc")
  }

  /// Without the guard, the signal SIGBUS would end the tests.
  @Test func aFileCutWhileItIsReadIsAnError() throws {
    let scratch = TestDirectory()
    let contents = String(repeating: "x", count: 100_000)
    let path = scratch.write(contents, to: "file")
    for length in [0, 1, 4096, 4097, 50_000] {
      scratch.write(contents, to: "file")
      let mapped = try MappedFile(path)
      let open = try OpenFile(path)
      try #require(truncate(path, length) == 0)
      expectMessage(
        "\(path): became shorter while it was read: expected 100000 bytes, found fewer; try again when no program "
          + "writes to it"
      ) { _ = try mapped.withSpan { bytes in bytes.indices.reduce(0) { $0 &+ Int(bytes[$1]) } } }
      expectMessage(
        "\(path): changed while it was read: expected a file at rest, but it has \(length) bytes instead of 100000; try "
          + "again when no program writes to it"
      ) {
        var some = [UInt8](repeating: 0, count: 8)
        try some.withUnsafeMutableBytes { try open.fill($0, from: 90_000) }
      }
    }
  }

  @Test func faultsNameThePathAndTheRemedy() throws {
    let scratch = TestDirectory()
    let none = scratch.path("no\nne")
    let missing = "cannot be opened: no such file or directory; check the name and the working directory"
    let shown = scratch.path("no\\x0Ane")
    expectMessage("\(shown): \(missing)") { try FileBuffer().read(none) }
    expectMessage("\(shown): \(missing)") { _ = try MappedFile(none) }
    let directory = "cannot be read: it is a directory where a file was expected; name a file inside it"
    expectMessage("\(scratch.path): \(directory)") { try FileBuffer().read(scratch.path) }
    expectMessage("\(scratch.path): \(directory)") { _ = try MappedFile(scratch.path) }
    let inside = scratch.write("", to: "file") + "/x"
    expectMessage("\(inside): cannot be opened: a part of the path is a file where a directory was expected")
    {
      _ = try MappedFile(inside)
    }
  }

  @Test func aPipeIsRejectedWithoutWaiting() throws {
    let scratch = TestDirectory()
    let pipe = scratch.path("pipe")
    mkfifo(pipe, 0o600)
    for path in [pipe, "/dev/null"] {
      let message = "\(path): cannot be read: it is a device or a pipe; name a plain file"
      expectMessage(message) { try FileBuffer().read(path) }
      expectMessage(message) { _ = try MappedFile(path) }
      expectMessage(message) { try FileBlocks().open(path) }
      expectMessage(message) { try FileBlocks().open(path, at: 3) }
    }
  }

  @Test func aFileOfAnotherUserIsRejected() throws {
    let scratch = TestDirectory()
    let path = scratch.write("secret", to: "file")
    chmod(path, 0)
    // Only this user can access the parent directory: let the other user in.
    chmod(scratch.path, 0o777)
    // Root may read everything, but the kernel lets one thread access files as another user.
    let isRoot = geteuid() == 0
    if isRoot { try actForFiles(as: 65534) }
    defer { if isRoot { try? actForFiles(as: 0) } }
    let message = "cannot be opened: permission denied; check the owner and the access rights (ls -l)"
    expectMessage("\(path): \(message)") { try FileBuffer().read(path) }
    expectMessage("\(path): \(message)") { _ = try MappedFile(path) }
  }

  /// Calls `setfsuid`, which Swift's Glibc does not name: unlike `seteuid` it affects only this thread.
  private func actForFiles(as user: UInt32) throws {
    let function = try #require(dlsym(nil, "setfsuid"))
    _ = unsafeBitCast(function, to: (@convention(c) (UInt32) -> Int32).self)(user)
  }
}
