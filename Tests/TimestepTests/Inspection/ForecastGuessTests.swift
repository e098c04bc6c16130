import Testing

@testable import TimestepCommand

/// Commands for series without labels, whose next rows can be forecast.
struct ForecastGuessTests {
  private let folder = InspectedFolder()

  /// Returns the flags of the command to forecast, those for training after a bar; `nil` if there is none.
  private func forecast(_ part: String) throws -> String? {
    let command = try folder.conclusion(part).commands.first { $0.purpose != nil }
    return command.map { command in
      (command.flags.map(\.words).filter { !$0.hasPrefix("--features") } + ["|"]
        + command.trainingFlags.map(\.words)).joined(separator: " ").replacing(folder.path() + "/", with: "")
    }
  }

  private func writeHours(_ count: Int, cell: (Int) -> String = { "\($0 * 7 % 24).5" }) {
    let rows = (0..<count).map { hour in
      "2024-03-\(hour / 24 < 9 ? "0" : "")\(hour / 24 + 1) \(hour % 24 < 10 ? "0" : "")\(hour % 24):00,\(hour % 2),\(cell(hour))\n"
    }
    folder.write(["hours.csv": "at,holiday,load\n" + rows.joined()])
  }

  @Test func hoursAreForecastForADay() throws {
    writeHours(720)
    #expect(
      try forecast("hours.csv")
        == "--header --time at --targets load --horizon 18 --window 54,18 | --normalize standardize --split-time 8,1,1"
    )
    writeHours(740)
    #expect(
      try folder.conclusion("hours.csv").commands[0].flags.map(\.name) == ["features", "header", "time"])
    // Too short to be divided.
    writeHours(39)
    #expect(try forecast("hours.csv") == nil)
  }

  @Test func aGapIsFilledFromWhatCameBeforeIt() throws {
    writeHours(400) { $0 % 50 == 9 ? "" : "\($0 * 7 % 24).5" }
    #expect(try folder.commands("hours.csv")[0].contains("--transform fill"))
    #expect(try forecast("hours.csv")?.contains("--transform fill:rule=forward --targets load") == true)
  }

  @Test func oneLongSeriesNeedsNoTimes() throws {
    folder.write(["a.csv": InspectedFolder.rows(300), "b.csv": InspectedFolder.rows(90)])
    #expect(
      try forecast("a.csv")
        == "--targets @0 --horizon 7 --window 23,7 | --normalize standardize --split-time 8,1,1")
    #expect(try forecast("b.csv") == nil && forecast("") == nil)
  }

  @Test func labelsAreForecastOnlyIfTheyAreNumbersOfRows() throws {
    let rows = (0..<120).map {
      "2024-0\(1 + $0 / 28)-\($0 % 28 < 9 ? "0" : "")\($0 % 28 + 1),\($0 * 7 % 31).5"
    }
    folder.write([
      "prophet.csv": "ds,y\n" + rows.map { "\($0)\n" }.joined(),
      "classes.csv": "ds,x,label\n" + rows.enumerated().map { "\($1),\(["a", "b"][$0 / 9 % 2])\n" }.joined(),
    ])
    #expect(try forecast("prophet.csv")?.contains("--targets y --horizon 3 --window 9,3") == true)
    #expect(try forecast("classes.csv") == nil)
  }

  @Test func theLatestRowsMayComeFirst() throws {
    let rows = (0..<150).map {
      "2024-0\(1 + $0 / 28)-\($0 % 28 < 9 ? "0" : "")\($0 % 28 + 1),\($0 * 7 % 31).5\n"
    }
    folder.write(["prices.csv": "day,price\n" + rows.reversed().joined()])
    let conclusion = try folder.conclusion("prices.csv")
    #expect(conclusion.commands[0].flags.map(\.words).suffix(2) == ["--time day", "--sort-by-time"])
    #expect(conclusion.suspicious == [])
    #expect(try forecast("prices.csv")?.contains("--sort-by-time --targets price") == true)
  }
}
