import Glibc
import Sequences
import TestSupport
import Testing

@Suite struct NumberedFileInputSplitTests {
  let directory = TestDirectory()

  @Test func namesEveryNumberOfTheRange() throws {
    for number in 8...11 { directory.write("1\n", to: "x_\(number).csv") }
    let split = try NumberedFileInputSplit("\(directory.path)/x_%d.csv", 8...11)
    #expect(
      try split.locations()
        == (8...11).map { SequenceLocation(path: "\(directory.path)/x_\($0).csv", key: "\($0)") })
    let halfOpen = try NumberedFileInputSplit("\(directory.path)/x_%d.csv", 9..<11)
    #expect(halfOpen.range == 9...10)
  }

  @Test func paddedNumbersHaveTheSameKeys() throws {
    for name in ["y_008.csv", "y_009.csv", "y_010.csv", "y_1000.csv"] { directory.write("1\n", to: name) }
    let split = try NumberedFileInputSplit("\(directory.path)/y_%03d.csv", 8...10)
    #expect(try split.locations().map(\.key) == ["8", "9", "10"])
    #expect(try split.locations()[0].path == "\(directory.path)/y_008.csv")
    #expect(
      try NumberedFileInputSplit("\(directory.path)/y_%03d.csv", 1000...1000).locations()[0].path
        == "\(directory.path)/y_1000.csv")
  }

  @Test func theNumberMayStandInADirectoryName() throws {
    for number in 0...2 { directory.write("1\n", to: "run_\(number)/x.csv") }
    directory.write("1\n", to: "run_3/other.csv")
    let split = try NumberedFileInputSplit("\(directory.path)/run_%d/x.csv")
    #expect(split.range == 0...2)
    #expect(try split.locations()[2].path == "\(directory.path)/run_2/x.csv")
  }

  @Test func negativeNumbersAreWrittenAsPrintfDoes() throws {
    for name in ["z_-02.csv", "z_-01.csv", "z_000.csv"] { directory.write("1\n", to: name) }
    #expect(
      try NumberedFileInputSplit("\(directory.path)/z_%03d.csv", -2...0).locations().map(\.key)
        == ["-2", "-1", "0"])
  }

  static let expected = "expected one %d, or one %0Nd with one digit N from 1 to 9,"

  @Test(arguments: [
    (
      "x.csv",
      "the pattern has no placeholder for a number: \(expected) found none; write for example data/x_%d.csv"
    ),
    (
      "x_%s_%i.csv",
      "the pattern has no placeholder for a number: \(expected) found none; write for example data/x_%d.csv"
    ),
    ("x_%d_%d.csv", "the pattern has several placeholders for a number: \(expected) found %d and %d"),
    ("x_%d_%03d.csv", "the pattern has several placeholders for a number: \(expected) found %d and %03d"),
  ])
  func patternsWithoutOnePlaceholderAreRejected(_ pattern: String, _ problem: String) {
    #expect(
      message { _ = try NumberedFileInputSplit(pattern, 0...1) } == "pattern \"\(pattern)\": \(problem)")
    #expect(throws: UsageError.self) { try NumberedFileInputSplit(pattern) }
  }

  @Test(arguments: ["%5d", "%+5d", "%011d", "%-3d", "%+d", "%00d", "%.3d", "%#d"])
  func otherPlaceholdersAreRejected(_ placeholder: String) {
    #expect(
      message { _ = try NumberedFileInputSplit("x_\(placeholder).csv", 0...1) }
        == "pattern \"x_\(placeholder).csv\": the placeholder for a number is not supported: "
        + "\(Self.expected) found \(placeholder); use %d for plain numbers, "
        + "%03d for numbers padded with zeros to 3 digits")
  }

  @Test func emptyAndReversedRangesAreRejected() {
    #expect(
      message { _ = try NumberedFileInputSplit("x_%d.csv", 3..<3) }
        == "pattern \"x_%d.csv\": the range of numbers is empty: expected at least one number, "
        + "found 3..<3; name the first and the last number")
    #expect(
      message { _ = try NumberedFileInputSplit("x_%d.csv", from: 9, through: 0) }
        == "pattern \"x_%d.csv\": the range of numbers is reversed: expected the smaller number first, "
        + "found 9...0; write 0...9")
  }

  @Test func allMissingNumbersAreNamedAtOnce() throws {
    for number in [0, 1, 2, 4, 5, 6, 10] { directory.write("1\n", to: "x_\(number).csv") }
    mkdir("\(directory.path)/x_11.csv", 0o777)
    directory.write("1\n", to: "x_012.csv")
    let pattern = "\(directory.path)/x_%d.csv"
    let glob = "'DIR/x_[0-9]*.csv' and no range"
    #expect(
      message(in: directory) { _ = try NumberedFileInputSplit(pattern, 0...13).locations() }
        == "DIR/x_%d.csv: files are missing: expected a file for every number of 0...13, "
        + "found none for 3, 7-9, 11-13; add them, name another range, or read those that exist with the glob "
        + glob)
    #expect(
      message(in: directory) { _ = try NumberedFileInputSplit(pattern, 2...4).locations() }
        == "DIR/x_%d.csv: a file is missing: expected a file for every number of 2...4, "
        + "found none for 3; add it, name another range, or read those that exist with the glob " + glob)
    // A mistyped range costs no time.
    #expect(
      message(in: directory) { _ = try NumberedFileInputSplit(pattern, 10...Int.max).locations() }
        == "DIR/x_%d.csv: files are missing: expected a file for every number of 10...\(Int.max), "
        + "found none for 11-\(Int.max); add them, name another range, or read those that exist with the glob "
        + glob)
    for number in stride(from: 100, to: 150, by: 2) { directory.write("1\n", to: "x_\(number).csv") }
    let runs = (0..<20).map { "\(101 + 2 * $0)" }.joined(separator: ", ")
    #expect(
      message(in: directory) { _ = try NumberedFileInputSplit(pattern, 100...148).locations() }
        == "DIR/x_%d.csv: files are missing: expected a file for every number of 100...148, "
        + "found none for \(runs) and 4 more such runs; add them, name another range, or read those that exist "
        + "with the glob " + glob)
  }

  @Test func theRangeOnDiskIsFoundFromItsLowestNumber() throws {
    for number in 3...12 { directory.write("1\n", to: "x_\(number).csv") }
    directory.write("1\n", to: "x_-1.csv")
    directory.write("1\n", to: "x_a.csv")
    directory.write("1\n", to: "x_99999999999999999999999.csv")
    let pattern = "\(directory.path)/x_%d.csv"
    #expect(try NumberedFileInputSplit(pattern).range == 3...12)
    unlink("\(directory.path)/x_7.csv")
    #expect(
      message(in: directory) { _ = try NumberedFileInputSplit(pattern) }
        == "DIR/x_%d.csv: a file is missing: expected a file for every number of 3...12, "
        + "found none for 7; add it, name another range, or read those that exist with the glob 'DIR/x_[0-9]*.csv'"
    )
    #expect(try GlobSplit("\(directory.path)/x_[0-9]*.csv").locations().count == 10)
    #expect(
      message(in: directory) { _ = try NumberedFileInputSplit("\(directory.path)/y_%02d.csv") }
        == "DIR/y_%02d.csv: no file matches the pattern: expected at least one, such as DIR/y_00.csv, "
        + "found none; check the pattern and the working directory")
    #expect(
      message(in: directory) { _ = try NumberedFileInputSplit("\(directory.path)/none/y_%d.csv") }
        == "DIR/none: cannot be listed: no such file or directory; check the name and the working directory")
  }

  /// Every text of up to four characters between prefix and suffix is found exactly if printf writes it for its number.
  @Test(arguments: 0...4) func aNumberIsOneIfItIsWrittenAsThePlaceholderSays(width: Int) throws {
    let scratch = TestDirectory()
    var texts = [""]
    for _ in 0..<4 { texts += texts.flatMap { text in "-017+".map { "\(text)\($0)" } } }
    let large = [
      "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999999",
    ]
    let pattern = width == 0 ? "x_%d.csv" : "x_%0\(width)d.csv"
    for text in Set(texts + large) {
      scratch.remove("d")
      scratch.write("", to: "d/x_\(text).csv")
      let naive = Int(text).map { number in
        let sign = number < 0 ? "-" : ""
        let digits = String(number.magnitude)
        return sign + String(repeating: "0", count: max(0, width - sign.count - digits.count)) + digits
          == text && number >= 0
      }
      let found = try? NumberedFileInputSplit(scratch.path("d/\(pattern)"))
      #expect((found != nil) == (naive ?? false), "\(text)")
    }
  }

  @Test func theGlobOfAMessageMatchesTheFilesThatExist() throws {
    for name in ["a*[1]", "b?", "c\\d", "e"] {
      for number in [0, 2] { directory.write("1\n", to: "\(name)/x_\(number)_.csv") }
      directory.write("1\n", to: "\(name)/x__.csv")
      let text = message { _ = try NumberedFileInputSplit("\(directory.path)/\(name)/x_%d_.csv") }
      let glob = try #require(text.split(separator: "'").dropFirst().first, "\(text)")
      #expect(
        try GlobSplit(String(glob)).locations().map(\.path)
          == [0, 2].map { "\(directory.path)/\(name)/x_\($0)_.csv" })
    }
  }

  @Test(arguments: [
    ("x_%d.csv", true), ("%03d", true), ("x_%5d.csv", true), ("100%_load.csv", false), ("%", false),
    ("a%b%c", false), ("50%_%d", true), ("%%d", true), ("%0", false),
  ])
  func aPlaceholderMakesAPattern(_ text: String, _ isPattern: Bool) {
    #expect(NumberedFileInputSplit.isPattern(text) == isPattern)
  }
}
