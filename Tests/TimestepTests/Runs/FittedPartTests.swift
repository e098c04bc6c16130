import Sequences
import TestSupport
import Testing
import Timestep

/// What is learned from data is learned from the training part, without what a policy leaves out, and once.
@Suite(.startsProcesses) struct FittedPartTests {
  private let scratch = TestDirectory()
  private static let parts = ["train", "validation", "test"]

  /// Converts a part, and returns its contract and the lines on standard error.
  private func converted(_ flags: [String]) throws -> (contract: DataContract, batch: DataSet, error: String)
  {
    let run = try timestep(["convert", "--output", "o", "--overwrite"] + flags, in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let saved = try SavedDataSets(scratch.path("o"))
    return (saved.contract, try saved.batch(epoch: 0, index: 0), run.error)
  }

  /// Series of two columns in which about a third of the numbers is missing, by key.
  private func gaps(_ random: inout SplitMix) -> [String: [[Float?]]] {
    var series: [String: [[Float?]]] = [:]
    for number in 0..<40 {
      series["\(number)"] = (0..<3).map { step in
        [Float(number * 7 + step), random.next() % 3 == 0 ? nil : Float(random.next() % 100) + Float(number)]
      }
    }
    return series
  }

  /// Writes series as files, or as groups of rows of one file; returns the flags that name them.
  private func write(_ series: [String: [[Float?]]], grouped: Bool) -> [String] {
    func line(_ row: [Float?]) -> String { row.map { $0.map { "\($0)" } ?? "" }.joined(separator: ",") }
    let keys = series.keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
    if grouped {
      scratch.write(
        keys.map { key in (series[key] ?? []).map { "\(key),\(line($0))\n" }.joined() }.joined(), to: "g.csv")
      return ["--features", "g.csv", "--group-by", "0"]
    }
    for key in keys {
      scratch.write((series[key] ?? []).map { "\(line($0))\n" }.joined(), to: "s_\(key).csv")
    }
    return ["--features", "s_%d.csv"]
  }

  @Test(arguments: [false, true], [UInt64(1), 2, 3]) func everyPartHasTheMeansOfTheTrainingPart(
    grouped: Bool, seed: UInt64
  ) throws {
    var random = SplitMix(state: seed)
    let series = gaps(&random)
    let flags =
      write(series, grouped: grouped)
      + [
        "--split", "6,2,2", "--split-seed", "\(seed)", "--transform", "fill:rule=mean", "--batch-size", "40",
      ]
    var fills: [TransformPipeline] = []
    for part in Self.parts {
      let (contract, batch, _) = try converted(flags + ["--part", part])
      fills.append(try #require(contract.transforms))
      guard part == "train" else { continue }
      // The ten-line version: the mean of what is there.
      let keys = Set(batch.metadata.map(\.features.key))
      let known = series.filter { keys.contains($0.key) }.values.flatMap {
        $0.compactMap { $0[1].map(Double.init) }
      }
      let fill = try #require(fills[0].transforms[0] as? FillMissing)
      let mean = try #require(fill.means?[1])
      #expect(abs(mean - known.reduce(0, +) / Double(known.count)) < 1e-9 * mean.magnitude)
    }
    #expect(fills[0] == fills[1] && fills[0] == fills[2])
  }

  @Test(arguments: [false, true]) func categoriesAreThoseOfTheTrainingPart(grouped: Bool) throws {
    let names = ["sun", "rain", "fog"]
    let keys = (0..<30).map { "\($0)" }
    let partition = Partition(["train": 6, "validation": 2, "test": 2], seed: 4)
    let first = write(["0": [[0, 0]]], grouped: grouped)
    // One series of the test part alone has fog.
    func text(_ key: String, of part: String) -> String {
      part == "test" ? names[2] : names[(Int(key) ?? 0) % 2]
    }
    func writeTexts(part: (String) -> String) {
      let rows = keys.map { key in
        (0..<2).map { "\(grouped ? "\(key)," : "")\($0),\(text(key, of: part(key)))\n" }.joined()
      }
      if grouped {
        scratch.write(rows.joined(), to: "g.csv")
        return
      }
      for (key, row) in zip(keys, rows) { scratch.write(row, to: "s_\(key).csv") }
    }
    let flags =
      first + ["--split", "6,2,2", "--split-seed", "4", "--batch-size", "40"]
    writeTexts { _ in "train" }
    var ofTest: Set<String> = []
    let all = try converted(flags + ["--part", "test", "--category", grouped ? "2" : "1"])
    for example in all.batch.metadata { ofTest.insert(example.features.key) }
    #expect(!ofTest.isEmpty && ofTest.count < keys.count && partition.names.count == 3)
    writeTexts { ofTest.contains($0) ? "test" : "train" }
    let category = ["--category", grouped ? "2" : "1"]
    for part in ["train", "validation"] {
      let (contract, _, error) = try converted(flags + category + ["--part", part])
      #expect(contract.encodings?.values.first == .category(Vocabulary(["rain", "sun"])))
      #expect(error.contains("2 categories collected from the training data: rain, sun\n"), "\(error)")
    }
    let run = try timestep(["convert", "--output", "p", "--part", "test"] + flags + category, in: scratch)
    #expect(
      run.exitCode == 1 && run.error.contains("\"fog\"") && run.error.contains("--unknown-category"),
      "\(run.error)")
    let other = try converted(flags + category + ["--part", "test", "--unknown-category", "other"])
    #expect(
      other.contract.encodings?.values.first == .category(Vocabulary(["rain", "sun"], unknown: .other)))
  }

