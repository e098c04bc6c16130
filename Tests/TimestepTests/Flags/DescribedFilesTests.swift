import Conformance
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// `.ts` and `.arff` files on the command line, whose headers say how they are read.
@Suite(.startsProcesses) struct DescribedFilesTests {
  /// Files with the same 24 series: `X_TRAIN.ts`, `X.arff`, and tables `x.csv` and `y.csv`; `X_TEST.ts` has four others.
  private func files() -> TestDirectory {
    let scratch = TestDirectory()
    let header =
      "@problemName X\n@univariate true\n@equalLength true\n@seriesLength 6\n@classLabel true walk run\n@data\n"
    var (lines, table, classes, attributes, test) = (header, "", "", "@relation X\n", header)
    for step in 0..<6 { attributes += "@attribute a\(step) numeric\n" }
    attributes += "@attribute target {walk,run}\n@data\n"
    for number in 0..<28 {
      let name = number % 2 == 0 ? "run" : "walk"
      let values = (0..<6).map { "\(Float((number * 7 + $0 * (number % 2 + 1)) % 11) / 4)" }.joined(
        separator: ",")
      if number >= 24 {
        test += "\(values):run\n"
        continue
      }
      lines += "\(values):\(name)\n"
      attributes += "\(values),\(name)\n"
      table += "\(values)\n"
      classes += "\(name)\n"
    }
    scratch.write(lines, to: "X_TRAIN.ts")
    scratch.write(attributes, to: "X.arff")
    scratch.write(test, to: "X_TEST.ts")
    scratch.write(table, to: "x.csv")
    scratch.write(classes, to: "y.csv")
    return scratch
  }

  private func batches(_ scratch: TestDirectory, _ flags: String...) throws -> SavedDataSets {
    let words = flags.flatMap { $0.split(separator: " ").map(String.init) }
    try results(["convert", "--output", "o", "--overwrite"] + words, in: scratch)
    return try SavedDataSets(scratch.path("o"))
  }

  private func isSame(_ one: SavedDataSets, _ other: SavedDataSets) throws -> Bool {
    let (a, b) = (try one.batch(epoch: 0, index: 0), try other.batch(epoch: 0, index: 0))
    return a.features == b.features && a.labels == b.labels && a.featuresMask == b.featuresMask
      && a.labelsMask == b.labelsMask
  }

  @Test func filesAreReadByTheirExtension() throws {
    let scratch = files()
    let wanted = try batches(
      scratch, "--features x.csv --one-series-per-row --labels y.csv --label-categories walk,run")
    for flags in ["X_TRAIN.ts", "X.arff", "X_TRAIN.ts --cache k", "X_TRAIN.ts --cache k --verify", "X_TR*"] {
      let found = try batches(scratch, "--features", flags)
      #expect(try isSame(found, wanted), "\(flags)")
      // In the order of the header, not of the alphabet.
      #expect(found.contract.labels.names == ["walk", "run"], "\(flags)")
    }
    let text = try scratch.bytes(of: "X_TRAIN.ts")
    scratch.write(gzipped(text), to: "X.ts.gz")
    scratch.write(zipArchive([ArchivedFile("in/X.ts", text)]), to: "a.zip")
    for flags in ["X.ts.gz", "a.zip:in/X.ts", "a.zip"] {
      #expect(try isSame(batches(scratch, "--features", flags), wanted), "\(flags)")
    }
    // A directory without CSV files.
    let half = String(decoding: text, as: UTF8.self)
    scratch.write(half, to: "d/1.ts")
    scratch.write(half, to: "d/2.ts")
    #expect(try batches(scratch, "--features d").exampleCount == 48)
    #expect(try batches(scratch, "--features d/%d.ts --range 1...2").exampleCount == 48)
    // One label per window.
    let windows = try batches(scratch, "--features X_TRAIN.ts --window 3,1 --batch-size 400")
    #expect(windows.exampleCount == 96)
  }

  @Test func otherLabelsWin() throws {
    let scratch = files()
    scratch.write("k,l\n" + (0..<24).map { "X_TRAIN:\($0),\($0 % 3)\n" }.joined(), to: "t.csv")
    let table = try batches(scratch, "--features X_TRAIN.ts --label-table t.csv --classes 3")
    #expect(table.contract.labels.names.count == 3)
    let named = try batches(scratch, "--features X_TRAIN.ts --labels-from name:(X)")
    #expect(named.contract.labels.names.count == 1)
    let reversed = try batches(scratch, "--features X_TRAIN.ts --label-categories run,walk")
    #expect(reversed.contract.labels.names == ["run", "walk"])
  }

