import CSV
import Sequences
import TestSupport
import Testing

/// Labels of whole sequences from a table.
struct LabelTableTests {
  private func data() throws -> (TestDirectory, CSVSequenceRecordReader) {
    let directory = TestDirectory()
    for name in ["d/p/a.csv", "d/q/a.csv", "d/q/b.csv"] { directory.write("1\n2\n", to: name) }
    return (
      directory, try CSVSequenceRecordReader(FileSplit(directory.path("d"), extensions: ["csv"]))
    )
  }

  @Test func rowsAreInAnyOrder() throws {
    let (directory, features) = try data()
    let table = try LabelTable(directory.write("l,k\n3,b\n1,p/a\n2,q/a.csv\n", to: "t.csv"))
    let found = try SeriesLabels(table: table, columns: .init(key: "k", label: "@0"), of: features)
    let reader = SeriesLabelReader(found, as: .numbers)
    var record = SequenceRecord()
    for index in 0..<3 {
      try reader.read(index, into: &record)
      #expect(record.values == [[1, 2, 3][index]])
      #expect(reader.position(of: index, row: 0, column: 0).line == [3, 4, 2][index])
    }
  }

  @Test func faultsHavePlaces() throws {
    let (directory, features) = try data()
    func found(_ text: String, _ policy: ErrorPolicy = .raise) -> String {
      message(in: directory) {
        _ = try SeriesLabels(
          table: LabelTable(directory.write(text, to: "t.csv")), of: features, policy: policy)
      }
    }
    #expect(found("k,l\np/a,1\nq/a,2\nb,3\n") == "no error")
    #expect(
      found("k,l\na,1\nq/a,2\nb,3\n")
        == "DIR/t.csv:2:1: \"a\" names 2 sequences: expected one, found p/a and q/a; write it like these")
    #expect(
      found("k,l\np/a,1\nq/a,2\nb,3\n\"q/a.csv\",4\n")
        == "DIR/t.csv:5:1: the sequence \"q/a.csv\" has a second row: expected one, found another in line 3; leave one out, or, if "
        + "rows are labels of single steps, name their column of times (time=COLUMN)")
    #expect(
      found("k;l\np/a;1\n")
        == "DIR/t.csv:1: the table has one column: expected names of sequences and labels, found \"k;l\"; if \";\" separates the "
        + "fields, name it (--label-delimiter ';')")
    #expect(found("b,3\np/a,1\nq/a,2\n").hasSuffix("; if line 1 is a row, say so (--label-header none)"))
    #expect(found("k,l\np/a,1\nq/a\n").hasPrefix("DIR/t.csv:3: "))
    // Policies apply.
    let skip = ErrorPolicy(.skipSequence)
    #expect(found("k,l\np/a,1\nb,3\nz,4\nb,5\n", skip) == "no error")
    #expect(found("k,l\nz,4\n", skip).contains("no row names DIR/d/p/a.csv"))
  }
}
