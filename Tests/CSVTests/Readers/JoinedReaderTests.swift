import CSV
import FoundationEssentials
import TestSupport
import Testing

@testable import Sequences

/// Columns of several files, joined by row or by time.
@Suite struct JoinedReaderTests {
  private let directory = TestDirectory()

  private func reader(
    _ name: String, timed: Bool = false, header: CSVHeader = .none, policy: ErrorPolicy = .raise
  ) throws -> CSVSequenceRecordReader {
    var columns = CSVColumns()
    if timed { columns.encodings["time"] = .time(TimestampEncoding(.unixMilliseconds)) }
    return try CSVSequenceRecordReader(
      GlobSplit(directory.path("\(name)_*.csv")), header: header, missingValues: .nan, columns: columns,
      policy: policy)
  }

  private func read(_ reader: some SequenceRecordReader, _ index: Int = 0) throws -> SequenceRecord {
    var (cursor, sequence) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &sequence)
    return sequence
  }

  @Test func rowsOfTheSameNumberBecomeOneInEveryCombinationOfFaults() throws {
    var policy = ErrorPolicy.raise
    policy[.notANumber] = .skipRow
    for faults in 0..<256 {
      // Bit r of either half: row r of that file is faulty.
      let isFaulty = { (file: Int, row: Int) in faults >> (4 * file + row) & 1 == 1 }
      for (file, name) in ["a", "b"].enumerated() {
        let rows = (0..<4).map { "\(10 * file + $0),\(isFaulty(file, $0) ? "x" : "7")\n" }
        directory.write(rows.joined(), to: "\(name)_0.csv")
      }
      let left = (0..<4).filter { !isFaulty(0, $0) && !isFaulty(1, $0) }
      // A first row at odds with the others, and files without rows, are errors of the reader.
      guard let first = try? reader("a", policy: policy), let second = try? reader("b", policy: policy) else {
        continue
      }
      let joined = try JoinedSequenceRecordReader([first, second], names: ["a", "b"])
      guard !left.isEmpty else {
        #expect(throws: RecordError.self) { try read(joined) }
        continue
      }
      guard let record = try? read(joined) else {
        #expect((0..<2).contains { file in (0..<4).allSatisfy { isFaulty(file, $0) } })
        continue
      }
      #expect(record.values == left.flatMap { [Float($0), 7, Float(10 + $0), 7] })
      #expect((0..<record.stepCount).map(record.rowOrdinal(ofStep:)) == left)
      for row in left {
        let position = joined.position(of: 0, row: row, column: 2)
        #expect(position.path == directory.path("b_0.csv") && position.line == row + 1)
        #expect(position.text == "\(10 + row)")
      }
    }
  }

  /// Times and differences count from the first row that is left, whichever file the others are left out for.
  @Test func theFirstRowThatIsLeftIsTheOrigin() throws {
    var policy = ErrorPolicy.raise
    policy[.notANumber] = .skipRow
    func timed(_ name: String) throws -> CSVSequenceRecordReader {
      var columns = CSVColumns()
      columns.encodings = ["t\(name)": .time(TimestampEncoding(.unixSeconds)), "o\(name)": .offset(.first)]
      return try CSVSequenceRecordReader(
        GlobSplit(directory.path("\(name)_*.csv")), header: .present, columns: columns, policy: policy)
    }
    for faults in 0..<256 {
      let isFaulty = { (file: Int, row: Int) in faults >> (4 * file + row) & 1 == 1 }
      let left = (0..<4).filter { !isFaulty(0, $0) && !isFaulty(1, $0) }
      if left.isEmpty { continue }
      for (file, name) in ["a", "b"].enumerated() {
        let rows = (0..<4).map { row in
          "\(10 + row * row),\(isFaulty(file, row) ? "x" : "7"),\(100 * file + 3 * row)\n"
        }
        directory.write("t\(name),x\(name),o\(name)\n" + rows.joined(), to: "\(name)_0.csv")
      }
      let record = try read(JoinedSequenceRecordReader([timed("a"), timed("b")], names: ["a", "b"]))
      let values = left.flatMap { row -> [Float] in
        let own = [Float(row * row - left[0] * left[0]), 7, Float(3 * (row - left[0]))]
        return own + own
      }
      #expect(record.values == values, "\(faults)")
    }
  }

  @Test func namesThatRepeatHaveTheNameOfTheirReader() throws {
    directory.write("time,x,y\n1,2,3\n", to: "acc_0.csv")
    directory.write("time,x,z\n1,4,5\n", to: "gyro_0.csv")
    let readers = try [reader("acc", header: .present), reader("gyro", header: .present)]
    let joined = try JoinedSequenceRecordReader(readers, names: ["acc", "gyro"])
    #expect(joined.columns == ["acc_time", "acc_x", "y", "gyro_time", "gyro_x", "z"])
    #expect(joined.schema.fileColumns == joined.columns)
    #expect(try read(joined).values == [1, 2, 3, 1, 4, 5])
  }

  @Test func filesThatDoNotFitAreNamed() throws {
    for number in 0..<2 {
      directory.write("1\n2\n", to: "a_\(number).csv")
      directory.write(number == 0 ? "3\n4\n5\n" : "3\n4\n", to: "b_\(number).csv")
    }
    let joined = try JoinedSequenceRecordReader([reader("a"), reader("b")], names: ["a", "b"])
    #expect(
      message(in: directory) { _ = try read(joined) }
        == "DIR/b_0.csv: has 3 rows where DIR/a_0.csv, which it is joined with, has 2 rows: expected the same number; correct "
        + "the files, or join them by time (--join-on time)")
    #expect(try read(joined, 1).values == [1, 3, 2, 4])
    directory.write("1\n", to: "a_2.csv")
    #expect(
      message(in: directory) {
        _ = try JoinedSequenceRecordReader([reader("a"), reader("b")], names: ["a", "b"])
      }
        == "DIR/a_2.csv: has no file to be joined with: expected one with its key \"2\" in DIR/b_0.csv and the files beside "
        + "it, found none; add it, or leave this one out")
    #expect(
      message(in: directory) {
        _ = try JoinedSequenceRecordReader([reader("b"), reader("a")], names: ["b", "a"])
      }
      .hasPrefix("DIR/a_2.csv: has no file to be joined with"))
    #expect(
      message(in: directory) {
        _ = try JoinedSequenceRecordReader(
          [reader("b"), reader("b")], names: ["b", "c"], on: .time(TimeMatch()))
      }
        == "DIR/b_0.csv: cannot be joined by time: expected a column of timestamps, found none; name it (--time NAME)"
    )
  }

  private struct Golden: Decodable {
    struct Case: Decodable {
      var left, right: [Int]
      var expected: [String: [Int?]]
    }
    var cases: [Case]
  }

  /// The rows of pandas' `merge_asof`.
  @Test func rowsAreJoinedByTimeAsPandasDoes() throws {
    let golden = try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: URL(filePath: Repository.fixture("golden/join.json"))))
    try #require(golden.cases.count == 60)
    for example in golden.cases {
      directory.write("time,v\n" + example.left.map { "\($0),1\n" }.joined(), to: "l_0.csv")
      directory.write(
        "time,step\n" + example.right.enumerated().map { "\($1),\($0)\n" }.joined(), to: "r_0.csv")
      let readers = try ["l", "r"].map { try reader($0, timed: true, header: .present) }
      for (name, expected) in example.expected {
        let words = name.split(separator: ",", omittingEmptySubsequences: false)
        let match = TimeMatch(
          try #require(TimeMatch.Direction(rawValue: String(words[0]))),
          tolerance: Int(words[1]).map { $0 * 1_000_000 })
        let joined = try JoinedSequenceRecordReader(readers, names: ["l", "r"], on: .time(match))
        #expect(joined.columns == ["time", "v", "step"] && joined.schema.mayHaveGaps)
        let record = try read(joined)
        let steps = (0..<record.stepCount).map { record.values[3 * $0 + 2] }
        #expect(steps.map { $0.isNaN ? nil : Int($0) } == expected, "\(example) \(name)")
        for (row, step) in expected.enumerated() {
          let position = joined.position(of: 0, row: row, column: 2)
          #expect(position.text == step.map { "\($0)" } ?? "\(example.left[row])")
        }
      }
    }
  }

  @Test func valuesThatAreStillMissingDoNotReachABatch() throws {
    directory.write("time,v\n5,1\n9,1\n", to: "l_0.csv")
    directory.write("time,w\n7,3\n", to: "r_0.csv")
    let readers = try ["l", "r"].map { try reader($0, timed: true, header: .present) }
    let joined = try JoinedSequenceRecordReader(readers, names: ["l", "r"], on: .time(TimeMatch()))
    let filled = try joined.transformed(by: FillMissing(.forward(first: -1), columns: ["w"]))
    #expect(try read(filled).values == [0, 1, -1, 0.004, 1, 3])
    let cached = try CachedSequenceRecordReader(joined, cache: directory.path("cache"))
    try cached.verify()
    #expect(cached.schema.mayHaveGaps)
  }
}
