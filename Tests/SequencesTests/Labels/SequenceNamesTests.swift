import CSV
import Sequences
import TestSupport
import Testing

/// The names by which tables refer to sequences.
struct SequenceNamesTests {
  private func directory() -> TestDirectory {
    let directory = TestDirectory()
    for name in ["d/a/x.csv", "d/b/x.csv", "d/b/y.tsv", "d/7.csv"] { directory.write("1\n2\n", to: name) }
    directory.write("id,v\nu,1\nv,2\n", to: "g/one.csv")
    directory.write("id,v\nx,1\nw,2\n", to: "g/two.csv")
    return directory
  }

  @Test func filesAreNamedByPathsAndNames() throws {
    let directory = directory()
    let reader = try CSVSequenceRecordReader(
      FileSplit(directory.path("d"), extensions: ["csv", "tsv"]))
    let names = SequenceNames(reader)
    func found(_ text: String) -> [String] { names.sequences(named: text).map { reader.exampleKey(of: $0) } }
    #expect(found("a/x") == ["a/x"] && found("a/x.csv") == ["a/x"] && found("./b/x.csv") == ["b/x"])
    #expect(found("x") == ["a/x", "b/x"] && found("x.csv") == ["a/x", "b/x"])
    #expect(found("y") == ["b/y"] && found("y.tsv") == ["b/y"] && found("y.csv") == [])
    #expect(found("7") == ["7"] && found("7.csv") == ["7"] && found("8") == [])
    #expect(found(directory.path("d/b/y.tsv")) == ["b/y"])
  }

  @Test func compressedFilesAndMembersAreNamedAsPlainOnes() throws {
    let directory = TestDirectory()
    directory.makeDirectory("d")
    directory.write(gzipped(Array("1\n2\n".utf8)), to: "d/x.csv.gz")
    directory.write("1\n", to: "d/y.csv")
    let reader = try CSVSequenceRecordReader(FileSplit(directory.path("d"), extensions: ["csv"]))
    let names = SequenceNames(reader)
    for text in ["x", "x.csv", "x.csv.gz"] { #expect(names.sequences(named: text) == [0], "\(text)") }
    #expect(names.sequences(named: "y.csv") == [1] && names.sequences(named: "y.csv.gz") == [])
  }

  @Test func groupsAreNamedByTheirKeys() throws {
    let directory = directory()
    let reader = try CSVGroupedSequenceRecordReader(
      FileSplit(directory.path("g"), extensions: ["csv"]), groupBy: .column("id"), header: .present)
    let names = SequenceNames(reader)
    func found(_ text: String) -> [String] { names.sequences(named: text).map { reader.exampleKey(of: $0) } }
    #expect(found("v") == ["one:v"] && found("w") == ["two:w"] && found("u") == ["one:u"])
    #expect(found("one:u") == ["one:u"] && found("one") == [])
  }

  @Test func numbersOfPatternsAreNames() throws {
    let directory = TestDirectory()
    for number in 0..<3 { directory.write("1\n", to: "s_\(number)_c\(number % 2).csv") }
    let reader = try CSVSequenceRecordReader(GlobSplit(directory.path("s_*_c?.csv")))
    let names = SequenceNames(reader)
    #expect(names.sequences(named: "2/0") == [2] && names.sequences(named: "s_1_c1") == [1])
  }
}
