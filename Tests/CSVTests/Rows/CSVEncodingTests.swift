import CSV
import Sequences
import TestSupport
import Testing

/// Texts that become numbers: categories and timestamps.
@Suite struct CSVEncodingTests {
  let directory = TestDirectory()

  private func reader(
    _ text: String, _ encoding: ColumnEncoding, missing: MissingValues = .rejected,
    policy: ErrorPolicy = .raise
  ) throws -> CSVSequenceRecordReader {
    var columns = CSVColumns()
    columns.encodings["1"] = encoding
    let location = SequenceLocation(path: directory.write(text, to: "e.csv"), key: "e")
    return try CSVSequenceRecordReader(
      CollectionInputSplit([location]), missingValues: missing, columns: columns, policy: policy)
  }

  private func read(_ reader: CSVSequenceRecordReader) throws -> SequenceRecord {
    var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &sequence)
    return sequence
  }

  /// The second column, `nan` for NaN.
  private func column(_ reader: CSVSequenceRecordReader) throws -> [String] {
    let sequence = try read(reader)
    return (0..<sequence.stepCount).map { "\(sequence.values[$0 * 2 + 1])" }
  }

  @Test func categoriesAreNumbered() throws {
    let text = "1,sun\n2, rain \n3,\"sun\"\n4,\"a \"\"b\"\"\"\n5,größer\n"
    let names = ["rain", "sun", "a \"b\"", "größer"]
    let found = try reader(text, .category(Vocabulary(names)))
    #expect(try column(found) == ["1.0", "0.0", "1.0", "2.0", "3.0"])
    #expect(found.schema.encodings == ["1": .category(Vocabulary(names))])
    #expect(found.schema.changes(ofColumn: 0).isEmpty)
    #expect(try found.texts(ofColumn: "1") == ["a \"b\"", "größer", "rain", "sun"])
    #expect(try found.texts(ofColumn: "0") == ["1", "2", "3", "4", "5"])
  }

  @Test func unknownTextsAreHandledAsRequested() throws {
    let text = "1,a\n2,fog\n3,\n4,NA\n"
    let missing = MissingValues(.nan, tokens: ["", "NA"])
    func found(_ unknown: Vocabulary.Unknown) throws -> [String] {
      try column(reader(text, .category(Vocabulary(["a", "fig"], unknown: unknown)), missing: missing))
    }
    #expect(try found(.other) == ["0.0", "2.0", "nan", "nan"])
    #expect(try found(.ignore) == ["0.0", "nan", "nan", "nan"])
    #expect(
      message(in: directory) { _ = try found(.error) }
        == "DIR/e.csv:2:3: field 2 is not a known category: expected one of \"a\", \"fig\", found \"fog\"; correct it, or choose "
        + "what unknown texts become (--unknown-category other, or --unknown-category ignore --transform fill:rule=forward); did you mean \"fig\"?"
    )
    let rejected = message(in: directory) {
      _ = try column(reader("1,a\n2,\n", .category(Vocabulary(["a"], unknown: .other))))
    }
    #expect(
      rejected
        == "DIR/e.csv:2:3: field 2 is a missing value: expected one of \"a\", found an empty field; fill it in, let "
        + "a transform fill it (--transform fill:rule=forward), or leave out the column (--drop-columns @1) or such rows (--on-error skip-row)"
    )
    #expect(
      message(in: directory) { _ = try column(reader(text, .category(Vocabulary([])))) }
        == "DIR/e.csv:1:3: field 2 is not a known category: expected a text of a list that is empty, found \"a\"; correct it, or choose what unknown "
        + "texts become (--unknown-category other, or --unknown-category ignore --transform fill:rule=forward)"
    )
  }

  @Test func bytesThatAreNotUTF8AreNotACategory() throws {
    directory.write(Array("1,a\n2,".utf8) + [0xFF, 0x0A], to: "u.csv")
    var columns = CSVColumns()
    columns.encodings["1"] = .category(Vocabulary(["a", "\u{FFFD}"]))
    let reader = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: "\(directory.path)/u.csv", key: "u")]), columns: columns)
    var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
    let error = #expect(throws: RecordError.self) { try cursor.read(0, into: &sequence) }
    #expect(error?.kind == .unknownCategory && error?.line == 2 && error?.column == 3)
    #expect(
      message(in: directory) { _ = try reader.texts(ofColumn: "1") }
        == "DIR/u.csv:2:3: the category is not UTF-8 text: expected UTF-8, found \"\\xFF\"; name its encoding (--encoding latin1)"
    )
  }

  @Test func timestampsCountFromTheFirstOfTheirSequence() throws {
    let text = "1,2024-02-28T23:30:00Z\n2,2024-02-29T00:00:00Z\n3,2024-03-01 01:00+01:00\n"
    let hours = ColumnEncoding.time(TimestampEncoding(.iso8601, unit: .hours))
    #expect(try column(reader(text, hours)) == ["0.0", "0.5", "24.5"])
    let epoch = ColumnEncoding.time(TimestampEncoding(.iso8601, from: .epoch, unit: .days))
    #expect(try column(reader("1,1969-12-31T12:00\n2,1970-01-11\n", epoch)) == ["-0.5", "10.0"])
    #expect(
      try column(reader("1,1717200000.5\n2,1717200002\n", .time(TimestampEncoding(.unixSeconds)))) == [
        "0.0", "1.5",
      ])
    #expect(
      try column(reader("1,1717200000500\n2,1717200002000\n", .time(TimestampEncoding(.unixMilliseconds))))
        == ["0.0", "1.5"])
    let german = ColumnEncoding.time(TimestampEncoding(.pattern("%d.%m.%Y %H:%M"), unit: .minutes))
    #expect(try column(reader("1,01.05.2024 12:00\n2,02.05.2024 11:59\n", german)) == ["0.0", "1439.0"])
    // A second sequence has its own origin, read by the same cursor; and so does one of several in a file.
    var columns = CSVColumns()
    columns.encodings["0"] = hours
    let location = SequenceLocation(
      path: directory.write("2024-01-01T05:00\n2024-01-01T06:00\n2024-01-02T00:00\n", to: "g.csv"), key: "g")
    let grouped = try CSVGroupedSequenceRecordReader(
      CollectionInputSplit([location]), groupBy: .rows(2), columns: columns)
    var (cursor, sequence) = (grouped.makeCursor(), SequenceRecord())
    for _ in 0..<2 {
      try cursor.read(0, into: &sequence)
      #expect(sequence.values == [0, 1])
      try cursor.read(1, into: &sequence)
      #expect(sequence.values == [0])
    }
  }

  @Test func missingTimestampsAndSkippedRowsAreNotTheOrigin() throws {
    let seconds = ColumnEncoding.time(TimestampEncoding(.iso8601))
    let text = "1,\n2,2024-01-01T00:00:05\n3,2024-01-01T00:00:07\n"
    #expect(try column(reader(text, seconds, missing: .nan)) == ["nan", "0.0", "2.0"])
    // The first row is skipped because of its other field, the second because of its timestamp.
    let damaged = "x,2024-01-01T00:00:00\n1,soon\n2,2024-01-01T00:00:05\n3,2024-01-01T00:00:07\n"
    let found = try read(reader(damaged, seconds, policy: ErrorPolicy(.skipRow)))
    #expect(found.values == [2, 0, 3, 2] && found.skippedRows == [0, 1])
    #expect(found.ledger.map(\.fault) == [.notANumber, .notATime])
    #expect(
      message(in: directory) { _ = try reader("1,2024-02-30\n", seconds) }
        == "DIR/e.csv:1:3: field 2 is not a timestamp: expected a date, or a date and time, as 2024-05-01T12:00:00Z, found "
        + "\"2024-02-30\"; correct it, or name the format of the column (--time @1=FORMAT)")
  }

  @Test func daysAgreeWithCounting() throws {
    // Counts days one by one, with the rule for leap years.
    var (rows, expected, day) = (["1970-01-01"], [0], 0)
    for year in 1970...2101 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        for date in [1, length] {
          rows.append("\(year)-\(month < 9 ? "0" : "")\(month + 1)-\(date < 10 ? "0" : "")\(date)")
          expected.append(day + date - 1)
        }
        day += length
      }
    }
    let rule = ColumnEncoding.time(TimestampEncoding(.iso8601, from: .epoch, unit: .days))
    let text = rows.map { "0,\($0)\n" }.joined()
    #expect(
      try read(reader(text, rule)).values.enumerated().filter { $0.offset % 2 == 1 }.map { Int($0.element) }
        == expected)
    let pattern = ColumnEncoding.time(TimestampEncoding(.pattern("%Y-%m-%d"), from: .epoch, unit: .days))
    #expect(try read(reader(text, pattern)).values == read(reader(text, rule)).values)
  }

  @Test(arguments: [
    "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "2024-01-01T24:00", "2024-01-01T12:60",
    "2024-01-01T12",
    "2024-01-01T12:00:61", "2024-01-01T12:00:00.", "2024-01-01T12:00:00+1", "2024-01-01T12:00:00Zx", "now",
    "2024-01-01T12:00:00+25:00", "20240101", "2024/01/01", "2024-01-01T", "2024-01-01 12:00 Z",
  ])
  func textsThatAreNotTimestampsAreRejected(text: String) {
    let error = #expect(throws: RecordError.self) {
      _ = try reader("1,\(text)\n", .time(TimestampEncoding(.iso8601)))
    }
    #expect(error?.kind == .notATime && error?.column == 3)
  }

  @Test func formatsAreStrict() throws {
    // A pattern must not contain anything that the C library reads and ignores; a literal % alone is not a
    // pattern.
    for pattern in [
      "%s", "%H:%M:%S.%f", "%N", "%Y %Z", "%G-W%V-%u", "%g", "%EZ", "%Y %", "%", "noon", "100%%",
    ] {
      #expect(!TimestampEncoding.Format.pattern(pattern).isReadable, "\(pattern)")
    }
    for pattern in ["%Y", "%%s %Y", "%EY", "%-d.%-m.%Y %H:%M:%S %z", "%3Y"] {
      #expect(TimestampEncoding.Format.pattern(pattern).isReadable, "\(pattern)")
    }
    func kind(_ format: TimestampEncoding.Format, _ text: String) -> RecordError.Kind? {
      do {
        _ = try reader("1,\(text)\n", .time(TimestampEncoding(format)))
        return nil
      } catch {
        return (error as? RecordError)?.kind
      }
    }
    #expect(kind(.pattern("%d.%m.%Y"), "30.02.2024") == .notATime)
    #expect(kind(.pattern("%d.%m.%Y"), "01.02.2024x") == .notATime)
    #expect(kind(.pattern("%d.%m.%Y"), "01.02.2024") == nil)
    #expect(kind(.pattern("%H:%M:%S"), "23:59:60") == nil)
    #expect(kind(.pattern("%Y-%m-%d %z"), "2024-01-01 +0200") == nil)
    for text in ["0x10", "nan", "inf", "1e999", "1.2.3"] { #expect(kind(.unixSeconds, text) == .notATime) }
    #expect(kind(.unixSeconds, "-1.5e3") == nil)
  }

  /// Timestamps are subtracted as whole nanoseconds, so their differences are exact in Double.
  @Test func differencesOfTimestampsAreExact() throws {
    var random = SplitMix(state: 7)
    func digits(_ number: Int, _ count: Int) -> String {
      String(repeating: "0", count: count - "\(number)".count) + "\(number)"
    }
    for _ in 0..<200 {
      let origin = Int.random(in: 1_600_000_000_000_000_000...1_800_000_000_000_000_000, using: &random)
      let times = (0..<4).map { _ in origin + Int.random(in: 0...50_000, using: &random) }.sorted()
      let expected = times.map { "\(Float(Double($0 - times[0]) / 1e9))" }
      let unix = times.map { "0,\($0 / 1_000_000_000).\(digits($0 % 1_000_000_000, 9))\n" }.joined()
      #expect(try column(reader(unix, .time(TimestampEncoding(.unixSeconds)))) == expected)
      let milliseconds = times.map { "0,\($0 / 1_000_000).\(digits($0 % 1_000_000, 6))\n" }.joined()
      #expect(try column(reader(milliseconds, .time(TimestampEncoding(.unixMilliseconds)))) == expected)
      let parts = times.map { $0 % 1_000_000_000 }.sorted()
      let iso = parts.map { "0,2024-03-31 01:00:00.\(digits($0, 9))\n" }.joined()
      #expect(
        try column(reader(iso, .time(TimestampEncoding(.iso8601))))
          == parts.map { "\(Float(Double($0 - parts[0]) / 1e9))" })
    }
    let seconds = ColumnEncoding.time(TimestampEncoding(.unixSeconds))
    #expect(
      try column(reader("0,-1.25\n0,-.5\n0,+2.\n0,1e1\n", seconds)) == ["0.0", "0.75", "3.25", "11.25"])
    // Further digits are rounded to nanoseconds.
    #expect(try column(reader("0,5\n0,5.00000000149\n0,5.9999999996\n", seconds)) == ["0.0", "1e-09", "1.0"])
    #expect(throws: RecordError.self) { try reader("0,1e30\n", seconds) }
  }

  /// Numbers minus an offset, both in double precision, against the difference of whole numbers.
  @Test func offsetsAreSubtractedBeforeRounding() throws {
    var random = SplitMix(state: 8)
    for _ in 0..<200 {
      let origin = Int.random(in: -4_000_000_000_000...4_000_000_000_000, using: &random)
      let numbers = (0..<5).map { _ in origin + Int.random(in: -60_000...60_000, using: &random) }
      let text = numbers.map { Bool.random(using: &random) ? "0,\($0)\n" : "0,\"\($0).0\"\n" }.joined()
      #expect(
        try column(reader(text, .offset(.first))) == numbers.map { "\(Float($0 - numbers[0]))" })
      #expect(
        try column(reader(text, .offset(.value(Double(origin))))) == numbers.map { "\(Float($0 - origin))" })
    }
    #expect(
      ColumnEncoding.offset(.first).description == "the difference from the first number of the sequence")
    let found = try reader("0,1e38\n0,-3e38\n", .offset(.first))
    #expect(
      message(in: directory) { _ = try column(found) }
        == "DIR/e.csv:2:3: field 2 is out of range: expected a magnitude up to 3.4028235e38, found \"-3e38\"; correct it, or "
        + "rescale the column")
  }

  @Test func missingNumbersAndSkippedRowsAreNotTheOffset() throws {
    let text = "1,\n2,1700000005\n3,1700000007\n"
    #expect(try column(reader(text, .offset(.first), missing: .nan)) == ["nan", "0.0", "2.0"])
    let damaged = "x,1700000001\n1,soon\n2,1700000005\n3,1700000007\n"
    let found = try read(reader(damaged, .offset(.first), policy: ErrorPolicy(.skipRow)))
    #expect(found.values == [2, 0, 3, 2] && found.skippedRows == [0, 1])
  }

  @Test func everySequenceHasItsOwnOffset() throws {
    var columns = CSVColumns()
    columns.encodings["0"] = .offset(.first)
    let location = SequenceLocation(
      path: directory.write("1700000001\n1700000002\n1700000009\n", to: "o.csv"), key: "o")
    let grouped = try CSVGroupedSequenceRecordReader(
      CollectionInputSplit([location]), groupBy: .rows(2), columns: columns)
    var (cursor, sequence) = (grouped.makeCursor(), SequenceRecord())
    for _ in 0..<2 {
      try cursor.read(0, into: &sequence)
      #expect(sequence.values == [0, 1])
      try cursor.read(1, into: &sequence)
      #expect(sequence.values == [0])
    }
  }

  /// Whole numbers are subtracted exactly, even where Double has gaps.
  @Test func wholeNumbersBeyondDoubleAreSubtractedExactly() throws {
    let text = "0,1711846800123456789\n0,1711846800123456790\n0,1711846800123456900\n"
    #expect(try column(reader(text, .offset(.first))) == ["0.0", "1.0", "111.0"])
    #expect(
      try column(reader("0,9007199254740993\n0, 9007199254740994\n0,+9007199254740995\n", .offset(.first)))
        == ["0.0", "1.0", "2.0"])
    // The number that is subtracted may have as many digits, and so may decimals.
    let exact = ColumnEncoding.offset(.exact("1711846800123456789"))
    #expect(try column(reader(text, exact)) == ["0.0", "1.0", "111.0"])
    let point = text.replacing("\n", with: ".0\n")
    #expect(try column(reader(point, .offset(.first))) == ["0.0", "1.0", "111.0"])
    #expect(try column(reader(point, exact)) == ["0.0", "1.0", "111.0"])
    let nanoseconds = "0,1711846800.123456789\n0,1711846800.123456790\n0,1.711846800123457e9\n"
    for offset in [NumberOffset.first, .exact("1711846800.123456789")] {
      #expect(try column(reader(nanoseconds, .offset(offset))) == ["0.0", "1e-09", "2.11e-07"])
    }
    #expect(try column(reader("0,0.1\n0,0.3\n", .offset(.value(0.1)))) == ["0.0", "0.2"])
    #expect(exact.description == "the difference from 1711846800123456789")
    #expect(throws: RecordError.self) { try reader("0,1\n", .offset(.exact("x"))) }
  }

  /// Random whole numbers and decimals of up to 30 digits, with points, zeros and exponents.
  @Test func differencesOfLongNumbersAreExact() throws {
    var random = SplitMix(state: 18)
    for _ in 0..<300 {
      let decimals = Int.random(in: 0...12, using: &random)
      let origin = Int128(Int.random(in: -(1 << 60)...(1 << 60), using: &random)) * 1_000_000_000
      let numbers = (0..<4).map { _ in origin + Int128(Int.random(in: -60_000...60_000, using: &random)) }
      func text(_ number: Int128) -> String {
        var digits = String(number.magnitude)
        while digits.count <= decimals { digits = "0" + digits }
        let point = digits.index(digits.endIndex, offsetBy: -decimals)
        let sign = number < 0 ? "-" : ""
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return "\(sign)\(digits[..<point]).\(digits[point...])0"
        case 1: return "\(sign)\(digits)e-\(decimals)"
        default: return decimals == 0 ? "\(sign)\(digits)" : "\(sign)\(digits[..<point]).\(digits[point...])"
        }
      }
      let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
      let rows = numbers.map { "0,\(text($0))\n" }.joined()
      #expect(
        try column(reader(rows, .offset(.first)))
          == numbers.map { "\(Float(Double($0 - numbers[0]) / scale))" }, "\(rows)")
      #expect(
        try column(reader(rows, .offset(.exact(text(origin)))))
          == numbers.map { "\(Float(Double($0 - origin) / scale))" }, "\(rows)")
    }
  }
}
