import FoundationEssentials
import Platform
import TestSupport
import Testing
import Timestep

/// Tables of predictions: `predict --features` and `evaluate --predictions`.
@Suite(.startsProcesses) struct PredictionFileTests {
  private let scratch = TestDirectory()

  /// Returns the rows of a table in CSV by the names of its columns.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private func table(_ name: String = "p.csv") throws -> [[String: String]] {
    rows(try scratch.text(of: name))
  }

  /// Series of two columns and an id, with a class in every row.
  private func writeSteps() {
    for number in 0..<12 {
      var text = "id,temp,hum,label\n"
      for step in 0..<(3 + number % 4) {
        text +=
          "\(number),\((number * 7 + step * 3) % 5),\((number * 3 + step) % 4).5,\(number % 2 == 0 ? "dry" : "wet")\n"
      }
      scratch.write(text, to: "f_\(number).csv")
      scratch.write(
        text.split(separator: "\n").map { $0.split(separator: ",").dropLast().joined(separator: ",") + "\n" }
          .joined(),
        to: "test/f_\(number).csv")
    }
  }

  private func trainSteps(_ more: [String] = []) throws {
    writeSteps()
    try results(
      [
        "train", "--model", "m", "--features", "f_%d.csv", "--header", "--drop-columns", "id",
        "--label-column",
        "label", "--label-categories", "dry,wet",
      ] + shortTraining + more, in: scratch)
  }

  /// Every number equals `output` in batches to the last bit; files may have their labels, or not.
  @Test func stepsAreThoseOfTheLibrary() throws {
    try trainSteps(["--normalize", "standardize"])
    let file = try ModelFile(scratch.path("m"))
    let contract = try #require(file.contract)
    #expect(contract.hasOneLabelPerSeries == false)
    var expected: [String: [Float]] = [:]
    try results(
      [
        "convert", "--output", "b", "--features", "f_%d.csv", "--header", "--keep-columns", "temp,hum",
      ], in: scratch)
    let saved = try SavedDataSets(scratch.path("b"))
    for index in 0..<saved.batchCount {
      let batch = try saved.batch(epoch: 0, index: index).normalized(by: contract.featuresNormalizer)
      let outputs = try file.network.output(batch)
      for row in 0..<batch.exampleCount {
        for step in 0..<batch.stepCount where batch.featuresMask[row, step] {
          expected["f_\(batch.metadata[row].features.key) \(step)"] = [
            outputs[row, 0, step], outputs[row, 1, step],
          ]
        }
      }
    }
    for files in ["f_%d.csv", "test/f_%d.csv", "test"] {
      try results(["predict", "--model", "m", "--features", files, "--output", "p.csv"], in: scratch)
      let found = try table()
      #expect(found.count == expected.count, "\(files)")
      for row in found {
        let known = try #require(expected["\(row["key"] ?? "") \(row["step"] ?? "")"], "\(row)")
        #expect(row["dry"].flatMap(Float.init) == known[0] && row["wet"].flatMap(Float.init) == known[1])
        #expect(row["prediction"] == (known[1] > known[0] ? "wet" : "dry"))
      }
      #expect(
        try results(["predict", "--model", "m", "--features", files], in: scratch)
          == scratch.text(of: "p.csv"), "without --output")
    }
  }

  /// One label per series: one row per series, at the last step; of a bidirectional network too.
  @Test(arguments: [[], ["--bidirectional"], ["--tbptt", "2"]]) func aSeriesHasOneRow(_ more: [String]) throws
  {
    for number in 0..<8 {
      scratch.write(
        (0..<(3 + number % 3)).map { "\(number),\($0)\n" }.joined(), to: "f_\(number).csv")
      scratch.write(number % 2 == 0 ? "no\n" : "yes\n", to: "l_\(number).csv")
    }
    try results(
      [
        "train", "--model", "m", "--features", "f_%d.csv", "--labels", "l_%d.csv", "--label-categories",
        "no,yes",
        "--align", "end",
      ] + shortTraining + more, in: scratch)
    #expect(try ModelFile(scratch.path("m")).contract?.hasOneLabelPerSeries == true)
    try results(["predict", "--model", "m", "--features", "f_%d.csv", "--output", "p.csv"], in: scratch)
    let found = try table()
    #expect(found.map { $0["key"] } == (0..<8).map { "f_\($0)" })
    #expect(found.first.map { Set($0.keys) } == ["key", "prediction", "no", "yes"])
    try results(
      [
        "evaluate", "--model", "m", "--features", "f_%d.csv", "--labels", "l_%d.csv", "--predictions",
        "e.csv",
        "--allow-training-data",
      ], in: scratch)
    let judged = try table("e.csv")
    #expect(judged.map { $0["yes"] } == found.map { $0["yes"] })
    #expect(judged.map { $0["truth"] } == (0..<8).map { $0 % 2 == 0 ? "no" : "yes" })
  }

  /// The losses of the rows have the mean that `evaluate` prints; the worst come first on request.
  @Test(arguments: [
    ["--label-column", "3", "--label-categories", "dry,wet", "--class-weights", "1,3"],
    ["--label-column", "1", "--regression"], ["--label-column", "0,1", "--regression"],
  ])
  func lossesAreThoseOfTheFigures(_ labels: [String]) throws {
    writeSteps()
    let isRegression = labels.contains("--regression")
    let dropped = isRegression ? ["--drop-columns", "id,label"] : ["--drop-columns", "id"]
    let columns = labels.map { $0 == "3" ? "label" : $0 == "1" ? "temp" : $0 == "0,1" ? "temp,hum" : $0 }
    // A feature is left in any case.
    if columns.contains("temp,hum") {
      for number in 0..<12 {
        let text = try scratch.text(of: "f_\(number).csv").replacing("dry", with: "1").replacing(
          "wet", with: "2")
        scratch.write(text, to: "f_\(number).csv")
      }
    }
    let own = columns.contains("temp,hum") ? ["--drop-columns", "id"] : dropped
    let form = ["--features", "f_%d.csv", "--header"] + own + columns
    try results(
      ["train", "--model", "m", "--normalize", "standardize"] + shortTraining + form, in: scratch)
    let evaluate = ["evaluate", "--model", "m", "--features", "f_%d.csv", "--allow-training-data"]
    for name in ["e.csv", "e.jsonl", "e.npz"] {
      try results(evaluate + ["--predictions", name], in: scratch)
    }
    let json = try results(evaluate + ["--json"], in: scratch)
    struct Figures: Decodable {
      var loss: Double
      var steps: Int
    }
    let figures = try JSONDecoder().decode(Figures.self, from: Data(json.utf8))
    let found = try table("e.csv")
    let losses = found.compactMap { $0["loss"].flatMap(Double.init) }
    #expect(losses.count == figures.steps)
    #expect(abs(losses.reduce(0, +) / Double(losses.count) - figures.loss) < 1e-6 * max(1, figures.loss))
    try results(evaluate + ["--predictions", "w.csv", "--worst-first"], in: scratch)
    let worst = try table("w.csv").compactMap { $0["loss"].flatMap(Double.init) }
    #expect(worst == losses.sorted(by: >))
    // The same rows as JSON.
    let lines = try scratch.text(of: "e.jsonl").split(separator: "\n")
    #expect(lines.count == found.count)
    for (line, row) in zip(lines, found) {
      let object = try JSONValue.object(of: String(line))
      #expect(Set(object.keys) == Set(row.keys))
      for (name, text) in row {
        let number = Double(text)
        #expect(
          number == nil ? object[name]?.text == text : object[name].flatMap { Double($0.text) } == number)
      }
    }
    if isRegression {
      let name = columns.contains("temp,hum") ? "temp_truth" : "truth"
      #expect(found.compactMap { $0[name].flatMap(Float.init) }.count == found.count)
    }
  }

  /// Every layout that can be trained on can be predicted, with its label column and its time.
  @Test func everyLayoutIsPredicted() throws {
    func write(_ number: Int, _ lines: [String], to name: String) {
      scratch.write(lines.map { $0 + "\n" }.joined(), to: name)
    }
    scratch.write("g,x,y\n" + (0..<12).map { "\($0 / 4),\($0),\($0 % 2)\n" }.joined(), to: "grouped.csv")
    scratch.write((0..<8).map { "\($0 % 2),\($0),2,3\n" }.joined(), to: "wide.csv")
    scratch.write(
      "@problemName p\n@univariate true\n@equalLength true\n@seriesLength 3\n@classLabel true no yes\n@data\n"
        + (0..<6).map { "\($0),2,3:\($0 % 2 == 0 ? "no" : "yes")\n" }.joined(), to: "s.ts")
    var table = "name,kind,age\n"
    for number in 0..<6 {
      scratch.write("1,\(number)\n2,3\n", to: "walk\(number % 2)/a_\(number).csv")
      scratch.write("\(number),\(number % 2)\n5,\(number % 2)\n", to: "once/o_\(number).csv")
      scratch.write(
        "t,v,y\n2024-01-01T00:0\(number):00Z,1,0\n2024-01-01T01:00:00Z,2,1\n", to: "time/t_\(number).csv")
      scratch.write("\(number),1\n2,3\n", to: "table/s_\(number).csv")
      table += "s_\(number),\(number % 2 == 0 ? "even" : "odd"),\(number)\n"
    }
    scratch.write(table, to: "labels.csv")
    let layouts: [(train: String, predict: String, rows: Int, key: String)] = [
      (
        "--features grouped.csv --header --group-by g --label-column y --classes 2", "--features grouped.csv",
        12,
        "grouped:0"
      ),
      (
        "--features wide.csv --one-series-per-row --label-column 0 --classes 2", "--features wide.csv", 8,
        "wide:0"
      ),
      ("--features s.ts", "--features s.ts", 6, "s:0"),
      ("--features walk?/*.csv --labels-from folder", "--features walk?/*.csv", 6, "walk0/a_0"),
      (
        "--features once --label-column 1 --classes 2 --label-once", "--features once", 6, "o_0"
      ),
      (
        "--features time --header --time t --label-column y --classes 2", "--features time", 12, "t_0"
      ),
      (
        "--features table --label-table labels.csv --static age", "--features table --label-table labels.csv",
        6,
        "s_0"
      ),
      (
        "--features table --label-column 1 --regression --window 1 --transform lags:count=1",
        "--features table --window 1", 6, "s_0@1"
      ),
    ]
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    for layout in layouts {
      try results(
        ["train", "--model", "m", "--overwrite"] + shortTraining + words(layout.train), in: scratch)
      let text = try results(["predict", "--model", "m"] + words(layout.predict), in: scratch)
      let found = rows(text)
      #expect(found.count == layout.rows, "\(layout.train): \(text)")
      #expect(found.first?["key"] == layout.key, "\(layout.train): \(text)")
      if layout.train.contains("--time") {
        #expect(found.first?["t"] == "2024-01-01T00:00:00Z", "\(text)")
      }
    }
  }

  /// Arrays of numpy: the header of the keys is that of texts, and the outputs are those of the CSV.
  @Test func arraysHaveTheSameNumbers() throws {
    try trainSteps()
    for name in ["p.csv", "p.npz"] {
      try results(["predict", "--model", "m", "--features", "f_%d.csv", "--output", name], in: scratch)
    }
    let bytes = try MappedFile(scratch.path("p.npz")).withBytes { Array($0) }
    let found = try table()
    let expected = found.flatMap { row in [row["dry"], row["wet"]].compactMap { $0 }.compactMap(Float.init) }
    let raw: [UInt8] = expected.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    let header = "{'descr': '<U4', 'fortran_order': False, 'shape': (\(found.count),), }"
    let key: [UInt8] = "f_0".utf8.flatMap { byte -> [UInt8] in [byte, 0, 0, 0] }
    for part in [raw, Array(header.utf8), key] { #expect(bytes.contains(part)) }
  }

  /// The key, the step and the name of a column lead back to the file.
  @Test func aPredictionLeadsBackToItsFile() throws {
    try trainSteps()
    let words = [
      "inspect", "--features", "f_%d.csv", "--header", "--drop-columns", "id,label", "--batch-size", "5",
    ]
    let text = try results(words + ["--explain", "f_11,2,hum"], in: scratch)
    #expect(text.hasPrefix("f_11.csv:4:"), "\(text)")
    #expect(try results(words + ["--explain", "f_11,2,1"], in: scratch) == text)
    for (value, problem) in [
      ("f_99,2,hum", "no series has the key \"f_99\""), ("f_1,2,humm", "did you mean \"hum\"?"),
      ("f_1,-1,hum", "expected N,T,C"),
    ] {
      let run = try timestep(words + ["--explain", value], in: scratch)
      #expect(run.exitCode == 64 && run.error.contains(problem), "\(run.error)")
    }
  }

  @Test func mistakesEndInAMessage() throws {
    try trainSteps()
    for (flags, text) in [
      (
        ["--features", "f_%d.csv", "--output", "p.parquet"],
        "--output p.parquet: expected a name that ends in .csv, .jsonl or .npz"
      ),
      (
        ["--output", "p.csv"],
        "--output requires --features, --input-split or --reader: rows of standard input have one form"
      ),
      (
        ["--features", "f_%d.csv", "--on-error", "report"],
        "--on-error report: it is about rows of standard input"
      ),
      (["--on-error", "skip-row"], "--on-error skip-row: it is about files"),
      (
        ["--features", "f_%d.csv", "--steps", "3", "--rollout", "2"],
        "--steps and --rollout exclude each other"
      ),
      (["--features", "f_%d.csv", "--output", "f_0.csv"], "names a file that is read"),
    ] {
      let run = try timestep(["predict", "--model", "m"] + flags, in: scratch)
      #expect(run.exitCode == 64 && run.error.contains(text), "\(flags): \(run.error)")
    }
    scratch.write("id,temp,hum\n1,2,3\n1,x,3\n", to: "bad.csv")
    let stopped = try timestep(
      ["predict", "--model", "m", "--features", "bad.csv", "--output", "p.csv"], in: scratch)
    #expect(
      stopped.exitCode == 1 && stopped.error.hasPrefix("bad.csv:3:3: ") && !scratch.names().contains("p.csv"),
      "\(stopped.error)")
    let skipped = try timestep(
      ["predict", "--model", "m", "--features", "bad.csv", "--on-error", "skip-row"], in: scratch)
    #expect(
      skipped.exitCode == 0 && rows(skipped.output).count == 1
        && skipped.error.contains("left out 1 row (1 not-a-number)"), "\(skipped.error)")
    scratch.write("id,temp\n1,2\n", to: "narrow.csv")
    let narrow = try timestep(["predict", "--model", "m", "--features", "narrow.csv"], in: scratch)
    #expect(narrow.exitCode == 1 && narrow.error.contains("hum"), "\(narrow.error)")
  }
}

