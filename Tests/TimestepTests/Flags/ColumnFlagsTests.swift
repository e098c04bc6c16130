import TestSupport
import Testing

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
        + "\"fog\"; correct it, or choose what unknown texts become (--unknown-category ignore or other)\n",
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
      "--normalize",
      "standardize",
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
        + "\"rain\", found \"overcast\"; correct it, or choose what unknown texts become (--unknown-category ignore or other)\n"
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
    ("--time t --category t", "--category or --time: column \"t\" is named twice"),
    ("--group-by a --line-pattern b", "--group-by and --line-pattern exclude each other"),
    (
      "--line-pattern (.*) --header",
      "--header is about CSV files; --line-pattern names columns, (?<name>...), and says where they end"
    ),
    (
      "--label-categories a,b",
      "--label-categories says what labels mean: give --labels or --label-column too"
    ),
    (
      "--labels l_%d.csv --classes 2 --label-categories a,b",
      "--classes and --label-categories exclude each other"
    ),
    (
      "--reader csv --header",
      "--header is about CSV files; a reader that --reader names has options of its own"
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
}

private let formatReason =
  "expected the format iso8601, unix, unix-ms, or a pattern with a conversion such as %Y and none of %s, %Z, %G, %g and %V"
