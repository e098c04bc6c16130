import TestSupport
import Testing
import Timestep

/// A header and skipped lines that flags state for the feature files apply to label files where the counts
/// say so.
@Suite(.startsProcesses) struct LabelFormatTests {
  private let directory = TestDirectory()

  private func write(features: String, labels: String) {
    directory.write(features, to: "x_0.csv")
    directory.write(labels, to: "y_0.csv")
  }

  /// Converts the files and returns the labels of the only batch, those of absent steps left out.
  private func labels(_ flags: [String]) throws -> [Float] {
    try results(
      ["convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out", "--overwrite"] + flags,
      in: directory)
    let batch = try SavedDataSets(directory.path("out")).batch(epoch: 0, index: 0)
    let tensor = try #require(batch.labels)
    return (0..<batch.stepCount).filter { batch.labelsMask[0, $0] }.map { step in
      if tensor.shape[1] == 1 { return tensor[0, 0, step] }
      return Float((0..<tensor.shape[1]).first { tensor[0, $0, step] == 1 } ?? -1)
    }
  }

  @Test func theCountsDecideWhetherTheHeaderApplies() throws {
    let flags = ["--header", "--regression", "--align", "end"]
    write(features: "a,b\n1,2\n3,4\n5,6\n", labels: "label\n7\n8\n9\n")
    #expect(try labels(flags) == [7, 8, 9])
    write(features: "a,b\n1,2\n3,4\n5,6\n", labels: "7\n8\n9\n")
    #expect(try labels(flags) == [7, 8, 9])
  }

  @Test func oneLabelBelongsToTheSeriesWithOrWithoutAHeader() throws {
    let flags = ["--header", "--regression", "--align", "end"]
    for text in ["7\n", "label\n7\n"] {
      write(features: "a,b\n1,2\n3,4\n5,6\n", labels: text)
      #expect(try labels(flags) == [7], "\(text)")
    }
  }

  @Test func aDeclaredCategoryIsALabel() throws {
    let flags = ["--header", "--label-categories", "run,sit,walk"]
    write(features: "a,b\n1,2\n3,4\n5,6\n", labels: "walk\nrun\nsit\n")
    for alignment in ["equal", "start", "end"] {
      #expect(try labels(flags + ["--align", alignment]) == [2, 0, 1])
    }
    write(features: "a,b\n1,2\n3,4\n5,6\n", labels: "label\nwalk\nrun\nsit\n")
    #expect(try labels(flags) == [2, 0, 1])
    write(features: "a,b\n1,2\n3,4\n5,6\n", labels: "walk\n")
    #expect(try labels(flags + ["--align", "end"]) == [2])
  }

  @Test func skippedLinesAreSkippedInLabelFilesThatHaveThem() throws {
    let flags = ["--skip-lines", "1", "--classes", "3"]
    write(features: "made on Monday\n1,2\n3,4\n5,6\n", labels: "0\n1\n2\n")
    #expect(try labels(flags) == [0, 1, 2])
    write(features: "made on Monday\n1,2\n3,4\n5,6\n", labels: "made on Monday\n0\n1\n2\n")
    #expect(try labels(flags) == [0, 1, 2])
  }

  @Test func countsThatDecideNothingAreRejectedUnlessAFlagSaysIt() throws {
    let flags = ["--header", "--regression", "--align", "start"]
    write(features: "a,b\n1,2\n3,4\n5,6\n", labels: "7\n8\n9\n10\n11\n")
    let command =
      ["convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out", "--overwrite"] + flags
    try expectFailure(
      "y_0.csv: it is not clear whether its first line is a label: expected as many labels as rows in x_0.csv, 3, found 5 "
        + "if so and 4 if not; say so (--label-header none or --label-header present, --label-skip-lines N)\n",
      command,
      in: directory)
    #expect(try labels(flags + ["--label-header", "none"]) == [7, 8, 9, 10, 11])
    #expect(try labels(flags + ["--label-header", "none", "--label-skip-lines", "1"]) == [8, 9, 10, 11])
    // A number is not a name, even if the counts agree then.
    write(features: "a,b\n1,2\n3,4\n5,6\n", labels: "0\n7\n8\n9\n")
    try expectFailure(
      "y_0.csv: it is not clear whether its first line is a label: expected as many labels as rows in x_0.csv, 3, found 4 "
        + "if so and 3 if not; say so (--label-header none or --label-header present, --label-skip-lines N)\n",
      command,
      in: directory)
    #expect(try labels(flags + ["--label-header", "none", "--label-skip-lines", "1"]) == [7, 8, 9])
  }

