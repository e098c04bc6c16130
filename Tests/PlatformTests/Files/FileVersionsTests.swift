import Glibc
import TestSupport
import Testing

@testable import Platform

/// A file that changes between two reads is an error that names it.
struct FileVersionsTests {
  private static func problem(_ path: String) -> String {
    "\(path): the file changed after it was first read: expected the same file, found another size, time of change or "
      + "file; start again when no program writes to it"
  }

  private static let changes: [(String, @Sendable (TestDirectory) -> Void)] = [
    ("extended", { $0.write("1\n2\n3\n", to: "x") }),
    ("truncated", { truncate($0.path("x"), 2) }),
    (
      "replaced",
      {
        $0.write("1\n2\n", to: "y")
        rename($0.path("y"), $0.path("x"))
      }
    ),
    (
      "touched",
      {
        _ = utimensat(
          AT_FDCWD, $0.path("x"), [timespec(tv_sec: 7, tv_nsec: 7), timespec(tv_sec: 7, tv_nsec: 8)], 0)
      }
    ),
    (
      "written with its old time",
      { scratch in
        var status = stat()
        stat(scratch.path("x"), &status)
        usleep(20000)
        scratch.write("3\n4\n", to: "x")
        utimensat(AT_FDCWD, scratch.path("x"), [status.st_atim, status.st_mtim], 0)
      }
    ),
  ]

  @Test(arguments: 0..<5) func everyChangeIsNoticed(number: Int) throws {
    let (name, change) = Self.changes[number]
    let scratch = TestDirectory()
    let path = scratch.write("1\n2\n", to: "x")
    let versions = FileVersions.forReader()
    let (buffer, blocks, lines) = (FileBuffer(), FileBlocks(), FileLines())
    let reads: [() throws -> Void] = [
      { _ = try OpenFile(path, versions) }, { try buffer.read(path, versions) },
      { _ = try MappedFile(path, versions) },
      { try blocks.open(path, at: 0, versions) }, { try lines.open(path, at: 0, versions) },
    ]
    for read in reads { try read() }
    let open = try OpenFile(path, versions)
    change(scratch)
    for read in reads { expectMessage(Self.problem(path)) { try read() } }
    if name != "replaced" { withExtendedLifetime(open) {} }
    // Another reader, made now, finds what is there now.
    _ = try OpenFile(path, FileVersions.forReader())
  }

  @Test func aChangeUnderAnOpenFileIsNoticed() throws {
    let scratch = TestDirectory()
    let path = scratch.write("1\n2\n", to: "x")
    let versions = FileVersions.forReader()
    let file = try OpenFile(path, versions)
    try file.check(versions)
    scratch.write("1\n", to: "x")
    expectMessage(Self.problem(path)) { try file.check(versions) }
  }

  /// A backup by links, or other access rights, change the time but not the contents.
  @Test func linksAndRightsAreNoChange() throws {
    let scratch = TestDirectory()
    let path = scratch.write("1\n2\n", to: "x")
    let versions = FileVersions.forReader()
    _ = try OpenFile(path, versions)
    usleep(20000)
    link(path, scratch.path("backup"))
    _ = try OpenFile(path, versions)
    usleep(20000)
    chmod(path, 0o600)
    _ = try OpenFile(path, versions)
  }

  @Test func allReadersOfARunFindTheSameFiles() throws {
    let scratch = TestDirectory()
    let path = scratch.write("1\n", to: "x")
    try FileVersions.withRun {
      _ = try OpenFile(path, FileVersions.forReader())
      scratch.write("1\n2\n", to: "x")
      expectMessage(Self.problem(path)) { _ = try OpenFile(path, FileVersions.forReader()) }
    }
  }
}
