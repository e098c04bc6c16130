import ArgumentParser
import Platform
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// Batches by length, shards and parts, on the real data.
@Suite(.startsProcesses) struct BatchFlagsTests {
  private let vowels = [
    "--features", fixture("japanese-vowels") + "/train/myInput_%d.csv", "--labels",
    fixture("japanese-vowels") + "/train/myLabels_%d.csv", "--classes", "9", "--align", "end",
  ]

  @Test func thePlanOfJapaneseVowels() throws {
    let text = try results(["inspect", "--plan"] + vowels, in: TestDirectory())
    // Computed separately in Python from the lengths of the files: 4,274 steps, 3.0 % padding with these
    // edges.
    #expect(text.contains("no bucketing") && text.contains("optimal buckets    3.0 %"))
    #expect(text.contains("best: optimal buckets") && text.contains(" (--batching auto)\n"))
  }

  /// Batches of equal lengths have no padding to save.
  @Test func aPlanWithoutPaddingSuggestsNothing() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let text = try results(["inspect", "--plan", "--features", "f_%d.csv"], in: scratch)
    #expect(text.hasSuffix("best: no bucketing, 0.0 % padding\n"), "\(text)")
  }

  /// Where the time went is said after long jobs only, and flags that are given are not suggested.
  @Test func adviceIsForLongJobs() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    for words in [
      ["convert", "--output", "o"] + smallData, ["train", "--model", "m"] + shortTraining + smallData,
      ["stream"] + smallData,
    ] {
      let run = try timestep(words, in: scratch, output: scratch.path("stream"))
      #expect(run.exitCode == 0 && !run.error.contains("percent of the time"), "\(run.error)")
    }
    for (flags, given) in [
      ([], []), (["--cache", "d"], [.cache]), (["--batching", "none"], [.batchingAuto]),
      (["--batching", "auto", "--cache", "d"], [.cache, .batchingAuto]),
    ] as [([String], Set<Remedy>)] {
      #expect(try DataOptions.parse(["--features", "f_%d.csv"] + flags).givenRemedies == given)
    }
  }

  /// A model says how its parts were drawn, unless it is of the earliest version, and keeps them.
  @Test func anOlderModelKeepsItsParts() throws {
    let scratch = TestDirectory()
    for number in 0..<30 {
      scratch.write("\(number),1\n2,\(number)\n", to: "f_\(number).csv")
      scratch.write("\(number % 2)\n", to: "l_\(number).csv")
    }
    // With a seed for which each rule takes another number of examples for the test part.
    func counts(_ seed: UInt64) -> [Int] {
      let partition = Partition(names: ["train", "validation", "test"], weights: [3, 0, 2], seed: seed)
      func count(_ key: (Int) -> String) -> Int { (0..<30).count { partition.part(of: key($0)) == "test" } }
      return [12, count { "f_\($0)" }, count { "\($0)" }]
    }
    let seed = try #require((0..<100).first { Set(counts($0)).count == 3 })
    let data = smallData + ["--align", "end", "--split", "3,0,2", "--split-seed", "\(seed)"]
    try results(["train", "--model", "m"] + shortTraining + data, in: scratch)
    var file = try ModelFile(scratch.path("m"))
    #expect(file.contract?.partKey == .rank)
    file.contract?.partKey = .example
    try file.save(to: scratch.path("older"))
    file.contract?.partKey = nil
    try file.save(to: scratch.path("oldest"))
    for (model, examples) in zip(["m", "older", "oldest"], counts(seed)) {
      let json = try results(
        ["evaluate", "--model", model, "--json", "--part", "test"] + data, in: scratch)
      #expect(json.contains("\"examples\":\(examples),"), "\(model): \(json)")
    }
  }

  @Test func shardsHaveTheSameBatchesAndTogetherAllExamples() throws {
    let scratch = TestDirectory()
    var sources: [Substring] = []
    for shard in 0..<3 {
      try results(["convert", "--output", "o\(shard)", "--shard", "\(shard)/3"] + vowels, in: scratch)
      #expect(scratch.names(in: "o\(shard)").count == 10)
      sources += try scratch.text(of: "o\(shard)/manifest.json").split(separator: "\n").filter {
        $0.contains("\"key\"")
      }
    }
    #expect(sources.count == 270 && Set(sources).count == 270)
  }

  @Test func partsAreDisjointAndTrainUsesAllThree() throws {
    let scratch = TestDirectory()
    var keys: [Substring] = []
    for part in ["train", "validation", "test"] {
      try results(["convert", "--output", part, "--split", "8,1,1", "--part", part] + vowels, in: scratch)
      keys += try scratch.text(of: "\(part)/manifest.json").split(separator: "\n").filter {
        $0.contains("\"key\"")
      }
    }
    #expect(keys.count == 270)
    let run = try timestep(
      ["train", "--model", "m", "--split", "8,1,1", "--patience", "3", "--epochs", "1", "--hidden", "4"]
        + vowels,
      in: scratch)
    #expect(
      run.exitCode == 0 && run.error.contains("validation score") && run.output.hasPrefix("test accuracy"))
    try expectFailure(
      "Error: --split requires --part: train, validation or test", ["inspect", "--split", "8,1,1"] + vowels,
      in: scratch, exitCode: 64)
  }

  @Test func aBatchOfAPassIsTheOneThatTrainingSees() throws {
    let scratch = TestDirectory()
    let listed = try results(
      ["inspect", "--epoch", "3", "--batch", "8", "--seed", "7"] + vowels, in: scratch)
    #expect(listed.hasPrefix("batch 8 of pass 3: 14 examples, "))
    #expect(listed.contains("/train/myInput_") && listed.contains(", labels "))
    let again = try results(["inspect", "--epoch", "3", "--step", "8", "--seed", "7"] + vowels, in: scratch)
    #expect(listed == again)
    let other = try results(["inspect", "--epoch", "4", "--step", "8", "--seed", "7"] + vowels, in: scratch)
    #expect(listed != other)
    try expectFailure(
      "Error: --batch 9: there are 9 batches, numbered from 0",
      ["inspect", "--epoch", "3", "--step", "9"] + vowels,
      in: scratch, exitCode: 64)
  }

  @Test func aNumberIsExplained() throws {
    let scratch = TestDirectory()
    let path = fixture("japanese-vowels") + "/train/"
    #expect(
      try results(["inspect", "--explain", "12,4,2"] + vowels, in: scratch)
        == path + "myInput_12.csv:5:20 (byte 473): \"0.43243\", column \"2\" -> 0.43243\n")
    #expect(
      try results(["inspect", "--explain", "0,25,2"] + vowels, in: scratch) == "padding: 0, from no file\n")
    try expectFailure(
      "Error: --explain 12,99,2: the batch has 32 examples, 26 steps and 12 feature columns (and 1 of labels after "
        + "them), all numbered from 0",
      ["inspect", "--explain", "12,99,2"] + vowels.filter { $0 != "--classes" && $0 != "9" }, in: scratch,
      exitCode: 64)
  }
}