  @Test func rowsThatAPolicyOrATransformDropsTakeTheirLabels() throws {
    let flags = ["--header", "--classes", "4", "--on-error", "skip-row"]
    write(features: "a,b\nm,s\n1,2\n3,4\n6,5\n", labels: "1\n2\n3\n")
    for alignment in ["equal", "start", "end"] {
      #expect(try labels(flags + ["--align", alignment]) == [1, 2, 3])
      #expect(try labels(flags + ["--align", alignment, "--transform", "difference"]) == [2, 3])
    }
    write(features: "a,b\nm,s\n1,2\n3,4\n6,5\n", labels: "label\n0\n1\n2\n3\n")
    #expect(try labels(flags) == [1, 2, 3])
  }

  /// A blank line that is left out is a row, which may have had a label, in either file.
  @Test func blankLinesTakeTheirLabels() throws {
    let flags = ["--regression", "--on-error", "skip-row"]
    for alignment in ["equal", "start", "end"] {
      write(features: "0,1\n\n2,1\n", labels: "0\n1\n2\n")
      #expect(try labels(flags + ["--align", alignment]) == [0, 2])
      write(features: "0,1\n\n2,1\n3,1\n", labels: "1,0\n0,1\n\n0,1\n")
      #expect(try labels(["--classes", "2", "--on-error", "skip-row", "--align", alignment]) == [0, 1])
      write(features: "\n1,1\n2,1\n", labels: "0\n1\n2\n")
      #expect(try labels(flags + ["--align", alignment]) == [1, 2])
      write(features: "0,1\n1,1\n2,1\n", labels: "1,0,0\n\n0,0,1\n")
      let classes = ["--classes", "3", "--on-error", "skip-row", "--align", alignment]
      #expect(try labels(classes) == [0, 2])
    }
    write(features: "a,0,1\n\na,2,1\n", labels: "a,0\na,1\na,2\n")
    let grouped = ["--group-by", "0"]
    #expect(try labels(flags + grouped) == [0, 2])
  }

