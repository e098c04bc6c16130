import ArgumentParser
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// Whether a header or skipped lines apply to label files with several sequences: every label is that of its row, or the
/// input is rejected, whatever a policy leaves out, with and without a cache.
@Suite struct GroupedLabelFormatTests {
  private struct Case {
    let directory = TestDirectory()
    var flags: [String]
    var hasFaults = false

    init(seed: UInt64) {
      var random = SplitMix(state: seed)
      func choice<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
      }
      let layout = choice(["separator", "rows", "key"])
      let format = choice([["--skip-lines", "1"], ["--skip-lines", "2"], ["--header"]])
      let labelsHaveLines = Bool.random(using: &random)
      let policy = choice(["raise", "skip-row", "skip-sequence"])
      let lines =
        format == ["--skip-lines", "2"] ? "junk\njunk\n" : format == ["--header"] ? "k,n,v\n" : "junk\n"
      var (features, labels) = (lines, labelsHaveLines ? (format == ["--header"] ? "k,label\n" : lines) : "")
      if layout != "key" {
        features = features.replacing("k,", with: "")
        labels = labels.replacing("k,", with: "")
      }
      var number = 0
      for group in 0..<Int.random(in: 2...4, using: &random) {
        if group > 0, layout == "separator" {
          features += "==\n"
          labels += "==\n"
        }
        // Every N rows are a sequence; the last one may be shorter.
        for _ in 0..<(layout == "rows" ? 3 : Int.random(in: 1...4, using: &random)) {
          let isFaulty = policy != "raise" && Int.random(in: 0..<6, using: &random) == 0
          hasFaults = hasFaults || isFaulty
          let key = layout == "key" ? "\(group)," : ""
          features += "\(key)\(number),\(isFaulty ? "x" : "1")\n"
          labels += "\(key)\(number)\n"
          number += 1
        }
      }
      directory.write(features, to: "f.csv")
      directory.write(labels, to: "l.csv")
      flags = [
        "--features", directory.path("f.csv"), "--labels", directory.path("l.csv"), "--regression", "--align",
      ]
      flags += [choice(["start", "end"]), "--on-error", policy, "--batch-size", "100"] + format
      flags +=
        ["separator": ["--separator", "=="], "rows": ["--lines-per-sequence", "3"]][layout] ?? [
          "--group-by", "@0",
        ]
    }

    /// The number of every row with its label; `nil` where there is none.
    func labels(_ more: [String] = []) throws -> [[Float?]] {
      let batch = try DataOptions.parse(flags + more).dataSets().batch(epoch: 0, index: 0)
      guard let labels = batch.labels else { return [] }
      return (0..<batch.exampleCount).flatMap { row in
        (0..<batch.stepCount).filter { batch.featuresMask[row, $0] || batch.labelsMask[row, $0] }.map {
          step in
          [
            batch.featuresMask[row, step] ? batch.features[row, 0, step] : nil,
            batch.labelsMask[row, step] ? labels[row, 0, step] : nil,
          ]
        }
      }
    }
  }

  @Test func everyLabelIsThatOfItsRowOrTheInputIsRejected() throws {
    var (accepted, faultless) = (0, 0)
    for seed in 0..<400 as Range<UInt64> {
      let test = Case(seed: seed)
      faultless += test.hasFaults ? 0 : 1
      guard let found = try? test.labels() else {
        #expect(throws: (any Error).self) { try test.labels(["--cache", test.directory.path("c")]) }
        continue
      }
      accepted += 1
      #expect(found.allSatisfy { $0[0] != nil && $0[0] == $0[1] }, "seed \(seed): \(test.flags): \(found)")
      #expect(try test.labels(["--cache", test.directory.path("c")]) == found, "seed \(seed), with a cache")
    }
    #expect(accepted > faultless / 2)
  }

  /// A line too many in one file moves all rows after it, whatever the policy leaves out, and in every part.
  @Test(arguments: ["skip-row", "skip-sequence"], [[], ["--split", "1,1", "--part", "validation"]])
  func filesThatAreNotCutAlikeAreRejected(policy: String, part: [String]) throws {
    let directory = TestDirectory()
    directory.write("unit,unit\n" + (0..<8).map { "\($0),1\n" }.joined(), to: "f.csv")
    directory.write((0..<8).map { "\($0)\n" }.joined(), to: "l.csv")
    let options = try DataOptions.parse(
      [
        "--features", directory.path("f.csv"), "--labels", directory.path("l.csv"), "--regression",
        "--on-error", policy,
        "--lines-per-sequence", "4",
      ] + part)
    #expect(
      message(in: directory) { _ = try options.dataSets() }
        == "DIR/l.csv: its labels cannot be assigned to the rows of DIR/f.csv: expected the same lines in both, since each 4 "
        + "lines are a sequence and the policy leaves out what is faulty, found 1 row and 0 labels in sequence 2, counted from "
        + "0; give every line its label, or correct the files")
  }
}
