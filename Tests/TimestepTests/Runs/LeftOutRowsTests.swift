import TestSupport
import Testing
import Timestep

/// A row that is left out for its label is left out before transforms and windows, as if the label were a column of the
/// same file.
@Suite(.startsProcesses) struct LeftOutRowsTests {
  private let scratch = TestDirectory()

  /// Returns the batches of a conversion.
  private func batches(_ flags: [String]) throws -> [DataSet] {
    try results(
      ["convert", "--output", "o", "--overwrite", "--on-error", "skip-row", "--batch-size", "3"] + flags,
      in: scratch)
    let saved = try SavedDataSets(scratch.path("o"))
    return try (0..<saved.batchCount).map { try saved.batch(epoch: 0, index: $0) }
  }

  @Test func labelFilesAndLabelColumnsGiveTheSameBatches() throws {
    var random = SplitMix(state: 3)
    let transforms = [
      [], ["difference"], ["lags:count=2"], ["difference:lag=2,first=0"], ["resample:every=3,labels=last"],
      ["resample:every=2,labels=mode,remainder=drop"], ["lags:count=1", "resample:every=2,labels=last"],
      ["resample:every=3,labels=last", "difference"], ["fill:rule=mean"], ["fill:rule=linear", "difference"],
    ]
    for transform in transforms {
      for number in 0..<3 {
        var (whole, features, labels) = ("", "", "")
        for step in 0..<Int.random(in: 12...16, using: &random) {
          let isFaulty = step > 0 && Int.random(in: 0...5, using: &random) == 0
          let isGap = step > 0 && transform.first?.hasPrefix("fill") == true && step % 5 == 2
          let row = "\(step * step + number),\(isGap ? "" : "\(step % 3)")"
          let label = isFaulty ? "x" : "\(step % 2)"
          whole += "\(row),\(label)\n"
          features += "\(row)\n"
          labels += "\(label)\n"
        }
        scratch.write(whole, to: "w_\(number).csv")
        scratch.write(features, to: "f_\(number).csv")
        scratch.write(labels, to: "l_\(number).csv")
      }
      for window in [
        [], ["--window", "3"], ["--window", "3,1", "--tail", "align"], ["--window", "4,3", "--tail", "keep"],
      ] {
        let flags =
          ["--classes", "2", "--align", "start"] + window + transform.flatMap { ["--transform", $0] }
        let expected = try batches(["--features", "w_%d.csv", "--label-column", "2"] + flags)
        let found = try batches(["--features", "f_%d.csv", "--labels", "l_%d.csv"] + flags)
        #expect(found.count == expected.count, "\(flags)")
        for (a, b) in zip(found, expected) {
          #expect(
            a.features == b.features && a.labels == b.labels && a.featuresMask == b.featuresMask
              && a.labelsMask == b.labelsMask, "\(flags)")
          #expect(a.metadata.map(\.features.key) == b.metadata.map(\.features.key), "\(flags)")
        }
      }
    }
  }

  /// The decision about a first label is reported although no window has its row.
  @Test func decisionsAboutRowsOutsideOfWindowsAreReported() throws {
    scratch.write("1\n2\n3\n4\n5\n6\n", to: "f_0.csv")
    scratch.write("0\nx\n1\n0\n1\n0\n", to: "l_0.csv")
    let run = try timestep(
      [
        "convert", "--output", "o", "--overwrite", "--on-error", "skip-row", "--features", "f_%d.csv",
        "--labels",
        "l_%d.csv", "--classes", "2", "--align", "start", "--window", "2", "--transform", "lags:count=3",
      ], in: scratch)
    #expect(run.exitCode == 0 && run.error.contains("left out 1 row (1 not-a-number)"), "\(run.error)")
  }

  /// Times and differences count from the first row that is left, as with a label column.
  @Test func theFirstRowThatIsLeftIsTheOrigin() throws {
    for (name, label) in [("0", "1"), ("1", "x")] {
      scratch.write("t,a\n100,1\n110,2\n130,3\n", to: "f_\(name).csv")
      scratch.write("y\n\(label)\n2\n3\n", to: "l_\(name).csv")
      scratch.write("t,a,y\n100,1,\(label)\n110,2,2\n130,3,3\n", to: "w_\(name).csv")
    }
    for flags in [
      ["--time", "t=unix"], ["--offset", "t=first"], ["--time", "t=unix", "--sort-by-time"],
      ["--time", "t=unix", "--max-gap", "15s"], ["--time", "t=unix", "--window", "2,1", "--tail", "align"],
      ["--offset", "t=first", "--normalize", "standardize"],
      ["--time", "t=unix", "--transform", "difference:columns=t"],
    ] {
      let form = ["--header", "--regression", "--align", "end"] + flags
      let found = try batches(["--features", "f_%d.csv", "--labels", "l_%d.csv"] + form)
      let expected = try batches(["--features", "w_%d.csv", "--label-column", "y"] + form)
      #expect(found.map(\.features) == expected.map(\.features), "\(flags)")
      #expect(found.map(\.labels) == expected.map(\.labels), "\(flags)")
    }
  }

  /// Label columns are no features: a choice of features leaves them.
  @Test func aChoiceOfFeaturesLeavesTheLabels() throws {
    for number in 0..<2 {
      scratch.write("a,b,y\n1,2,0\n2,3,1\n\(number),5,2\n", to: "w_\(number).csv")
    }
    let found = try batches([
      "--features", "w_%d.csv", "--header", "--label-column", "y", "--classes", "3", "--transform",
      "columns:keep=a",
    ])
    #expect(found.first?.features.shape == [2, 1, 3])
  }

  /// A sequence that is too short for a window reports what was left out of it, and counts in the budget.
  @Test func sequencesWithoutWindowsReportTheirRows() throws {
    for (number, rows) in ["1\n2\n3\n4\n", "1\nx\nx\n4\n", "1\n2\n3\n4\n"].enumerated() {
      scratch.write(rows, to: "f_\(number).csv")
    }
    let words = [
      "convert", "--output", "o", "--overwrite", "--features", "f_%d.csv", "--on-error", "skip-row",
      "--window", "3",
    ]
    let run = try timestep(words + ["--ledger", "ledger"], in: scratch)
    #expect(run.exitCode == 0 && run.error.contains("left out 2 rows (2 not-a-number)"), "\(run.error)")
    #expect(try scratch.text(of: "ledger").contains("notANumber"))
    let budget = try timestep(words + ["--error-budget", "0"], in: scratch)
    #expect(budget.exitCode == 1 && budget.error.contains("found 1"), "\(budget.error)")
  }

  /// A row that is left out teaches nothing.
  @Test func theMeanIsThatOfRowsWithLabels() throws {
    scratch.write("x\n1\n2\nNA\n30\n3\n", to: "f_0.csv")
    scratch.write("l\n0\n1\n1\nbad\n0\n", to: "l_0.csv")
    let found = try batches([
      "--features", "f_%d.csv", "--labels", "l_%d.csv", "--header", "--classes", "2", "--missing", "NA",
      "--transform", "fill:rule=mean",
    ])
    #expect(found.first?.features.elements == [1, 2, 2, 3])
  }

  /// Where the data has a header, the first row is none.
  @Test func aKnownHeaderIsNotSuggestedAgain() throws {
    scratch.write("x\nbad\n2\n3\n4\n", to: "f_0.csv")
    scratch.write("0\n1\nbad\n1\n", to: "l_0.csv")
    let found = try batches([
      "--features", "f_%d.csv", "--labels", "l_%d.csv", "--header", "--label-header", "none", "--classes",
      "2",
    ])
    #expect(found.first?.features.elements == [2, 4])
  }
}
