import FoundationEssentials
import TestSupport
import Testing

/// The forecast of `Docs/Examples/Forecast/README.md`, by its commands.
@Suite(.startsProcesses) struct ElNinoForecastTests {
  private let scratch = TestDirectory()

  private struct Report: Decodable {
    struct Line: Decodable {
      var rule: String
      var rmse, modelRmse: [Double]
      var steps: Int
    }
    var baselines: [Line]
  }

  @Test func theNetworkIsBetterThanTheYearBefore() throws {
    let page = try GuidePage("Examples/Forecast/README.md")
    let block = try #require(page.blocks.first { $0.language == "sh" && $0.text.contains("--horizon 12") })
    let commands = block.text.replacing("Fixtures/elnino", with: fixture("elnino")).replacing(
      "/tmp/elnino.st", with: "m.st")
    let lines = commands.replacing("\\\n", with: " ").split(separator: "\n").map(String.init)
    let data = try #require(lines.first).split(separator: "\"")[1].split(separator: " ").map(String.init)
    func words(_ line: String) -> [String] {
      line.split(separator: " ").dropFirst().flatMap { $0 == "$data" ? data : [String($0)] }
    }
    try results(words(lines[1]), in: scratch)
    let json = try results(words(lines[2]) + ["--json"], in: scratch)
    let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    let season = try #require(report.baselines.first { $0.rule == "season" })
    func whole(_ errors: [Double]) -> Double {
      (errors.map { $0 * $0 }.reduce(0, +) / Double(errors.count)).squareRoot()
    }
    #expect(season.steps == 173 && season.rmse.count == 12)
    // The page says 1.313 and 1.750.
    #expect(
      whole(season.modelRmse) < 0.85 * whole(season.rmse), "\(whole(season.modelRmse)) \(whole(season.rmse))")
  }
}