/// A value in JSON, as the text that CSV would have.
private enum JSONValue: Decodable {
  case text(String)
  case number(Double)
  case integer(Int)

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else {
      self = .number(try value.decode(Double.self))
    }
  }

  static func object(of line: String) throws -> [String: JSONValue] {
    try JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8))
  }

  var text: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    }
  }
}

extension PredictionFileTests {
  /// What was subtracted from a column is added to its future values again.
  @Test func futureValuesAreInTheUnitsOfTheirColumn() throws {
    for number in 0..<4 {
      let text = (0..<12).map { "\(20_000_000 + 100 * number + $0),\($0)\n" }.joined()
      scratch.write("load,u\n" + text, to: "f_\(number).csv")
    }
    let words = ["--features", "f_%d.csv", "--header"]
    for offset in ["20000000", "first"] {
      try results(
        [
          "train", "--model", "m", "--targets", "load", "--horizon", "2", "--offset", "load=\(offset)",
          "--normalize", "standardize",
        ] + words + shortTraining, in: scratch)
      let run = try timestep(["predict", "--model", "m", "--features", "f_%d.csv"], in: scratch)
      let first = try #require(rows(run.output).first?["load+1"].flatMap(Double.init))
      #expect(offset == "first" ? abs(first) < 1000 : abs(first - 20_000_000) < 1000)
      #expect(run.error.contains("predictions of column \"load+1\"") == (offset == "first"), "\(run.error)")
    }
  }

