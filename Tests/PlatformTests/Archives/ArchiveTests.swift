import TestSupport
import Testing

@testable import Platform

/// Members of archives, compared with what Python's tarfile and zipfile and GNU tar wrote
/// (`Fixtures/archives/make.py`).
@Suite struct ArchiveTests {
  private static let long =
    Array(repeating: "folder-with-a-long-name", count: 9).joined(separator: "/") + "/"
    + String(repeating: "n", count: 120) + ".csv"
  private static let names = ["a.csv", "walk/b.csv", long]
  private static let short = [
    "a.csv", "walk/b.csv",
    Array(repeating: "folder-with-a-long-name", count: 5).joined(separator: "/") + "/c.csv",
  ]

  private func archive(_ name: String) -> String { Repository.fixture("archives/\(name)") }

  private func text(_ path: String) throws -> String {
    let buffer = FileBuffer(capacity: 16)
    try buffer.read(path)
    #expect(try MappedText(path).withBytes { Array($0) } == Array(buffer.bytes))
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("gnu.tar", names), ("pax.tar", names + ["größe.csv"]), ("ustar.tar", short), ("python.zip", names),
    ("large.zip", names), ("tar-gnu.tar", names), ("tar-posix.tar", names),
  ]) func membersAreThoseOfTheProgramThatWroteThem(_ name: String, _ names: [String]) throws {
    let path = archive(name)
    for (number, member) in names.enumerated() {
      #expect(try FileTree.kind(of: "\(path):\(member)") == .file)
      #expect(try text("\(path):\(member)") == "\(number),1\n\(number),2\n")
    }
    #expect(try FileTree.kind(of: "\(path):walk") == .directory)
    #expect(try FileTree.kind(of: "\(path):") == .directory)
    #expect(try FileTree.kind(of: "\(path):none.csv") == .missing)
    #expect(try FileTree.entries(in: "\(path):walk").map(\.name) == ["b.csv"])
    #expect(try FileTree.paths(matching: "\(path):*.csv").contains("\(path):a.csv"))
    #expect(try FileTree.paths(matching: "\(path):*/b.csv") == ["\(path):walk/b.csv"])
    #expect(try FileTree.paths(matching: "\(path):w*/*.csv") == ["\(path):walk/b.csv"])
    #expect(try FileTree.paths(matching: "\(path):*b.csv") == [])
  }

  @Test func ofTwoMembersWithOneNameTheLaterOneIsRead() throws {
    #expect(try text(archive("twice.tar") + ":a.csv") == "2,1\n2,2\n")
    #expect(try FileTree.entries(in: archive("twice.tar") + ":").map(\.name) == ["other.csv", "a.csv"])
  }

  @Test(arguments: ["parent.tar", "absolute.tar", "parent.zip", "absolute.zip"])
  func anArchiveThatLeadsOutOfItselfIsRefused(_ name: String) throws {
    for path in [":", ":a.csv", ":*.csv"].map({ archive(name) + $0 }) {
      expectRejection(archive(name), "names a place outside of the archive") {
        _ = try FileTree.kind(of: path)
      }
    }
  }

  @Test func aPathThatLeadsOutOfAnArchiveIsRefused() throws {
    let path = archive("gnu.tar")
    for member in ["../a.csv", "walk/../../a.csv", "/a.csv"] {
      expectRejection("\(path):\(member)", "names a place outside of the archive") {
        _ = try TextFile("\(path):\(member)")
      }
    }
    #expect(try text("\(path):./walk//b.csv") == "1,1\n1,2\n")
  }

  @Test(arguments: [
    ("links.tar", "symbolic.csv", "is a link"), ("links.tar", "hard.csv", "is a link"),
    ("links.zip", "symbolic.csv", "is a link"), ("tar-gnu.tar", "sparse.csv", "is a sparse file"),
  ]) func linksAndSparseFilesAreRefusedWhenTheyAreRead(_ name: String, _ member: String, _ problem: String)
    throws
  {
    let path = archive(name)
    #expect(try text("\(path):a.csv") == "0,1\n0,2\n")
    expectRejection("\(path):\(member)", problem) { _ = try TextFile("\(path):\(member)") }
  }

  @Test func encryptedAndForeignMembersAreRefusedWhenTheyAreRead() throws {
    let scratch = TestDirectory()
    let whole = zipArchive([ArchivedFile("a.csv", "1\n".utf8), ArchivedFile("b.csv", "2\n".utf8)])
    let record = try #require((0..<whole.count - 4).last { Array(whole[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2] })
    for (offset, value, problem) in [
      (8, UInt8(1), "is encrypted"), (10, 12, "is compressed by method 12 of zip"),
    ] {
      var changed = whole
      changed[record + offset] = value
      let path = scratch.write(changed, to: "x\(value).zip")
      #expect(try text("\(path):a.csv") == "1\n")
      expectRejection("\(path):b.csv", problem) { _ = try TextFile("\(path):b.csv") }
    }
  }

  private static let files = [
    ArchivedFile("a.csv", "1,2\n3,4\n".utf8),
    ArchivedFile("d/b.csv", String(repeating: "5,6\n", count: 200).utf8),
    ArchivedFile("empty.csv", []), ArchivedFile("c.csv", "7,8\n".utf8),
  ]

  /// What every member is; `nil` for one that is an error.
  private func contents(_ path: String) -> [[UInt8]?] {
    Self.files.map { file in
      let buffer = FileBuffer()
      return (try? buffer.read("\(path):\(file.name)")).map { Array(buffer.bytes) }
    }
  }

  @Test(arguments: ["x.tar", "x.tar.gz", "x.tgz", "x.tar.zst", "x.zip"])
  func membersAreReadInAnyOrder(_ name: String) throws {
    let scratch = TestDirectory()
    let tar = tarArchive(Self.files)
    let bytes =
      name.hasSuffix("zip")
      ? zipArchive(Self.files) : name == "x.tar" ? tar : name.hasSuffix("zst") ? zstandard(tar) : gzipped(tar)
    let path = scratch.write(bytes, to: name)
    var random = SplitMix(state: 2)
    for _ in 0..<20 {
      let file = Self.files[Int(random.next(below: 4))]
      #expect(try text("\(path):\(file.name)") == String(decoding: file.bytes, as: UTF8.self))
    }
  }

  /// An archive that is cut off anywhere is an error, or all of its members are there: padding may be cut.
  @Test(arguments: ["x.tar", "x.zip", "x.tar.gz"]) func anArchiveThatIsCutOffIsAnError(_ name: String) throws
  {
    let scratch = TestDirectory()
    let whole =
      name == "x.zip"
      ? zipArchive(Self.files) : name == "x.tar" ? tarArchive(Self.files) : gzipped(tarArchive(Self.files))
    let all = Self.files.map { Optional($0.bytes) }
    for count in stride(from: 0, to: whole.count, by: name == "x.tar" ? 37 : 1) {
      let path = scratch.write(whole.prefix(count), to: "\(count)\(name)")
      let found = contents(path)
      let isPadding = name == "x.tar" && count >= whole.count - 512
      #expect(found == (isPadding ? all : all.map { _ in nil }), "\(count) of \(whole.count) bytes")
      scratch.remove("\(count)\(name)")
    }
  }

  /// A flipped bit of a zip archive is an error, or changes nothing; so is one of the headers of a tar
  /// archive, which has no checksums of contents.
  @Test(arguments: ["x.tar", "x.zip"]) func aFlippedBitIsAnErrorOrChangesNothing(_ name: String) throws {
    let scratch = TestDirectory()
    let isZip = name == "x.zip"
    let whole = isZip ? zipArchive(Self.files) : tarArchive(Self.files)
    let headers = isZip ? [0..<whole.count] : [0..<512, 1024..<1536, 2560..<3072, 3072..<3584]
    for bit in headers.flatMap({ stride(from: $0.lowerBound * 8, to: $0.upperBound * 8, by: isZip ? 1 : 5) })
    {
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      // A name of its own: two files of one size that are written within a tick of the clock look the same.
      let path = scratch.write(damaged, to: "\(bit)\(name)")
      for (found, file) in zip(contents(path), Self.files) {
        if let found { #expect(found == file.bytes, "bit \(bit), \(file.name)") }
      }
      scratch.remove("\(bit)\(name)")
    }
  }

  @Test func whatIsNoArchiveIsNamed() throws {
    let scratch = TestDirectory()
    let path = scratch.write(String(repeating: "1,2\n", count: 300), to: "x.zip")
    expectMessage(
      "\(path): is no archive: expected a zip or tar archive, or a tar archive in gzip or zstd, found \"1,2\\x0A1,2\\x0A\"; "
        + "check the name"
    ) { _ = try TextFile("\(path):a.csv") }
    let whole = scratch.write(tarArchive(Self.files), to: "y.tar")
    expectMessage(
      "\(whole):none.csv: cannot be opened: there is no such file in the archive, which has 4; check the name"
    ) { _ = try TextFile("\(whole):none.csv") }
  }

  @Test func aFileOfThatNameTakesPrecedence() throws {
    let scratch = TestDirectory()
    let path = scratch.write(zipArchive(Self.files), to: "x.zip")
    scratch.write("plain\n", to: "x.zip:a.csv")
    #expect(try text("\(path):a.csv") == "plain\n")
    #expect(try text("\(path):c.csv") == "7,8\n")
    scratch.write("other\n", to: "12:30.csv")
    #expect(try text(scratch.path("12:30.csv")) == "other\n")
  }

  @Test func formsOfPaths() {
    func form(_ path: String) -> [String]? { MemberPath(path).map { [$0.archive, $0.member] } }
    #expect(form("data.zip:a.csv") == ["data.zip", "a.csv"])
    #expect(form("d/data.TAR.GZ:walk/") == ["d/data.TAR.GZ", "walk"])
    #expect(form("data.tgz:") == ["data.tgz", ""])
    #expect(form("12:30/data.tar.zst:x:y.csv") == ["12:30/data.tar.zst", "x:y.csv"])
    for path in ["data.zip", "a:b.csv", "12:30.csv", ".zip:a", "data.gz:a.csv", ":", ""] {
      #expect(form(path) == nil)
    }
    for (path, directory) in [
      ("a/b.csv", "a/"), ("x.zip:b.csv", "x.zip:"), ("x.zip:a/b.csv", "x.zip:a/"), ("b:c", ""),
    ] {
      #expect(String(path[..<MemberPath.directoryEnd(in: path)]) == directory)
    }
  }
}
