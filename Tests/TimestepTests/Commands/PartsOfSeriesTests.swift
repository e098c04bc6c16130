import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// Parts that are made of the rows of every series, and of groups of series.
@Suite(.startsProcesses) struct PartsOfSeriesTests {
  private let scratch = TestDirectory()

  private func convert(_ flags: [String]) throws -> FinishedCommand {
    try timestep(["convert", "--output", "out", "--overwrite"] + flags, in: scratch)
  }

  /// A category that only later rows have is not collected from the training part.
  @Test func categoriesComeFromTrainingRows() throws {
    for number in 0..<2 {
      let rows = (0..<10).map { "\($0 < 8 ? ["fog", "sun"][$0 % 2] : "rain"),\($0)\n" }
      scratch.write("sky,x\n" + rows.joined(), to: "f_\(number).csv")
    }
    let flags = [
      "--features", "f_%d.csv", "--header", "--category", "sky", "--targets", "x", "--horizon", "1",
    ]
    for parts in [["--split-time", "8,1,1"], ["--fold", "3/4", "--split-by", "time"]] {
      let rejected = try convert(flags + parts + ["--part", "train"])
      #expect(rejected.exitCode == 1 && rejected.error.contains("\"rain\""), "\(rejected.error)")
      for part in ["train", "test"] {
        let run = try convert(flags + parts + ["--part", part, "--unknown-category", "other"])
        #expect(
          run.exitCode == 0
            && run.error.contains("2 categories collected from the training data: fog, sun\n"), "\(run.error)"
        )
      }
    }
  }

  /// Groups are told apart by the text of their column.
  @Test func groupsAreTexts() throws {
    for number in 0..<8 {
      let who = ["ann", "bob", "cid", "dan"][number % 4]
      scratch.write("who,id,x\n\(who),\(16_777_216 + number % 4),1\n", to: "f_\(number).csv")
    }
    let flags = ["--features", "f_%d.csv", "--header", "--split-by"]
    for fold in 0..<4 {
      let text = try convert(flags + ["who", "--category", "who", "--fold", "\(fold)/4", "--part", "train"])
      #expect(text.exitCode == 0 && text.error.contains("3 categories collected"), "\(text.error)")
      let number = try convert(
        flags + ["id", "--drop-columns", "who", "--fold", "\(fold)/4", "--part", "test"])
      #expect(number.exitCode == 0, "\(number.error)")
    }
  }

  /// A piece of which transforms leave no row is in no part; the other pieces of its series stay, with and without a policy.
  @Test(arguments: [["difference"], ["resample:every=2,remainder=drop"], ["fill:rule=mean", "difference"]])
  func piecesTooShortForTransforms(transforms: [String]) throws {
    // The second series has one row in the validation part, and one in the test part.
    var text = "id,a\n"
    for (series, count) in [8, 4, 8].enumerated() { text += (0..<count).map { "\(series),\($0)\n" }.joined() }
    scratch.write(text, to: "d.csv")
    let flags =
      ["--features", "d.csv", "--group-by", "id", "--header", "--split-time", "2,1,1"]
      + transforms.flatMap { ["--transform", $0] }
    for policy in [[], ["--on-error", "skip-sequence"]] {
      for (part, count) in [("train", 3), ("validation", 2), ("test", 2)] {
        let run = try convert(flags + policy + ["--part", part])
        #expect(run.exitCode == 0 && !run.error.contains("faults"), "\(run.error)")
        #expect(try SavedDataSets(scratch.path("out")).exampleCount == count, "\(part): \(run.error)")
        #expect(
          run.error.contains("sequence of 3 too short for the transforms: left out") == (count < 3),
          "\(run.error)")
      }
    }
  }

  /// What only transforms show is a fault of the piece: a policy leaves out what would be an error without it.
  @Test func faultsOfAPieceLeaveTheOthers() throws {
    scratch.write("a\n" + (0..<9).map { "\($0)\n" }.joined() + "NA\n", to: "f_0.csv")
    scratch.write("a\n" + (0..<10).map { "\($0)\n" }.joined(), to: "f_1.csv")
    let flags = [
      "--features", "f_%d.csv", "--header", "--missing", "NA", "--transform", "fill", "--split-time", "8,1,1",
    ]
    for (part, count) in [("train", 2), ("validation", 2), ("test", 1)] {
      let skipping = try convert(flags + ["--part", part, "--on-error", "skip-sequence"])
      #expect(
        skipping.exitCode == 0 && skipping.error.contains("left out") == (count < 2), "\(skipping.error)")
      #expect(try SavedDataSets(scratch.path("out")).exampleCount == count)
      #expect(try (convert(flags + ["--part", part]).exitCode == 0) == (count == 2))
    }
  }

  /// If a policy leaves out all series, for different faults, it says so.
  @Test(arguments: [["--split-time", "1,1", "--part", "train"], []]) func nothingIsLeft(parts: [String])
    throws
  {
    for number in 0..<3 { scratch.write("1\nx\n3\n4\n", to: "d/f_\(number).csv") }
    scratch.write("1\n2\n3\n4\n", to: "d/f_1.csv")
    for number in [0, 2] { scratch.write("0\n1\n0\n1\n", to: "l/f_\(number).csv") }
    let run = try convert(
      ["--features", "d", "--labels", "l", "--classes", "2", "--on-error", "skip-sequence"] + parts)
    #expect(run.exitCode == 1 && run.error.contains("every sequence was left out"), "\(run.error)")
  }

  /// So does a command that collects classes, of which there are none then.
  @Test(arguments: [
    ["--labels-from", "folder"], ["--label-table", "t.csv"], ["--labels-from", "name:f_(.)"],
  ])
  func noClassesAreLeft(labels: [String]) throws {
    for number in 0..<2 { scratch.write("1\nx\n", to: "d/c\(number)/f_\(number).csv") }
    scratch.write("k,l\nf_0,u\nf_1,v\n", to: "t.csv")
    let run = try convert(["--features", "d", "--on-error", "skip-sequence"] + labels)
    #expect(run.exitCode == 1 && run.error.contains("every sequence was left out"), "\(run.error)")
    for number in 0..<2 { scratch.write("1\n2\n", to: "d/c\(number)/f_\(number).csv") }
    let short = try convert(
      ["--features", "d", "--on-error", "skip-sequence", "--transform", "difference:lag=2"] + labels)
    #expect(short.exitCode == 1 && short.error.contains("every sequence was left out"), "\(short.error)")
  }

  /// Classes that flags name are not collected: that nothing is left of the training part does not matter to another one.
  @Test func namedClassesNeedNoTrainingPart() throws {
    for number in 0..<3 { scratch.write("NA\nNA\nNA\nNA\n5\n6\n", to: "f_\(number).csv") }
    scratch.write("k,l\nf_0,u\nf_1,v\nf_2,u\n", to: "t.csv")
    let flags = [
      "--features", "f_%d.csv", "--missing", "NA", "--split-time", "4,0,2", "--label-table", "t.csv",
      "--on-error", "skip-sequence", "--transform", "fill", "--part", "test",
    ]
    let collected = try convert(flags)
    #expect(
      collected.exitCode == 1 && collected.error.contains("every sequence was left out"), "\(collected.error)"
    )
    let named = try convert(flags + ["--label-categories", "u,v"])
    #expect(named.exitCode == 0, "\(named.error)")
    #expect(try SavedDataSets(scratch.path("out")).exampleCount == 3)
  }

  /// Nothing is learned from a series without labels that a policy leaves out, and it counts in its part.
  @Test(
    arguments: [
      ["--label-table", "t.csv"], ["--labels", "l", "--classes", "2"],
      ["--label-intervals", "i.csv", "--time", "t=unix"],
    ],
    [
      ["--split", "1,0,0", "--part", "train"], ["--split-time", "2,1", "--part", "train"], ["--window", "2"],
    ])
  func unpairedSeriesTeachNothing(labels: [String], parts: [String]) throws {
    let rows = [["0", "0", ""], ["1", "1", ""], ["100", "100", ""]]
    for (number, values) in rows.enumerated() {
      let text = values.enumerated().map { "\($0),\($1)\n" }.joined()
      scratch.write("t,a\n" + text, to: "d/f_\(number).csv")
    }
    for number in 0..<2 { scratch.write("0\n1\n0\n", to: "l/f_\(number).csv") }
    scratch.write("k,l\nf_0,u\nf_1,v\n", to: "t.csv")
    scratch.write("key,start,end,label\nf_0,0,9,u\nf_1,0,9,v\n", to: "i.csv")
    let data = ["--features", "d", "--header", "--transform", "fill:rule=mean,columns=a"] + labels + parts
    let run = try convert(data + ["--on-error", "skip-sequence"])
    #expect(run.exitCode == 0 && run.error.contains("left out 1 sequence (1 unpaired)"), "\(run.error)")
    let contract = try SavedDataSets(scratch.path("out")).contract
    let means = contract.transforms?.transforms.compactMap { ($0 as? FillMissing)?.means }
    #expect(means == [[0.5]])
    #expect(try convert(data).error.contains("f_2"))
  }

  /// What the training part tells of a column holds for it however flags call it.
  @Test(arguments: ["1", "@1"], [["--header"], []]) func columnsByPosition(column: String, header: [String])
    throws
  {
    for number in 0..<4 {
      scratch.write(
        "\(header.isEmpty ? "" : "t,sky\n")\(number),sun\n\(number + 2),rain\n", to: "f_\(number).csv")
    }
    let flags =
      ["--features", "f_%d.csv", "--normalize", "minmax", "--split", "1,1", "--part", "validation"] + header
    func batch(_ flags: [String]) throws -> Tensor {
      let run = try convert(flags)
      #expect(run.exitCode == 0, "\(run.error)")
      return try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0).features
    }
    for (own, same) in [
      (["--category", "\(column)=rain,sun"], ["--category", "\(header.isEmpty ? "1" : "sky")=rain,sun"]),
      (["--category", column], ["--category", header.isEmpty ? "1" : "sky"]),
      (
        ["--offset", "@0=first", "--category", "@1"],
        ["--offset", "\(header.isEmpty ? "0" : "t")=first", "--category", "@1"]
      ),
    ] {
      #expect(try batch(flags + own) == batch(flags + same))
    }
  }

  /// A column that is no feature keeps series together as one that is.
  @Test(arguments: [
    ["--drop-columns", "who"], ["--keep-columns", "id,x"], ["--rename", "x=y", "--drop-columns", "who"],
  ])
  func groupsMayBeNoFeatures(columns: [String]) throws {
    for number in 0..<8 {
      scratch.write(
        "id,who,x\n\(number),\(["ann", "bob", "cid", "dan"][number % 4]),1\n", to: "f_\(number).csv")
    }
    let flags = ["--features", "f_%d.csv", "--header", "--split-by", "who", "--split", "1,1,2", "--part"]
    for part in ["train", "validation", "test"] {
      func keys(_ columns: [String]) throws -> [String] {
        let run = try convert(flags + [part] + columns)
        #expect(run.exitCode == 0, "\(run.error)")
        let saved = try SavedDataSets(scratch.path("out"))
        #expect(saved.contract.columns.count == (columns[0] == "--category" ? 3 : 2))
        return try (0..<saved.batchCount).flatMap {
          try saved.batch(epoch: 0, index: $0).metadata.map(\.features.key)
        }
      }
      #expect(try keys(["--category", "who", "--unknown-category", "other"]) == keys(columns))
    }
  }

  /// The text of the first row is that of the first row that a policy keeps.
  @Test(
    arguments: ["m/s,-\n", "m/s,\n", "\n", "m/s,ann\n\nm/s,bob\n"],
    [["--drop-columns", "who"], ["--category", "who"]])
  func rowsThatAreLeftOutGiveNoGroup(lines: String, columns: [String]) throws {
    for number in 0..<9 {
      let rows = "1,p\(number % 3)\n2,p\(number % 3)\n"
      scratch.write("a,who\n" + rows, to: "f_\(number).csv")
      scratch.write("a,who\n" + lines + rows, to: "g/f_\(number).csv")
    }
    func keys(_ files: String) throws -> [String] {
      let run = try convert(
        [
          "--features", files, "--header", "--split", "1,1,1", "--split-by", "who", "--part", "train",
          "--on-error", "skip-row",
        ]
          + columns)
      #expect(run.exitCode == 0, "\(run.error)")
      return try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0).metadata.map(\.features.key)
    }
    let expected = try keys("f_%d.csv")
    #expect(expected.count == 3)
    #expect(try keys("g/f_%d.csv") == expected)
  }

  /// A file is read whole, so a fault in it is one of every part; what a policy does about it is counted where its row is.
  @Test func faultsAreThoseOfTheirPart() throws {
    scratch.write("1\n2\n3\n4\n5\n6\n7\n8\n", to: "f_0.csv")
    scratch.write("1\nx\n3\n4\n5\n6\n7\n8\n", to: "f_1.csv")
    scratch.write("1\n2\n3\n4\n5\n6\n7\nx\n", to: "f_2.csv")
    for (part, count) in [("train", 1), ("validation", 0), ("test", 1)] {
      let flags = ["--features", "f_%d.csv", "--split-time", "2,1,1", "--part", part]
      let rejected = try convert(flags)
      #expect(rejected.exitCode == 1 && rejected.error.hasPrefix("f_1.csv:2:1: field 1 is not a number"))
      let skipping = try convert(flags + ["--on-error", "skip-sequence"])
      #expect(
        skipping.exitCode == 0
          && skipping.error.contains("faults in the data: left out 2 sequences (2 not-a-number)")
          && !skipping.error.contains("too short"), "\(skipping.error)")
      let repairing = try convert(flags + ["--on-error", "repair:9"])
      #expect(
        repairing.error.contains("faults in the data: changed 1 value (1 not-a-number)") == (count == 1),
        "\(repairing.error)")
      #expect(repairing.error.contains("faults") == (count == 1), "\(repairing.error)")
      let limited = try convert(flags + ["--on-error", "repair:9", "--error-budget", "0"])
      #expect(limited.exitCode == (count == 0 ? 0 : 1), "\(limited.error)")
    }
  }

  /// What leaves a part empty is said in words of the flags.
  @Test func emptyParts() throws {
    scratch.write("1\n2\n", to: "f_0.csv")
    for (flags, exitCode, problem) in [
      (
        ["--fold", "0/4", "--split-by", "time", "--part", "test"], 1,
        "no sequence has rows for the parts fold 0 of 4"
      ),
      (
        ["--split-time", "8,1,1", "--part", "validation"], 1,
        "the part \"validation\" has no rows of any sequence"
      ),
      (["--fold", "0/4", "--part", "validation"], 64, "--fold makes no part \"validation\""),
    ] {
      if flags[1] == "0/4", flags.count == 4 {
        for number in 1..<5 { scratch.write("1\n2\n", to: "f_\(number).csv") }
      }
      let run = try convert(["--features", "f_%d.csv"] + flags)
      #expect(run.exitCode == exitCode && run.error.contains(problem), "\(run.error)")
    }
  }

  /// A group of rows ends where its piece does, in files whose rows are sorted as in others.
  @Test func labelsOfMergedRowsStayInTheirPiece() throws {
    let rows = [(0, 0), (1, 0), (2, 0), (10, 1), (11, 0), (12, 2)]
    for (number, order) in [[0, 1, 2, 3, 4, 5], [5, 1, 2, 4, 3, 0]].enumerated() {
      scratch.write(order.map { "\(rows[$0].0),7\n" }.joined(), to: "f_\(number).csv")
      scratch.write(order.map { "\(rows[$0].1)\n" }.joined(), to: "l_\(number).csv")
    }
    for window in [[], ["--window", "2,1", "--tail", "align"]] {
      let run = try convert(
        [
          "--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes", "3", "--align", "start", "--time",
          "0=unix", "--max-gap", "5s", "--sort-by-time", "--transform",
          "resample:every=2,figure=last,labels=last,remainder=keep",
        ] + window)
      #expect(run.exitCode == 0, "\(run.error)")
      let batch = try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0)
      let labels = try #require(batch.labels)
      for row in 0..<4 {
        let classes = (0..<2).map { step in (0..<3).first { labels[row, $0, step] == 1 } }
        #expect(classes == (row % 2 == 0 ? [0, 0] : [0, 2]), "series \(row / 2), piece \(row % 2)")
      }
    }
  }

  /// An isolated row becomes one interval, which is too short for the lags: the other pieces stay.
  @Test(arguments: [[], ["--on-error", "skip-sequence"]]) func piecesThatBecomeTooShort(policy: [String])
    throws
  {
    let rows = ["0,1", "10,2", "20,3", "100,4", "200,5", "210,6", "220,7"]
    scratch.write("t,a\n" + rows.joined(separator: "\n") + "\n", to: "d/f_0.csv")
    scratch.write("t,a\n0,1\n10,2\n20,3\n30,4\n40,5\n", to: "d/f_1.csv")
    let transforms = ["resample:every=5s,columns=a", "fill", "lags:count=1,columns=a"].flatMap {
      ["--transform", $0]
    }
    let run = try convert(
      ["--features", "d", "--header", "--time", "t=unix", "--max-gap", "60s", "--align", "start"] + transforms
        + policy)
    #expect(
      run.exitCode == 0 && run.error.contains("1 sequence of 4 too short for the transforms"), "\(run.error)")
    let batch = try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0)
    #expect(batch.metadata.map(\.features.key) == ["f_0@0", "f_0@4", "f_1@0"])
    let parts = ["--split-time", "1,0,1", "--part", "test", "--transform", "resample:every=50s,columns=a"]
    let late = try convert(
      ["--features", "d", "--header", "--time", "t=unix", "--align", "start"] + parts
        + ["--transform", "fill", "--transform", "difference:columns=a"] + policy)
    #expect(!late.error.contains("leave the sequence out"), "\(late.error)")
  }

  /// Transforms that are fitted come after the rows of a piece are known, and in any order with resampling by time.
  @Test(arguments: [
    ["fill:rule=mean"], ["fill:rule=mean", "difference"], ["fill:rule=forward", "one-hot:columns=a"],
  ]) func resampledPiecesWithFittedTransforms(transforms: [String]) throws {
    for number in 0..<3 {
      scratch.write("t,a\n0,1\n60,2\n120,\n180,1\n240,0\n300,2\n", to: "d/f_\(number).csv")
    }
    let pipeline = (["resample:every=2min,figure=last"] + transforms).flatMap { ["--transform", $0] }
    let data =
      ["--features", "d", "--header", "--time", "t=unix", "--align", "start"] + pipeline
    for (cut, rows) in [
      ([], 3), (["--max-gap", "1h"], 3), (["--split-time", "1,0,1", "--part", "train"], 2),
      (["--fold", "0/2", "--split-by", "time", "--part", "test"], 1),
    ] {
      let left = rows - (transforms.contains("difference") ? 1 : 0)
      if left == 0 { continue }
      let run = try convert(data + cut)
      #expect(run.exitCode == 0, "\(cut): \(run.error)")
      let batch = try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0)
      #expect(batch.exampleCount == 3 && batch.stepCount == left, "\(cut) \(batch.stepCount)")
    }
  }

  /// A series without a row in the table is left out with its group, which nobody knows.
  @Test func seriesWithoutAGroup() throws {
    for number in 0..<6 { scratch.write("\(number)\n", to: "d/f_\(number).csv") }
    let rows = (0..<5).map { "f_\($0),\($0 % 2 == 0 ? "u" : "v"),p\($0 / 2)\n" }
    scratch.write("file,class,patient\n" + rows.joined(), to: "t.csv")
    let flags = [
      "--features", "d", "--label-table", "t.csv", "--fold", "0/2", "--part", "train", "--split-by",
    ]
    let run = try convert(flags + ["patient", "--on-error", "skip-sequence"])
    #expect(run.exitCode == 0 && run.error.contains("1 unpaired"), "\(run.error)")
    let wrong = try convert(flags + ["patien", "--on-error", "skip-sequence"])
    #expect(wrong.exitCode == 1 && wrong.error.contains("did you mean \"patient\"?"), "\(wrong.error)")
    scratch.write("file,class,patient\n" + rows.joined() + "f_5,u,\n", to: "t.csv")
    let empty = try convert(flags + ["patient"])
    #expect(
      empty.exitCode == 1 && empty.error.hasPrefix("t.csv:7:7: the series is in no group"), "\(empty.error)")
  }
}