  /// Wide files of predictions may lack a label that has a name; of a position, the command says what it does.
  @Test func wideFilesWithoutLabels() throws {
    let values = (0..<8).map { row in (0..<4).map { "\((row * 3 + $0 * 2) % 7)" }.joined(separator: ",") }
    let classes = ["dry", "wet"]
    let with = values.enumerated().map { "\(classes[$0 % 2]),\($1)\n" }.joined()
    for (column, header) in [("cls", true), ("0", true), ("@0", false)] {
      scratch.write((header ? "cls,v0,v1,v2,v3\n" : "") + with, to: "labelled.csv")
      scratch.write((header ? "v0,v1,v2,v3\n" : "") + values.joined(separator: "\n") + "\n", to: "bare.csv")
      try results(
        [
          "train", "--model", "m", "--features", "labelled.csv", "--one-series-per-row", "--label-column",
          column,
          "--label-categories", "dry,wet",
        ] + (header ? ["--header"] : []) + shortTraining, in: scratch)
      let labelled = try timestep(["predict", "--model", "m", "--features", "labelled.csv"], in: scratch)
      #expect(rows(labelled.output).count == 8, "\(labelled.error)")
      let bare = try timestep(["predict", "--model", "m", "--features", "bare.csv"], in: scratch)
      #expect(rows(bare.output).map { $0["dry"] } == rows(labelled.output).map { $0["dry"] }, "\(column)")
      #expect(!(bare.error + labelled.error).contains("of every row"))
      // Rows that are longer may have labels or not: they are read as those of the training.
      scratch.write(
        (header ? "cls,v0,v1,v2,v3,v4\n" : "") + with.replacing("\n", with: ",1\n"), to: "longer.csv")
      let longer = try timestep(["predict", "--model", "m", "--features", "longer.csv"], in: scratch)
      #expect(rows(longer.output).count == 8, "\(longer.error)")
      #expect(longer.error.contains("column \(column) of every row") == !header, "\(longer.error)")
    }
  }

  /// Keys that are numbers can be named, and are not mistaken for rows.
  @Test func keysThatAreNumbers() throws {
    for key in [1, 2, 10] { scratch.write("\(key).5,0\n", to: "d/\(key).csv") }
    let words = ["inspect", "--features", "d"]
    #expect(try results(words + ["--explain", "key=10,0,0"], in: scratch).hasPrefix("d/10.csv:1:"))
    let run = try timestep(words + ["--explain", "1,0,0"], in: scratch)
    #expect(run.exitCode == 64 && run.error.contains("--explain key=1,0,0"), "\(run.error)")
    #expect(
      try results(words + ["--explain", "1,0,0", "--epoch", "0", "--order", "file"], in: scratch)
        .hasPrefix("d/2.csv:1:"))
  }
}
