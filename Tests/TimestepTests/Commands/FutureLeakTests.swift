import TestSupport
import Testing
import Timestep

/// No value from after a step reaches its features in a forecast, except those that are known ahead.
@Suite(.startsProcesses) struct FutureLeakTests {
  private let scratch = TestDirectory()
  private let rows = 40

  /// Writes two series; from row `changed` on, `load` and `other` have other values.
  private func write(_ folder: String, changed: Int) {
    scratch.makeDirectory(folder)
    for series in 0..<2 {
      var text = "load,other,holiday\n"
      for row in 0..<rows {
        let (load, other) = ((row * 7 + series) % 11, (row * 5) % 3)
        text +=
          row < changed
          ? "\(load).5,\(other),\((row + series) % 7 / 6)\n"
          : "\(90 - load),\(other + 40),\((row + series) % 7 / 6)\n"
      }
      scratch.write(text, to: "\(folder)/f_\(series).csv")
    }
  }

  /// The features of all series, `[N][T][C]`, in the order of their keys.
  private func features(_ folder: String, _ flags: [String]) throws -> [String: [[UInt32]]] {
    try results(
      [
        "convert", "--overwrite", "--output", "o", "--features", "\(folder)/f_%d.csv", "--header",
        "--targets", "load",
      ]
        + flags, in: scratch)
    let saved = try SavedDataSets(scratch.path("o"))
    var found: [String: [[UInt32]]] = [:]
    for index in 0..<saved.batchCount {
      let batch = try saved.batch(epoch: 0, index: index)
      for row in 0..<batch.exampleCount {
        found[batch.metadata[row].features.key] = (0..<batch.stepCount).filter { batch.stepMask[row, $0] }.map
        { step in
          (0..<batch.features.shape[1]).map { batch.features[row, $0, step].bitPattern }
        }
      }
    }
    return found
  }

  /// The features before the change are the same, bit for bit, over random flags.
  @Test func laterValuesChangeNoEarlierFeature() throws {
    var random = SplitMix(state: 20_261_130)
    var compared = 0
    for _ in 0..<14 {
      let (horizon, lead) = (1 + Int(random.next(below: 4)), Int(random.next(below: 3)))
      var flags = ["--horizon", "\(horizon)", "--lead", "\(lead)"]
      let choices: [[[String]]] = [
        [[], ["--known-ahead", "holiday"]],
        [
          [], ["--transform", "lags:count=2,first=0"], ["--transform", "difference:first=0"],
          ["--transform", "clip:from=0,to=50", "--transform", "lags:count=1,first=0,columns=load"],
        ],
        [[], ["--window", "8,3"], ["--window", "6"]], [[], ["--batch-size", "1"]],
      ]
      for choice in choices { flags += choice.randomElement(using: &random) ?? [] }
      let changed = 12 + Int(random.next(below: 16))
      write("a", changed: rows)
      write("b", changed: changed)
      let (first, second) = (try features("a", flags), try features("b", flags))
      #expect(first.keys.sorted() == second.keys.sorted())
      for (key, steps) in first {
        // The row that a window begins at.
        let start = key.split(separator: "@").dropFirst().last.flatMap { Int($0) } ?? 0
        let known = max(0, min(steps.count, changed - start))
        #expect(steps.prefix(known) == (second[key] ?? []).prefix(known), "\(flags), \(key)")
        compared += known
      }
    }
    #expect(compared > 500)
  }

