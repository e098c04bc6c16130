import TestSupport
import Testing
import Timestep

/// Columns by name, texts and timestamps: the same batches as from files that contain only numbers.
@Suite(.startsProcesses) struct ColumnFlagsTests {
  private let sky = ["clear", "cloudy", "rain"]

  /// Twelve series: `n_%d.csv` of numbers, `t_%d.csv` the same as text with a note, `s_%d.csv` with one label
  /// per row.
  private func written() throws -> TestDirectory {
    let scratch = TestDirectory()
    for number in 0..<12 {
      var (numbers, texts) = ("hours,sky,power\n", "time,note,sky,load,mood\n")
      for step in 0...number % 4 {
        let (kind, load) = ((number + step * step) % 3, Double(number * 7 % 5) + 0.5 * Double(step))
        numbers += "\(0.5 * Double(step)),\(kind),\(load)\n"
        let minute = step % 2 == 0 ? "00" : "30"
        texts += "2024-02-28T\(20 + step / 2):\(minute)Z,\"any, text\",\(sky[kind]),\(load),"
        texts += (kind == 0 ? "high" : "low") + "\n"
      }
      scratch.write(numbers, to: "n_\(number).csv")
      scratch.write(texts, to: "t_\(number).csv")
      let moods = (0...number % 4).map { (number + $0 * $0) % 3 == 0 ? "high\n" : "low\n" }
      scratch.write("mood\n" + moods.joined(), to: "l_\(number).csv")
    }
    return scratch
  }

  private let columns = [
    "--features", "t_%d.csv", "--header", "--keep-columns", "time,sky,load", "--rename", "load=power",
    "--rename",
    "time=hours", "--time", "time", "--time-unit", "hours", "--align", "end",
  ]

  private func tensors(_ scratch: TestDirectory, _ arguments: [String]) throws -> [UInt8] {
    try results(["convert", "--output", "o", "--overwrite"] + arguments, in: scratch)
    return try scratch.bytes(of: "o/batch-000000.safetensors")
  }

  @Test func textsBecomeTheNumbersThatTheyStandFor() throws {
    let scratch = try written()
    let plain = try tensors(
      scratch, ["--features", "n_%d.csv", "--header", "--align", "end"])
    for category in ["sky", "sky=clear,cloudy,rain"] {
      #expect(try tensors(scratch, columns + ["--category", category]) == plain)
    }
    let dropping = [
      "--features", "t_%d.csv", "--header", "--drop-columns", "note,mood", "--time", "time", "--time-unit",
      "hours",
      "--category", "sky", "--align", "end",
    ]
    #expect(try tensors(scratch, dropping) == plain)
    let pattern = #"(?<hours>[^,]+),"any, text",(?<sky>[a-z]+),(?<power>[^,]+),.*"#
    let lines = [
      "--features", "t_%d.csv", "--skip-lines", "1", "--line-pattern", pattern, "--time",
      "hours=%Y-%m-%dT%H:%MZ",
      "--time-unit", "hours", "--category", "sky", "--align", "end",
    ]
    #expect(try tensors(scratch, lines) == plain)
    let other = try tensors(
      scratch, columns + ["--category", "sky=clear,cloudy", "--unknown-category", "other"])
    #expect(other == plain)
    // With a label for every row: from a column, and from files.
    let ofColumn = try tensors(
      scratch,
      ["--drop-columns", "note", "--label-column", "4", "--category", "mood=high,low"] + dropping[..<3]
        + dropping[5...])
    let ofFiles = try tensors(
      scratch,
      columns + ["--category", "sky", "--labels", "l_%d.csv", "--label-categories", "high,low"] + [
        "--label-skip-lines", "0",
      ])
    #expect(ofColumn.count == ofFiles.count && ofColumn == ofFiles)
    // Label files have no header, feature files have one.
    for number in 0..<12 {
      let labels = try String(decoding: scratch.bytes(of: "l_\(number).csv"), as: UTF8.self)
      scratch.write(String(labels.dropFirst("mood\n".count)), to: "h_\(number).csv")
    }
    let withoutHeader = try tensors(
      scratch,
      columns + [
        "--category", "sky", "--labels", "h_%d.csv", "--label-categories", "high,low", "--label-header",
        "none",
      ])
    #expect(withoutHeader == ofFiles)
  }