  @Test func numbersAreForRegression() throws {
    let scratch = TestDirectory()
    scratch.write("@targetLabel true\n@data\n1,2:3,4:0.5\n5,6:7,8:-2\n", to: "r.ts")
    let batch = try batches(scratch, "--features r.ts").batch(epoch: 0, index: 0)
    #expect(batch.features.shape == [2, 2, 2] && batch.labels?.elements == [0, 0, 0.5, -2])
    scratch.write("@classLabel false\n@data\n1,2:3,4\n", to: "u.ts")
    #expect(try batches(scratch, "--features u.ts").batch(epoch: 0, index: 0).labels == nil)
    let report = try results(
      ["train", "--features", "r.ts", "--model", "m", "--hidden", "2", "--epochs", "1"], in: scratch)
    #expect(report.contains("rmse") || report.isEmpty)
    #expect(
      try results(
        ["evaluate", "--features", "r.ts", "--model", "m", "--allow-training-data", "--json"], in: scratch
      ).contains("rmse"))
  }

  @Test func heldOutDataHasTheClassesOfTheTraining() throws {
    let scratch = files()
    let run = try timestep(
      [
        "train", "--features", "X_TRAIN.ts", "--test-features", "X_TEST.ts", "--validation-features",
        "X_TEST.ts", "--model",
        "m", "--hidden", "2", "--epochs", "1", "--allow-training-data",
      ], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let words = ["evaluate", "--model", "m", "--allow-training-data", "--json", "--features"]
    let json = try results(words + ["X_TEST.ts"], in: scratch)
    #expect(json.contains("\"walk\",\"run\"") || json.contains("\"walk\", \"run\""), "\(json)")
    // The header may have them in another order.
    scratch.write(
      try scratch.text(of: "X_TEST.ts").replacing("walk run", with: "run walk"), to: "other.ts")
    #expect(try results(words + ["other.ts"], in: scratch) == json)
    try expectFailure(
      "new.ts:3:3: label \"fly\" is not a known category: expected one of \"walk\", \"run\", found \"fly\"; correct it, name all "
        + "classes before training (train with --label-categories A,B), or leave out its series (--on-error skip-sequence)\n",
      Array(words.dropLast(2)) + [
        "--features", scratch.relative("@classLabel true fly\n@data\n1:fly\n", "new.ts"),
      ], in: scratch)
    #expect(try results(["inspect", "--model", "m"], in: scratch).contains("walk"))
  }

  @Test func faultySeriesCanBeLeftOut() throws {
    let scratch = TestDirectory()
    scratch.write(
      "@univariate true\n@classLabel true a b\n@data\n1,2:a\n1,x:a\n3,4:b\n5,6:c\n7:8:b\n", to: "f.ts")
    scratch.write("@classLabel true a\n@data\n1,2:a\n1,x:a\n", to: "v.ts")
    try expectFailure(
      "v.ts:4:3: the value \"x\" is not a number: expected a decimal number such as 1.5, found \"x\"; correct it, or leave out "
        + "such series (--on-error skip-sequence)\n", ["convert", "--features", "v.ts", "--output", "q"],
      in: scratch)
    let kept = try batches(scratch, "--features f.ts --on-error skip-sequence")
    #expect(kept.exampleCount == 2)
    #expect(try kept.batch(epoch: 0, index: 0).features.elements == [1, 3, 2, 4])
    try expectFailure(
      "f.ts:7:5: class \"c\" is unknown: expected one of those that the header lists in line 2, \"a\", \"b\", found \"c\"; correct it, "
        + "or leave out such series (--on-error skip-sequence)\n",
      ["convert", "--features", "f.ts", "--output", "q", "--on-error", "not-a-number=skip-sequence"],
      in: scratch)
    #expect(
      try batches(
        scratch, "--features f.ts --on-error not-a-number=repair:0 --on-error unknown-category=skip-sequence",
        "--on-error column-count=skip-sequence"
      ).exampleCount == 3)
    scratch.write("@missing true\n@classLabel true a b\n@data\n1,?,3:a\n4,5,6:b\n", to: "g.ts")
    #expect(
      try batches(scratch, "--features g.ts --transform fill").batch(epoch: 0, index: 0).features.elements
        == [1, 4, 2, 5, 3, 6])
  }

  @Test(arguments: [
    ("--header", "the headers of .ts and .arff files say how they are read"),
    ("--delimiter ;", "the headers of .ts and .arff files say how they are read"),
    ("--skip-lines 1", "the headers of .ts and .arff files say how they are read"),
    ("--one-series-per-row", "the headers of .ts and .arff files say how they are read"),
    ("--group-by 0", "the headers of .ts and .arff files say how they are read"),
    ("--keep-columns 0", ".ts and .arff files have dimensions, and no columns"),
    ("--time 0", ".ts and .arff files have dimensions, and no columns"),
    ("--category 0", "the values of .ts and .arff files are numbers"),
    (
      "--labels y.csv",
      "a .ts or .arff file states the label of each series; --label-table or --labels-from gives others"
    ),
    (
      "--label-column 0",
      "a .ts or .arff file states the label of each series; --label-table or --labels-from gives others"
    ),
    ("--classes 2", "the headers of .ts and .arff files say what labels mean"),
    ("--on-error skip-row", "a line is a whole series, which skip-sequence leaves out"),
  ]) func flagsWithoutMeaningAreRefused(flag: String, reason: String) throws {
    let words = flag.split(separator: " ").map(String.init)
    let name = flag == "--on-error skip-row" ? flag : words[0]
    let scratch = files()
    scratch.write(try scratch.text(of: "X.arff"), to: "d/X.arff")
    for features in ["X_TRAIN.ts", "d"] {
      try expectFailure(
        "Error: --features \(features) and \(name) exclude each other: \(reason)",
        ["convert", "--features", features, "--output", "o"] + words, in: scratch, exitCode: 64)
    }
  }

  @Test func severalFlagsForFilesAreRefused() throws {
    try expectFailure(
      "Error: --features is given 2 times: .ts and .arff files have all dimensions of a series in one line: expected one flag; name "
        + "several files with a pattern",
      ["convert", "--features", "X_TRAIN.ts", "--features", "X_TEST.ts", "--output", "o"], in: files(),
      exitCode: 64)
  }

  @Test func inspectShowsTheHeaderAndWhatToRunNext() throws {
    let scratch = files()
    scratch.write(try scratch.text(of: "X_TRAIN.ts"), to: "X/X_TRAIN.ts")
    scratch.write(try scratch.text(of: "X_TEST.ts"), to: "X/X_TEST.ts")
    scratch.write("about X\n", to: "X/README.md")
    let text = try results(["inspect", "X", "--save", "x.json"], in: scratch)
    for part in [
      "data: 1 file in X; all series were read\n",
      "layout: a series per line, below the header of a .ts file\n",
      "problem: X\n", "labels: the class after each series\n",
      "features: 24 sequences, 1 column, 144 steps\n",
      "classes: walk 12 (50 %), run 12 (50 %)\n", "suspicious: 1 file of the kind \".md\" is not read\n",
      "train --features X/X_TRAIN.ts --normalize standardize --test-features X/X_TEST.ts --model model.st\n",
      "convert --features X/X_TRAIN.ts --output batches\n", "    --features X/X_TRAIN.ts: the file\n",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    try results(["convert", "x.json", "--output", "o"], in: scratch)
    #expect(try SavedDataSets(scratch.path("o")).exampleCount == 24)
    let json = try results(["inspect", "X_TRAIN.ts", "--json"], in: scratch)
    #expect(json.contains("--test-features X_TEST.ts"), "\(json)")
    #expect(json.contains("\"sequences\" : 24") || json.contains("\"sequences\":24"), "\(json)")
    // With flags too.
    let survey = try results(["inspect", "--features", "X_TRAIN.ts"], in: scratch)
    #expect(survey.contains("24 sequences"), "\(survey)")
    scratch.write("@classLabel true a b\n@data\n1,?:a\n1,y:b\n", to: "bad.ts")
    let bad = try results(["inspect", "bad.ts"], in: scratch)
    #expect(bad.contains("suspicious: bad.ts:4:3: the value \"y\" is not a number"), "\(bad)")
    #expect(bad.contains("--transform fill"), "\(bad)")
  }

  @Test func theReaderConforms() throws {
    let scratch = files()
    for name in ["X_TRAIN.ts", "X.arff"] {
      try checkConformance(
        of: TSSequenceRecordReader(
          CollectionInputSplit([SequenceLocation(path: scratch.path(name), key: "0")])))
    }
    scratch.write("@classLabel true a\n@data\n1,2:3,4:a\n5:6:a\n7,8,9:1,2,3:a\n", to: "d/1.ts")
    scratch.write(try scratch.bytes(of: "d/1.ts"), to: "d/2.ts")
    try checkConformance(of: TSSequenceRecordReader(FileSplit(scratch.path("d"), extensions: ["ts"])))
  }
}

extension TestDirectory {
  /// Writes a file, and returns its name.
  fileprivate func relative(_ text: String, _ name: String) -> String {
    write(text, to: name)
    return name
  }
}
