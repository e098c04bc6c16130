import Glibc
import Platform
import Sequences
import TestSupport
import Testing

@Suite struct FileSplitTests {
  let directory = TestDirectory()

  private func names(_ split: some InputSplit) throws -> [String] {
    try split.locations().map { String($0.path.dropFirst(directory.path.count + 1)) }
  }

  @Test func sortsByPathWithNumbersInNumericOrder() throws {
    for name in ["x_10.csv", "x_9.csv", "b/x_2.csv", "b/x_1.csv", ".hidden.csv", ".git/x.csv", "notes.txt"] {
      directory.write("1\n", to: name)
    }
    let split = FileSplit(directory.path, extensions: ["csv"])
    #expect(try names(split) == ["b/x_1.csv", "b/x_2.csv", "x_9.csv", "x_10.csv"])
    #expect(try split.locations().map(\.key) == ["b/x_1", "b/x_2", "x_9", "x_10"])
    #expect(
      try names(FileSplit(directory.path + "/", extensions: [".csv"], recursive: false))
        == ["/x_9.csv", "/x_10.csv"].map { String($0.dropFirst()) })
    #expect(try FileSplit(directory.path).locations().map(\.key).contains("notes"))
  }

  @Test func theKeyLosesTheExtensionOnly() throws {
    for name in ["a.b.csv", "v1.0/plain", "c.csv.txt"] { directory.write("1\n", to: name) }
    #expect(try FileSplit(directory.path).locations().map(\.key) == ["a.b", "c.csv", "v1.0/plain"])
    #expect(try FileSplit(directory.path, extensions: ["txt", "csv.txt"]).locations().map(\.key) == ["c"])
  }

  @Test func aPathThatIsNotADataDirectoryIsAnErrorAndNothingIsCreated() throws {
    let missing = "\(directory.path)/missing"
    #expect(
      message(in: directory) { _ = try FileSplit(missing).locations() }
        == "DIR/missing: there is no such directory: expected a directory of data files, found nothing; "
        + "check the name and the working directory")
    #expect(try Directory.kind(of: missing) == .missing)
    let file = directory.write("1\n", to: "file.csv")
    #expect(
      message(in: directory) { _ = try FileSplit(file).locations() }
        == "DIR/file.csv: a file where a directory was expected: expected a directory of data files, "
        + "found a file; name the directory that contains it")
    #expect(
      message(in: directory) { _ = try FileSplit(directory.path, extensions: ["tsv", "tab"]).locations() }
        == "DIR: the directory contains no data file: expected files of *.tsv or *.tab, found none; "
        + "check the directory and the extensions")
  }

  @Test func equalKeysAreAnError() throws {
    directory.write("1\n", to: "a.csv")
    directory.write("1\n", to: "a.tsv")
    #expect(
      message(in: directory) { _ = try FileSplit(directory.path).locations() }
        == "DIR/a.tsv: the file has the same pairing key as another: expected distinct keys, "
        + "found \"a\" here and for DIR/a.csv; leave one of them out, or give it another key")
  }

  @Test func symbolicLinksAreFollowedButNotInCircles() throws {
    directory.write("1\n", to: "a/x.csv")
    symlink(directory.path, "\(directory.path)/a/loop")
    symlink("\(directory.path)/a", "\(directory.path)/b")
    #expect(try names(FileSplit(directory.path)) == ["a/x.csv", "b/x.csv"])
    symlink("nowhere", "\(directory.path)/z.csv")
    #expect(
      message(in: directory) { _ = try FileSplit(directory.path).locations() }
        == "DIR/z.csv: a symbolic link points to nothing: expected a file, found none; "
        + "restore the file or remove the link")
  }
}
