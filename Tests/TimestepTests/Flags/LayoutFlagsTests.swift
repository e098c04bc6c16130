import TestSupport
import Testing
import Timestep

/// Layouts in one file: wide rows, scattered rows, keys of several columns; the batches of one file per series.
@Suite(.startsProcesses) struct LayoutFlagsTests {
  /// The first batch that convert makes: lengths, features and labels.
  private func batch(_ scratch: TestDirectory, _ flags: String...) throws -> DataSet {
    let words = flags.flatMap { $0.split(separator: " ").map(String.init) }
    try results(["convert", "--output", "o", "--overwrite"] + words, in: scratch)
    return try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
  }

  private func isSame(_ one: DataSet, _ other: DataSet) -> Bool {
    one.features == other.features && one.labels == other.labels && one.featuresMask == other.featuresMask
      && one.labelsMask == other.labelsMask
  }

  /// Eight series of one column: `s_%d.csv` with one label each in `c_%d.csv`, and all of them as rows of tables.
  private func wide() -> TestDirectory {
    let scratch = TestDirectory()
    var (table, values, labels, header) = ("", "", "", "t0,t1,t2,t3,t4\n")
    for number in 0..<8 {
      let length = 3 + number % 3
      let cells = (0..<5).map { $0 < length ? "\(number).\($0)" : "" }
      scratch.write(cells.prefix(length).joined(separator: "\n") + "\n", to: "s_\(number).csv")
      scratch.write("\(number % 2)\n", to: "c_\(number).csv")
      table += (["\(number % 2)"] + cells).joined(separator: ",") + "\n"
      values += cells.joined(separator: ",") + "\n"
      labels += "\(number % 2)\n"
    }
    header += values
    scratch.write(table, to: "wide.csv")
    scratch.write(header, to: "x.csv")
    scratch.write("class\n" + labels, to: "y.csv")
    scratch.write(labels, to: "z.csv")
    scratch.write(table.replacing("0,", with: "no,").replacing(".no,", with: ".0,"), to: "text.csv")
    return scratch
  }

  private let series = "--features s_%d.csv --labels c_%d.csv --classes 2 --align end"
  private let row = "--features wide.csv --one-series-per-row --label-column 0 --classes 2"

