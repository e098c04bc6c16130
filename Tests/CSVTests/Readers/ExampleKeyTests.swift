import CSV
import Sequences
import TestSupport
import Testing

/// The key of an example depends on its file, not on the way in which the files were named.
@Suite struct ExampleKeyTests {
  private let directory = TestDirectory()

  private func keys(_ split: some InputSplit) throws -> [String] {
    let reader = try CSVSequenceRecordReader(split)
    return (0..<reader.count).map { reader.exampleKey(of: $0) }
  }

  @Test func aDirectoryAPatternAndNumbersGiveTheSameKeys() throws {
    for number in 0..<3 { directory.write("1\n2\n", to: "data/f_\(number).csv") }
    let path = "\(directory.path)/data"
    let expected = ["f_0", "f_1", "f_2"]
    #expect(try keys(FileSplit(path)) == expected)
    #expect(try keys(FileSplit(path + "/", extensions: ["csv"])) == expected)
    #expect(try keys(GlobSplit("\(path)/*.csv")) == expected)
    #expect(try keys(GlobSplit("\(path)/f_[0-9].csv")) == expected)
    #expect(try keys(NumberedFileInputSplit("\(path)/f_%d.csv")) == expected)
    #expect(
      try keys(TransformSplit(FileSplit(path)) { SequenceLocation(path: $0.path, key: "k" + $0.key) })
        == expected)
    #expect(
      try keys(CollectionInputSplit([SequenceLocation(path: "\(path)/f_1.csv", key: "mine")])) == ["mine"])
    #expect(
      try keys(CollectionInputSplit([SequenceLocation(path: "\(path)/f_1.csv", key: "mine")], in: path)) == [
        "f_1"
      ])
  }

  @Test func subdirectoriesAreInTheKeyAndExtensionsAreNot() throws {
    for name in ["left/run.1.csv", "right/run.2.csv", "right/.hidden/x.csv"] {
      directory.write("1\n", to: "data/\(name)")
    }
    let expected = ["left/run.1", "right/run.2"]
    #expect(try keys(FileSplit("\(directory.path)/data")) == expected)
    #expect(try keys(GlobSplit("\(directory.path)/data/*/*.csv")) == expected)
    for (path, key) in [
      ("a/x.csv.gz", "x"), ("a/x.tar.zst", "x"), ("a/b/x", "b/x"), ("a/.x", ".x"), ("a/v1.2/x", "v1.2/x"),
      ("c/x.csv", "c/x"),
    ] {
      #expect(SequenceLocation(path: path, key: "k").exampleKey(below: "a") == key)
      #expect(SequenceLocation(path: path, key: "k").exampleKey(below: nil) == "k")
    }
    #expect(SequenceLocation(path: "x_1.csv", key: "1").exampleKey(below: "") == "x_1")
  }

  @Test func groupsAndWindowsAddTheirOwn() throws {
    directory.write("p,1\np,2\nq,3\n", to: "data/a.csv")
    let split = FileSplit("\(directory.path)/data")
    let grouped = try CSVGroupedSequenceRecordReader(split, groupBy: .column("0"))
    #expect((0..<2).map { grouped.exampleKey(of: $0) } == ["a:p", "a:q"])
    directory.write("r,1\n", to: "data/b.csv")
    let counted = try CSVGroupedSequenceRecordReader(
      FileSplit("\(directory.path)/data"), groupBy: .rows(1, remainder: .keep),
      columns: CSVColumns(.keep(["1"])))
    #expect((0..<4).map { counted.exampleKey(of: $0) } == ["a:0", "a:1", "a:2", "b:0"])
    directory.write("1\nx\n3\n4\n", to: "rows/c.csv")
    let rows = try CSVSequenceRecordReader(
      FileSplit("\(directory.path)/rows"), policy: ErrorPolicy(.skipRow))
    let windows = try WindowedSequenceRecordReader(rows, size: 1)
    #expect((0..<3).map { windows.exampleKey(of: $0) } == ["c@0", "c@2", "c@3"])
    #expect(windows.choosing([2]).exampleKey(of: 0) == "c@3")
    #expect(try rows.transformed(by: Difference()).exampleKey(of: 0) == "c")
  }
}
