import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// Where series and labels are, for one folder of each kind.
struct LayoutGuessTests {
  private let scratch = TestDirectory()

  private func write(_ texts: [String: String]) {
    for (path, text) in texts {
      var folder = ""
      for part in path.split(separator: "/").dropLast() {
        folder += "\(folder.isEmpty ? "" : "/")\(part)"
        scratch.makeDirectory(folder)
      }
      scratch.write(text, to: path)
    }
  }

  /// Returns the flags of the first command, with paths relative to the folder.
  private func flags(_ location: String = "") throws -> String {
    let survey = try DataSurvey(location.isEmpty ? scratch.path : scratch.path(location))
    return survey.conclusion().commands[0].flags.map(\.words).joined(separator: " ")
      .replacing("\(scratch.path)/", with: "").replacing(scratch.path, with: "DIR")
  }

  private func series(_ number: Int, _ count: Int = 4) -> String {
    (0..<count).map { "\(number).\($0 + 1),\($0).25\n" }.joined()
  }

  @Test func labelsInFilesOfTheSameNumber() throws {
    for number in 0..<4 {
      write(["f_\(number).csv": series(number), "l_\(number).csv": "\(number % 2)\n"])
    }
    #expect(try flags() == "--features f_%d.csv --labels l_%d.csv --align end --classes 2")
    for number in 0..<4 { write(["l_\(number).csv": "0\n1\n2\n0\n"]) }
    #expect(try flags() == "--features f_%d.csv --labels l_%d.csv --classes 3")
    // A gap in the numbers, and names in two folders.
    scratch.remove("f_1.csv")
    scratch.remove("l_1.csv")
    #expect(try flags() == "--features 'f_*.csv' --labels 'l_*.csv' --classes 3")
    let other = TestDirectory()
    for name in ["features", "labels"] { other.makeDirectory(name) }
    for number in 1..<4 {
      other.write(series(number), to: "features/rec\(number).csv")
      other.write("label\nrun\n", to: "labels/rec\(number).csv")
    }
    let survey = try DataSurvey(other.path)
    let words = survey.conclusion().commands[0].flags.map(\.words).joined(separator: " ").replacing(
      other.path, with: "D")
    #expect(
      words
        == "--features D/features --labels D/labels --label-header present --align end --label-categories run"
    )
  }

  @Test func classesInFoldersAndNames() throws {
    for number in 0..<3 {
      write(["walk/a\(number).csv": series(number), "run/a\(number).csv": series(number + 5)])
    }
    #expect(try flags() == "--features DIR --labels-from folder")
    let other = TestDirectory()
    for number in 0..<6 {
      other.write(series(number), to: "s\(number % 3)_\(number % 2 == 0 ? "walk" : "run")_\(number).csv")
    }
    let survey = try DataSurvey(other.path)
    let flags = survey.conclusion().commands[0].flags
    #expect(flags[1].name == "labels-from" && flags[1].value == "name:^s[0-9]+_([^-_. 0-9/]+)_")
    // The subject is another reading.
    #expect(survey.conclusion().commands.count == 2 && !survey.conclusion().uncertain.isEmpty)
  }

  @Test func aTableNamesTheFiles() throws {
    for number in 0..<5 { write(["d/rec\(number).csv": series(number)]) }
    write([
      "labels.csv": "file,subject,label\n"
        + (0..<5).map { "rec\($0).csv,s\($0),\($0 % 2 == 0 ? "x" : "y")\n" }.joined()
    ])
    #expect(
      try flags()
        == "--features d --label-table labels.csv:key=file,label=label --label-header present".replacing(
          " --label-header present", with: ""))
    // Beside them.
    let other = TestDirectory()
    for number in 0..<5 { other.write(series(number), to: "rec_\(number).csv") }
    other.write(
      "0;walk\n1;run\n2;walk\n3;run\n4;run\n".replacing(";", with: ",").replacing("\n", with: "\n"),
      to: "key.csv")
    #expect(throws: Never.self) { try DataSurvey(other.path) }
  }

  @Test func seriesInOneFile() throws {
    var text = "id,x,y,label\n"
    for number in 0..<4 {
      for step in 0..<4 { text += "\(number + 1),\(number).5,\(step).25,\(number % 2 == 0 ? "a" : "b")\n" }
    }
    write(["all.csv": text])
    #expect(
      try flags("all.csv") == "--features all.csv --group-by id --label-column label --label-once --header")
    // The rows of a series are scattered.
    let lines = text.split(separator: "\n")
    let scattered = [lines[0]] + (0..<4).flatMap { step in (0..<4).map { lines[1 + $0 * 4 + step] } }
    write(["all.csv": scattered.joined(separator: "\n")])
    #expect(try flags("all.csv").hasPrefix("--features all.csv --group-by id --sort --label-column label"))
    // Without names, a counter; two keys.
    write(["all.csv": (0..<12).map { "\($0 / 4 + 1),\($0).5,0.25\n" }.joined()])
    #expect(try flags("all.csv") == "--features all.csv --group-by @0")
    write(["all.csv": "user,session,x\n" + (0..<24).map { "u\($0 / 8),\($0 / 4 % 2),\($0).5\n" }.joined()])
    #expect(try flags("all.csv") == "--features all.csv --group-by user,session --header")
    // Ids that restart.
    write(["two/a.csv": "id,x\n1,0.5\n1,1\n2,2\n2,3\n", "two/b.csv": "id,x\n1,4.5\n1,1\n2,2\n2,3\n"])
    #expect(try flags("two").hasPrefix("--features two --group-by file,id"))
  }

  /// Whatever it is called, a column tells series apart if times go forward only in rows with the same value of it.
  @Test func timesThatStartAgainTellSeriesApart() throws {
    let sites = ["north", "south", "west"]
    func row(_ site: String, _ hour: Int) -> String {
      "\(site),2024-03-0\(1 + hour / 24)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00,\(hour % 7).\(site.utf8.count),\(hour % 5 == 0 ? 1 : 0)\n"
    }
    let header = "place,at,load,holiday\n"
    scratch.write(
      header + sites.flatMap { site in (0..<40).map { row(site, $0) } }.joined(), to: "sorted.csv")
    scratch.write(header + (0..<40).flatMap { hour in sites.map { row($0, hour) } }.joined(), to: "mixed.csv")
    #expect(
      try flags("sorted.csv") == "--features sorted.csv --group-by place --header --time at")
    #expect(
      try flags("mixed.csv") == "--features mixed.csv --group-by place --sort --header --time at")
    // So do they if an hour comes twice in each series, as at the end of daylight saving time.
    let hours = Array(0...25) + Array(25..<40)
    scratch.write(header + sites.flatMap { site in hours.map { row(site, $0) } }.joined(), to: "autumn.csv")
    scratch.write(header + hours.flatMap { hour in sites.map { row($0, hour) } }.joined(), to: "fall.csv")
    #expect(try flags("autumn.csv") == "--features autumn.csv --group-by place --header --time at")
    #expect(try flags("fall.csv") == "--features fall.csv --group-by place --sort --header --time at")
    // Series of less than an hour start again more than once.
    let short = ["a", "b", "c"].flatMap { name in
      (10..<40).map { "\(name),2024-03-01T00:00:\($0),\($0 % 7).5\n" }
    }
    scratch.write("who,at,load\n" + short.joined(), to: "short.csv")
    #expect(try flags("short.csv") == "--features short.csv --group-by who --header --time at")
    // The second series of a long file begins long after its beginning.
    let long = sites.flatMap { site in (0..<30_000).map { "\(site),\($0 % 97).25,\($0 % 89).5\n" } }
    scratch.write("id,a,b\n" + long.joined(), to: "long.csv")
    #expect(try flags("long.csv").hasPrefix("--features long.csv --group-by id --header"))
    // Hours in a column of their own are no series.
    let days = (0..<72).map { "2024-03-0\(1 + $0 / 24),\($0 % 24).00.00,\($0 % 7).5\n" }
    scratch.write("at,clock,load\n" + days.joined(), to: "days.csv")
    scratch.write("at,hour,load\n" + days.map { $0.replacing(".00.00", with: "") }.joined(), to: "hours.csv")
    #expect(try !flags("days.csv").contains("--group-by") && !flags("hours.csv").contains("--group-by"))
    // One hour that comes twice is no second series.
    let twice = (0..<40).map {
      row("north", $0 > 20 ? $0 - 1 : $0).replacing("north,", with: "\($0 > 20 ? "b" : "a"),")
    }
    scratch.write(header + twice.joined(), to: "twice.csv")
    #expect(try !flags("twice.csv").contains("--group-by"))
  }

  /// Two columns together distinguish series, and so do numbers that are not the hours of a day.
  @Test func shopsAndProductsDistinguishSeries() throws {
    func rows(_ shops: [Int], _ products: [String]) -> String {
      (0..<60).flatMap { day in
        shops.flatMap { shop in
          products.map { product in
            let date = "2024-0\(1 + day / 28)-\(day % 28 < 9 ? "0" : "")\(day % 28 + 1)"
            return "\(date),\(shop),\(product)\((day * 7 + shop) % 31)\n"
          }
        }
      }.joined()
    }
    scratch.write("at,shop,product,sales\n" + rows([1, 2, 7], ["milk,", "tea,", "jam,"]), to: "both.csv")
    #expect(try flags("both.csv") == "--features both.csv --group-by shop,product --sort --header --time at")
    scratch.write("at,shop,sales\n" + rows(Array(1...10), [""]), to: "ten.csv")
    #expect(try flags("ten.csv") == "--features ten.csv --group-by shop --sort --header --time at")
    // Sorted by shop.
    let lines = rows([3, 5], [""]).split(separator: "\n")
    let sorted = lines.filter { $0.contains(",3,") } + lines.filter { $0.contains(",5,") }
    scratch.write("at,shop,sales\n" + sorted.joined(separator: "\n"), to: "two.csv")
    #expect(try flags("two.csv") == "--features two.csv --group-by shop --header --time at")
    for hours in [Array(0..<24), [0, 6, 12, 18]] {
      scratch.write("at,clock,sales\n" + rows(hours, ["0."]), to: "hours.csv")
      #expect(try !flags("hours.csv").contains("--group-by"))
    }
  }

  @Test func setsOfFeatureFilesAreJoined() throws {
    for number in 0..<4 {
      let count = 4 + number
      write([
        "acc_\(number).csv": "x,y\n" + series(number, count),
        "gyro_\(number).csv": "x\n" + (0..<count).map { "\($0).75\n" }.joined(),
        "label_\(number).csv": "label\n\(["on", "off"][number % 2])\n",
      ])
    }
    #expect(
      try flags()
        == "--features acc_%d.csv --features gyro_%d.csv --labels label_%d.csv --align end --label-categories off,on --header"
    )
    // A folder for each recording.
    let other = TestDirectory()
    for number in 1...3 {
      other.makeDirectory("rec\(number)")
      other.write(series(number), to: "rec\(number)/acc.csv")
      other.write("1.5\n2.5\n3.5\n4.5\n", to: "rec\(number)/gyro.csv")
      other.write("0\n1\n1\n0\n", to: "rec\(number)/label.csv")
    }
    let words = try DataSurvey(other.path).conclusion().commands[0].flags.map(\.words).joined(separator: " ")
    #expect(
      words.replacing(other.path, with: "D")
        == "--features 'D/*/acc.csv' --features 'D/*/gyro.csv' --labels 'D/*/label.csv' --classes 2")
  }

  @Test func setsWithClocksOfTheirOwnAreJoinedByTheirTimes() throws {
    for subject in 0..<3 {
      let acceleration = (0..<40).map { "\(Double($0) / 10),0.\($0 * 7 % 10),1.\($0 * 3 % 10)\n" }.joined()
      let heartRate = (0..<4).map { "\($0),\(60 + $0 * subject)\n" }.joined()
      write(["S\(subject)/acc.csv": "t,a,b\n" + acceleration, "S\(subject)/hr.csv": "t,rate\n" + heartRate])
    }
    #expect(
      try flags()
        == "--features '*/acc.csv' --features '*/hr.csv' --join-on t --header --time t=unix --transform fill")
  }

  @Test func foldersThatMayBeClassesOrSensorsAreInDoubt() throws {
    for number in 0..<3 {
      write(["left/\(number).csv": series(number), "right/\(number).csv": series(number + 5)])
    }
    let conclusion = try DataSurvey(scratch.path).conclusion()
    let flags = conclusion.commands.map { $0.flags.map(\.name) }
    #expect(flags == [["features", "labels-from"], ["features", "features"]])
    #expect(conclusion.uncertain.count == 1 && conclusion.commands.allSatisfy { $0.variant != nil })
  }

  @Test func rowsInSeveralFilesAreChannels() throws {
    func rows(_ seed: Int, _ width: Int) -> String {
      (0..<6).map { row in
        (0..<width).map { "\(Double(($0 * 7 + row * 3 + seed) % 11) / 4 + 0.1)" }.joined(separator: " ")
          + "\n"
      }.joined()
    }
    write([
      "X.txt": rows(1, 40), "signals/acc_x.txt": rows(2, 24), "signals/acc_y.txt": rows(3, 24),
      "signals/acc_z.txt": rows(4, 24), "y.txt": "1\n2\n3\n1\n2\n3\n", "subject.txt": "7\n7\n7\n8\n8\n8\n",
    ])
    let conclusion = try DataSurvey(scratch.path).conclusion()
    let words = conclusion.commands.map {
      $0.flags.map(\.words).joined(separator: " ").replacing("\(scratch.path)/", with: "")
    }
    let common = "--one-series-per-row --labels y.txt --label-categories 1,2,3 --delimiter space"
    #expect(
      words == [
        "--features signals/acc_x.txt --features signals/acc_y.txt --features signals/acc_z.txt \(common)",
        "--features X.txt \(common)",
      ])
    #expect(conclusion.uncertain.count == 1)
  }

  @Test func intervalsNeedTheNamesOfTheirRecordings() throws {
    for number in 0..<3 { write(["rec\(number).csv": series(number, 9)]) }
    write(["events.csv": "file,start,end,class\nrec0,0,3,a\nrec0,4,6,b\nrec1,0,2,a\nrec2,5,9,b\n"])
    #expect(
      try flags()
        == "--features rec%d.csv --label-intervals events.csv:key=file,start=start,end=end,label=class")
    write(["events.csv": "start,end,class\n0,3,a\n4,6,b\n5,9,b\n"])
    let conclusion = try DataSurvey(scratch.path).conclusion()
    #expect(conclusion.suspicious.contains { $0.contains("events.csv has intervals, but no column names") })
  }

  @Test func columnsOfTablesThatMayBeLabels() throws {
    for number in 0..<8 { write(["rec\(number).csv": series(number)]) }
    // An id is not a class; of two other columns, either may be one.
    write([
      "t.csv": "name,group_id,site,kind\n"
        + (0..<8).map { "rec\($0),\($0 % 3),\($0 < 4 ? "n" : "s"),\($0 % 2 == 0 ? "p" : "q")\n" }.joined()
    ])
    let conclusion = try DataSurvey(scratch.path).conclusion()
    let tables = conclusion.commands.compactMap { $0.flags.first { $0.name == "label-table" }?.value }
    #expect(tables.map { $0.hasSuffix("label=site") } == [true, false] && tables.count == 2)
    #expect(conclusion.uncertain.count == 1)
  }

  @Test func labelsInANotationOfTheirOwn() throws {
    for number in 0..<4 {
      write([
        "f_\(number).csv": "1.5 2.5\n3.25 4\n5 6.5\n",
        "l_\(number).csv": number % 2 == 0 ? "turn left\n" : "turn right\n",
      ])
    }
    #expect(
      try flags()
        == "--features f_%d.csv --labels l_%d.csv --label-delimiter , --align end --label-categories 'turn left,turn right' --delimiter space"
    )
  }

  @Test func aTestPartHasItsOwnLabels() throws {
    for part in ["train", "test"] {
      for number in 0..<4 {
        write([
          "\(part)/f_\(number).csv": series(number + part.count),
          "\(part)/l_\(number).csv": "\(number % 2)\n",
        ])
      }
    }
    write(["notes.txt": "Measured in May.\n"])
    let conclusion = try DataSurvey(scratch.path).conclusion()
    #expect(conclusion.commands[0].flags[0].value == scratch.path("train/f_%d.csv"))
    #expect(
      conclusion.commands[0].trainingFlags.suffix(2).map(\.words).map {
        $0.replacing("\(scratch.path)/", with: "")
      } == ["--test-features test/f_%d.csv", "--test-labels test/l_%d.csv"])
    #expect(conclusion.suspicious.contains { $0.contains("notes.txt") })
  }

  @Test func classesInTheMiddleOfLongFilesAreFound() throws {
    // One label for a long time, in the second file for all of the beginning.
    for (name, labels) in [("x0", ["a", "b", "c", "d"]), ("x1", ["b", "b", "b", "a"])] {
      let text = labels.map { label in
        (0..<10_000).map { String(repeating: "\($0 % 97).25,", count: 20) + label + "\n" }.joined()
      }
      write(["\(name).csv": text.joined()])
    }
    let conclusion = try DataSurvey(scratch.path).conclusion()
    let words = conclusion.commands[0].flags.dropFirst().map(\.words)
    #expect(words == ["--label-column @20", "--label-categories a,b,c,d"])
    #expect(conclusion.suspicious.contains { $0.contains("add it to --label-categories") })
  }

  @Test func rowsThatAreSeries() throws {
    let text = (0..<6).map { row in
      "\(row % 2 + 1),"
        + (0..<20).map { "\(Double(($0 * 7 + row * 3) % 11) / 4 + 0.1)" }.joined(separator: ",") + "\n"
    }.joined()
    write(["ucr.csv": text])
    #expect(
      try flags("ucr.csv")
        == "--features ucr.csv --one-series-per-row --label-column @0 --label-categories 1,2")
  }

  @Test func columnsOfLabels() throws {
    for number in 0..<4 {
      write([
        "f\(number).csv": "t,x,class\n"
          + (0..<4).map { "\($0).5,\(number).25,\(($0 + number) % 3)\n" }.joined()
      ])
    }
    #expect(try flags() == "--features DIR --label-column class --classes 3 --header")
    for number in 0..<4 {
      write([
        "f\(number).csv": "t,x,class\n" + (0..<4).map { "\($0).5,\(number).25,\(number % 2)\n" }.joined()
      ])
    }
    #expect(try flags() == "--features DIR --label-column class --label-once --header")
  }

  @Test func columnsThatAreNoNumbers() throws {
    for number in 0..<5 {
      let rows = (0..<4).map { step in
        "2024-01-0\(step + 1) 10:00,\(step == 2 ? "NA" : "\(step).5"),\(["sun", "rain"][(step + number) % 2]),remark \(number) \(step),\n"
      }
      write(["f\(number).csv": "when,x,sky,note,empty\n" + rows.joined()])
    }
    #expect(
      try flags()
        == "--features DIR --header --time when --category sky --drop-columns note,empty --missing NA --transform fill:columns=x"
    )
  }

  @Test func whatIsSuspiciousIsNamed() throws {
    for number in 0..<3 {
      let rows = (0..<8).map { "\($0 == 3 ? "-200" : "\($0).5"),7,\(16_777_217 + $0 * 2)\n" }
      write(["f\(number).csv": "co,const,big\n" + rows.joined()])
    }
    let conclusion = try DataSurvey(scratch.path).conclusion()
    for part in [
      "\"co\": -200 occurs 3 times", "\"const\" is 7 in every row", "\"big\": Float cannot hold",
      "have the same contents",
    ] { #expect(conclusion.suspicious.contains { $0.contains(part) }, "\(part) in \(conclusion.suspicious)") }
    #expect(conclusion.commands[0].flags.contains { $0.words == "--missing=-200" })
  }

  @Test func monthsAreTimes() throws {
    let rows = (0..<48).map { "19\(49 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1),\($0 * 7 % 31)\n" }
    write(["m.csv": "Month,Passengers\n" + rows.joined()])
    #expect(try flags("m.csv") == "--features m.csv --header --time Month=%Y-%m")
  }

  @Test func datesOfTwoReadingsAreNamed() throws {
    write(["f.csv": "d,x\n01/02/2024,1.5\n02/02/2024,2\n"])
    let conclusion = try DataSurvey(scratch.path("f.csv")).conclusion()
    #expect(conclusion.uncertain.count == 1 && conclusion.commands.count == 2)
    #expect(conclusion.commands[1].flags.contains { $0.value == "d=%m/%d/%Y" })
    write(["f.csv": "d,x\n01/02/2024,1.5\n22/02/2024,2\n"])
    #expect(try DataSurvey(scratch.path("f.csv")).conclusion().uncertain.isEmpty)
  }

  @Test func lengthsThatDifferAreInDoubt() throws {
    for number in 0..<3 { write(["f_\(number).csv": series(number, 5), "l_\(number).csv": "0\n1\n0\n"]) }
    let conclusion = try DataSurvey(scratch.path).conclusion()
    #expect(conclusion.commands.count == 2 && conclusion.uncertain.count == 1)
    #expect(conclusion.commands.map { $0.flags.first { $0.name == "align" }?.value } == ["end", "start"])
  }

  @Test(arguments: [
    (["0": 5, "1": 4, "2": 3], false, ["--classes 3"]),
    (["1": 5, "2": 4], false, ["--label-categories 1,2"]),
    (["-1": 5, "1": 4], false, ["--label-categories=-1,1"].map { $0 }),
    (["b10": 2, "b2": 3], false, ["--label-categories b2,b10"]),
    (["0.5": 1, "2": 1], false, ["--regression"]), (["b": 2, "a": 2], true, []),
    (
      Dictionary(uniqueKeysWithValues: (0..<30).map { ("\($0)", 9) }), false,
      ["--classes 30", "--regression"]
    ),
    (
      Dictionary(uniqueKeysWithValues: (0..<9).map { ("\($0 * 7)", 1) }), false,
      ["--regression", "--label-categories 0,7,14,21,28,35,42,49,56"]
    ),
  ])
  func theMeaningOfLabels(values: [String: Int], areCollected: Bool, flags: [String]) {
    let guess = LabelMeaningGuess(values, areCollected: areCollected, Dialect(delimiter: ","))
    #expect(guess.readings.flatMap { $0.flags.map { $0.words.replacing("'", with: "") } } == flags)
  }

  @Test func everySuggestedFlagExists() throws {
    for name in [
      "features", "labels", "align", "classes", "label-categories", "regression", "group-by", "label-column",
      "header",
      "skip-lines", "delimiter", "label-header", "label-skip-lines", "label-delimiter", "time", "category",
      "drop-columns",
      "missing", "transform", "on-error", "normalize", "test-features",
    ] { #expect(FlagDefinition.named(name) != nil, "\(name)") }
  }

  @Test func manyFilesAreSampled() throws {
    for number in 0..<300 { write(["f_\(number).csv": series(number)]) }
    let survey = try DataSurvey(scratch.path)
    #expect(survey.isSampled && survey.samples.count < 60 && survey.files.count == 300)
    #expect(
      survey.text(survey.conclusion(), program: "timestep").contains(
        "of them were sampled, so that other rows may differ"))
  }

  /// Blank lines may separate series: both commands are printed, for one file that first.
  @Test(arguments: [1, 3]) func blankLinesMaySeparateSeries(fileCount: Int) throws {
    for file in 0..<fileCount {
      write(["d/f_\(file).csv": "a,b\n" + (0..<3).map { "\($0).5,1\n\($0).25,2\n" }.joined(separator: "\n")])
    }
    let conclusion = try DataSurvey(scratch.path("d")).conclusion()
    #expect(conclusion.uncertain == ["layout: blank lines mean nothing; or they separate series"])
    let flags = conclusion.commands.map { $0.flags.map(\.words).last ?? "" }
    #expect(flags.prefix(2).sorted() == ["--on-error blank-line=skip-row", "--separator ''"])
    #expect((flags[0] == "--separator ''") == (fileCount == 1))
  }

  /// A clock of numbers is one in any notation.
  @Test(arguments: [",", "."], ["t", "Zeit"]) func clocksOfNumbersTellSeries(decimal: String, name: String)
    throws
  {
    let rows = (0..<4).flatMap { series in
      (0..<9).map {
        "V\(series);\($0)\(decimal)5;0\(decimal)\($0 * 7 + series);\(series % 2 == 0 ? "A" : "B")\n"
      }
    }
    write(["e.csv": "Versuch;\(name);f;k\n" + rows.joined()])
    let command = try DataSurvey(scratch.path("e.csv")).conclusion().commands[0]
    let words = command.flags.map(\.words)
    #expect(words.contains("--group-by Versuch") && words.contains("--label-column k"), "\(words)")
  }
}
