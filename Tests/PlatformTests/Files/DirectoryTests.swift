import Glibc
import Platform
import TestSupport
import Testing

struct DirectoryTests {
  @Test func kinds() throws {
    let scratch = TestDirectory()
    #expect(try Directory.kind(of: scratch.path) == .directory)
    #expect(try Directory.kind(of: scratch.write("", to: "file")) == .file)
    #expect(try Directory.kind(of: scratch.path("none")) == .missing)
    symlink(scratch.path, scratch.path("link"))
    #expect(try Directory.kind(of: scratch.path("link")) == .directory)
  }

  @Test func namesAreInNumericOrder() throws {
    let scratch = TestDirectory()
    for name in ["f_10.csv", "f_2.csv", ".hidden", "a", "f_1.csv"] { scratch.write("", to: name) }
    #expect(try Directory.names(in: scratch.path) == [".hidden", "a", "f_1.csv", "f_2.csv", "f_10.csv"])
    let none = scratch.path("none")
    expectMessage(
      "\(none): cannot be listed: no such file or directory; check the name and the working directory"
    ) {
      _ = try Directory.names(in: none)
    }
  }

  @Test func patternsFindPathsInNumericOrder() throws {
    let scratch = TestDirectory()
    mkdir(scratch.path("d"), 0o777)
    for name in ["d/f_10.csv", "d/f_2.csv", "d/g_1.csv", "file"] { scratch.write("", to: name) }
    #expect(
      try Directory.paths(matching: scratch.path("d/f_*.csv"))
        == [scratch.path("d/f_2.csv"), scratch.path("d/f_10.csv")])
    #expect(try Directory.paths(matching: scratch.path("*/g_[0-9].csv")) == [scratch.path("d/g_1.csv")])
    #expect(try Directory.paths(matching: scratch.path("d/x_*")) == [])
    expectMessage(
      "\(scratch.path("none/*")): cannot be searched: no such file or directory; check the name and the working "
        + "directory"
    ) { _ = try Directory.paths(matching: scratch.path("none/*")) }
  }

  @Test(arguments: [
    ("f_2", "f_10"), ("f_2.csv", "f_2a.csv"), ("f", "f_1"), ("", "a"), ("a", "b"), ("1", "a"), ("9", "10"),
    ("a01b2", "a1b10"), ("a01", "a1"), ("007", "7"), ("7", "008"),
    ("x99999999999999999998", "x99999999999999999999"),
  ])
  func numbersCountAsNumbers(smaller: String, larger: String) {
    #expect(naturallyPrecedes(smaller, larger))
    #expect(!naturallyPrecedes(larger, smaller))
  }

  /// All names of up to 4 of the letters that matter to the order: every pair and every triple must agree.
  @Test func theOrderIsStrictAndTotal() {
    let letters = ["0", "1", "2", "a", "-"]
    var names = [""]
    var longest = names
    for _ in 0..<3 {
      longest = longest.flatMap { name in letters.map { name + $0 } }
      names += longest
    }
    let sorted = names.shuffled().sorted(by: naturallyPrecedes)
    // An order is strict, total and transitive if and only if one sequence agrees with all its pairs.
    for i in sorted.indices {
      for j in sorted.indices where naturallyPrecedes(sorted[i], sorted[j]) != (i < j) {
        Issue.record("\(sorted[i]) and \(sorted[j]) at \(i) and \(j)")
      }
    }
  }
}

/// What is unknown is an error, not a missing file.
struct UnknownFileTests {
  @Test func aPathThatIsTooLongIsNoMissingFile() throws {
    let scratch = TestDirectory()
    let name = String(repeating: "x", count: 250)
    for path in [scratch.path(String(repeating: "\(name)/", count: 20)), scratch.path(name + name)] {
      let message = "\(path): cannot be examined: the path or a name in it is too long; choose a shorter one"
      expectMessage(message) { _ = try Directory.kind(of: path) }
      expectMessage(message) { _ = try Directory.identity(of: path) }
    }
    symlink("loop", scratch.path("loop"))
    expectMessage("\(scratch.path("loop")): cannot be examined: Too many levels of symbolic links") {
      _ = try Directory.kind(of: scratch.path("loop"))
    }
  }

  @Test func aFileBelowAFileIsMissing() throws {
    let scratch = TestDirectory()
    scratch.write("", to: "file")
    #expect(try Directory.kind(of: scratch.path("file/x")) == .missing)
  }

  @Test func namesThatAreNotTextAreReported() throws {
    let scratch = TestDirectory()
    scratch.write("", to: "a")
    let bytes = Array(scratch.path("x_").utf8) + [0xFF, 0x0A] + Array("\u{e9}.csv".utf8) + [0]
    close(open(bytes.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o666))
    #expect(try Directory.names(in: scratch.path) == ["a"])
    var foreign: [String] = []
    _ = try Directory.entries(in: scratch.path) { name throws(FileError) in foreign.append(name) }
    #expect(foreign == ["x_\\xFF\\x0A\\xC3\\xA9.csv"])
    expectMessage(
      "\(scratch.path)/x_\\xFF\\x0A\\xC3\\xA9.csv: the name is not UTF-8: expected UTF-8, found other bytes; rename "
        + "the file"
    ) { _ = try Directory.paths(matching: scratch.path("x_*")) }
  }

  @Test func aPlaceIsThatOfTheFileThatWouldBeCreated() throws {
    let scratch = TestDirectory()
    scratch.makeDirectory("d")
    symlink("../new", scratch.path("d/a"))
    symlink("d/a", scratch.path("b"))
    symlink(scratch.path("new"), scratch.path("c"))
    let place = try #require(try Directory.place(of: scratch.path("new")))
    for name in ["d/a", "b", "c", "d/../new", "./new", "new/"] {
      let other = try #require(try Directory.place(of: scratch.path(name)))
      #expect(other == place, "\(name)")
    }
    #expect(try Directory.place(of: scratch.path("none/x")) == nil)
    symlink("loop", scratch.path("loop"))
    #expect(try Directory.place(of: scratch.path("loop")) == nil)
  }
}
