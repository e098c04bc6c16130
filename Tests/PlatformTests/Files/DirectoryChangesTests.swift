import TestSupport
import Testing

@testable import Platform

struct DirectoryChangesTests {
  private static let missing = "no such file or directory; check the name and the working directory"

  @Test func aDirectoryIsCreatedOnce() throws {
    let scratch = TestDirectory()
    let path = scratch.path("a")
    for _ in 0..<2 { try Directory.create(path) }
    #expect(try Directory.kind(of: path) == .directory)
    scratch.write("1", to: "file")
    expectMessage(
      "\(scratch.path("file")): cannot be created: a part of the path is a file where a directory was expected"
    ) {
      try Directory.create(scratch.path("file"))
    }
    expectMessage("\(scratch.path("b/c")): cannot be created: \(Self.missing)") {
      try Directory.create(scratch.path("b/c"))
    }
  }

  @Test func aFileIsRemovedOrWasNeverThere() throws {
    let scratch = TestDirectory()
    scratch.write("1", to: "file")
    for _ in 0..<2 { try Directory.removeFile(scratch.path("file")) }
    #expect(try Directory.kind(of: scratch.path("file")) == .missing)
    expectMessage(
      "\(scratch.path): cannot be removed: it is a directory where a file was expected; name a file inside it"
    ) { try Directory.removeFile(scratch.path) }
  }

  @Test func namesAreSynced() throws {
    let scratch = TestDirectory()
    try Directory.sync(scratch.path)
    expectMessage("\(scratch.path("none")): cannot be synced: \(Self.missing)") {
      try Directory.sync(scratch.path("none"))
    }
  }

  @Test func leftoversAreTheTemporaryFilesOfWriters() throws {
    let scratch = TestDirectory()
    for target in ["a.txt", "b", "c.d.e"] {
      // Exactly the name that a writer gives, as a killed process leaves it.
      let name = temporaryName(beside: scratch.path(target)).split(separator: "/").last.map(String.init) ?? ""
      scratch.write("1", to: name)
    }
    let others = ["a.txt", "a.txt.tmp", "a.txt.1.tmp", "a.txt.1-x.tmp", "a.txt.1-2", "x.txt.1-2.tmp"]
    for name in others { scratch.write("1", to: name) }
    try Directory.removeLeftovers(in: scratch.path) { ["a.txt", "b", "c.d.e"].contains($0) }
    #expect(Set(try Directory.names(in: scratch.path)) == Set(others))
  }

  @Test func onlyAbandonedSiblingsAreRemoved() throws {
    let scratch = TestDirectory()
    scratch.write("1", to: "x.7-8.tmp")
    scratch.write("1", to: "y.7-8.tmp")
    scratch.write("1", to: "x.tmp")
    let working = try FileWriter(scratch.path("x"))
    Directory.removeAbandoned(beside: scratch.path("x"))
    let names = scratch.names()
    #expect(names.count == 3 && names.contains("y.7-8.tmp") && names.contains("x.tmp"), "\(names)")
    try working.write("abc")
    try working.commit()
    Directory.removeAbandoned(beside: scratch.path("x"))
    #expect(try scratch.text(of: "x") == "abc")
    #expect(scratch.names().count == 3)
  }

  @Test func aStampContainsSizeAndTime() throws {
    let scratch = TestDirectory()
    scratch.write("123", to: "file")
    let stamp = try #require(FileStamp(scratch.path("file")))
    #expect(stamp.size == 3)
    #expect(FileStamp(scratch.path("file")) == stamp)
    scratch.write("1234", to: "file")
    #expect(FileStamp(scratch.path("file")) != stamp)
    #expect(FileStamp(scratch.path) == nil)
    #expect(FileStamp(scratch.path("none")) == nil)
  }
}
