import TestSupport
import Testing

@testable import TimestepCommand

/// `predict` reads rows as the feature files have them.
@Suite(.startsProcesses) struct PredictRowTests {
  private let scratch = TestDirectory()

  /// A model of the columns a and c of files with the columns a, b (a text), c and the label y.
  private func trained(_ flags: [String] = []) throws {
    for number in 0..<3 {
      let rows = (0..<4).map { "\($0 * number % 3),t\($0),\($0 + number),\($0 % 2)\n" }
      scratch.write("a,b,c,y\n" + rows.joined(), to: "f_\(number).csv")
    }
    try results(
      [
        "train", "--model", "m", "--features", "f_%d.csv", "--header", "--drop-columns", "b",
        "--label-column", "y",
        "--classes", "2", "--normalize", "standardize",
      ] + flags + shortTraining, in: scratch)
  }

  private func predict(_ rows: String, _ flags: [String] = []) throws -> FinishedCommand {
    scratch.write(rows, to: "rows")
    return try timestep(["predict", "--model", "m"] + flags, in: scratch, input: scratch.path("rows"))
  }

  @Test(arguments: [[], ["--transform", "difference:first=0"], ["--transform", "lags:count=1,first=0"]])
  func theFirstRowDecidesWhichColumnsThereAre(flags: [String]) throws {
    try trained(flags)
    let expected = try predict("1,2\n3,4\n\n5,6\n").output
    #expect(expected.split(separator: "\n").count == 3)
    // All columns but the labels, and all columns.
    #expect(try predict("1,x,2\n3,,4\n\n5,\"q,r\",6\n").output == expected)
    #expect(try predict("1,x,2,0\n3,y,4,1\n\n5,z,6,?\n").output == expected)
    #expect(
      try predict("note\n\nc,y,a,more\n2,0,1,9\n4,0,3,9\n\n6,0,5,9\n", ["--skip-lines", "2", "--header"])
        .output == expected)
    #expect(try predict("a,c\n1,2\n3,4\n\n5,6\n", ["--header"]).output == expected)
    #expect(try predict("a,c\n1,2\n3,4\n\n5,6\n", ["--skip-lines", "1"]).output == expected)
    #expect(try predict("", ["--header"]).output == "")
    #expect(try predict("x\n", ["--skip-lines", "9"]).output == "")
    // Then every row has as many.
    let run = try predict("1,x,2\n3,4\n")
    #expect(
      run.error
        == "standard input:2: the row has a different number of fields: expected 3, found 2; give every row the columns "
        + "of the data that the model was trained on\n")
  }

  /// The first line may be one above the rows; the remedy is carried out.
  @Test func linesAboveTheRowsAreNamed() throws {
    try trained()
    let expected = try predict("1,2\n3,4\n").output
    for (above, flags) in [
      ("a,c\n", ["--header"]), ("a,c\n", ["--skip-lines", "1"]), ("# of May\na,c\n", ["--skip-lines", "2"]),
    ] {
      let error = try predict(above + "1,2\n3,4\n").error
      #expect(error.contains("(\(flags.joined(separator: " ")))"), "\(error)")
      #expect(try predict(above + "1,2\n3,4\n", flags).output == expected)
    }
    // A later line is none.
    let later = try predict("1,2\na,c\n").error
    #expect(later.hasSuffix("correct it, or declare the text as a missing value\n"), "\(later)")
  }

  @Test func rowsOfNoLayoutAreRejected() throws {
    try trained()
    let five = try predict("1,2,3,4,5\n")
    #expect(five.exitCode == 1)
    #expect(
      five.error
        == "standard input:1: the row has a different number of fields: expected 2 or 3 or 4, found 5; give every row "
        + "the columns of the data that the model was trained on, or skip a line that is above them (--skip-lines 1)\n"
    )
    let other = try predict("1;2\n")
    #expect(other.error.hasSuffix(", or name the delimiter (--delimiter ';')\n"), "\(other.error)")
    for header in ["a,b\n", "a,c,a\n", "a\n"] {
      let run = try predict(header + "1,2\n", ["--header"])
      #expect(run.exitCode == 1 && run.output == "")
      #expect(
        run.error.hasPrefix(
          "standard input:1: the header does not name each column of the model once: expected \"a\", \"c\", found "
        )
          && run.error.hasSuffix("skip the line (--skip-lines 1 instead of --header)\n"), "\(run.error)")
    }
    try expectFailure(
      "Error: --skip-lines -1: expected 0 or more lines", ["predict", "--model", "m", "--skip-lines", "-1"],
      in: scratch, exitCode: 64)
  }
}
