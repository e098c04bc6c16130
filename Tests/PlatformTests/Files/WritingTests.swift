import Glibc
import Platform
import TestSupport
import Testing

struct FileWriterTests {
  @Test func aFileAppearsAtCommitAndNotBefore() throws {
    let scratch = TestDirectory()
    let writer = try FileWriter(scratch.path("file"))
    try writer.write("hello ")
    try writer.write("wörld")
    #expect(writer.count == 12)
    #expect(Directory.kind(of: scratch.path("file")) == .missing)
    try writer.commit()
    #expect(try scratch.text(of: "file") == "hello wörld")
    #expect(scratch.names() == ["file"])
  }

  @Test func aDroppedWriterLeavesTheOldFile() throws {
    let scratch = TestDirectory()
    scratch.write("old", to: "file")
    do {
      let writer = try FileWriter(scratch.path("file"))
      try writer.write("new")
      #expect(scratch.names().count == 2)
    }
    #expect(scratch.names() == ["file"])
    #expect(try scratch.text(of: "file") == "old")
  }

  @Test func aFileIsReplacedWhole() throws {
    let scratch = TestDirectory()
    scratch.write("old and long", to: "file")
    let writer = try FileWriter(scratch.path("file"))
    try writer.write("new")
    try writer.commit()
    #expect(try scratch.text(of: "file") == "new")
  }

  @Test func aWrittenFileCanBeReplaced() throws {
    let scratch = TestDirectory()
    let writer = try FileWriter(scratch.path("file"))
    try writer.write("abcdef")
    try [UInt8]("XY".utf8).withUnsafeBytes { try writer.overwrite($0, at: 1) }
    try writer.write("g")
    #expect(writer.count == 7)
    try writer.commit()
    #expect(try scratch.text(of: "file") == "aXYdefg")
  }

  @Test func aLinkStaysAndItsFileIsReplaced() throws {
    let scratch = TestDirectory()
    mkdir(scratch.path("far"), 0o777)
    scratch.write("old", to: "far/file")
    symlink("far/file", scratch.path("link"))
    let writer = try FileWriter(scratch.path("link"))
    try writer.write("new")
    try writer.commit()
    #expect(try scratch.text(of: "far/file") == "new")
    #expect(scratch.names() == ["far", "link"] && scratch.names(in: "far") == ["file"])
    var status = stat()
    #expect(lstat(scratch.path("link"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func directoriesAndDevicesAreRejectedAtOnce() throws {
    let scratch = TestDirectory()
    expectMessage(
      "\(scratch.path): cannot be written: it is a directory where a file was expected; name a file inside it"
    ) { _ = try FileWriter(scratch.path) }
    // A private pipe instead of /dev/null: if this test fails, the system is not damaged.
    mkfifo(scratch.path("pipe"), 0o666)
    expectMessage("\(scratch.path("pipe")): cannot be written: it is a device or a pipe; name a plain file") {
      _ = try FileWriter(scratch.path("pipe"))
    }
    let inside = scratch.path("none/file")
    expectMessage(
      "\(inside): cannot be created: no such file or directory; check the name and the working directory"
    ) { _ = try FileWriter(inside) }
    #expect(scratch.names() == ["pipe"])
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "mounting a small file system needs root"))
  func aFullDiskIsReportedAndLeavesNothing() throws {
    let scratch = TestDirectory()
    let disk = try SmallDisk(scratch)
    scratch.write("old", to: "disk/file")
    do {
      let writer = try FileWriter(scratch.path("disk/file"))
      expectMessage(
        "\(scratch.path("disk/file")): cannot be written: no space left on the device; free some space or choose "
          + "another place"
      ) { for _ in 0..<1000 { try writer.write(String(repeating: "x", count: 1000)) } }
    }
    #expect(scratch.names(in: "disk") == ["file"])
    #expect(try scratch.text(of: "disk/file") == "old")
    withExtendedLifetime(disk) {}
  }
}

struct OutputDirectoryTests {
  @Test func aDirectoryAppearsAtCommitAndNotBefore() throws {
    let scratch = TestDirectory()
    let output = try OutputDirectory(scratch.path("out/"), replacing: false)
    try FileWriter("\(output.temporary)/a").commit()
    #expect(Directory.kind(of: scratch.path("out")) == .missing)
    try output.commit()
    #expect(scratch.names() == ["out"] && scratch.names(in: "out") == ["a"])
  }