  @Test func wideRowsAreTheBatchesOfOneFilePerSeries() throws {
    let scratch = wide()
    let wanted = try batch(scratch, series)
    #expect(isSame(try batch(scratch, row), wanted))
    // Labels in a table of their own, with and without a header.
    for labels in ["y.csv", "z.csv"] {
      #expect(
        isSame(
          try batch(scratch, "--features x.csv --header --one-series-per-row --classes 2 --labels", labels),
          wanted),
        "\(labels)")
    }
    #expect(isSame(try batch(scratch, row, "--cache k"), wanted))
    #expect(isSame(try batch(scratch, row, "--cache k --verify"), wanted))
    #expect(isSame(try batch(scratch, row, "--window 2,1"), try batch(scratch, series, "--window 2,1")))
    #expect(
      isSame(
        try batch(scratch, row, "--transform difference"),
        try batch(scratch, series, "--transform difference")))
    let start = try batch(scratch, row, "--align start")
    #expect(start.labelsMask[0, 0] && !start.labelsMask[0, 2])
    let explained = try results(
      ["inspect", "--explain", "1,2,0"] + row.split(separator: " ").map(String.init), in: scratch)
    #expect(explained.hasPrefix("wide.csv:2:11 "), "\(explained)")
    let parts = try ["train", "validation", "test"].map {
      try batch(scratch, row, "--split 2,1,1 --part", $0).metadata.map(\.features.key)
    }
    #expect(parts.joined().count == 8 && Set(parts.joined()).count == 8)
  }

  @Test func modelsAreTrainedOnWideRows() throws {
    let scratch = wide()
    let words = row.split(separator: " ").map(String.init)
    try results(["train", "--model", "m", "--epochs", "1", "--hidden", "2"] + words, in: scratch)
    try results(
      ["train", "--model", "n", "--epochs", "1", "--hidden", "2"]
        + series.split(separator: " ").map(String.init), in: scratch)
    #expect(try scratch.bytes(of: "m").count > 0)
    let evaluate = ["evaluate", "--json", "--model", "m"]
    #expect(
      try results(evaluate + words, in: scratch)
        == results(
          ["evaluate", "--json", "--model", "n"] + series.split(separator: " ").map(String.init), in: scratch)
    )
    #expect(
      try results(
        [
          "evaluate", "--json", "--model", "m", "--features", "wide.csv", "--one-series-per-row",
          "--label-column", "0",
        ], in: scratch)
        == results(evaluate + words, in: scratch))
  }

  @Test func faultsInWideRowsFollowThePolicy() throws {
    let scratch = TestDirectory()
    scratch.write("0,1,2\n1,x,3\n2,4,5\n1,6,7\n", to: "w.csv")
    let words = [
      "convert", "--output", "o", "--overwrite", "--features", "w.csv", "--one-series-per-row",
      "--label-column", "0",
    ]
    try expectFailure(
      "w.csv:2:3: field 2 is not a number: expected a decimal number such as -1.5e3, found \"x\"; correct it, or, if it means "
        + "a missing value, declare it and fill it (--missing=x --transform fill), or leave out such rows "
        + "(--on-error skip-sequence)\n", words + ["--classes", "3"], in: scratch)
    let batch = try batch(
      scratch, "--features w.csv --one-series-per-row --label-column 0 --classes 3 --on-error skip-sequence")
    #expect(batch.features.shape == [3, 1, 2] && batch.metadata.map(\.features.key) == ["0", "2", "3"])
    let run = try timestep(
      words + ["--classes", "2", "--on-error", "not-a-number=skip-sequence"], in: scratch)
    #expect(run.exitCode == 1 && run.error.hasPrefix("w.csv:3:1: "), "\(run.error)")
    try expectFailure(
      "Error: --one-series-per-row and --on-error skip-row exclude each other: a row is a whole series, which skip-sequence "
        + "leaves out", words + ["--classes", "3", "--on-error", "skip-row"], in: scratch, exitCode: 64)
  }

  /// Three series, one after the other and sorted by time, each row with its class.
  private func scattered() -> TestDirectory {
    let scratch = TestDirectory()
    var rows: [(time: Int, text: String)] = []
    for (number, key) in ["b", "a", "c"].enumerated() {
      for step in 0..<(4 + number) {
        rows.append(
          (3 * step + number, "\(key),\(3 * step + number),\(number).\(step),\((number + step) % 2)\n"))
      }
    }
    scratch.write("id,t,v,y\n" + rows.map(\.text).joined(), to: "grouped.csv")
    scratch.write("id,t,v,y\n" + rows.sorted { $0.time < $1.time }.map(\.text).joined(), to: "sorted.csv")
    scratch.write(
      "id,y\n" + rows.map { $0.text.split(separator: ",") }.map { "\($0[0]),\($0[3])" }.joined(),
      to: "labels.csv")
    return scratch
  }

  @Test(arguments: [
    "--label-column y --classes 2", "--label-column y --classes 2 --window 2,1",
    "--label-column y --classes 2 --cache k", "--label-column y --classes 2 --transform difference",
    "--label-column y --classes 2 --on-error skip-row",
    "--label-column y --classes 2 --time t=unix --max-gap 5s",
  ])
  func scatteredRowsAreTheBatchesOfGroupedOnes(flags: String) throws {
    let scratch = scattered()
    let wanted = try batch(scratch, "--features grouped.csv --header --group-by id --align start", flags)
    let found = try batch(
      scratch, "--features sorted.csv --header --group-by id --sort --align start",
      flags.replacing("--cache k", with: "--cache j"))
    #expect(isSame(found, wanted))
    #expect(found.metadata.map(\.features.key) == wanted.metadata.map(\.features.key))
  }

  @Test func scatteredRowsRunOnLanesAndHaveTheirPlaces() throws {
    let scratch = scattered()
    let model = [
      "train", "--epochs", "2", "--hidden", "2", "--lanes", "2", "--tbptt", "3", "--header", "--group-by",
      "id", "--label-column", "y", "--classes", "2",
    ]
    try results(model + ["--model", "g", "--features", "grouped.csv"], in: scratch)
    try results(model + ["--model", "s", "--features", "sorted.csv", "--sort"], in: scratch)
    // The models differ in what they know of the files: --sort.
    let models = try ["g", "s"].map { try SafetensorsFile(scratch.path($0)).all() }
    #expect(models[0].map(\.info.name) == models[1].map(\.info.name))
    #expect(models[0].map(\.value) == models[1].map(\.value))
    let explained = try results(
      [
        "inspect", "--features", "sorted.csv", "--header", "--group-by", "id", "--sort", "--explain", "1,1,1",
      ], in: scratch)
    #expect(explained.hasPrefix("sorted.csv:6:5 "), "\(explained)")
    try expectFailure(
      "sorted.csv:5: the key \"b\" returns: expected all its rows one after the other, found rows of another key since line 2; "
        + "sort the rows by their key, or read them where they are (--sort)\n",
      ["convert", "--output", "o", "--features", "sorted.csv", "--header", "--group-by", "id"], in: scratch)
    // Labels in a file of their own pair by key.
    let wanted = try batch(
      scratch,
      "--features grouped.csv --header --group-by id --align start --drop-columns y --labels labels.csv --classes 2"
    )
    let found = try batch(
      scratch,
      "--features sorted.csv --header --group-by id --sort --align start --drop-columns y --labels labels.csv --classes 2"
    )
    #expect(isSame(found, wanted))
  }

  @Test func rowsWithoutAnyValueAreNoSteps() throws {
    let scratch = TestDirectory()
    scratch.write("a;b;;\n1;2;;\n;4;;\n5;6;;\n;;;\n;;;\n", to: "f.csv")
    let words = [
      "convert", "--output", "o", "--features", "f.csv", "--delimiter", ";", "--header", "--keep-columns",
      "a,b", "--transform", "fill",
    ]
    try expectFailure(
      "f.csv:5: the row has no value: expected at least one, found only delimiters; remove such rows, or leave them out "
        + "(--on-error skip-row)\n", words, in: scratch)
    let batch = try batch(
      scratch,
      "--features f.csv --delimiter ; --header --keep-columns a,b --transform fill --on-error skip-row --ledger l"
    )
    #expect(batch.features.shape == [1, 2, 3])
    #expect(batch.features[0, 0, 1] == 3)
    let ledger = try scratch.text(of: "l")
    #expect(ledger.contains("\"lastLine\":6,\"line\":5"), "\(ledger)")
  }
}
