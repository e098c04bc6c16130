import Glibc
import TestSupport
import Testing
import Timestep

/// Labels from files that are the features', of several columns, or of texts.
@Suite(.startsProcesses) struct LabelFlagsTests {
  private let scratch = TestDirectory()

  /// Returns the classes of the present labels in the only batch that `convert` makes, example by example.
  private func classes(_ flags: [String]) throws -> [[Int]] {
    try results(["convert", "--output", "out", "--overwrite"] + flags, in: scratch)
    let batch = try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0)
    let labels = try #require(batch.labels)
    return (0..<batch.exampleCount).map { row in
      (0..<batch.stepCount).filter { batch.labelsMask[row, $0] }.map { step in
        (0..<labels.shape[1]).first { labels[row, $0, step] == 1 } ?? -1
      }
    }
  }

  @Test(arguments: [
    ("f_%d.csv", "f_%d.csv", "f_0.csv"), ("f_%d.csv", "./f_%d.csv", "./f_0.csv"),
    ("f_%d.csv", "f_*.csv", "f_0.csv"), ("d", "d/*.csv", "d/a.csv"), ("d/a.csv", "link", "link"),
    ("d", "e", "e/a.csv"), ("d/a.csv", "hard", "hard"), ("d/a.csv", "d/../d/a.csv", "d/../d/a.csv"),
  ])
  func filesOfFeaturesAreNotLabels(features: String, labels: String, named: String) throws {
    try writeSmallData(into: scratch)
    scratch.write("1,0\n2,1\n", to: "d/a.csv")
    symlink("d/a.csv", scratch.path("link"))
    symlink("d", scratch.path("e"))
    #expect(Glibc.link(scratch.path("d/a.csv"), scratch.path("hard")) == 0)
    for meaning in [["--classes", "2"], ["--regression"]] {
      for command in [["convert", "--output", "o"], ["train", "--model", "m"]] {
        try expectFailure(
          "\(named): is a feature file and a label file: expected other files for the labels, found the same; if a column "
            + "holds the labels, name it (--label-column NAME instead of --labels)\n",
          command + ["--features", features, "--labels", labels] + meaning, in: scratch)
      }
    }
    // What the message names.
    #expect(try classes(["--features", "d/a.csv", "--label-column", "1", "--classes", "2"]) == [[0, 1]])
  }

  /// Each row has the label of its time, so that series need not be equally long, nor be aligned.
  @Test func labelsJoinedByTimeNeedNoAlignment() throws {
    let scratch = TestDirectory()
    for (number, count) in [3, 2].enumerated() {
      scratch.write("t,a\n" + (0..<count).map { "\($0),\($0 + 5)\n" }.joined(), to: "f_\(number).csv")
      scratch.write("t,y\n0,1\n1,2\n2,4\n", to: "y_\(number).csv")
    }
    try results(
      [
        "convert", "--output", "o", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--header", "--time",
        "t=unix", "--join-on", "t", "--regression",
      ], in: scratch)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    let labels = try #require(batch.labels)
    #expect((0..<3).map { labels[0, 0, $0] } == [1, 2, 4])
    #expect((0..<2).map { labels[1, 0, $0] } == [1, 2] && !batch.labelsMask[1, 2])
    // Predictions need no labels, and nothing to join.
    let data = ["--features", "f_%d.csv", "--header", "--time", "t=unix"]
    try results(
      ["train", "--model", "m", "--labels", "y_%d.csv", "--join-on", "t", "--regression"] + data
        + shortTraining,
      in: scratch)
    let predicted = try results(["predict", "--model", "m", "--features", "f_%d.csv"], in: scratch)
    #expect(predicted.split(separator: "\n").count == 6, "\(predicted)")
  }

  @Test func heldOutFilesOfFeaturesAreNotLabels() throws {
    try writeSmallData(into: scratch)
    try expectFailure(
      "f_0.csv: is a feature file and a label file: expected other files for the labels, found the same; if a column holds "
        + "the labels, name it (--label-column NAME instead of --labels)\n",
      ["train", "--model", "m", "--test-features", "f_0.csv", "--test-labels", "f_0.csv"] + smallData
        + shortTraining, in: scratch)
  }

  @Test func aNameWithAPercentSignIsAPath() throws {
    scratch.write("1\n2\n", to: "100%_load.csv")
    scratch.write("0\n1\n", to: "l_%d.csv")
    scratch.write("0\n1\n", to: "x%20y/50%.csv")
    for labels in ["l_%d.csv", "x%20y/50%.csv", "x%20y/*%.csv", "x%20y"] {
      let flags = ["--features", "100%_load.csv", "--labels", labels, "--classes", "2"]
      if labels.hasPrefix("x%20y/*") || labels == "x%20y" {
        // The keys differ: "0" of one file, and the matching text or the name.
        #expect(try timestep(["convert", "--output", "p"] + flags, in: scratch).error.contains("key"))
      } else {
        #expect(try classes(flags) == [[0, 1]], "\(labels)")
      }
    }
    try expectFailure(
      "90%_load.csv: cannot be opened: no such file or directory; check the name and the working directory\n",
      ["convert", "--output", "p", "--features", "90%_load.csv"], in: scratch)
  }

  @Test func oneHotColumnsAreClasses() throws {
    for (number, row) in ["0,1,0", "1,0,0", "0,0,1"].enumerated() {
      scratch.write("1,\(row)\n2,\(row)\n", to: "f_\(number).csv")
      scratch.write(row + "\n", to: "h_\(number).csv")
    }
    let features = ["--features", "f_%d.csv", "--align", "end"]
    #expect(
      try classes(features + ["--labels", "h_%d.csv", "--classes", "3"]) == [[1], [0], [2]])
    #expect(
      try classes(["--features", "f_%d.csv", "--label-column", "1,2,3", "--classes", "3"])
        == [[1, 1], [0, 0], [2, 2]])
    try expectFailure(
      "Error: --label-column 1,2: class labels are one column, or one for each of the --classes 3 (one-hot); found 2 columns",
      ["convert", "--output", "o", "--features", "f_%d.csv", "--label-column", "1,2", "--classes", "3"],
      in: scratch, exitCode: 64)
  }

  @Test(arguments: ["id,kind", "kind,id"]) func aTableOfTextLabelsPairsByKey(header: String) throws {
    scratch.write("id,step,v\na,0,1\na,1,2\nb,0,3\n", to: "x.csv")
    let isFirst = header.hasPrefix("id")
    scratch.write(header + (isFirst ? "\na,wood\nb,tiles\n" : "\nwood,a\ntiles,b\n"), to: "y.csv")
    let flags = ["--features", "x.csv", "--labels", "y.csv", "--header", "--align", "end"]
    let found = try classes(flags + ["--group-by", "id", "--label-categories", "tiles,wood"])
    #expect(found == [[1], [0]])
  }

  /// Further training reads the labels as the model does, unless flags say what they mean.
  @Test func furtherTrainingKnowsTheTextsOfTheLabels() throws {
    for (number, label) in ["walk", "run", "sit", "walk"].enumerated() {
      scratch.write("\(number)\n1\n", to: "f_\(number).csv")
      scratch.write("\(label)\n", to: "l_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--align", "end", "--epochs", "1"]
    try results(
      ["train", "--model", "m", "--hidden", "2", "--label-categories", "walk,run,sit"] + data, in: scratch)
    try results(["train", "--from", "m", "--model", "n"] + data, in: scratch)
    #expect(
      try ModelFile(scratch.path("n")).contract?.labelVocabulary
        == ModelFile(scratch.path("m")).contract?.labelVocabulary)
    scratch.write("jump\n", to: "l_1.csv")
    try expectFailure(
      "m: layer 0 (lstm): kept\nm: layer 1 (rnnOutput): kept\n"
        + "l_1.csv:1:1: label \"jump\" is not a known category: expected one of \"walk\", \"run\", \"sit\", found \"jump\"; correct "
        + "it, name all classes before training (--label-categories A,B), or leave out its series (--on-error "
        + "skip-sequence)\n",
      ["train", "--from", "m", "--model", "o"] + data + ["--order", "file"], in: scratch)
    let skipping = data + ["--on-error", "skip-sequence"]
    try results(["train", "--from", "m", "--model", "o"] + skipping, in: scratch)
    try results(["evaluate", "--model", "m", "--on-error", "skip-sequence"] + data.dropLast(2), in: scratch)
    let other = ["--label-categories", "walk,run,sit,jump"]
    try results(["train", "--from", "m", "--model", "p"] + data + other, in: scratch)
    #expect(try ModelFile(scratch.path("p")).contract?.labels.names == ["walk", "run", "sit", "jump"])
  }

  /// Flags for features do not help a column of labels.
  @Test func faultsInALabelColumnNameItsRemedies() throws {
    func failure(_ text: String, _ flags: [String], _ problem: String) throws {
      scratch.write(text, to: "c.csv")
      try expectFailure(
        "c.csv:\(problem)\n",
        ["convert", "--output", "o", "--features", "c.csv", "--header", "--label-column", "y"] + flags,
        in: scratch)
    }
    func works(_ text: String, _ flags: [String], _ expected: [[Int]]) throws {
      scratch.write(text, to: "c.csv")
      #expect(try classes(["--features", "c.csv", "--header", "--label-column", "y"] + flags) == expected)
    }
    let texts = "x,y\n1,A\n2,b\n3,a\n"
    for flags in [["--label-categories", "A,b"], ["--category", "y=A,b"]] {
      try failure(
        texts, flags,
        "4:3: field 2 (column \"y\") is not a known category: expected one of \"A\", \"b\", found \"a\"; correct it, list it "
          + "with the other classes before training (--label-categories A,B), or leave out its series "
          + "(--on-error skip-sequence); did you mean \"A\"?")
      try works(texts, [flags[0], flags[1] + ",a"], [[0, 1, 2]])
    }
    for (flags, other) in [(["--classes", "2"], "their number"), (["--regression"], "regression")] {
      try failure(
        texts, flags,
        "2:3: field 2 (column \"y\") is not a number: expected a decimal number such as -1.5e3, found \"A\"; if the labels are "
          + "texts, list them in the order of their class numbers (--label-categories A,B) instead of \(other)"
      )
    }
    let hole = "x,y\n1,0\n2,\n3,1\n"
    try failure(
      hole, ["--classes", "2"],
      "3:3: field 2 (column \"y\") is a missing value: expected a number, found an empty field; fill it in, or leave out "
        + "such rows (--on-error skip-row)")
    try failure(
      hole, ["--classes", "2", "--transform", "fill:rule=forward"],
      "3:3: column \"y\" is a missing value after all transforms: expected a number; fill it by its name, since it holds "
        + "labels (--transform fill:rule=forward,columns=y), or leave the sequence out")
    try works(hole, ["--classes", "2", "--on-error", "skip-row"], [[0, 1]])
    try works(hole, ["--classes", "2", "--transform", "fill:rule=forward,columns=y"], [[0, 0, 1]])
    try failure(
      "x,y\n1,0\n2,inf\n", ["--classes", "2"],
      "3:3: field 2 (column \"y\") is not finite: expected a finite number, found \"inf\"; correct it, or leave out such rows "
        + "(--on-error skip-row)")
    try failure(
      "x,y\n1,\n2,\n", ["--classes", "2"],
      "2:3: field 2 (column \"y\") is a missing value: expected a number, found an empty field, as in all rows of the file; "
        + "fill in the labels, or name another column of labels")
  }

  /// Row names and numbers are no classes, in whichever way a table of labels has them.
  @Test func rowNamesInLabelFilesAreNamed() throws {
    scratch.write("1\n2\n", to: "f.csv")
    func failure(_ text: String, _ flags: [String], _ problem: String) throws {
      scratch.write(text, to: "l.csv")
      try expectFailure(
        "l.csv:\(problem)\n",
        ["convert", "--output", "o", "--features", "f.csv", "--labels", "l.csv", "--classes", "2"] + flags,
        in: scratch)
    }
    let present = ["--label-header", "present"]
    let named = "label files, or call it by its class"
    for (header, name) in [("\"\",\"x\"", "@0"), ("id,label", "id"), ("Index,y", "Index")] {
      for rows in ["\"1\",0\n\"2\",1\n", "1,0\n"] {
        try failure(
          "\(header)\n\(rows)", present + ["--align", "end"],
          "1: the labels could be class numbers or one-hot: expected one column, or a column for each class, found 2 and the "
            + "name \"\(name)\" of the first, as if it numbered the rows; leave it out of the \(named)")
      }
    }
    try failure(
      "\"x\"\n\"1\",0\n\"2\",1\n", present,
      "2: the header is one name shorter than the row, as in tables whose rows begin with row names: expected 1 field, found "
        + "2; write the label files without row names (in R, row.names = FALSE)")
    try failure(
      "1,0\n2,1\n", [],
      "2: the columns of the 2 classes are not one-hot: expected a single 1 and 0 in the others, found 2,1; the first column "
        + "seems to number the rows: leave it out of the label files, so that one column of class numbers is left"
    )
    // A header of class names is one of one-hot labels.
    scratch.write("up,down\n1,0\n0,1\n", to: "l.csv")
    #expect(
      try classes(["--features", "f.csv", "--labels", "l.csv", "--classes", "2"] + present) == [[0, 1]])
  }

  @Test func aNumberAsHeaderOfLabelsCanBeSkipped() throws {
    scratch.write("1\n2\n3\n", to: "f.csv")
    scratch.write("a\n1\n2\n3\n", to: "g.csv")
    scratch.write("0\n1\n0\n1\n", to: "l.csv")
    let flags = ["--features", "f.csv", "--labels", "l.csv", "--classes", "2"]
    let header = ["--features", "g.csv", "--header", "--labels", "l.csv", "--classes", "2"]
    for rest in [flags, header].map({ $0 + ["--label-header", "present"] }) {
      try expectFailure(
        "l.csv:1: every name in the header is a number: expected names, found \"0\" as the first; if the line is a label, say "
          + "so (--label-header none), and if it is neither, skip it (--label-header none --label-skip-lines 1)\n",
        ["convert", "--output", "o"] + rest, in: scratch)
    }
    for rest in [
      flags + ["--label-skip-lines", "1"], flags + ["--label-header", "none", "--label-skip-lines", "1"],
      header + ["--label-header", "none", "--label-skip-lines", "1"],
    ] { #expect(try classes(rest) == [[1, 0, 1]]) }
  }

  /// Class numbers are checked before rounding by the reader that plug-in flags name, too.
  @Test func classNumbersAreCheckedByNamedReaders() throws {
    scratch.write("a,y\n1,0\n2,1.00000001\n", to: "k.csv")
    scratch.write("1\n2\n", to: "f.csv")
    scratch.write("0\n1.00000001\n", to: "l.csv")
    let problem =
      "is not a class number: expected a whole number from 0 that is exact in Float, found \"1.00000001\", which would be "
      + "rounded; number the classes from 0\n"
    try expectFailure(
      "k.csv:3:3: field 2 (column \"y\") \(problem)",
      [
        "convert", "--output", "o", "--features", "k.csv", "--reader", "csv:header=true", "--label-column",
        "y",
        "--classes", "2",
      ], in: scratch)
    let labels = [
      "convert", "--output", "o", "--features", "f.csv", "--labels", "l.csv", "--label-reader", "csv",
    ]
    try expectFailure("l.csv:2:1: field 1 \(problem)", labels + ["--classes", "2"], in: scratch)
    try results(labels + ["--regression"], in: scratch)
  }
}