  @Test func aDroppedDirectoryLeavesNothing() throws {
    let scratch = TestDirectory()
    do {
      let output = try OutputDirectory(scratch.path("out"), replacing: false)
      mkdir("\(output.temporary)/deep", 0o777)
      try FileWriter("\(output.temporary)/deep/a").commit()
      // The target of a link must not be removed.
      symlink(scratch.write("keep", to: "kept"), "\(output.temporary)/link")
    }
    #expect(scratch.names() == ["kept"])
  }

  @Test func aNonemptyDirectoryIsRejectedAndKept() throws {
    let scratch = TestDirectory()
    mkdir(scratch.path("out"), 0o777)
    scratch.write("old", to: "out/a")
    expectMessage(
      "\(scratch.path("out")): the output directory exists and is not empty; choose another, or replace it with "
        + "--overwrite"
    ) { _ = try OutputDirectory(scratch.path("out"), replacing: false) }
    #expect(try scratch.names() == ["out"] && scratch.text(of: "out/a") == "old")
    let file = scratch.path("out/a")
    expectMessage("\(file): is a file where a directory was expected; choose another name") {
      _ = try OutputDirectory(file, replacing: true)
    }
  }

  @Test(arguments: [false, true]) func anEmptyDirectoryIsUsed(replacing: Bool) throws {
    let scratch = TestDirectory()
    mkdir(scratch.path("out"), 0o777)
    try OutputDirectory(scratch.path("out"), replacing: replacing).commit()
    #expect(scratch.names() == ["out"])
  }

  @Test func aNonemptyDirectoryIsReplacedOnlyAtCommit() throws {
    let scratch = TestDirectory()
    mkdir(scratch.path("out"), 0o777)
    scratch.write("old", to: "out/a")
    do {
      _ = try OutputDirectory(scratch.path("out"), replacing: true)
    }
    #expect(try scratch.text(of: "out/a") == "old")
    let output = try OutputDirectory(scratch.path("out"), replacing: true)
    try FileWriter("\(output.temporary)/b").commit()
    #expect(try scratch.text(of: "out/a") == "old")
    try output.commit()
    #expect(scratch.names() == ["out"] && scratch.names(in: "out") == ["b"])
  }

  @Test func aFileThatAppearedMeanwhileIsKept() throws {
    let scratch = TestDirectory()
    do {
      let output = try OutputDirectory(scratch.path("out"), replacing: false)
      mkdir(scratch.path("out"), 0o777)
      scratch.write("theirs", to: "out/a")
      #expect(throws: FileError.self) { try output.commit() }
    }
    #expect(try scratch.names() == ["out"] && scratch.text(of: "out/a") == "theirs")
  }

  @Test func aLinkStaysAndItsDirectoryIsReplaced() throws {
    let scratch = TestDirectory()
    mkdir(scratch.path("far"), 0o777)
    mkdir(scratch.path("far/real"), 0o777)
    scratch.write("old", to: "far/real/a")
    symlink("far/real", scratch.path("out"))
    let output = try OutputDirectory(scratch.path("out"), replacing: true)
    try FileWriter("\(output.temporary)/b").commit()
    try output.commit()
    #expect(scratch.names() == ["far", "out"] && scratch.names(in: "far") == ["real"])
    #expect(scratch.names(in: "out") == ["b"] && scratch.names(in: "far/real") == ["b"])
  }
}

/// A file system of 64 KiB in memory, at `disk`.
private final class SmallDisk {
  private let path: String

  init(_ scratch: TestDirectory) throws {
    path = scratch.path("disk")
    try #require(mkdir(path, 0o777) == 0)
    try #require(mount("none", path, "tmpfs", 0, "size=64k") == 0)
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }

  /// True if this process may mount file systems, found by trying.
  static let isAllowed: Bool = {
    let scratch = TestDirectory()
    guard mount("none", scratch.path, "tmpfs", 0, "size=4k") == 0 else { return false }
    return umount2(scratch.path, Int32(MNT_DETACH)) == 0
  }()
}
