import TestSupport
import Testing
import Timestep

@Suite(.startsProcesses) struct UsageTests {
  /// Flags, and the messages of `timestep convert` about them, before it opens any file.
  struct BadFlags: Sendable, CustomTestStringConvertible {
    var flags: [String]
    var message: String

    init(_ flags: String, _ message: String) {
      self.flags = flags.split(separator: " ").map(String.init)
      self.message = message
    }

    var testDescription: String { flags.joined(separator: " ") }
  }

  @Test(arguments: [
    BadFlags(
      "convert --output o --features f_%5d.csv",
      "pattern \"f_%5d.csv\": the placeholder for a number is not supported: expected one %d, or one %0Nd "
        + "with one digit N from 1 to 9, found %5d; use %d for plain numbers, %03d for numbers padded with zeros to "
        + "3 digits"),
    BadFlags(
      "convert --output o --features f_%011d.csv",
      "pattern \"f_%011d.csv\": the placeholder for a number is not supported: expected one %d, or one "
        + "%0Nd with one digit N from 1 to 9, found %011d; use %d for plain numbers, %03d for numbers padded with "
        + "zeros to 3 digits"),
    BadFlags(
      "convert --output o --features %d/f_%d.csv",
      "pattern \"%d/f_%d.csv\": the pattern has several placeholders for a number: expected one %d, or one %0Nd with one "
        + "digit N from 1 to 9, found %d and %d"),
    BadFlags(
      "convert --output o --features f_%d.csv --range 9...0",
      "The value '9...0' is invalid for '--range <range>': the first number is greater than the last; write 0...9"
    ),
    BadFlags(
      "convert --output o --features f_%d.csv --range 0..9",
      "The value '0..9' is invalid for '--range <range>': expected FIRST...LAST with three dots and numbers from 0, such "
        + "as 0...9"),
    BadFlags(
      "convert --output o --features . --range 0...9",
      "--range goes with a numbered pattern (%d or %0Nd), not with ."),
    BadFlags(
      "convert --output o --features f_%d.csv --labels l_%d.csv --classes 0",
      "--classes 0: at least 1 is needed"),
    BadFlags(
      "convert --output o --features f_%d.csv --labels l_%d.csv --classes 2 --regression",
      "--classes and --regression exclude each other"),
    BadFlags(
      "convert --output o --features f_%d.csv --labels l_%d.csv",
      "labels need --classes N (class numbers from 0), --label-categories A,B (texts) or --regression (numbers to predict)"
    ),
    BadFlags(
      "convert --output o --features f_%d.csv --classes 2",
      "--classes requires --labels or --label-column: it is about labels"),
    BadFlags(
      "convert --output o --features f_%d.csv --label-delimiter ;",
      "--label-delimiter requires --labels, --label-input-split, --label-table or --label-intervals: it is about label "
        + "files"),
    BadFlags("convert --output o --features f_%d.csv --frobnicate", "Unknown option '--frobnicate'"),
    BadFlags(
      "convert --output o --features f_%d.csv --delimiter ab",
      "the delimiter cannot be used: expected one byte that is not a quote, line end, digit, sign, point or letter e, "
        + "found \"ab\"; use \",\", \";\" or a tab"),
    BadFlags("convert --features f_%d.csv", "Missing expected argument '--output <output>'"),
    BadFlags("convert --output o", "--features is missing: name the files that contain the sequences"),
    BadFlags(
      "convert --output o --features f_%d.csv --format csv",
      "The value 'csv' is invalid for '--format <format>': expected safetensors or npz"),
    BadFlags("convert --output o --features f_%d.csv --batch-size 0", "--batch-size 0: at least 1 is needed"),
    BadFlags(
      "train --model m --features f_%d.csv",
      "training needs labels: give --labels, --label-column, --labels-from or --label-table"),
    BadFlags(
      "train --model m --features f_%d.csv --labels l_%d.csv --classes 2 --epochs 0",
      "--epochs 0: at least 1 is needed"),
    BadFlags(
      "train --model m --features f_%d.csv --labels l_%d.csv --classes 2 --hidden 8,0",
      "The value '8,0' is invalid for '--hidden <hidden>': expected the units of each layer, such as 64 or 64,64: whole "
        + "numbers from 1 to 65536"),
    BadFlags(
      "train --model m --batches o --features f_%d.csv",
      "--batches and --features exclude each other: saved batches are read as they were made"),
    BadFlags(
      "evaluate --model m --batches o --batch-size 7",
      "--batches and --batch-size exclude each other: saved batches are read as they were made"),
    BadFlags(
      "train --model m", "no data: give --features (CSV files) or --batches (what \"timestep convert\" wrote)"
    ),
  ])
  func badFlagsAreRejectedWithCode64(flags: BadFlags) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try expectFailure("Error: \(flags.message)", flags.flags, in: scratch, exitCode: 64)
  }

  @Test func theVersionIsPrinted() throws {
    let run = try timestep(["--version"], in: TestDirectory())
    #expect(run.exitCode == 0 && run.output == TimestepVersion.current + "\n", "\(run.output) \(run.error)")
  }
}
