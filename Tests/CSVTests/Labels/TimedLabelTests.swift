import CSV
import Sequences
import TestSupport
import Testing

/// Labels of single steps, from times and intervals.
struct TimedLabelTests {
  /// Returns the label of every step; `nil`: none.
  private func labels(_ reader: TimedLabelReader, _ classes: Vocabulary) throws -> [[String?]] {
    var cursor = try reader.makeCursor() as any SequenceCursor
    var record = SequenceRecord()
    return try (0..<reader.count).map { index in
      try cursor.read(index, into: &record)
      return record.values.map { $0.isNaN ? nil : classes.names[Int($0)] }
    }
  }

  @Test(arguments: 0..<60) func intervalsAgainstANaiveVersion(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 31 &+ 7)
    func number(_ bound: Int) -> Int { Int(random.next(below: UInt64(bound))) }
    let directory = TestDirectory()
    let (isTimed, isElapsed) = (seed % 3 > 0, seed % 3 == 2)
    var times: [[Int]] = []
    var intervals: [[(start: Int, end: Int, label: String)]] = []
    var rows: [String] = []
    for series in 0..<3 {
      // Milliseconds since the beginning; row numbers are times without gaps.
      var time = isTimed && !isElapsed ? 1_700_000_000_000 + number(1000) : 0
      let first = time
      var own: [Int] = []
      var text = ""
      for step in 0..<(3 + number(12)) {
        if step > 0 { time += isTimed ? 1 + number(4) : 1 }
        own.append(time - (isElapsed ? first : 0))
        text += isTimed ? "\(time),\(step)\n" : "\(step)\n"
      }
      directory.write(text, to: "f_\(series).csv")
      times.append(own)
      var found: [(start: Int, end: Int, label: String)] = []
      var end = own[0]
      while end <= own[own.count - 1] {
        let start = end + number(3)
        guard start <= own[own.count - 1] else { break }
        end = start + 1 + number(5)
        found.append((start, end, ["a", "b", "c"][number(3)]))
      }
      intervals.append(found)
      func written(_ time: Int) -> String {
        isElapsed ? "\(time / 1000).\(String("\(1000 + time % 1000)".dropFirst()))" : "\(time)"
      }
      rows += found.map { "f_\(series),\(written($0.start)),\(written($0.end)),\($0.label)\n" }
    }
    rows.shuffle(using: &random)
    directory.write("file,start,end,class\n" + rows.joined(), to: "events.csv")
    var columns = CSVColumns()
    if isTimed { columns.encodings["0"] = .time(TimestampEncoding(.unixMilliseconds)) }
    if isElapsed {
      // Timestamps that no plain number is: ISO 8601 with milliseconds.
      for (series, own) in times.enumerated() {
        let text = own.enumerated().map { step, time in
          "2024-05-01T00:00:\(String("\(100 + time / 1000)".dropFirst())).\(String("\(1000 + time % 1000)".dropFirst()))Z,\(step)\n"
        }
        directory.write(text.joined(), to: "f_\(series).csv")
      }
      columns.encodings["0"] = .time(TimestampEncoding(.iso8601))
    }
    let features = try CSVSequenceRecordReader(
      NumberedFileInputSplit(directory.path("f_%d.csv"), 0...2), columns: columns)
    let outside = seed % 2 == 0 ? "none" : nil
    let found = try TimedLabels(
      intervals: LabelTable(directory.path("events.csv")), of: features, outside: outside,
      policy: ErrorPolicy(.skipSequence))
    let classes = try found.classes()
    let reader = TimedLabelReader(found, of: features, as: .classes(classes))
    let expected = zip(times, intervals).filter { outside != nil || !$1.isEmpty }.map { times, intervals in
      times.map { time in intervals.first { $0.start <= time && time < $0.end }?.label ?? outside }
    }
    #expect(try labels(reader, classes) == expected)
  }

  private func grid() throws -> (TestDirectory, CSVSequenceRecordReader) {
    let directory = TestDirectory()
    for number in 0..<2 { directory.write("1\n2\n3\n", to: "f_\(number).csv") }
    return (
      directory, try CSVSequenceRecordReader(NumberedFileInputSplit(directory.path("f_%d.csv"), 0...1))
    )
  }

  /// Numbers count from the first timestamp of the file, whichever rows a policy leaves out.
  @Test(arguments: [false, true]) func leftOutRowsMoveNoLabels(isSorted: Bool) throws {
    let directory = TestDirectory()
    let rows = ["00:00,1", "00:10,1", "00:20,1", "00:30,1"]
    let faults = ["00:00,x", "00:10,", "00:20,1,1", "00:30,x"]
    directory.write("k,s,l\n" + (0..<4).map { "f,\($0 * 10),c\($0)\n" }.joined(), to: "t.csv")
    for faulty in 0..<15 {
      let isFaulty = { (row: Int) in faulty >> row & 1 == 1 }
      var text = (0..<4).map { "2024-05-01T10:\(isFaulty($0) ? faults[$0] : rows[$0])\n" }
      if isSorted { text.reverse() }
      directory.write("t,a\n" + text.joined(), to: "f.csv")
      var columns = CSVColumns()
      columns.encodings["t"] = .time(TimestampEncoding(.iso8601))
      columns.sortsByTime = isSorted
      let features = try CSVSequenceRecordReader(
        CollectionInputSplit([SequenceLocation(path: directory.path("f.csv"), key: "f")]), header: .present,
        columns: columns, policy: ErrorPolicy(.skipRow))
      let found = try TimedLabels(
        table: LabelTable(directory.path("t.csv")), columns: LabelTable.Columns(label: "l"), time: "s",
        of: features)
      let classes = try found.classes()
      let reader = TimedLabelReader(found, of: features, as: .classes(classes))
      #expect(
        try labels(reader, classes) == [(0..<4).filter { !isFaulty($0) }.map { "c\($0)" }],
        "\(faulty) \(isSorted)")
    }
  }

  @Test func timesOfATable() throws {
    let (directory, features) = try grid()
    let path = directory.write("k,l,t\nf_1,b,2\n0,a,0\n0,b,1\n1,c,0\n", to: "t.csv")
    let found = try TimedLabels(table: LabelTable(path), time: "t", of: features)
    let classes = try found.classes()
    let reader = TimedLabelReader(found, of: features, as: .classes(classes))
    #expect(try labels(reader, classes) == [["a", "b", nil], ["c", nil, "b"]])
    #expect(reader.position(of: 1, row: 2, column: 0).line == 2)
    #expect(reader.position(of: 1, row: 1, column: 0).text == nil)
  }

  @Test func faultsHavePlaces() throws {
    let (directory, features) = try grid()
    func found(_ rows: String) -> String {
      message(in: directory) {
        let table = try LabelTable(directory.write("k,s,e,l\n" + rows, to: "t.csv"))
        let labels = try TimedLabels(intervals: table, of: features)
        var cursor =
          try TimedLabelReader(labels, of: features, as: .classes(labels.classes())).makeCursor()
          as any SequenceCursor
        var record = SequenceRecord()
        for index in 0..<2 { try cursor.read(index, into: &record) }
      }
    }
    let others = "f_1,0,1,a\n"
    #expect(found("f_0,0,1,a\nf_0,2,3,b\n" + others) == "no error")
    #expect(found("f_0,0,2,a\nf_0,1,3,a\n" + others) == "no error")
    #expect(
      found("f_0,1,3,b\nf_0,0,2,a\n" + others)
        == "DIR/t.csv:2:9: the interval of \"b\" overlaps that of \"a\" in line 3: expected one class at a time, found two; let "
        + "one end where the other begins (ends are not included)")
    #expect(
      found("f_0,1,1,b\n" + others)
        == "DIR/t.csv:2:7: the interval ends before it begins: expected an end after \"1\", found \"1\"; correct it (ends are "
        + "not included)")
    #expect(
      found("f_0,3,5,b\n" + others)
        == "DIR/t.csv:2:9: the interval of the label \"b\" is not in its series: expected a time of DIR/f_0.csv, rows 0 to 2, "
        + "found none there; correct it, or leave out such series (--on-error skip-sequence)")
    #expect(
      found("f_0,x,5,b\n" + others)
        == "DIR/t.csv:2:5: \"x\" is not the number of a row: expected a whole number from 0, found \"x\"; correct it, or, if it "
        + "is a time, name the column of times in the features (--time NAME)")
    #expect(
      found(others)
        == "DIR/t.csv:2: no row names DIR/f_0.csv: expected a row with the key \"f_0\" in column \"k\", found none up to here; "
        + "add it, or leave out such series (--on-error skip-sequence)")
    #expect(
      found("f_2,0,1,a\nf_0,0,1,a\n" + others)
        == "DIR/t.csv:2:1: \"f_2\" names no sequence: expected a name such as \"f_0\", found none of that name; correct it, or "
        + "leave out such rows (--on-error skip-sequence)")
  }
}
