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
    #expect(try Directory.kind(of: scratch.path("file")) == .missing)
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
    expectMessage("\(scratch.path("pipe")): cannot be written: it is a pipe or a disk; name a plain file") {
      _ = try FileWriter(scratch.path("pipe"))
    }
    let inside = scratch.path("none/file")
    expectMessage(
      "\(inside): cannot be created: no such file or directory; check the name and the working directory"
    ) { _ = try FileWriter(inside) }
    #expect(scratch.names() == ["pipe"])
  }

  @Test func aDeviceGetsTheBytes() throws {
    for _ in 0..<2 {
      let writer = try FileWriter("/dev/null")
      try writer.write("abc")
      try writer.commit()
      var status = stat()
      #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }
    expectMessage(
      "/dev/full: cannot be written: no space left on the device; free some space or choose another place"
    ) {
      try FileWriter("/dev/full").write("abc")
    }
  }

  @Test(arguments: [0o600, 0o644, 0o777] as [mode_t]) func aReplacedFilePassesOnItsRightsAndOwner(
    mode: mode_t
  ) throws {
    let scratch = TestDirectory()
    scratch.write("old", to: "file")
    chmod(scratch.path("file"), mode)
    if getuid() == 0 { chown(scratch.path("file"), 1234, 4321) }
    let writer = try FileWriter(scratch.path("file"))
    try writer.write("new")
    try writer.commit()
    var status = stat()
    #expect(stat(scratch.path("file"), &status) == 0 && status.st_mode & 0o7777 == mode)
    #expect(getuid() != 0 || status.st_uid == 1234 && status.st_gid == 4321)
  }

  /// What took hours to make is not removed because its name has become impossible.
  @Test func aFinishedFileIsKeptIfItCannotBeRenamed() throws {
    let scratch = TestDirectory()
    for number in 1...2 {
      let writer = try FileWriter(scratch.path("file"))
      try writer.write("new \(number)")
      scratch.makeDirectory("file")
      let path = scratch.path("file")
      expectMessage(
        "\(path): cannot be renamed into place: it is a directory where a file was expected; name a file inside it; "
          + "the finished file is \(path).kept-\(number)"
      ) { try writer.commit() }
      scratch.remove("file")
      #expect(try scratch.text(of: "file.kept-\(number)") == "new \(number)")
    }
    #expect(scratch.names() == ["file.kept-1", "file.kept-2"])
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
    #expect(try Directory.kind(of: scratch.path("out")) == .missing)
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

  /// A private directory stays private.
  @Test func aDirectoryKeepsItsPermissions() throws {
    let scratch = TestDirectory()
    for mode: mode_t in [0o700, 0o750, 0o711] {
      mkdir(scratch.path("out"), mode)
      chmod(scratch.path("out"), mode)
      scratch.write("old", to: "out/a")
      try OutputDirectory(scratch.path("out"), replacing: true).commit()
      var status = stat()
      #expect(stat(scratch.path("out"), &status) == 0 && status.st_mode & 0o7777 == mode)
      scratch.remove("out")
    }
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

extension OutputDirectoryTests {
  /// What a killed process has left is removed by the next one that writes there; what an active one has, stays.
  @Test func leftoversOfOthersAreRemoved() throws {
    let scratch = TestDirectory()
    for name in ["out.17-5.tmp", "out.17-6.tmp/deep", "other.17-5.tmp"] {
      scratch.write("half", to: "\(name)/a")
    }
    scratch.write("half", to: "out.17-7.tmp")
    let active = try OutputDirectory(scratch.path("out"), replacing: false)
    let output = try OutputDirectory(scratch.path("out"), replacing: false)
    #expect(scratch.names().count == 3 && scratch.names().contains("other.17-5.tmp"), "\(scratch.names())")
    try output.commit()
    #expect(scratch.names().count == 3)
    withExtendedLifetime(active) {}
  }
}

struct TemporaryDirectoryTests {
  @Test func leftoversOfKilledProcessesAreRemoved() throws {
    let first = try TemporaryDirectory()
    let parent = Directory.parts(of: Directory.parts(of: first.path).directory).directory
    let left = "\(parent)/timestep.17-5.tmp"
    mkdir(left, 0o700)
    let second = try TemporaryDirectory()
    #expect(try Directory.kind(of: left) == .missing)
    #expect(try Directory.kind(of: first.path) == .directory && Directory.kind(of: second.path) == .directory)
  }
}

struct LineLogTests {
  @Test func linesAreAppendedAfterThoseThatAreKept() throws {
    let scratch = TestDirectory()
    scratch.write("a\nbc\nd\n", to: "log")
    let log = try LineLog(scratch.path("log"), keeping: 5)
    #expect(log.length == 5)
    try log.append("x")
    try log.sync()
    #expect(try scratch.text(of: "log") == "a\nbc\nx\n" && log.length == 7)
    try log.cut(to: 2)
    try log.append("y")
    #expect(try scratch.text(of: "log") == "a\ny\n")
  }

  @Test func onlyOneWritesToAFile() throws {
    let scratch = TestDirectory()
    let path = scratch.path("log")
    do {
      let log = try LineLog(path, keeping: 0)
      try log.append("a")
      expectMessage(
        "\(path): another process is writing to this file; wait until it has ended, or choose another file"
      ) { _ = try LineLog(path, keeping: 0) }
      #expect(try scratch.text(of: "log") == "a\n")
    }
    _ = try LineLog(path, keeping: nil)
    mkfifo(scratch.path("pipe"), 0o666)
    expectMessage("\(scratch.path("pipe")): cannot be written: No such device or address") {
      _ = try LineLog(scratch.path("pipe"), keeping: 0)
    }
    for _ in 0..<2 { try LineLog("/dev/null", keeping: 7).append("a") }
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
