import TestSupport
import Testing
import Timestep

/// `--label-table FILE:key=@row`: rows without names, in the order of the series.
@Suite(.startsProcesses) struct LabelTableRowTests {
  private let scratch = TestDirectory()

  private func write(_ labels: String) {
    scratch.write(
      (0..<11).map { unit in (0..<3).map { "\(unit + 1) \($0) \(unit * $0)\n" }.joined() }.joined(),
      to: "test.txt")
    scratch.write(labels, to: "RUL.txt")
  }

  private let data = ["--features", "test.txt", "--delimiter", "space", "--group-by", "0", "--regression"]

  @Test func rowsBelongToSeriesInTheirOrder() throws {
    write((0..<11).map { "\($0 * 10 + 5) \n" }.joined())
    try results(
      ["convert", "--output", "o", "--label-table", "RUL.txt:key=@row", "--label-header", "none"] + data,
      in: scratch)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    let labels = try #require(batch.labels)
    #expect((0..<11).map { labels[$0, 0, 2] } == (0..<11).map { Float($0 * 10 + 5) })
    #expect((0..<11).allSatisfy { batch.labelsMask[$0, 2] && !batch.labelsMask[$0, 1] })
    #expect(batch.metadata.map(\.features.key) == (1...11).map { "\($0)" })
  }

  @Test func otherNumbersOfRowsAreAnError() throws {
    write((0..<10).map { "\($0)\n" }.joined())
    let words = ["convert", "--output", "o", "--label-table", "RUL.txt:key=@row"] + data
    let header = try timestep(words, in: scratch)
    #expect(
      header.exitCode == 1 && header.error.hasPrefix("RUL.txt:1: every name in the header is a number")
        && header.error.contains("(--label-header none)"), "\(header.error)")
    let run = try timestep(words + ["--label-header", "none"], in: scratch)
    #expect(
      run.exitCode == 1
        && run.error.hasPrefix(
          "RUL.txt:10: its rows name no series (key=@row): expected one row for each of the 11 series, in their order, found 10; "
        ), "\(run.error)")
    let both = try timestep(
      ["convert", "--output", "o", "--label-table", "RUL.txt:key=@row,time=@0"] + data, in: scratch)
    #expect(both.exitCode == 64 && both.error.contains("exclude each other"), "\(both.error)")
    let shared = try timestep(
      ["train", "--model", "m", "--test-features", "test.txt", "--label-header", "none"] + words.dropFirst(3)
        + shortTraining,
      in: scratch)
    #expect(shared.exitCode == 64 && shared.error.contains("at once: expected one set"), "\(shared.error)")
  }

  /// Times in tables are numbers as in the features, with a decimal comma too.
  @Test(arguments: [".", ","], ["--label-intervals", "--label-table"])
  func timesHaveTheNotationOfTheFiles(decimal: String, flag: String) throws {
    let isTable = flag == "--label-table"
    func number(_ text: String) -> String { text.replacing(".", with: decimal) }
    let scratch = TestDirectory()
    scratch.write(number("time;s\n0.0;1.5\n0.5;2.5\n1.0;3.5\n1.5;4.5\n"), to: "r/R0.csv")
    scratch.write(
      number(
        isTable
          ? "file;time;label\nR0;0.5;a\nR0;1.0;a\nR0;1.5;b\n"
          : "file;start;end;label\nR0;0.5;1.5;a\nR0;1.5;2.0;b\n"), to: "t.csv")
    try results(
      [
        "convert", "--output", "o", "--features", "r", flag, isTable ? "t.csv:time=time" : "t.csv",
        "--header",
        "--time", "time=unix", "--delimiter", ";", "--decimal", decimal,
      ], in: scratch)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    let labels = try #require(batch.labels)
    #expect(
      (0..<4).map { labels[0, 0, $0] } == [0, 1, 1, 0] && (0..<4).map { labels[0, 1, $0] } == [0, 0, 0, 1])
    #expect((0..<4).map { batch.labelsMask[0, $0] } == [false, true, true, true])
  }
}
