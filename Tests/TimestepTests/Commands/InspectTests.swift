import FoundationEssentials
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// `inspect` reports what `convert` does with the same flags.
@Suite(.startsProcesses) struct InspectTests {
  private struct Report: Decodable {
    struct Column: Decodable, Equatable {
      var name, kind: String
      var minimum, maximum, mean, deviation: Double?
      var missing: Int
    }
    struct Lengths: Decodable, Equatable { var minimum, median, maximum, total: Int }
    struct Batches: Decodable {
      var count: Int
      var examples, size: Int?
      var alignment: String?
      var padding, labelPadding: Double?
    }
    struct Class: Decodable, Equatable {
      var name: String
      var labels: Int
    }
    var columns: [Column]
    var labels: [Column]?
    var sequences: Int
    var lengths: Lengths
    var batches: Batches
    var classes: [Class]?
    var command: String
  }

  private let scratch = TestDirectory()

  private func report(_ flags: [String]) throws -> Report {
    let text = try results(["inspect", "--json"] + flags, in: scratch)
    #expect(text.hasSuffix("}\n") && text.split(separator: "\n").count == 1)
    return try JSONDecoder().decode(Report.self, from: Data(text.utf8))
  }

  private func writeGaps() {
    scratch.write("a,b\n1,2\n,4\n5,6\n", to: "f_0.csv")
    scratch.write("a,b\n1,\n3,4\n", to: "f_1.csv")
    scratch.write("0\n1\n1\n", to: "l_0.csv")
    scratch.write("0\n1\n", to: "l_1.csv")
  }

  /// A value that a rule replaced is missing in figures, and stops nothing.
  @Test func repairedValuesAreInNoFigure() throws {
    let scratch = TestDirectory()
    scratch.write("a\n1\nx\n3\n", to: "f.csv")
    let text = try results(
      ["inspect", "--features", "f.csv", "--header", "--on-error", "not-a-number=repair:-100"], in: scratch)
    #expect(text.contains("batches: 1 of up to") && !text.contains("-100"), "\(text)")
  }

  @Test(arguments: [
    ["--transform", "fill:rule=constant"], ["--on-error", "missing-value=skip-row"],
    ["--on-error", "missing-value=repair:7"], ["--on-error", "skip-sequence"],
    ["--transform", "fill:rule=constant", "--transform", "difference"],
    ["--transform", "fill:rule=constant", "--window", "2,1"],
    ["--transform", "fill:rule=constant", "--batch-size", "1"],
  ])
  func theBatchesAreThoseOfConvert(flags: [String]) throws {
    writeGaps()
    if flags.last == "skip-sequence" { scratch.write("a,b\n7,8\n", to: "f_2.csv") }
    let all = ["--features", "f_%d.csv", "--header", "--align", "start"] + flags
    try results(["convert", "--output", "o", "--overwrite"] + all, in: scratch)
    let saved = try SavedDataSets(scratch.path("o"))
    var (present, cells) = (0, 0)
    for index in 0..<saved.batchCount {
      let batch = try saved.batch(epoch: 0, index: index)
      present += batch.featuresMask.count
      cells += batch.exampleCount * batch.stepCount
    }
    let found = try report(all)
    #expect(found.batches.count == saved.batchCount && found.batches.examples == saved.exampleCount)
    #expect(found.batches.padding == Double(cells - present) / Double(cells))
    #expect(found.batches.alignment == "start" && found.batches.labelPadding == nil)
    // A row in two windows counts twice.
    #expect(found.columns.map(\.missing).reduce(0, +) == (flags.contains("2,1") ? 3 : 2))
    let text = try results(["inspect"] + all, in: scratch)
    #expect(text.contains("\nbatches: \(saved.batchCount) of up to"))
  }