  @Test func theModelContainsItsTexts() throws {
    let scratch = try written()
    let labels = ["--label-column", "4"]
    let data = [
      "--features", "t_%d.csv", "--header", "--drop-columns", "note", "--align", "end",
    ]
    let texts = ["--category", "sky", "--category", "mood", "--time", "time", "--time-unit", "hours"]
    _ = try results(
      ["train", "--model", "m", "--transform", "one-hot:columns=sky"] + data + texts + labels
        + ["--epochs", "30", "--hidden", "4", "--learning-rate", "0.1"], in: scratch)
    // Flags that the model knows may be omitted; flags that contradict it are rejected.
    let allowed = ["--allow-training-data"]
    let figures = try results(["evaluate", "--model", "m"] + data + labels + allowed, in: scratch)
    #expect(figures.hasPrefix("accuracy 1.0000 of 30 steps"))
    #expect(figures.contains("low"))
    try expectFailure(
      "m: does not fit the data: the model requires column \"sky\" to be the categories \"clear\", \"cloudy\", \"rain\", unknown "
        + "ones: error, in the data it is the categories \"rain\", \"cloudy\", \"clear\", unknown ones: error; evaluate data "
        + "of the same form\n",
      ["evaluate", "--model", "m", "--category", "sky=rain,cloudy,clear"] + data + labels,
      in: scratch)
    scratch.write("time,note,sky,load,mood\n2024-01-01,,fog,1,low\n", to: "x.csv")
    try expectFailure(
      "x.csv:2:13: field 3 (column \"sky\") is not a known category: expected one of \"clear\", \"cloudy\", \"rain\", found "
        + "\"fog\"; correct it, or choose what unknown texts become (train with --unknown-category other, or train with --unknown-category ignore --transform fill:rule=forward)\n",
      ["evaluate", "--model", "m", "--features", "x.csv"] + data.dropFirst(2) + labels, in: scratch)
    // Saved batches contain it too.
    _ = try results(
      ["convert", "--output", "b", "--transform", "one-hot:columns=sky"] + data + texts + labels, in: scratch)
    #expect(try results(["evaluate", "--model", "m", "--batches", "b"] + allowed, in: scratch) == figures)
  }