  /// The border of the training rows is drawn in the rows that are left, whichever file has the fault.
  @Test(arguments: [UInt64(1), 2, 3]) func categoriesAreThoseOfTheTrainingRows(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    func draw(_ texts: [String]) -> String { texts[Int(random.next() % UInt64(texts.count))] }
    var rows: [(sky: String, other: String, label: String)] = []
    while !rows.filter({ $0.other != "?" && $0.label != "?" }).count.isMultiple(of: 4) || rows.count < 14 {
      rows.append(
        (
          draw(rows.count < 7 ? ["u", "v"] : ["u", "v", "w", "x"]), draw(["1", "2", "?"]),
          draw(["0", "1", "?"])
        ))
    }
    let kept = rows.filter { $0.other != "?" && $0.label != "?" }
    let expected = Set(kept.prefix(kept.count / 2).map(\.sky)).sorted()
    scratch.write(
      "sky,b,y\n" + rows.map { "\($0.sky),\($0.other),\($0.label)\n" }.joined(), to: "all/f_0.csv")
    scratch.write("sky,b\n" + rows.map { "\($0.sky),\($0.other)\n" }.joined(), to: "features/f_0.csv")
    scratch.write("y\n" + rows.map { "\($0.label)\n" }.joined(), to: "labels/f_0.csv")
    scratch.write("sky\n" + rows.map { "\($0.sky)\n" }.joined(), to: "sky/f_0.csv")
    scratch.write("b,y\n" + rows.map { "\($0.other),\($0.label)\n" }.joined(), to: "rest/f_0.csv")
    for layout in [
      ["--features", "all", "--label-column", "y"],
      ["--features", "features", "--labels", "labels", "--align", "start"],
      ["--features", "sky", "--features", "rest", "--label-column", "y"],
    ] {
      let (contract, _, error) = try converted(
        layout + [
          "--header", "--regression", "--category", "sky", "--unknown-category", "ignore", "--transform",
          "fill:rule=forward", "--split-time", "2,1,1", "--part", "train", "--on-error",
          "not-a-number=skip-row",
        ])
      guard case .category(let vocabulary)? = contract.encodings?["sky"] else {
        Issue.record("\(layout): no categories, \(error)")
        continue
      }
      #expect(vocabulary.names == expected, "\(layout)")
      #expect(
        error.contains("collected from the training data: \(expected.joined(separator: ", "))\n"), "\(error)")
    }
  }

  /// A series whose values or labels are at fault is in no mean and no list of categories.
  @Test func whatAPolicyLeavesOutIsNotLearned() throws {
    for number in 0..<6 {
      let sky = number == 3 ? "fog" : number == 4 ? "ice" : "sun"
      scratch.write("\(number),\(sky)\n,\(sky)\n\(number == 3 ? "x" : "1"),\(sky)\n", to: "s_\(number).csv")
      scratch.write(number == 4 ? "y\n" : "\(number % 2)\n", to: "l_\(number).csv")
    }
    let (contract, batch, _) = try converted([
      "--features", "s_%d.csv", "--labels", "l_%d.csv", "--classes", "2", "--align", "end", "--category", "1",
      "--transform", "fill:rule=mean,columns=0", "--on-error", "skip-sequence",
    ])
    #expect(batch.exampleCount == 4)
    let fill = try #require(contract.transforms?.transforms.first as? FillMissing)
    // Series 0, 1, 2 and 5, each with a 1.
    #expect(fill.means == [(0 + 1 + 2 + 5 + 4) / 8.0])
    #expect(contract.encodings?["1"] == .category(Vocabulary(["sun"])))
  }

  @Test func fineTuningKeepsTheNumbersAndTheCategoriesOfTheModel() throws {
    for (prefix, shift) in [("s", 0), ("t", 50)] {
      for number in 0..<6 {
        let sky = prefix == "t" ? "sun" : ["sun", "rain"][number % 2]
        scratch.write("\(number + shift),\(sky)\n,\(sky)\n", to: "\(prefix)_\(number).csv")
        scratch.write("\(number % 2)\n", to: "l_\(number).csv")
      }
    }
    let common = [
      "--labels", "l_%d.csv", "--classes", "2", "--align", "end", "--category", "1", "--model",
    ]
    let train = ["train", "--epochs", "1", "--transform", "fill:rule=mean,columns=0", "--features"]
    try results(train + ["s_%d.csv", "--hidden", "2"] + common + ["m"], in: scratch)
    try results(train + ["t_%d.csv", "--from", "m"] + common + ["n"], in: scratch)
    let (first, second) = (
      try ModelFile(scratch.path("m")).contract, try ModelFile(scratch.path("n")).contract
    )
    #expect(first?.transforms == second?.transforms && first?.encodings == second?.encodings)
    #expect(first?.encodings?["1"] == .category(Vocabulary(["rain", "sun"])))
  }

  @Test func aShardLearnsFromAllShards() throws {
    for number in 0..<8 {
      scratch.write("\(number * number)\n\(number)\n", to: "s_\(number).csv")
      scratch.write("\(number % 2)\n", to: "l_\(number).csv")
    }
    let train =
      [
        "train", "--features", "s_%d.csv", "--labels", "l_%d.csv", "--classes", "2", "--align", "end",
        "--normalize", "standardize", "--order", "file", "--batch-size", "4",
      ] + shortTraining
    try results(train + ["--model", "m"], in: scratch)
    for shard in ["0/2", "1/2"] {
      try results(train + ["--shard", shard, "--model", "n"], in: scratch)
      #expect(
        try ModelFile(scratch.path("n")).contract?.featuresNormalizer
          == ModelFile(scratch.path("m")).contract?.featuresNormalizer)
    }
  }
}