  /// A text in place of the first label, and another bad row of the features: nothing tells whether it is a header.
  @Test func aFirstLabelThatMayBeAHeaderIsRejectedIfTheCountsCannotTell() throws {
    write(features: "0,5\n1,5\n2,5\n# restarted\n4,5\n", labels: "label\n0\n1\n2\n4\n")
    let command = [
      "convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out", "--regression",
      "--overwrite",
    ]
    let flags = ["--regression", "--on-error", "skip-row"]
    try expectFailure(
      "y_0.csv: its first label was left out, and so was another row of x_0.csv: expected to know whether line 1 is a "
        + "header, found that both would fit; say so (--label-header present), or correct the label\n",
      command + ["--on-error", "skip-row"], in: directory)
    #expect(try labels(flags + ["--label-header", "present"]) == [0, 1, 2, 4])
    // In windows too, and if another label is left out as well.
    for (window, text) in [
      (["--window", "2,2", "--align", "start"], "label\n0\n1\n2\n4\n"),
      (["--window", "1,1", "--transform", "lags:count=1"], "label\n0\n1\n2\n4\n"),
      (["--align", "end"], "label\n0\n#\n2\n4\n"),
    ] {
      write(features: "0,5\n1,5\n2,5\n# restarted\n4,5\n", labels: text)
      let run = try timestep(command + window + ["--on-error", "skip-row"], in: directory)
      #expect(run.exitCode == 1 && run.error.contains("found that both would fit"), "\(window) \(run.error)")
    }
    // An undeclared header of the features, and a text in place of another label.
    write(features: "x,y\n0,5\n1,5\n2,5\n", labels: "0\n1\n2\n# end\n")
    try expectFailure(
      "x_0.csv: its first row was left out, and so was another label of y_0.csv: expected to know whether line 1 is a "
        + "header, found that both would fit; say so (--header --label-header none), or correct the row\n",
      command + ["--on-error", "skip-row"], in: directory)
    #expect(try labels(flags + ["--header", "--label-header", "none"]) == [0, 1, 2])
    // A flag that says it settles it, and what is not at the beginning of a file is no header.
    write(features: "1,5\n2,5\n?,5\n4,5\n", labels: "?\n1\n0\n1\n")
    let doubtful = try timestep(command + ["--on-error", "skip-row"], in: directory)
    #expect(
      doubtful.exitCode == 1 && doubtful.error.contains("found that both would fit"), "\(doubtful.error)")
    #expect(try labels(flags + ["--label-header", "none"]) == [1, 1])
    write(features: "0,5\n1,5\n2,5\n3,5\n?,5\n5,5\n", labels: "0\n1\n2\n?\n4\n5\n")
    #expect(try labels(flags + ["--lines-per-sequence", "3", "--batch-size", "1"]) == [0, 1, 2])
    // The same row of both files, or another fault, is no question.
    write(features: "x,5\n1,5\n2,5\n", labels: "y\n1\n2\n")
    #expect(try labels(flags) == [1, 2])
    write(features: "0,5\n1,5\nx,5\n", labels: "0\ny\n2\n")
    #expect(try labels(flags) == [0])
  }

  /// What skipped lines leave of a short label file may be one label, as of a series with one label.
  @Test func aShortFirstFileDoesNotDecideForAll() throws {
    directory.write("#\n#\n1,1\n2,2\n", to: "x_0.csv")
    directory.write("y\n1\n2\n", to: "y_0.csv")
    directory.write("#\n#\n3,3\n4,4\n5,5\n6,6\n", to: "x_1.csv")
    directory.write("y\n3\n4\n5\n6\n", to: "y_1.csv")
    let command = [
      "convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out", "--regression",
      "--skip-lines", "2", "--align", "start",
    ]
    let run = try timestep(command, in: directory)
    #expect(run.exitCode == 1 && run.error.contains("it is not clear whether"), "\(run.error)")
    try results(command + ["--label-skip-lines", "0", "--label-header", "present"], in: directory)
    // Every series has one label.
    directory.write("#\n#\n7\n", to: "y_0.csv")
    directory.write("#\n#\n8\n", to: "y_1.csv")
    try results(command + ["--overwrite"], in: directory)
  }

  /// Where each N lines are a sequence, a line that only one of the files has would move all rows after it.
  @Test func linesThatAreCountedAreTheSameInBothFiles() throws {
    let command = [
      "convert", "--features", "f.csv", "--labels", "l.csv", "--output", "out", "--regression", "--on-error",
      "skip-row", "--lines-per-sequence", "3", "--overwrite",
    ]
    for (features, labels) in [
      ("1,1\n2,2\n\n4,4\n5,5\n6,6\n", "1\n2\n3\n4\n5\n6\n"),
      ("u,u\n1,1\n2,2\n4,4\n5,5\n", "1\n2\n4\n5\n"),
    ] {
      directory.write(features, to: "f.csv")
      directory.write(labels, to: "l.csv")
      for alignment in ["start", "end", "equal"] {
        let run = try timestep(command + ["--align", alignment], in: directory)
        #expect(run.exitCode == 1 && run.error.contains("\nl.csv: its labels cannot be"), "\(run.error)")
      }
    }
    // Faulty rows with their labels.
    directory.write("1,1\nx,2\n3,3\n4,4\n5,5\n6,6\n", to: "f.csv")
    directory.write("1\n2\n3\n4\n5\n6\n", to: "l.csv")
    try results(command + ["--align", "end"], in: directory)
  }

  @Test func mergedRowsNeedARuleForTheirLabels() throws {
    write(features: "1,2\n3,4\n6,5\n0,0\n", labels: "1\n1\n2\n3\n")
    let command = [
      "convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out", "--classes", "4",
      "--transform",
    ]
    try expectFailure(
      "y_0.csv: has a label for every row, and every 3 rows become their mean, remainder keep: expected a rule for their "
        + "labels, found none; add labels=last, labels=mode or labels=mean to the transform\n",
      command + ["resample:every=3"], in: directory)
    let flags = ["--classes", "4", "--transform"]
    #expect(try labels(flags + ["resample:every=3,label=last"]) == [2, 3])
    #expect(try labels(flags + ["resample:every=3,label=mode"]) == [1, 3])
    #expect(try labels(["--regression", "--transform", "resample:every=2,label=mean"]) == [1, 2.5])
    try expectFailure(
      "y_0.csv: class labels have no mean: expected labels=last or labels=mode, found labels=mean\n",
      command + ["resample:every=3,label=mean"], in: directory)
  }

  @Test func eitherTheHeaderOrTheSkippedLinesMayApply() throws {
    let flags = ["--header", "--skip-lines", "1", "--regression"]
    write(features: "made on Monday\na,b\n1,2\n3,4\n5,6\n", labels: "label\n7\n8\n9\n")
    #expect(try labels(flags) == [7, 8, 9])
    write(features: "made on Monday\na,b\n1,2\n3,4\n5,6\n", labels: "made on Monday\nlabel\n7\n8\n9\n")
    #expect(try labels(flags) == [7, 8, 9])
    write(features: "made on Monday\na,b\n1,2\n3,4\n5,6\n", labels: "7\n8\n9\n")
    #expect(try labels(flags) == [7, 8, 9])
  }

  /// A faulty label does not make the first one a header.
  @Test func faultsDoNotChangeTheCounts() throws {
    write(features: "t\n0\n1\n2\n", labels: "a\nzz\nb\n")
    let flags = ["--header", "--label-categories", "a,b", "--on-error", "skip-row"]
    for alignment in ["equal", "start", "end"] {
      #expect(try labels(flags + ["--align", alignment]) == [0, 1], "\(alignment)")
    }
    write(features: "# z\n0\n1\n2\n", labels: "0\n1\nbad\n")
    #expect(
      try labels(["--skip-lines", "1", "--classes", "3", "--on-error", "skip-row", "--align", "start"]) == [
        0, 1,
      ])
    write(features: "t\n0\n1\n2\n", labels: "aa\na\nb\n")
    let command = ["convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out"]
    let run = try timestep(
      command + ["--header", "--label-categories", "a,b", "--align", "start"], in: directory)
    #expect(
      run.exitCode == 1 && run.error.hasPrefix("y_0.csv:1:1: label \"aa\" is not a known category"),
      "\(run.error)")
  }

  /// With a policy, a header that is one row too many would vanish as a fault, and all labels would shift.
  @Test func aFirstLineThatCannotBeALabelIsNotCountedAsOne() throws {
    let command = ["convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out"]
    for (features, rows) in [("a\n0\n1\n2\n3\n", 4), ("a\n0\n1\nNA\n3\nTotal\n", 5)] {
      let names = rows == 4 ? "y\n0\n1\n2\n" : "y\n0\n1\n2\n3\n"
      write(features: features, labels: names)
      for encoding in [["--classes", "4"], ["--regression"], ["--label-categories", "0,1,2,3"]] {
        for alignment in ["equal", "start", "end"] {
          for policy in ["skip-row", "not-a-number=repair:0"] {
            let run = try timestep(
              command + encoding + ["--header", "--align", alignment, "--on-error", policy], in: directory)
            #expect(
              run.error.hasPrefix(
                "y_0.csv: it is not clear whether its first line is a label: expected as many labels as rows in x_0.csv, "
                  + "\(rows), found \(rows) if so and \(rows - 1) if not; say so"), "\(run.error)")
          }
        }
      }
    }
    write(features: "a\n0\n1\n2\n3\n", labels: "y\n0\n1\n2\n")
    let flags = ["--header", "--classes", "4", "--align", "start", "--on-error", "skip-row"]
    #expect(try labels(flags + ["--label-header", "present"]) == [0, 1, 2])
    // A missing first label is one.
    write(features: "a\n0\n1\n2\n3\n", labels: "NA\n1\n2\n3\n")
    #expect(try labels(flags + ["--missing", "NA"]) == [1, 2, 3])
  }

  @Test func skippedLinesThatCouldBeLabelsAreNotAssumed() throws {
    let command = ["convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out"]
    write(features: "#\n#\n0\n1\n2\n3\n", labels: "#\n0\n1\n2\n3\n")
    for alignment in ["start", "end"] {
      try expectFailure(
        "y_0.csv: it is not clear whether its first 2 lines are labels: expected as many labels as rows in x_0.csv, 4, "
          + "found 5 if so and 3 if not; say so (--label-header none or --label-header present, "
          + "--label-skip-lines N)\n",
        command + ["--skip-lines", "2", "--classes", "4", "--align", alignment], in: directory)
    }
    // Lengths that differ on purpose, below a header that cannot be a label.
    write(features: "a\n0\n1\n2\n3\n", labels: "y\n1\n2\n")
    #expect(try labels(["--header", "--classes", "3", "--align", "end"]) == [1, 2])
  }

  @Test func severalSequencesInAFileAreCountedTogether() throws {
    func classes(_ flags: [String]) throws -> [[Int]] {
      try results(
        ["convert", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--output", "out", "--overwrite"]
          + flags,
        in: directory)
      let batch = try SavedDataSets(directory.path("out")).batch(epoch: 0, index: 0)
      let tensor = try #require(batch.labels)
      return (0..<batch.exampleCount).map { row in
        (0..<batch.stepCount).filter { batch.labelsMask[row, $0] }.map { step in
          (0..<tensor.shape[1]).first { tensor[row, $0, step] == 1 } ?? -1
        }
      }
    }
    for alignment in ["start", "end"] {
      let aligned = ["--align", alignment]
      for labels in ["a,0\na,1\nb,2\nb,3\n", "id,c\na,0\na,1\nb,2\nb,3\n"] {
        write(features: "id,t\na,0\na,1\nb,2\nb,3\n", labels: labels)
        #expect(
          try classes(["--header", "--group-by", "@0", "--classes", "5"] + aligned) == [[0, 1], [2, 3]])
      }
      for labels in ["a\nb\n==\na\nb\n", "c\na\nb\n==\na\nb\n"] {
        write(features: "t\n0\n1\n==\n2\n3\n", labels: labels)
        #expect(
          try classes(["--header", "--separator", "==", "--label-categories", "a,b"] + aligned) == [
            [0, 1], [0, 1],
          ])
      }
      for labels in ["a\nb\na\nb\na\n", "c\na\nb\na\nb\na\n"] {
        write(features: "t\n0\n1\n2\n3\n4\n", labels: labels)
        #expect(
          try classes(["--header", "--lines-per-sequence", "3", "--label-categories", "a,b"] + aligned)
            == [[0, 1, 0], [1, 0]])
      }
    }
    // One label for each series.
    for labels in ["a,0\nb,2\n", "id,c\na,0\nb,2\n"] {
      write(features: "id,t\na,0\na,1\nb,2\nb,3\n", labels: labels)
      #expect(
        try classes(["--header", "--group-by", "@0", "--classes", "3", "--align", "end"]) == [[0], [2]])
    }
  }
}