  /// What is fitted is fitted on the training part: later values do not reach its features.
  @Test(arguments: [[], ["--known-ahead", "holiday"], ["--transform", "fill:rule=mean"]])
  func fittedNumbersAreThoseOfTheTrainingPart(
    flags: [String]
  ) throws {
    let all =
      [
        "--horizon", "2", "--split-time", "3,1,1", "--gap", "1", "--part", "train", "--normalize",
        "standardize",
      ] + flags
    write("a", changed: rows)
    write("b", changed: 24)
    #expect(try features("a", all) == features("b", all))
    // Otherwise the comparison would show nothing.
    #expect(
      try features("a", ["--horizon", "2", "--normalize", "standardize"])
        != features("b", ["--horizon", "2", "--normalize", "standardize"]))
  }

  /// The later values of a known column are features, and the last rows may have nothing else.
  @Test func knownValuesAreFeatures() throws {
    write("a", changed: rows)
    let flags = ["--horizon", "3", "--lead", "1", "--known-ahead", "holiday"]
    let found = try #require(try features("a", flags)["0"])
    #expect(found.count == rows - 4 && found[0].count == 6)
    for step in found.indices {
      for ahead in 2...4 {
        #expect(Float(bitPattern: found[step][1 + ahead]) == Float((step + ahead) % 7 / 6))
      }
    }
    try results(
      ["train", "--model", "m", "--features", "a/f_%d.csv", "--header", "--targets", "load"] + flags
        + shortTraining,
      in: scratch)
    // Other columns, or another horizon, than the model's are refused; the same ones are not.
    let data = ["--features", "a/f_%d.csv", "--header", "--targets", "load"]
    try results(["evaluate", "--model", "m", "--allow-training-data"] + data + flags, in: scratch)
    let more = ["train", "--from", "m", "--model", "n", "--overwrite", "--epochs", "1"] + data
    try results(more + flags, in: scratch)
    for words in [
      more + ["--horizon", "2", "--lead", "1", "--known-ahead", "holiday"],
      more + ["--horizon", "3", "--lead", "1"],
    ] {
      let error = try timestep(words, in: scratch).error
      #expect(
        error.contains(
          "--known-ahead, --horizon and --lead contradict the model: it was trained with \"known "),
        "\(error)")
    }
    let text = try scratch.text(of: "a/f_0.csv").split(separator: "\n")
    let history = text.dropLast(4).joined(separator: "\n")
    let future = text.suffix(4).map { ",,\($0.split(separator: ",").last ?? "")" }.joined(separator: "\n")
    scratch.write(history + "\n" + future + "\n", to: "new.csv")
    let (known, whole) = (
      try results(["predict", "--model", "m", "--features", "new.csv"], in: scratch),
      try results(["predict", "--model", "m", "--features", "a/f_0.csv"], in: scratch)
    )
    #expect(
      known.split(separator: "\n")[1].drop { $0 != "," } == whole.split(separator: "\n")[1].drop { $0 != "," }
    )
    let said = try timestep(["predict", "--model", "m", "--features", "new.csv"], in: scratch).error
    #expect(
      said.contains(
        "a forecast is about the last 3 rows of each series, from the rows before the 1 row before them: the columns known ahead "
          + "(holiday) are read there\n"), "\(said)")
    // A gap before the last row to predict from is one.
    scratch.write(history.replacing("\n" + text[5], with: "\n,1,0") + "\n" + future + "\n", to: "gap.csv")
    let gap = try timestep(["predict", "--model", "m", "--features", "gap.csv"], in: scratch)
    #expect(
      gap.exitCode == 1 && gap.error.contains("gap.csv:6:1: column \"load\" is a missing value"),
      "\(gap.error)")
    let rows = try timestep(["predict", "--model", "m"], in: scratch)
    #expect(rows.exitCode == 1 && rows.error.contains("are in later rows"), "\(rows.error)")
    for (column, problem) in [("load", "found one of --targets"), ("holidy", "did you mean \"holiday\"?")] {
      let run = try timestep(
        [
          "convert", "--output", "p", "--features", "a/f_%d.csv", "--header", "--targets", "load",
          "--horizon", "2",
        ]
          + ["--known-ahead", column], in: scratch)
      #expect(run.exitCode != 0 && run.error.contains(problem), "\(run.error)")
    }
  }

  /// A network that reads whole series must not read what it forecasts.
  @Test func networksThatReadBackwardsForecastOnce() throws {
    write("a", changed: rows)
    let words =
      [
        "train", "--model", "m", "--features", "a/f_%d.csv", "--header", "--targets", "load", "--horizon",
        "3",
      ]
      + ["--bidirectional", "--overwrite"] + shortTraining
    let refused = try timestep(words, in: scratch)
    #expect(
      refused.exitCode == 64
        && refused.error.contains("would read the values that are to be forecast")
        && refused.error.contains("(--label-once)"),
      "\(refused.error)")
    for flags in [
      ["--label-once"], ["--label-once", "--window", "8,4"], ["--label-once", "--known-ahead", "holiday"],
    ] {
      let run = try timestep(words + flags, in: scratch)
      #expect(run.exitCode == 0, "\(run.error)")
      // Nor when it is evaluated.
      let evaluation = ["evaluate", "--model", "m", "--features", "a/f_%d.csv", "--allow-training-data"]
      try results(evaluation, in: scratch)
      let everywhere = try timestep(evaluation + ["--label-once=false"], in: scratch)
      #expect(
        everywhere.exitCode == 64
          && everywhere.error.contains("would read the values that are to be forecast"),
        "\(everywhere.error)")
      let converted = try timestep(
        ["convert", "--overwrite", "--output", "o"] + words[3..<words.firstIndex(of: "--bidirectional")!]
          + flags,
        in: scratch)
      #expect(converted.exitCode == 0, "\(converted.error)")
      let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
      let labels = try #require(batch.labels)
      for row in 0..<batch.exampleCount {
        let steps = (0..<batch.stepCount).filter { batch.stepMask[row, $0] }
        let last = try #require(steps.last)
        #expect(steps.filter { batch.labelsMask[row, $0] } == [last])
        // The next values of the file, none of which is among the features.
        let start =
          batch.metadata[row].features.key.split(separator: "@").dropFirst().last.flatMap { Int($0) } ?? 0
        let series = Int(batch.metadata[row].features.key.prefix(1)) ?? 0
        for ahead in 1...3 {
          #expect(labels[row, ahead - 1, last] == Float(((start + last + ahead) * 7 + series) % 11) + 0.5)
        }
      }
      // The prediction is that of the end of the file.
      let predicted = try results(["predict", "--model", "m", "--features", "a/f_0.csv"], in: scratch)
      #expect(predicted.split(separator: "\n").count == 2)
    }
  }

  /// What looks ahead is refused with a forecast.
  @Test func whatLooksAheadIsRefused() throws {
    scratch.write("t,load\n1,1\n2,\n3,3\n4,4\n", to: "a_0.csv")
    scratch.write("t,x\n1,1\n9,3\n", to: "b_0.csv")
    let data = [
      "convert", "--output", "o", "--header", "--time", "t=unix", "--targets", "load", "--horizon", "1",
    ]
    for (flags, problem) in [
      (
        ["--features", "a_%d.csv", "--transform", "fill"],
        "a gap would be filled from the values that are to be forecast"
      ),
      (
        ["--features", "a_%d.csv", "--window", "2", "--transform", "fill:rule=linear,within=window"],
        "look only back (--transform fill:rule=forward)"
      ),
      (
        ["--features", "a_%d.csv", "--features", "b_%d.csv", "--join-on", "t:nearest"],
        "the nearest row may be a later one"
      ),
    ] {
      let run = try timestep(data + flags, in: scratch)
      #expect(run.exitCode == 64 && run.error.contains(problem), "\(run.error)")
    }
  }

  /// Series and pieces that are too short for a label are left out, and the others are trained on.
  @Test(arguments: [["--label-once"], ["--known-ahead", "h"]]) func shortPiecesAreLeftOut(flags: [String])
    throws
  {
    for series in 0..<3 {
      // A piece of two rows, and one of eight.
      let rows = (0..<10 + series).map { "\($0 + ($0 > 1 ? 5000 : 0)),\($0 % 4),\($0 % 2)\n" }
      scratch.write("t,load,h\n" + rows.joined(), to: "f_\(series).csv")
    }
    let words =
      [
        "--features", "f_%d.csv", "--header", "--time", "t=unix", "--targets", "load", "--horizon", "3",
        "--max-gap", "100s",
      ]
      + flags
    let run = try timestep(["convert", "--output", "o"] + words + ["--align", "start"], in: scratch)
    #expect(
      run.exitCode == 0 && run.error.contains("3 sequences of 6 without 3 rows after a step: left out\n"),
      "\(run.error)")
    let model = try timestep(["train", "--model", "m"] + words + shortTraining, in: scratch)
    #expect(model.exitCode == 0, "\(model.error)")
    // Further training takes files of several lengths, as the first one did.
    let more = try timestep(
      ["train", "--model", "n", "--from", "m", "--epochs", "1"] + words, in: scratch)
    #expect(more.exitCode == 0, "\(more.error)")
  }

  /// The layouts, and what divides the data.
  private static let layouts: [[String]] = [
    ["--features", "f_%d.csv"], ["--features", "all.csv", "--group-by", "id"],
  ]

  /// A series at fault is no short one: the default policy stops at it, and a policy leaves it out for its fault, with and
  /// without a cache, whichever rows the files lie in and however they are divided.
  @Test(
    arguments: layouts,
    [["--label-once"], ["--known-ahead", "h"], ["--label-once", "--split-time", "3,2", "--part", "train"]])
  func aSeriesAtFaultIsNoShortOne(layout: [String], flags: [String]) throws {
    var all = "id,load,h\n"
    for series in 0..<5 {
      // One too short for a label, and one with a text among its numbers.
      let rows = (0..<(series == 1 ? 2 : 12)).map { row in
        "\(series),\(series == 3 && row == 1 ? "x" : "\(row % 4)"),\(row % 2)\n"
      }
      all += rows.joined()
      scratch.write("id,load,h\n" + rows.joined(), to: "f_\(series).csv")
    }
    scratch.write(all, to: "all.csv")
    let words =
      ["convert", "--overwrite", "--output", "o", "--header", "--targets", "load", "--horizon", "3"] + layout
      + flags
    let skipping = ["--on-error", "skip-sequence"]
    // A cache that was made under one policy serves the same policy again.
    for cache in [[], ["--cache", "raise"], ["--cache", "raise"]] {
      let run = try timestep(words + cache, in: scratch)
      #expect(
        run.exitCode != 0
          && run.error.contains("is not a number: expected a decimal number such as -1.5e3, found \"x\""),
        "\(cache): \(run.error)")
    }
    var expected: (keys: [String], features: [Tensor])?
    for cache in [[], ["--cache", "skip"], ["--cache", "skip"]] {
      let run = try timestep(words + skipping + cache, in: scratch)
      #expect(run.exitCode == 0, "\(cache): \(run.error)")
      #expect(
        run.error.contains("1 sequence of 4 without 3 rows after a step: left out\n"),
        "\(cache): \(run.error)")
      #expect(
        run.error.contains("faults in the data: left out 1 sequence (1 not-a-number)"),
        "\(cache): \(run.error)")
      let saved = try SavedDataSets(scratch.path("o"))
      let batches = try (0..<saved.batchCount).map { try saved.batch(epoch: 0, index: $0) }
      let keys = batches.flatMap { $0.metadata.map(\.features.key) }
      let features = batches.map(\.features)
      #expect(keys.count == 3)
      if let expected {
        #expect(keys == expected.keys && features == expected.features, "\(cache)")
      } else {
        expected = (keys, features)
      }
    }
  }

  /// A short series is left out before anything is fitted, and what is known ahead is known as it is filled.
  @Test(
    arguments: [[], ["--split-time", "2,1", "--part", "train"]],
    ["fill:rule=mean,columns=b", "fill:rule=forward", "fill:rule=constant,value=7,columns=load b"])
  func knownAheadIsFilled(parts: [String], rule: String) throws {
    for (series, count) in [18, 3, 18].enumerated() {
      let rows = (0..<count).map { "\($0),\($0 % 4 == 1 ? "" : "\($0 % 2)")\n" }
      scratch.write("load,b\n" + rows.joined(), to: "f_\(series).csv")
    }
    let run = try timestep(
      [
        "convert", "--output", "o", "--features", "f_%d.csv", "--header", "--targets", "load", "--horizon",
        "3",
        "--known-ahead", "b", "--transform", rule,
      ] + parts, in: scratch)
    #expect(
      run.exitCode == 0 && run.error.contains("without 3 rows after a step: left out\n"), "\(run.error)")
    let saved = try SavedDataSets(scratch.path("o"))
    #expect(saved.exampleCount == 2 && saved.contract.columns == ["load", "b", "b+1", "b+2", "b+3"])
    let batch = try saved.batch(epoch: 0, index: 0)
    for step in 0..<batch.stepCount - 3 {
      for ahead in 1...3 {
        // The last rows of a piece are known, but not shown.
        #expect(batch.features[0, 1 + ahead, step] == batch.features[0, 1, step + ahead])
      }
    }
  }

  /// A fault in a series that is too short for a label is a fault all the same.
  @Test(arguments: [["--label-once"], ["--known-ahead", "h"]]) func faultsOfShortSeriesCount(flags: [String])
    throws
  {
    let rows = ["a,1,0", "a,2,0", "a,3,1", "a,4,1", "b,x,0", "b,2,1", "c,1,0", "c,2,0", "c,3,0"]
    scratch.write("id,load,h\n" + rows.map { $0 + "\n" }.joined(), to: "all.csv")
    let words =
      [
        "convert", "--overwrite", "--output", "o", "--features", "all.csv", "--header", "--group-by", "id",
        "--targets",
        "load", "--horizon", "2",
      ] + flags
    let plain = try timestep(words, in: scratch)
    #expect(plain.exitCode == 1 && plain.error.contains("all.csv:6:3"), "\(plain.error)")
    let skipping = try timestep(words + ["--on-error", "skip-sequence"], in: scratch)
    #expect(
      skipping.exitCode == 0 && skipping.error.contains("left out 1 sequence (1 not-a-number)"),
      "\(skipping.error)")
    let repairing = try timestep(words + ["--on-error", "repair:0"], in: scratch)
    #expect(
      repairing.exitCode == 0 && repairing.error.contains("changed 1 value (1 not-a-number)"),
      "\(repairing.error)")
    #expect(try SavedDataSets(scratch.path("o")).exampleCount == 2)
  }
}
