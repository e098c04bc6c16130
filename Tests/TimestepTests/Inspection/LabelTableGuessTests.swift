import Testing

@testable import TimestepCommand

/// Tables of labels and intervals that do not match the series one to one.
struct LabelTableGuessTests {
  private let folder = InspectedFolder()

  private func table(_ keys: [String]) -> String {
    "id,label\n" + keys.enumerated().map { "\($1),\(["up", "down"][$0 % 2])\n" }.joined()
  }

  @Test(arguments: [8, 12, 20])
  func aTableMayHaveRowsOfOtherSeries(count: Int) throws {
    for number in 0..<6 { folder.write(["d/r\(number).csv": InspectedFolder.rows(4, seed: number)]) }
    folder.write(["meta.csv": table((0..<count).map { "r\($0)" })])
    #expect(
      try folder.commands() == [
        "--features d --label-table meta.csv:key=id,label=label --on-error unpaired=skip-sequence"
      ])
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.hasSuffix(
          "meta.csv: \(count - 6) keys name none of these series (r6, ...); their rows are left out")
      })
  }

  @Test func seriesWithoutARowAreLeftOut() throws {
    for number in 0..<8 { folder.write(["d/r\(number).csv": InspectedFolder.rows(4, seed: number)]) }
    folder.write(["meta.csv": table((0..<6).map { "r\($0)" })])
    #expect(try folder.commands()[0].contains("--on-error unpaired=skip-sequence"))
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.hasSuffix("2 series have no row (d/r6.csv, ...), and are left out")
      })
  }

  @Test func keysMayBePathsBelowTheFolder() throws {
    for number in 0..<6 { folder.write(["d/r\(number).csv": InspectedFolder.rows(4, seed: number)]) }
    for prefix in ["d/", "./d/"] {
      folder.write(["meta.csv": table((0..<6).map { "\(prefix)r\($0).csv" })])
      #expect(
        try folder.commands() == [
          "--features 'DIR/*/r*.csv' --label-table meta.csv:key=id,label=label".replacing("DIR/", with: "")
        ])
    }
  }

  /// The keys of patterns are numbers; those of the files of a directory are names.
  @Test func keysMayBeTheNumbersOfFiles() throws {
    for number in 1...6 {
      for (sensor, columns) in [("acc", 3), ("gyro", 2)] {
        folder.write([
          "a/\(sensor)_\(number).csv": InspectedFolder.rows(4 + number, columns: columns, seed: number),
          "b/data/\(sensor)_\(number).csv": InspectedFolder.rows(4 + number, columns: columns, seed: number),
        ])
      }
      folder.write(["c/data/r0\(number * number).csv": InspectedFolder.rows(4 + number, seed: number)])
    }
    folder.write([
      "a/labels.csv": table((1...6).map { "\($0)" }), "b/meta.csv": table((1...6).map { "\($0)" }),
      "c/labels.csv": table((1...6).map { "0\($0 * $0)" }),
    ])
    let joined =
      "--features a/acc_%d.csv --features a/gyro_%d.csv --label-table a/labels.csv:key=id,label=label"
    #expect(try folder.commands("a") == [joined])
    #expect(
      try folder.commands("b")[0]
        == joined.replacing("a/", with: "b/data/").replacing("b/data/labels", with: "b/meta"))
    #expect(
      try folder.commands("c")[0]
        == "--features 'c/data/r*.csv' --label-table c/labels.csv:key=id,label=label")
    for part in ["a", "b", "c"] { #expect(try folder.conclusion(part).suspicious == []) }
  }

  @Test func trainingAndTestPartShareATable() throws {
    let names = ["train", "test"].flatMap { part in (0..<5).map { "\(part)/\(part)\($0)" } }
    for (number, name) in names.enumerated() {
      folder.write(["\(name).csv": InspectedFolder.rows(4 + number, seed: number)])
    }
    folder.write(["labels.csv": table(names.map { String($0.split(separator: "/")[1]) })])
    #expect(
      try folder.commands() == [
        "--features train --label-table labels.csv:key=id,label=label --on-error unpaired=skip-sequence"
      ])
    #expect(try folder.trainingFlags().hasSuffix("--test-features test"))
  }

  /// A table that names no file is no series, and the remark says what is missing.
  @Test(arguments: ["file,label\n|.wav,no\n", "label\n|no\n", "path,label\n|C:\\x\\,no\n"])
  func aTableOfOtherNamesIsNoSeries(text: String) throws {
    let parts = text.split(separator: "|").map(String.init)
    let hasNames = text.contains(",")
    for number in 1...8 {
      folder.write(["sig/series_\(number).csv": "u,v\n" + InspectedFolder.rows(5 + number)])
    }
    let rows = (1...8).map { number in
      hasNames ? "Other_\(number)\(parts[1])" : number % 2 == 0 ? parts[1] : "yes\n"
    }
    folder.write(["labels.csv": parts[0] + rows.joined()])
    #expect(try folder.commands() == ["--features sig --header"])
    let suspicious = try folder.conclusion().suspicious
    #expect(
      suspicious.count == 1 && suspicious[0].contains("none of its columns names the files"), "\(suspicious)")
    #expect(suspicious[0].contains("labels.csv:key=@row"))
  }

  /// A column that counts the rows from 0, as pandas writes it, is not the numbers of files from 1.
  @Test(arguments: [0, 1]) func anIndexNamesNoFiles(first: Int) throws {
    for number in 0..<12 {
      folder.write(["sig/series_\(first + number).csv": InspectedFolder.rows(5 + number)])
    }
    folder.write([
      "labels.csv": ",label\n" + (0..<12).map { "\($0),\($0 % 2 == 0 ? "no" : "yes")\n" }.joined()
    ])
    #expect(
      try folder.commands() == [
        "--features sig/series_%d.csv --label-table labels.csv:key=\(first == 0 ? "@0" : "@row"),label=label"
      ])
    #expect(try folder.conclusion().suspicious == [])
  }

  /// Names that are repeated in the parts are those of the training, and a part with a table of its own is evaluated by itself.
  @Test(arguments: ["train_labels.csv", "train/labels.csv", "labels.csv"], [true, false])
  func aPartWithOtherLabelsIsNotInTheCommand(path: String, hasOwn: Bool) throws {
    let names = (0..<6).map { "s\($0)" }
    for (number, name) in names.enumerated() {
      for part in ["train", "test"] {
        folder.write([
          "\(part)/series/\(name).csv": InspectedFolder.rows(5, seed: number + (part == "test" ? 9 : 0))
        ])
      }
    }
    let own = path == "labels.csv" ? "test_labels.csv" : path.replacing("train", with: "test")
    folder.write([path: table(names)])
    if hasOwn { folder.write([own: table(names.reversed())]) }
    #expect(
      try folder.commands() == ["--features train/series --label-table \(path):key=id,label=label"])
    #expect(try !folder.trainingFlags().contains("test"))
    let suspicious = try folder.conclusion().suspicious.filter { $0.hasPrefix("the test part") }
    #expect(suspicious.count == 1, "\(suspicious)")
    #expect(
      suspicious[0].contains("evaluate the model on it (timestep evaluate --model model.st --features ")
        == hasOwn
        && suspicious[0].contains("test/series --label-table ") == hasOwn, "\(suspicious)")
  }

  @Test func rowsThatAreSeriesHaveTheirTableInOrder() throws {
    let names = (0..<20).map { "t\($0)" }.joined(separator: ",")
    let rows = (0..<6).map { row in "a\(row)," + InspectedFolder.rows(1, columns: 20, seed: row) }
    folder.write(["X.csv": "id,\(names)\n" + rows.joined(), "y.csv": table((0..<6).map { "a\($0)" })])
    #expect(
      try folder.commands() == [
        "--features X.csv --one-series-per-row --label-table y.csv:key=@row,label=label --header --drop-columns id"
      ])
    folder.write(["y.csv": table([3, 1, 2, 0, 5, 4].map { "a\($0)" })])
    #expect(
      try folder.commands() == ["--features X.csv --one-series-per-row --header --drop-columns id"])
    #expect(try folder.conclusion().suspicious.contains { $0.contains("y.csv has another order") })
  }

  /// Writes five recordings of 20 rows with a column of times, and intervals of the first `count` of them.
  private func writeIntervals(_ ends: [String], step: Double, count: Int = 5) {
    for number in 0..<5 {
      let rows = (0..<20).map { row -> String in "\(Double(row) * step),\((row * 7 + number) % 5).5\n" }
      folder.write(["rec/r\(number).csv": "t,x\n" + rows.joined()])
    }
    var rows = ""
    for number in 0..<count {
      for (index, end) in zip(ends, ends.dropFirst()).enumerated() {
        rows += "r\(number),\(end.0),\(end.1),\(["walk", "run"][index % 2])\n"
      }
    }
    folder.write(["events.csv": "file,start,end,label\n" + rows])
  }

  private let intervals =
    "--features rec --label-intervals events.csv:key=file,start=start,end=end,label=label"

  @Test func intervalsAreRowsOrTimes() throws {
    writeIntervals(["2", "5", "10"], step: 0.5)
    #expect(try folder.commands() == ["\(intervals) --header", "\(intervals) --header --time t=unix"])
    #expect(try folder.conclusion().uncertain.count == 1)
    writeIntervals(["0.5", "1.5", "2"], step: 0.5)
    #expect(try folder.commands() == ["\(intervals) --time t=unix --header"])
    writeIntervals(["20", "50", "100"], step: 10)
    #expect(try folder.commands() == ["\(intervals) --time t=unix --header"])
    writeIntervals(["2", "5", "10"], step: 0.125)
    #expect(try folder.commands() == ["\(intervals) --header"])
  }

  @Test func recordingsWithoutAnIntervalAreInDoubt() throws {
    writeIntervals(["2", "5", "10"], step: 0.125, count: 4)
    #expect(
      try folder.commands() == [
        "\(intervals) --on-error unpaired=skip-sequence --header", "\(intervals) --header --outside none",
      ])
    #expect(try folder.conclusion().uncertain.count == 1)
  }
}