  @Test func theObjectHasTheFiguresInFullPrecision() throws {
    scratch.write(
      "t,\"a \"\"b\"\"\",sky\n2024-01-01T00:00:10,0.1,sun\n2024-01-01T00:00:11,0.3,rain\n", to: "f_0.csv")
    scratch.write("t,\"a \"\"b\"\"\",sky\n2024-01-02T00:00:00,16777216,sun\n", to: "f_1.csv")
    scratch.write("no\n", to: "l_0.csv")
    scratch.write("yes\n", to: "l_1.csv")
    let flags = [
      "--features", "f_%d.csv", "--labels", "l_%d.csv", "--header", "--time", "t", "--category",
      "sky=sun,rain",
      "--label-categories", "no,yes,un sure", "--align", "end",
    ]
    let found = try report(flags)
    let third = Double(Float(0.1))
    let values = [third, Double(Float(0.3)), 16_777_216]
    let mean = values.reduce(0, +) / 3
    let column = try #require(found.columns.first { $0.name == "a \"b\"" })
    #expect(column.kind == "number" && column.missing == 0)
    #expect(column.minimum == third && column.maximum == 16_777_216)
    #expect(try abs(#require(column.mean) - mean) <= mean * 1e-12)
    #expect(found.columns.map(\.kind) == ["time", "number", "category"])
    #expect(found.labels?.map(\.kind) == ["category"] && found.sequences == 2)
    #expect(found.lengths == Report.Lengths(minimum: 1, median: 2, maximum: 2, total: 3))
    #expect(
      found.classes == [
        Report.Class(name: "no", labels: 1), Report.Class(name: "yes", labels: 1),
        Report.Class(name: "un sure", labels: 0),
      ])
    #expect(found.batches.padding == 0.25 && found.batches.labelPadding == 0.5)
    // Without --json.
    #expect(
      found.command
        == "timestep convert --features f_%d.csv --labels l_%d.csv --header --time t --category sky=sun,rain "
        + "--label-categories 'no,yes,un sure' --align end --output batches")
  }

  @Test func theCommandReadsTheSameBatches() throws {
    writeGaps()
    let flags = [
      "--features=f_%d.csv", "--labels", "l_*.csv", "--header", "--missing", "-1", "--transform",
      "fill:rule=constant", "--align", "end",
    ]
    let found = try report(flags)
    #expect(found.command.contains(" --regression ") && !found.command.contains("--json"))
    let words = found.command.replacing("'", with: "").split(separator: " ").dropFirst().map(String.init)
    try results(words, in: scratch)
    #expect(try SavedDataSets(scratch.path("batches")).exampleCount == found.batches.examples)
  }

  @Test func withoutARuleForMissingValuesThereAreNoBatches() throws {
    writeGaps()
    let found = try report(["--features", "f_%d.csv", "--header"])
    #expect(found.batches.count == 0 && found.batches.examples == nil && found.classes == nil)
    #expect(found.columns.map(\.missing) == [1, 1] && found.labels == nil)
  }

  @Test(arguments: [["--plan"], ["--epoch", "0"], ["--explain", "0,0,0"]])
  func jsonShowsTheWholeData(flags: [String]) throws {
    writeGaps()
    try expectFailure(
      "Error: --json and \(flags[0]) exclude each other: --json shows all data and its batches",
      ["inspect", "--json", "--features", "f_%d.csv"] + flags, in: scratch, exitCode: 64)
  }

  @Test func textLabelsNameTheFlagThatListsThem() throws {
    scratch.write("1\n", to: "f_0.csv")
    scratch.write("walk\n", to: "l_0.csv")
    let run = try timestep(["inspect", "--features", "f_%d.csv", "--labels", "l_%d.csv"], in: scratch)
    #expect(run.exitCode == 1)
    #expect(
      run.error
        == "l_0.csv:1:1: label \"walk\" is not a number: expected a number, found \"walk\"; if the labels are texts, list them "
        + "in the order of their class numbers (--label-categories A,B); if it is a header, say so (--label-header "
        + "present)\n")
  }
}