  /// Rows of text, one by one, give the same predictions as the same rows of numbers.
  @Test func predictReadsTexts() throws {
    let scratch = try written()
    let labels = [
      "--labels", "l_%d.csv", "--label-categories", "high,low", "--epochs", "2", "--hidden", "3",
    ]
    _ = try results(["train", "--model", "t", "--category", "sky"] + columns + labels, in: scratch)
    _ = try results(
      ["train", "--model", "n", "--features", "n_%d.csv", "--header", "--align", "end"] + labels, in: scratch)
    scratch.write(
      "2024-05-01T22:00Z,rain,3\n2024-05-01T22:45Z,overcast,3\n2024-05-01T23:30Z,clear,2.5\n\n1999-12-31,cloudy,1\n2000-01-01,rain,1\n",
      to: "texts")
    scratch.write("0,2,3\n0.75,x,3\n1.5,0,2.5\n\n0,1,1\n24,2,1\n", to: "numbers")
    let texts = try timestep(["predict", "--model", "t"], in: scratch, input: scratch.path("texts"))
    let numbers = try timestep(["predict", "--model", "n"], in: scratch, input: scratch.path("numbers"))
    #expect(texts.output == numbers.output && texts.output.split(separator: "\n").count == 4)
    #expect(
      texts.error
        == "standard input:2:19: field 2 (column \"sky\") is not a known category: expected one of \"clear\", \"cloudy\", "
        + "\"rain\", found \"overcast\"; correct it, or choose what unknown texts become (train with --unknown-category other, or train with --unknown-category ignore --transform fill:rule=forward)\n"
    )
    // A faulty row does not set the time origin.
    scratch.write("2024-05-01T22:00Z,overcast,3\n2024-05-01T23:00Z,rain,3\n", to: "texts")
    scratch.write("0,2,3\n", to: "numbers")
    #expect(
      try timestep(["predict", "--model", "t"], in: scratch, input: scratch.path("texts")).output
        == timestep(["predict", "--model", "n"], in: scratch, input: scratch.path("numbers")).output)
  }

  @Test func inspectShowsTheNumbersOfTexts() throws {
    let scratch = try written()
    let output = try results(["inspect", "--category", "sky"] + columns, in: scratch)
    #expect(output.contains("  column hours: hours since the first timestamp of the sequence (ISO 8601)\n"))
    #expect(
      output.contains("  column sky: the categories \"clear\", \"cloudy\", \"rain\", unknown ones: error\n"))
    #expect(
      try results(["inspect", "--category", "sky", "--explain", "3,3,1"] + columns, in: scratch)
        == "t_3.csv:5:31 (byte 189): \"clear\", column \"sky\" -> the categories \"clear\", \"cloudy\", \"rain\", unknown ones: "
        + "error -> 0.0\n")
  }

  @Test(arguments: [
    ("--keep-columns a --drop-columns b", "--keep-columns and --drop-columns exclude each other"),
    (
      "--keep-columns a,,b",
      "The value 'a,,b' is invalid for '--keep-columns <keep-columns>': a name is empty: expected names, such as a,b,c"
    ),
    ("--rename a", "The value 'a' is invalid for '--rename <rename>': expected OLD=NEW, such as 0=time"),
    ("--unknown-category other", "--unknown-category requires --category"),
    ("--time-unit days", "--time-unit requires --time"),
    ("--time t=soon", "The value 't=soon' is invalid for '--time <time>': " + formatReason),
    ("--time t=%s", "The value 't=%s' is invalid for '--time <time>': " + formatReason),
    ("--time t=%Y-%m-%d%Z", "The value 't=%Y-%m-%d%Z' is invalid for '--time <time>': " + formatReason),
    ("--time t=%G-W%V-%u", "The value 't=%G-W%V-%u' is invalid for '--time <time>': " + formatReason),
    ("--time t --category t", "--category, --time or --offset: column \"t\" is named twice"),
    (
      "--offset t=soon",
      "The value 't=soon' is invalid for '--offset <offset>': expected COLUMN=first or COLUMN=VALUE, such as "
        + "t=1700000000"
    ),
    ("--group-by a --line-pattern b", "--group-by and --line-pattern exclude each other"),
    (
      "--line-pattern (.*) --header",
      "--line-pattern and --header exclude each other: the pattern names columns, (?<name>...), and says where they end"
    ),
    (
      "--label-categories a,b",
      "--label-categories requires --labels or --label-column: it is about labels"
    ),
    (
      "--labels l_%d.csv --classes 2 --label-categories a,b",
      "--classes and --label-categories exclude each other"
    ),
    (
      "--reader csv --header",
      "--reader and --header exclude each other: the reader has options of its own (timestep plugins)"
    ),
  ])
  func badFlags(flags: String, message: String) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try expectFailure(
      "Error: " + message,
      ["convert", "--output", "o", "--features", "f_%d.csv"] + flags.split(separator: " ").map(String.init),
      in: scratch, exitCode: 64)
  }

  /// Every flag for columns takes names and positions, and rejects what could mean two columns.
  @Test func columnsAreNamedOrNumbered() throws {
    let scratch = TestDirectory()
    scratch.write(",0,kind,kind\n7,0.5,a,1700000001\n8,1.5,b,1700000003\n", to: "f_0.csv")
    func convert(_ flags: [String]) throws -> String {
      _ = try results(
        ["convert", "--features", "f_%d.csv", "--header", "--output", "o", "--overwrite"] + flags, in: scratch
      )
      let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
      func columns(_ tensor: Tensor) -> String {
        (0..<tensor.shape[1]).flatMap { column in (0..<tensor.shape[2]).map { "\(tensor[0, column, $0])" } }
          .joined(separator: " ")
      }
      return columns(batch.features) + (batch.labels.map { " | " + columns($0) } ?? "")
    }
    #expect(try convert(["--keep-columns", "@1,@0"]) == "0.5 1.5 7.0 8.0")
    #expect(try convert(["--drop-columns", "@2,@3,@0"]) == "0.5 1.5")
    #expect(try convert(["--keep-columns", "@2", "--category", "@2=b,a"]) == "1.0 0.0")
    #expect(try convert(["--keep-columns", "@2", "--category", "@2"]) == "0.0 1.0")
    #expect(try convert(["--keep-columns", "@3", "--time", "@3=unix"]) == "0.0 2.0")
    #expect(
      try convert(["--keep-columns", "stamp", "--rename", "@3=stamp", "--offset", "stamp=first"]) == "0.0 2.0"
    )
    #expect(try convert(["--keep-columns", "@3,@1", "--offset", "@3=1700000000"]) == "1.0 3.0 0.5 1.5")
    #expect(
      try convert(["--drop-columns", "@2,@3", "--label-column", "@0", "--regression"]) == "0.5 1.5 | 7.0 8.0")
    #expect(
      try convert([
        "--keep-columns", "@1,@2", "--rename", "@2=mood", "--label-column", "mood", "--category", "mood",
      ])
        == "0.5 1.5 | 1.0 0.0 0.0 1.0")
    #expect(try convert(["--group-by", "@0", "--keep-columns", "@1", "--align", "end"]) == "0.5")
    let both =
      "\"0\" could mean two columns: expected one, found the column with that name (@1) and the column at that "
      + "position (@0, \"@0\"); write @1 or @0\n"
    scratch.write(",0,kind\n7,0.5,a\n", to: "g_0.csv")
    for flags in [
      ["--keep-columns", "0"], ["--drop-columns", "0"], ["--rename", "0=x"], ["--category", "0"],
      ["--time", "0"],
      ["--offset", "0=first"], ["--group-by", "0"],
    ] {
      try expectFailure(
        "g_0.csv:1: " + both, ["convert", "--features", "g_%d.csv", "--header", "--output", "o"] + flags,
        in: scratch)
    }
    try expectFailure(
      "f_0.csv: --label-column: " + both,
      [
        "convert", "--features", "f_%d.csv", "--header", "--output", "o", "--label-column", "0",
        "--regression",
        "--keep-columns", "@0,@1",
      ], in: scratch)
  }

  /// Tables of R and pandas begin with a column that numbers the rows.
  @Test func rowNumbersAreNamed() throws {
    let scratch = TestDirectory()
    scratch.write("\"\",x\n\"1\",5\n\"2\",7\n\"3\",6\n", to: "r_0.csv")
    let data = ["--features", "r_%d.csv", "--header", "--output", "o", "--overwrite"]
    let warning =
      "warning: r_0.csv: column @0 has no name and numbers the rows; if it is not a feature, leave it out (--drop-columns "
      + "@0)\n"
    #expect(try timestep(["convert"] + data, in: scratch).error.hasPrefix(warning))
    #expect(try !timestep(["convert", "--drop-columns", "@0"] + data, in: scratch).error.contains("warning"))
    scratch.write(",x\n1,5\n3,7\n", to: "r_0.csv")
    #expect(try !timestep(["convert"] + data, in: scratch).error.contains("warning"))
  }

  @Test func aColumnWithoutValuesIsLeftOut() throws {
    let scratch = TestDirectory()
    scratch.write("a,b,\n1,2,\n3,4,\n", to: "f.csv")
    let convert = ["convert", "--features", "f.csv", "--header", "--output", "o"]
    try expectFailure(
      "f.csv:2:5: field 3 (column \"@2\") is a missing value: expected a number, found an empty field, as in all rows of the "
        + "file; leave out the column (--drop-columns @2), or, if other files have values, fill it with their mean (--transform "
        + "fill:rule=mean)\n", convert, in: scratch)
    try results(convert + ["--drop-columns", "@2"], in: scratch)
    scratch.write("a,b,\n1,2,8\n", to: "g.csv")
    try results(
      [
        "convert", "--features", "*.csv", "--header", "--output", "p", "--transform", "fill:rule=mean",
      ], in: scratch)
    // With one value, it can be filled.
    scratch.write("a,b,\n1,2,\n3,4,5\n", to: "f.csv")
    try expectFailure(
      "f.csv:2:5: field 3 (column \"@2\") is a missing value: expected a number, found an empty field; fill it in, let a "
        + "transform fill it (--transform fill), or leave out the column (--drop-columns @2) or such rows "
        + "(--on-error skip-row)\n", convert, in: scratch)
  }

  @Test func labelColumnsAreDistinct() throws {
    let scratch = TestDirectory()
    scratch.write("a,b,c\n1,2,0\n4,5,1\n", to: "f_0.csv")
    scratch.write("x,y,x\n1,2,3\n4,5,6\n", to: "g_0.csv")
    func convert(_ features: String, _ columns: String, _ more: [String]) -> [String] {
      [
        "convert", "--features", features, "--header", "--regression", "--label-column", columns, "--output",
        "o",
      ]
        + more
    }
    for columns in ["c,@2", "@2,c", "@2,2"] {
      try expectFailure(
        "f_0.csv: --label-column: column @2 is named twice: expected distinct columns; name it once\n",
        convert("f_%d.csv", columns, []), in: scratch)
    }
    for (column, kept) in [("@2", "@0,@1"), ("@0", "@1,@2"), ("@2", "@1,@2")] {
      try expectFailure(
        "g_0.csv: --label-column: columns @0 and @2 have the same name: expected a name of its own for the labels, found "
          + "\"x\" twice; rename it (--rename \(column)=label)\n",
        convert("g_%d.csv", column, ["--keep-columns", kept]), in: scratch)
    }
    _ = try results(
      convert("g_%d.csv", "@2", ["--rename", "@2=label"]), in: scratch)
  }

  /// Labels in a column are merged by the rule, and a model knows how they are read.
  @Test func labelColumnsFollowTheirRules() throws {
    let scratch = TestDirectory()
    scratch.write("x,y\n0,0\n1,10\n2,20\n3,30\n", to: "f_0.csv")
    let data = ["--features", "f_%d.csv", "--header", "--label-column", "y", "--regression"]
    func labels(_ rule: String) throws -> [Float] {
      _ = try results(
        ["convert", "--output", "o", "--overwrite", "--transform", "resample:every=2,label=\(rule)"] + data,
        in: scratch)
      return try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0).labels?.elements ?? []
    }
    #expect(try labels("mean") == [5, 25])
    #expect(try labels("last") == [10, 30])
    #expect(try labels("mode") == [0, 20])
    let run = try timestep(
      ["convert", "--output", "p", "--transform", "resample:every=2"] + data, in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("name one (labels=last, mode or mean)"), "\(run.error)")
    for number in 0..<6 {
      let rows = (0..<6).map { "\($0),\(1_700_000_000 + number + 2 * $0)\n" }
      scratch.write("x,t\n" + rows.joined(), to: "t_\(number).csv")
    }
    let times = ["--features", "t_%d.csv", "--header", "--label-column", "t", "--regression"]
    _ = try results(
      [
        "train", "--model", "m", "--offset", "t=first", "--epochs", "200", "--hidden", "6", "--learning-rate",
        "0.02",
      ]
        + ["--normalize", "standardize"] + times, in: scratch)
    let figures = try results(
      ["evaluate", "--model", "m", "--allow-training-data", "--json"] + times, in: scratch)
    let r2 = figures.split(separator: "\"r2\":[").last.flatMap {
      Double($0.prefix { $0 != "]" && $0 != "," })
    }
    #expect(try #require(r2) > 0.9, "\(figures)")
  }
}

private let formatReason =
  "expected the format iso8601, unix, unix-ms, or a pattern with a conversion of strptime such as %Y and none of %s, %Z, %G, %g, %V and %f"
