import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// Networks that predict a quantile of their labels.
@Suite(.startsProcesses) struct QuantileTests {
  private let scratch = TestDirectory()

  private struct Report: Decodable {
    var quantile: Float?
    var coverage, pinball: [Double]?
    var mae: [Double]
  }

  private struct Row: Decodable {
    var prediction, truth: Double
  }

  /// Of labels that nothing tells, a network learns the quantiles; the figures are those of its predictions.
  @Test(arguments: ["0.1", "0.5", "0.9"]) func coverageIsNearTheLevel(level: String) throws {
    var random = SplitMix(state: 3)
    for series in 0..<20 {
      let rows = (0..<40).map { _ in "1,\(Int.random(in: 0..<1000, using: &random))\n" }
      scratch.write("x,y\n" + rows.joined(), to: "f_\(series).csv")
    }
    let data = ["--features", "f_%d.csv", "--header", "--label-column", "y", "--regression"]
    try results(
      [
        "train", "--model", "m", "--loss", "quantile:\(level)", "--normalize", "minmax", "--epochs", "60",
        "--hidden",
        "1", "--learning-rate", "0.02", "--batch-size", "4", "--seed", "1",
      ] + data, in: scratch)
    let words = ["--model", "m", "--features", "f_%d.csv", "--allow-training-data"]
    let json = try results(["evaluate", "--json", "--predictions", "p.jsonl"] + words, in: scratch)
    let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    let (coverage, pinball) = (try #require(report.coverage), try #require(report.pinball))
    #expect(report.quantile == Float(level) && coverage.count == 1)
    let wanted = try #require(Double(level))
    #expect(abs(coverage[0] - wanted) < 0.08, "\(coverage)")
    let pairs = try scratch.text(of: "p.jsonl").split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    let covered = pairs.count { $0.truth <= $0.prediction }
    #expect(abs(coverage[0] - Double(covered) / Double(pairs.count)) < 1e-9)
    let losses = pairs.map {
      max(wanted * ($0.truth - $0.prediction), (wanted - 1) * ($0.truth - $0.prediction))
    }
    #expect(abs(pinball[0] - losses.reduce(0, +) / Double(losses.count)) < 1e-3)
    let text = try results(["evaluate"] + words, in: scratch)
    #expect(
      text.contains("coverage y ") && text.contains("(of the quantile \(level); pinball loss "), "\(text)")
  }

  @Test(arguments: ["quantile", "quantile:0", "quantile:1", "quantile:x", "quantile:0.5:1"])
  func aLevelLiesBetween0And1(loss: String) throws {
    scratch.write("1,2\n", to: "f.csv")
    let run = try timestep(
      ["train", "--features", "f.csv", "--label-column", "1", "--regression", "--loss", loss], in: scratch)
    #expect(
      run.exitCode == 64 && run.error.contains("quantile:0.9, with a level above 0 and below 1"),
      "\(run.error)")
  }
}
