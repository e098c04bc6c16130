import TestSupport
import Testing

/// Files that replace some of the small data, and the one-line message of `timestep` about them.
struct BadInput: Sendable, CustomTestStringConvertible {
  var name: String
  /// The contents of the files; `nil` removes the file.
  var files: [String: [UInt8]?]
  var flags: [String] = []
  var message: String

  init(_ name: String, _ files: [String: String?], _ flags: [String] = [], message: String) {
    (self.name, self.flags, self.message) = (name, flags, message)
    self.files = files.mapValues { $0.map { Array($0.utf8) } }
  }

  var testDescription: String { name }
}

private let number = "expected a decimal number such as -1.5e3, found"
private func orMissing(_ text: String) -> String {
  "correct it, or, if it means a missing value, declare it and fill it (--missing=\(text) --transform fill), or leave out "
    + "such rows (--on-error skip-row)"
}
private let compressed =
  "if the file is compressed, unpack it; otherwise correct it, or leave out such rows (--on-error skip-row)"
private func hole(_ column: Int) -> String {
  "is a missing value: expected a number, found an empty field; fill it in, let a transform fill it (--transform "
    + "fill), or leave out the column (--drop-columns @\(column)) or such rows (--on-error skip-row)"
}
private let sameColumns =
  "give every row the same columns, and quote fields that contain the delimiter, or leave out such rows (--on-error skip-row)"
private let classAdvice =
  "expected a whole number from 0 to 1; number the classes from 0, or set the class count (--classes N, now 2)"
private let lengthAdvice =
  "alignment \"equal\" requires the same length for all series of a batch; pad with alignment \"start\" or \"end\" "
  + "(--align start, --align end)"

@Suite(.startsProcesses) struct BadInputTests {
  /// Every fault is reported with its location and a remedy, and neither command leaves any output.
  @Test(arguments: BadInput.all)
  func everyFaultNamesLocationAndRemedyAndLeavesNothing(input: BadInput) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    for (name, bytes) in input.files {
      if let bytes { scratch.write(bytes, to: name) } else { scratch.remove(name) }
    }
    let message = input.message + "\n"
    try expectFailure(message, ["convert", "--output", "o"] + smallData + input.flags, in: scratch)
    try expectFailure(
      message, ["train", "--model", "m", "--order", "file"] + shortTraining + smallData + input.flags,
      in: scratch
    )
  }

  @Test func binaryGarbageIsNamedWithItsPlace() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write([0x89, 0x50, 0x4E, 0x47, 0xFF, 0x2C, 0x01, 0x0A], to: "f_1.csv")
    try expectFailure(
      "f_1.csv:1:1: field 1 is not a number: \(number) \"\\x89PNG\\xFF\"; \(compressed)\n",
      ["convert", "--output", "o"] + smallData, in: scratch)
  }

  @Test func aDirectoryIsNotAFile() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.remove("f_1.csv")
    scratch.makeDirectory("f_1.csv")
    let message =
      "f_1.csv: is a directory where a file was expected, for number 1 of 0...2; put the file in its place, or name "
      + "another range\n"
    try expectFailure(message, ["convert", "--output", "o"] + smallData, in: scratch)
    try expectFailure(message, ["convert", "--output", "o", "--range", "0...2"] + smallData, in: scratch)
    scratch.makeDirectory("m")
    try expectFailure(
      "m: cannot be written: it is a directory where a file was expected; name a file inside it\n",
      ["train", "--model", "m", "--range", "0...0"] + shortTraining + smallData, in: scratch)
  }

  @Test func missingFilesAreNamed() throws {
    let scratch = TestDirectory()
    scratch.makeDirectory("empty")
    let faults = [
      (
        "x.csv",
        "x.csv: cannot be opened: no such file or directory; check the name and the working directory"
      ),
      (
        "x_%d.csv",
        "x_%d.csv: no file matches the pattern: expected at least one, such as x_0.csv, found none; check the "
          + "pattern and the working directory"
      ),
      (
        "x_*.csv",
        "x_*.csv: no file matches the pattern: expected at least one, found none; check the pattern and the "
          + "working directory, and quote the pattern in a shell"
      ),
      (
        "empty",
        "empty: the directory contains no data file: expected files of *.csv or *.tsv or *.txt, found none; check the "
          + "directory and the extensions"
      ),
    ]
    for (features, message) in faults {
      try expectFailure(message + "\n", ["convert", "--features", features, "--output", "o"], in: scratch)
      try expectFailure(message + "\n", ["inspect", "--features", features], in: scratch)
    }
  }

  @Test func aMissingLabelColumnIsNamed() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try expectFailure(
      "f_0.csv:1: there is no column 2: expected a name, or a position from @0 to @1, found 2 columns; count from 0\n",
      ["convert", "--features", "f_%d.csv", "--label-column", "2", "--classes", "2", "--output", "o"],
      in: scratch)
    scratch.write("a,kind\n1,0\n1,7\n", to: "f_0.csv")
    try expectFailure(
      "f_0.csv:3:3: field 2 (column \"kind\"): class \"7\" is not below the class count; \(classAdvice)\n",
      [
        "convert", "--features", "f_0.csv", "--label-column", "1", "--classes", "2", "--header", "--output",
        "o",
      ], in: scratch)
  }
}

