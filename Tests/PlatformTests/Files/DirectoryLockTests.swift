import Glibc
import Platform
import TestSupport
import Testing

struct DirectoryLockTests {
  private static let problem =
    "another run is writing in this directory; wait until it has ended, or choose another directory"

  @Test func aDirectoryHasOneOwnerAtATime() throws {
    let scratch = TestDirectory()
    for name in ["a", "b"] { try Directory.create(scratch.path(name)) }
    var first: DirectoryLock? = try DirectoryLock([scratch.path("a")])
    expectMessage("\(scratch.path("a")): \(Self.problem)") { _ = try DirectoryLock([scratch.path("a")]) }
    // The locks taken before the fault are free again.
    expectMessage("\(scratch.path("a")): \(Self.problem)") {
      _ = try DirectoryLock([scratch.path("b"), scratch.path("a")])
    }
    _ = try DirectoryLock([scratch.path("b")])
    withExtendedLifetime(first) {}
    first = nil
    _ = try DirectoryLock([scratch.path("a")])
    #expect(scratch.names(in: "a").isEmpty)
  }

  @Test func oneDirectoryMayHaveTwoNames() throws {
    let scratch = TestDirectory()
    try Directory.create(scratch.path("a"))
    symlink(scratch.path("a"), scratch.path("link"))
    let lock = try DirectoryLock([scratch.path("a"), scratch.path("a/"), scratch.path("link")])
    withExtendedLifetime(lock) {
      expectMessage("\(scratch.path("link")): \(Self.problem)") {
        _ = try DirectoryLock([scratch.path("link")])
      }
    }
  }

  @Test func aDirectoryMustBeThere() throws {
    let scratch = TestDirectory()
    let none = scratch.path("none")
    expectMessage(
      "\(none): cannot be locked: no such file or directory; check the name and the working directory"
    ) { _ = try DirectoryLock([none]) }
    let file = scratch.write("1", to: "file")
    expectMessage("\(file): cannot be locked: a part of the path is a file where a directory was expected") {
      _ = try DirectoryLock([file])
    }
  }
}
