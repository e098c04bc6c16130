import Glibc
import TestSupport
import Testing
import Timestep

/// Predictions row by row, from standard input.
@Suite(.startsProcesses) struct PredictTests {
  /// A model of two columns, trained on normalized data; `flags` specify the labels.
  private func trained(_ flags: [String] = smallData) throws -> TestDirectory {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["train", "--model", "m", "--normalize", "standardize"] + shortTraining + flags, in: scratch)
    return scratch
  }

  private func predict(_ rows: String, _ flags: [String] = [], in scratch: TestDirectory) throws
    -> FinishedCommand
  {
    scratch.write(rows, to: "rows")
    return try timestep(["predict", "--model", "m"] + flags, in: scratch, input: scratch.path("rows"))
  }

  private func numbers(_ text: String, delimiter: Character = ",") -> [[Float]] {
    text.split(separator: "\n").map { $0.split(separator: delimiter).compactMap { Float($0) } }
  }

  /// The printed predictions equal `output` for the whole series, to the last digit.
  @Test(arguments: [smallData, ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--regression"]])
  func isTheOutputOfTheWhole(flags: [String]) throws {
    let scratch = try trained(flags)
    let run = try predict("1,2\n3,4\n\n5,6\n7, 8", in: scratch)
    #expect(run.exitCode == 0 && run.error == "")
    let rows = numbers(run.output)

    let file = try ModelFile(scratch.path("m"))
    let contract = try #require(file.contract)
    let features = Tensor(shape: [2, 2, 2], elements: [1, 3, 2, 4, 5, 7, 6, 8])
    let batch = DataSet(features: features).normalized(by: contract.featuresNormalizer, labels: nil)
    var outputs = try file.network.output(batch)
    if let normalizer = contract.labelsNormalizer { outputs = normalizer.revert(outputs, mask: .full(2, 2)) }
    try #require(rows.count == 4 && rows.allSatisfy { $0.count == outputs.shape[1] })
    for (index, row) in rows.enumerated() {
      for (column, value) in row.enumerated() {
        #expect(abs(value - outputs[index / 2, column, index % 2]) <= 1e-5 * abs(value))
      }
    }
    #expect(
      run.output.split(separator: "\n").first
        == rows.first.map { $0.map { nineDigits($0) }.joined(separator: ",") }.map { Substring($0) })
  }

  /// An offset of a label column is added to its predictions; one that the model does not know is named.
  @Test func offsetsOfLabelsAreAddedBack() throws {
    let scratch = TestDirectory()
    scratch.write("a,y\n1,1711846801\n2,1711846802\n3,1711846803\n", to: "f.csv")
    func predictions(_ offset: [String]) throws -> FinishedCommand {
      let flags = ["--features", "f.csv", "--header", "--label-column", "y", "--regression"]
      try results(["train", "--model", "m", "--hidden", "2", "--epochs", "1"] + flags + offset, in: scratch)
      return try predict("1\n2\n", in: scratch)
    }
    let first = try predictions(["--offset", "y=first"])
    #expect(
      first.exitCode == 0
        && first.error
          == "the predictions of column \"y\" are what the model was trained on: the difference from the first number "
          + "of the sequence\n",
      "\(first.error)")
    // Labels that differ by a constant train the same network.
    let small = try predictions(["--offset", "y=1711846801"])
    let differences = numbers(first.output).map { $0[0] }
    let sums = small.output.split(separator: "\n").compactMap { Double($0) }
    try #require(differences.count == 2 && sums.count == 2, "\(small.output)")
    #expect(small.exitCode == 0 && small.error == "")
    for (difference, sum) in zip(differences, sums) {
      #expect(abs(sum - 1_711_846_801 - Double(difference)) < 1e-5)
    }
  }

  /// A model whose weights are finite but too large: the row and the layer are named, and nothing is printed for it.
  @Test(arguments: ["lstm", "graves", "gru", "rnn"]) func noPredictionIsNotANumber(cell: String) throws {
    for (flags, isRegression) in [
      (smallData, false), (Array(smallData.dropLast(2)) + ["--regression"], true),
    ] {
      let scratch = try trained(flags + ["--cell", cell])
      var file = try ModelFile(scratch.path("m"))
      let outputs = isRegression ? 1 : 2
      // 0.7 * 3e38 + 0.7 * 3e38 is beyond Float; a row of zeros gives a prediction.
      file.network[parameter: "layer1.W"] = Tensor(
        shape: [2, outputs], elements: [Float](repeating: 3e38, count: 2 * outputs))
      for name in file.network.parameterNames where name.hasPrefix("layer0.") {
        let shape = file.network[parameter: name].shape
        let isBias = shape.count == 1
        let values = (0..<shape.reduce(1, *)).map { index -> Float in
          // The update gate of a GRU is closed where it holds the old state.
          let holds = cell == "gru" && 2...3 ~= index % 6
          return isBias ? 0 : holds ? -20 : 20
        }
        file.network[parameter: name] = Tensor(shape: shape, elements: values)
      }
      file.network[parameter: "layer1.b"] = Tensor(shape: [outputs])
      file.contract?.featuresNormalizer = nil
      try file.save(to: scratch.path("m"))
      let run = try predict("9,9\n9,9\n\n0,0\n", in: scratch)
      #expect(run.exitCode == 1)
      let lines = run.error.split(separator: "\n")
      let layer = "layer 1 (rnnOutput)"
      #expect(
        lines.last?.hasPrefix(
          "standard input:2: the output of \(layer) is not finite, so there is no prediction; the values of the row, "
            + "or the weights of the model, are too large: check the row, or train the model again") == true,
        "\(cell): \(run.error)")
      #expect(numbers(run.output).allSatisfy { $0.allSatisfy(\.isFinite) })
      #expect(!run.output.contains("nan") && !run.output.contains("inf"), "\(run.output)")
      #expect(numbers(run.output).count == 3 - lines.count && !run.output.isEmpty)
    }
  }

  /// A finite value that the normalizer makes infinite, or too large for the layers: its column and numbers are named.
  @Test(arguments: ["standardize", "minmax"]) func valuesThatTheNormalizerMakesTooLarge(
    _ normalization: String
  ) throws {
    let scratch = TestDirectory()
    for number in 0..<3 {
      scratch.write("a,b,c\n\(number),0,1\n2,1e-38,\(number)\n", to: "f_\(number).csv")
      scratch.write("0\n1\n", to: "l_\(number).csv")
    }
    let train = smallData + ["--header", "--normalize", normalization]
    try results(["train", "--model", "m"] + train + shortTraining, in: scratch)
    let normalizer = try #require(try ModelFile(scratch.path("m")).contract?.featuresNormalizer)
    let (shift, scale) = (normalizer.shift[1], normalizer.scale[1])
    let reach = (Float(shift - 100 * scale), Float(shift + 100 * scale))
    for value in ["30", "-1e30"] {
      let run = try predict("1,\(value),1\n1,0,1\n", in: scratch)
      let infinity = value == "30" ? "inf" : "-inf"
      #expect(
        run.error
          == "standard input:1: column 2 (\"b\") is \(Float(value) ?? 0), which the model's normalizer, (x - \(shift)) / "
          + "\(scale), makes \(infinity): expected a value like those of the training data, from \(reach.0) to "
          + "\(reach.1); give one, or leave the column out (train with --drop-columns b)\n", "\(run.error)")
      #expect(run.exitCode == 1 && numbers(run.output).count == 1)
    }
    // Both remedies.
    for value in [reach.0, reach.1] {
      #expect(try predict("1,\(value),1\n", in: scratch).exitCode == 0)
    }
    // The same value in data: its file, line and normalizer are named before the training.
    scratch.write("a,b,c\n5,30,1\n2,0,1\n", to: "t.csv")
    scratch.write("0\n1\n", to: "u.csv")
    let held = ["--test-features", "t.csv", "--test-labels", "u.csv"]
    let run = try timestep(["train", "--model", "n"] + train + held + shortTraining, in: scratch)
    #expect(run.exitCode == 1 && !run.error.contains("epoch "), "\(run.error)")
    #expect(
      run.error.contains(
        "t.csv: the test data cannot be evaluated: feature 1 at step 0 of example 0 (t.csv) is inf, from t.csv:2:3 (byte "
      ) && run.error.contains(": \"30\", column \"b\" -> normalized: (x - \(shift)) / \(scale) -> inf; "),
      "\(run.error)")
    try results(
      ["train", "--model", "m", "--overwrite", "--drop-columns", "b"] + train + held + shortTraining,
      in: scratch)
    #expect(try predict("1,1\n", in: scratch).exitCode == 0)
  }

  /// OpenBLAS is loaded only where products need it, and its absence is a message.
  @Test(arguments: ["lstm", "graves", "gru", "rnn"]) func withoutOpenBLAS(cell: String) throws {
    let scratch = try trained(smallData + ["--cell", cell])
    let expected = try predict("9,9\n9,9\n", in: scratch)
    #expect(expected.exitCode == 0)
    scratch.makeDirectory("lib")
    scratch.write("", to: "lib/libopenblas.so.0")
    scratch.write("9,9\n9,9\n", to: "rows")
    let run = try timestep(
      ["predict", "--model", "m"], in: scratch, prefix: ["env", "LD_LIBRARY_PATH=lib"],
      input: scratch.path("rows"))
    if run.exitCode == 0 {
      #expect(run.output == expected.output && run.error == "")
    } else {
      #expect(run.exitCode == 1 && run.output == "")
      #expect(run.error.hasPrefix("standard input:1: OpenBLAS cannot be loaded ("), "\(cell): \(run.error)")
    }
    if cell == "lstm" || cell == "graves" { #expect(run.exitCode == 0, "\(run.error)") }
  }

  /// The printed predictions equal those for the whole transformed series, row for row.
  @Test(arguments: [["--label-column", "2", "--classes", "2"], ["--label-column", "1", "--regression"]])
  func transformsGiveTheSameAsForTheWholeSequence(_ labels: [String]) throws {
    let scratch = TestDirectory()
    for number in 0..<4 {
      let rows = (0..<9).map {
        "\($0 * $0 % 7),\($0 % 4 == 2 ? "" : "\($0 + number)"),\(($0 + number) % 2)\n"
      }
      scratch.write("a,b,c\n" + rows.joined(), to: "s_\(number).csv")
    }
    let feature = labels[1] == "2" ? "b" : "c"
    let transforms = [
      "fill:rule=forward,columns=a b", "fill:rule=mean,columns=\(feature)",
      "map:function=scale,factor=3,columns=a",
      "log:plusOne,columns=a",
      "difference:lag=2,columns=\(feature)", "lags:count=2,columns=a \(feature)",
      "clip:from=-5,to=5,columns=a",
    ]
    try results(
      [
        "train", "--model", "m", "--features", "s_%d.csv", "--header", "--normalize", "standardize",
        "--align", "end",
      ] + labels + shortTraining + transforms.flatMap { ["--transform", $0] }, in: scratch)
    // The rows as in the files, without the labels.
    let series = [
      ["1,NA", "2,4", ",5", "3,3", "8,1", "0,NA", "4,2"], ["5,5", "6,6", "7,7"],
      ["1,1", "2,,2", "2,2", "-9,3", "3,1"], ["1,2", "2,2", "3,NA", "5,1", "6,1"],
    ]
    let run = try predict(
      series.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n"), ["--missing", "NA"], in: scratch)
    #expect(run.exitCode == 1)
    let errors = run.error.split(separator: "\n")
    #expect(
      errors.count == 2 && errors[0].hasPrefix("standard input:14: the row has a different number of fields")
        && errors[1].hasPrefix(
          "standard input:16: column \"a\": log(1 + x) of [\"a\"]: expected a number above -1, found -27.0")
    )

    let file = try ModelFile(scratch.path("m"))
    let contract = try #require(file.contract)
    #expect(
      contract.source
        == DataContract.Source(columns: ["a", "b", "c"], labels: labels[1] == "2" ? ["c"] : ["b"]))
    let good = [series[0], series[1], [series[2][0], series[2][2], series[2][4]], series[3]]
    let whole = good.map { rows in
      rows.map { row in
        let values = row.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) ?? .nan }
        return labels[1] == "2" ? values + [0] : [values[0], 0, values[1]]
      }
    }
    let reader = try CollectionSequenceRecordReader(whole, columns: ["a", "b", "c"]).transformed(
      by: try #require(contract.transforms))
    let location = try #require(reader.columns.firstIndex(of: labels[1] == "2" ? "c" : "b"))
    // Two differences and two lags drop the first four rows; shorter series give no predictions.
    let kept = reader.choosing([0, 3])
    let batch = try SequenceBatches(features: kept, labels: .columns([location], .values), alignment: .start)
      .batch(
        epoch: 0, index: 0
      ).normalized(by: contract.featuresNormalizer, labels: nil)
    var outputs = try file.network.output(batch)
    if let normalizer = contract.labelsNormalizer {
      outputs = normalizer.revert(outputs, mask: batch.featuresMask)
    }
    let rows = numbers(run.output)
    try #require(rows.count == 4 && rows.allSatisfy { $0.count == outputs.shape[1] })
    for (row, (example, step)) in zip(rows, [(0, 0), (0, 1), (0, 2), (1, 0)]) {
      for (column, value) in row.enumerated() {
        #expect(abs(value - outputs[example, column, step]) <= 1e-5 * abs(value) + 1e-6)
      }
    }
  }

  @Test(arguments: [
    (
      "fill", "fill missing values: linear",
      "it interpolates up to a later row, which has not come yet; fill with the value before (train with --transform fill:rule=forward)"
    ),
    (
      "resample:every=2,label=last",
      "every 2 rows become their mean, remainder keep, their labels their last",
      "it makes one row of every 2"
    ),
  ]) func transformsThatNeedLaterRowsAreRejected(_ call: String, _ words: String, _ reason: String) throws {
    let scratch = try trained(smallData + ["--transform", call, "--align", "end"])
    let run = try predict("1,2\n", in: scratch)
    #expect(run.exitCode == 1 && run.output == "")
    #expect(
      run.error
        == "m: cannot predict row by row: the transform \"\(words)\" cannot be applied row by row: \(reason); predict whole "
        + "files, which \"timestep predict\" takes by --features, or train without it\n")
  }

  @Test func missingRequiresTransforms() throws {
    let run = try predict("1,2\n", ["--missing", "NA"], in: trained())
    #expect(run.exitCode == 64)
    #expect(run.firstLine == "Error: --missing: the model has no transforms that fill missing values")
  }

  /// `%.9g`, formatted by the C library.
  private func nineDigits(_ value: Float) -> String {
    var text = [CChar](repeating: 0, count: 40)
    let count = withVaList([Double(value)]) { vsnprintf(&text, text.count, "%.9g", $0) }
    return String(decoding: text.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The error about an invalid row names its line, and the state does not change.
  @Test func faultyRowsChangeNothing() throws {
    let scratch = try trained()
    let expected = try predict("1,2\n3,4\n", in: scratch).output
    let run = try predict("1,2\n1,two\n1\n1,2,3\n1,nan\n1e99,2\n\"1,2\n,2\n3,4\n", in: scratch)
    #expect(run.exitCode == 1)
    #expect(run.output == expected)
    let columns =
      "give every row the columns of the data that the model was trained on"
    #expect(
      run.error == """
        standard input:2:3: field 2 is not a number: expected a decimal number such as -1.5e3, found "two"; correct it, or \
        declare the text as a missing value
        standard input:3: the row has a different number of fields: expected 2, found 1; \(columns)
        standard input:4: the row has a different number of fields: expected 2, found 3; \(columns)
        standard input:5:3: field 2 is not finite: expected a finite number, found "nan"; correct it
        standard input:6:1: field 1 is out of range: expected a magnitude up to 3.4028235e38, found "1e99"; correct it, or \
        rescale the column
        standard input:7:1: field 1 has no closing quote: expected one before the end of the file, found ""1,2\\x0A"; close \
        the quote
        standard input:8:1: field 1 is a missing value: expected a number, found an empty field; fill it in, or let the \
        model fill it (train with --transform fill:rule=forward)

        """)
  }

  /// A byte-order mark before the first row is no part of it, as in files.
  @Test func aByteOrderMarkIsAccepted() throws {
    let scratch = try trained()
    let expected = try predict("1,2\n3,4\n", in: scratch).output
    for first in ["1,2", "\"1\",2", " 1 , 2\r"] {
      let run = try predict("\u{FEFF}\(first)\n3,4\n", in: scratch)
      #expect(run.exitCode == 0 && run.output == expected, "\(run.error)")
    }
    let run = try predict("\u{FEFF}x,2\n\u{FEFF}1,2\n1,2\n", in: scratch)
    let lines = run.error.split(separator: "\n")
    #expect(lines.count == 2, "\(run.error)")
    #expect(lines.first?.hasPrefix("standard input:1:4: field 1 is not a number: ") == true, "\(run.error)")
    // In another line, it is an invisible character.
    #expect(lines.last?.contains("found \"\\u{FEFF}1\"") == true, "\(run.error)")
  }

  @Test func stopsAtOnceWhenAsked() throws {
    let scratch = try trained()
    let expected = try predict("1,2\n", in: scratch).output
    let run = try predict("1,2\n1\n3,4\n", ["--on-error", "stop"], in: scratch)
    #expect(run.exitCode == 1 && run.output == expected)
    #expect(run.error.hasPrefix("standard input:2: the row has a different number of fields"))
  }

  @Test func otherDelimiters() throws {
    let scratch = try trained()
    let expected = try predict("1,2\n3,4\n", in: scratch).output
    let run = try predict("1\t2\r\n3\t4\r\n", ["--delimiter", "\\t"], in: scratch)
    #expect(run.output == expected.replacing(",", with: "\t"))
    let wrong = try predict("1;2\n", ["--delimiter", "ab"], in: scratch)
    #expect(wrong.exitCode == 64)
  }

  /// Each answer arrives before the next row is sent.
  @Test func answersAtOnce() throws {
    let scratch = try trained()
    let expected = try predict("1,2\n3,4\n", in: scratch).output.split(separator: "\n").map { $0 + "\n" }
    let pipe = scratch.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    // Opens both ends, so that neither call waits.
    let end = open(pipe, O_RDWR | O_CLOEXEC)  // the command must not hold the end whose closing it waits for
    try #require(end >= 0)
    let running = try RunningCommand(["predict", "--model", "m"], in: scratch, input: pipe)
    for (row, answer) in zip(["1,2\n", "3,4\n"], [expected[0], expected[0] + expected[1]]) {
      _ = row.withCString { write(end, $0, strlen($0)) }
      #expect(waitUntil { running.outputSoFar == answer })
    }
    // Half a row is not treated as a row.
    _ = write(end, "5,", 2)
    usleep(20_000)
    #expect(running.outputSoFar == expected[0] + expected[1])
    _ = write(end, "6\n", 2)
    #expect(waitUntil { running.outputSoFar.count { $0 == "\n" } == 3 })
    close(end)
    #expect(try running.finish().exitCode == 0)
  }

  /// The results cannot be written: a full disk is a fault.
  @Test func resultsWithoutAReader() throws {
    let scratch = try trained()
    scratch.write("1,2\n", to: "rows")
    let run = try timestep(
      ["predict", "--model", "m"], in: scratch, input: scratch.path("rows"), output: "/dev/full")
    #expect(run.exitCode == 1 && run.error.hasPrefix("standard output: cannot be written"))
  }

  /// A model file of format version 1 gives the predictions of the program that wrote it.
  @Test func modelsOfVersionOne() throws {
    let scratch = TestDirectory()
    let data = fixture("japanese-vowels/train")
    let output = try results(
      [
        "evaluate", "--features", "\(data)/myInput_%d.csv", "--labels", "\(data)/myLabels_%d.csv", "--range",
        "0...39", "--model", fixture("models/version1.safetensors"), "--json",
      ], in: scratch)
    // The output of that program.
    let score = output.split(separator: ",").first { $0.hasPrefix("\"score\"") }?.dropFirst(8)
    #expect(abs(try #require(Double(score ?? "")) - 2.1655705805630077) < 1e-6)
    #expect(output.contains("\"accuracy\":0,") && output.contains("[0,0,1,0,0,1,0,26,2]"))
  }
}
