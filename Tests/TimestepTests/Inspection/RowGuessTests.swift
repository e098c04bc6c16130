import Testing

@testable import TimestepCommand

/// Lines that are no rows, and cells that are neither numbers nor classes.
struct RowGuessTests {
  private let folder = InspectedFolder()

  /// Writes three files with lines above and below ten rows.
  private func write(_ above: String, below: String = "", separator: String = ",", rows: Int = 10) {
    for number in 0..<3 {
      let text = InspectedFolder.rows(rows, seed: number).replacing(",", with: separator)
      folder.write(["s\(number).csv": above + text + below])
    }
  }

  @Test(arguments: ["s,mV", "[s],[mV]", "(s),-", ",°C", "hh:mm:ss,kN"])
  func aLineOfUnitsIsLeftOut(units: String) throws {
    write("time,v\n\(units)\n")
    #expect(try folder.commands() == ["--features DIR --header --on-error not-a-number=skip-row"])
    #expect(
      try folder.conclusion().suspicious.contains("the line \(units) is no row of numbers, and is left out"))
  }

  @Test func aLineBelowTheRowsIsLeftOut() throws {
    write("a,b\n", below: "Mean,12.3\n")
    #expect(try folder.commands() == ["--features DIR --header --on-error not-a-number=skip-row"])
    #expect(
      try folder.conclusion().suspicious.contains("the line Mean,12.3 is no row of numbers, and is left out"))
  }

  @Test(arguments: [
    ("Export vom 1.2.2023;\nGerät;X12\n;\nZeit;Wert\n", 3), ("sep=;\nZeit;Wert\n", 1),
    ("# me\nZeit;Wert\n", 1),
    ("Gerät;X12\nZeit;Wert\n[s];[mV]\n", 1),
  ])
  func linesAboveTheHeaderAreSkipped(above: String, count: Int) throws {
    write(above, separator: ";")
    let units = above.contains("[") ? " --on-error not-a-number=skip-row" : ""
    #expect(
      try folder.commands() == ["--features DIR --skip-lines \(count) --header --delimiter ';'\(units)"])
  }

  /// A field in quotes may have several lines; a quote inside a field is an inch.
  @Test(arguments: [("A,B,Note", "\"one, two\nthree"), ("\"A\",\"B\",\"Note\"", "\"one\n\nthree")])
  func fieldsInQuotesMayHaveSeveralLines(header: String, note: String) throws {
    for number in 0..<3 {
      let rows = (0..<6).map { "\($0),\($0 * 7 % 5).\(number + 1),\(note) \($0)\"\n" }
      folder.write(["q/a\(number).csv": header + "\n" + rows.joined()])
      folder.write(["i/a\(number).csv": "A,B\n" + (0..<6).map { "\($0).5,1\($0 + number)\"\n" }.joined()])
    }
    #expect(try folder.commands("q") == ["--features q --header --category Note"])
    #expect(try folder.commands("i")[0].hasPrefix("--features i --header"))
  }

  @Test func missingValuesBelowTheHeaderAreRows() throws {
    write("a,b\nNA,NA\n")
    #expect(try folder.commands() == ["--features DIR --header --missing NA --transform fill"])
  }

  @Test func blankLinesAreSkipped() throws {
    write("a,b\n\n")
    #expect(try folder.commands() == ["--features DIR --header --on-error blank-line=skip-row"])
  }

  @Test func aTextAmongThousandsOfNumbersIsMissing() throws {
    let rows = (0..<9000).map { row -> String in row % 60 == 7 ? "\(row),5;k.A.\n" : "\(row),5;\(row),25\n" }
    folder.write(["s.csv": "a;b\n" + rows.joined()])
    #expect(
      try folder.commands("s.csv") == [
        "--features s.csv --header --delimiter ';' --decimal , --missing k.A. --transform fill"
      ])
    #expect(
      try folder.conclusion("s.csv").suspicious.contains {
        $0.contains("k.A. occurs 150 times among numbers")
      })
  }

  @Test(arguments: ["%", " kg"])
  func numbersWithASignAfterThemAreInDoubt(sign: String) throws {
    let rows = (0..<20).map { "\($0).5,\($0 % 4).5\(sign)\n" }
    folder.write(["s.csv": "a,b\n" + rows.joined()])
    #expect(
      try folder.conclusion("s.csv").suspicious.contains {
        $0.contains("texts such as 0.5\(sign) look like numbers or times, but are read as categories")
      })
  }

  @Test func datesAndTimesOfOtherForms() throws {
    let rows = (10..<25).map { "\($0)-Mar-2024,10:00:\($0),\($0).5\n" }
    folder.write(["s.csv": "d,t,v\n" + rows.joined()])
    #expect(
      try folder.commands("s.csv") == ["--features s.csv --header --time d=%d-%b-%Y --time t=%H:%M:%S"])
    // A minus sign of typography.
    folder.write(["s.csv": "v,w\n" + (0..<20).map { "\u{2212}\($0).5,\($0).25\n" }.joined()])
    #expect(
      try folder.conclusion("s.csv").suspicious.contains {
        $0.contains("look like numbers or times, but are left out")
      })
  }

  @Test(arguments: [true, false])
  func rowsThatAreSeriesMayHaveIDs(hasTarget: Bool) throws {
    let names = (0..<20).map { "t\($0)" }.joined(separator: ",")
    let rows = (0..<8).map { row -> String in
      let values = InspectedFolder.rows(1, columns: 20, seed: row).dropLast()
      return "a\(row),\(values)\(hasTarget ? ",\(row % 2)" : "")\n"
    }
    folder.write(["s.csv": "id,\(names)\(hasTarget ? ",target" : "")\n" + rows.joined()])
    let label = hasTarget ? " --label-column target --classes 2" : ""
    #expect(
      try folder.commands("s.csv") == [
        "--features s.csv --one-series-per-row\(label) --header --drop-columns id"
      ])
  }
}