extension BadInput {
  static let all: [BadInput] = [
    BadInput(
      "missing file in a range", ["f_1.csv": nil], ["--range", "0...2"],
      message:
        "f_%d.csv: a file is missing: expected a file for every number of 0...2, found none for 1; add it, "
        + "name another range, or read those that exist with the glob 'f_[0-9]*.csv' and no range"),
    BadInput(
      "gap in the numbers", ["f_1.csv": nil],
      message:
        "f_%d.csv: a file is missing: expected a file for every number of 0...2, found none for 1; add it, "
        + "name another range, or read those that exist with the glob 'f_[0-9]*.csv'"),
    BadInput(
      "label file missing", ["l_1.csv": nil],
      message:
        "l_%d.csv: a file is missing: expected a file for every number of 0...2, found none for 1; add it, "
        + "name another range, or read those that exist with the glob 'l_[0-9]*.csv'"),
    BadInput(
      "last label file missing", ["l_2.csv": nil],
      message:
        "f_2.csv: has no label file with its key \"2\"; every feature file needs one label file of the same number, "
        + "glob match or name: add the missing file, or narrow the range"),
    BadInput(
      "empty file", ["f_1.csv": ""],
      message:
        "f_1.csv: the file has no rows: expected at least one row, found no bytes at all; fill the file or "
        + "leave it out"),
    BadInput(
      "header only",
      [
        "f_0.csv": "a,b\n1,2\n", "f_1.csv": "a,b\n", "f_2.csv": "a,b\n1,2\n", "l_0.csv": "y\n0\n",
        "l_1.csv": "y\n0\n", "l_2.csv": "y\n0\n",
      ], ["--header"],
      message:
        "f_1.csv: the file has no rows: expected a header and at least one row, found only the header; fill "
        + "the file or leave it out"),
    BadInput(
      "undeclared header", ["f_1.csv": "a,b\n1,2\n"],
      message:
        "f_1.csv:1:1: field 1 is not a number: \(number) \"a\"; correct it, or, if the line is a header, "
        + "declare it (--header) or skip it (--skip-lines 1)"),
    BadInput(
      "ragged row", ["f_1.csv": "1,2\n3\n"],
      message:
        "f_1.csv:2: the row has a different number of fields than the file's first row (line 1): expected 2, "
        + "found 1; \(sameColumns)"),
    BadInput(
      "other columns in another file", ["f_1.csv": "1,2,3\n4,5,6\n"],
      message:
        "f_1.csv:1: the row has a different number of fields than the rows of f_0.csv: expected 2, found 3; give "
        + "every file of a split the same columns, and quote fields that contain the delimiter"),
    BadInput(
      "text", ["f_1.csv": "1,2\n3,abc\n"],
      message: "f_1.csv:2:3: field 2 is not a number: \(number) \"abc\"; \(orMissing("abc"))"),
    BadInput(
      "too large", ["f_1.csv": "1,2\n3,1e999\n"],
      message:
        "f_1.csv:2:3: field 2 is out of range: expected a magnitude up to 3.4028235e38, found \"1e999\"; "
        + "correct it, or rescale the column"),
    BadInput(
      "hexadecimal", ["f_1.csv": "1,2\n3,0x1F\n"],
      message: "f_1.csv:2:3: field 2 is not a number: \(number) \"0x1F\"; \(orMissing("0x1F"))"),
    BadInput(
      "NaN", ["f_1.csv": "1,2\n3,NaN\n"],
      message:
        "f_1.csv:2:3: field 2 is not finite: expected a finite number, found \"NaN\"; correct it, or declare "
        + "it a missing value and fill it (--missing=NaN --transform fill)"),
    BadInput("hole", ["f_1.csv": "1,2\n,4\n"], message: "f_1.csv:2:1: field 1 \(hole(0))"),
    BadInput("hole at the end", ["f_1.csv": "1,2\n3,\n"], message: "f_1.csv:2:3: field 2 \(hole(1))"),
    BadInput(
      "trailing comma", ["f_1.csv": "1,2\n3,4,\n"],
      message:
        "f_1.csv:2: the row has a different number of fields than the file's first row (line 1): expected 2, "
        + "found 3; \(sameColumns)"),
    BadInput(
      "blank line", ["f_1.csv": "1,2\n\n3,4\n"],
      message:
        "f_1.csv:2: the line is blank: expected a row, found none before the row on line 3; remove the line "
        + "(blank lines are allowed only after the last row)"),
    BadInput(
      "open quote", ["f_1.csv": "1,2\n\"3,4\n"],
      message: "f_1.csv:2:1: field 1 has no closing quote: expected one before the end of the file, found "
        + "\"\"3,4\\x0A\"; close the quote"),
    BadInput(
      "NUL", ["f_1.csv": "1,2\n3,\u{0}\n"],
      message: "f_1.csv:2:3: field 2 is not a number: \(number) \"\\x00\"; \(compressed)"),
    BadInput(
      "class -1", ["l_1.csv": "0\n-1\n"],
      message: "l_1.csv:2:1: field 1: class \"-1\" is negative; \(classAdvice)"),
    BadInput(
      "class = count", ["l_1.csv": "0\n2\n"],
      message: "l_1.csv:2:1: field 1: class \"2\" is not below the class count; \(classAdvice)"),
    BadInput(
      "class 1.5", ["l_1.csv": "0\n1.5\n"],
      message: "l_1.csv:2:1: field 1: class \"1.5\" is not a whole number; \(classAdvice)"),
    BadInput(
      "two more label columns", ["l_0.csv": "0,1,0\n", "l_1.csv": "0,1,0\n", "l_2.csv": "0,1,0\n"],
      message:
        "l_0.csv: has 3 columns: expected one column of class numbers, or a column for each of the 2 classes (one-hot); "
        + "remove the others, or set the class count (--classes 3) if they are one-hot"),
    BadInput(
      "not one-hot", ["l_0.csv": "0,1\n0,0\n", "l_1.csv": "0,1\n0,1\n", "l_2.csv": "0,1\n0,1\n"],
      message:
        "l_0.csv:2: the columns of the 2 classes are not one-hot: expected a single 1 and 0 in the others, found 0,0; "
        + "correct the row, or use one column of class numbers"),
    BadInput(
      "text label", ["l_1.csv": "0\nrun\n"],
      message:
        "l_1.csv:2:1: label \"run\" is not a number: expected a class number from 0 to 1, found \"run\"; if the labels are "
        + "texts, list them in the order of their class numbers (--label-categories A,B)"),
    BadInput(
      "unequal lengths", ["f_1.csv": "1,2\n", "l_1.csv": "0\n"],
      message: "f_1.csv: has 1 time step where f_0.csv has 2; \(lengthAdvice)"),
    BadInput(
      "fewer labels than features", ["l_1.csv": "0\n"],
      message:
        "l_1.csv: has one label where f_1.csv has 2 rows: say which step it belongs to, the last (--align end), as "
        + "usual, or the first (--align start), at which a recurrent network has seen one row"),
  ]
}
