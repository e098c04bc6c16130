import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// Networks that predict a quantile of their labels.
@Suite(.startsProcesses) struct QuantileTests {
  private let scratch = TestDirectory()

  private struct Report: Decodable {
    var columns: [String]
    var quantile: Float?
    var quantiles: [Float]?
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

  /// A network with several quantiles is trained from files and from saved batches alike; every label is repeated for each.
  @Test func severalQuantilesAreColumns() throws {
    var random = SplitMix(state: 4)
    for series in 0..<8 {
      var value = 0
      let rows = (0..<30).map { _ in
        value += Int.random(in: -9...9, using: &random)
        return "\(value)\n"
      }
      scratch.write("y\n" + rows.joined(), to: "f_\(series).csv")
    }
    let forecast = ["--features", "f_%d.csv", "--header", "--targets", "y", "--horizon", "2"]
    let options = [
      "--loss", "quantile:0.1,0.5,0.9", "--epochs", "3", "--hidden", "4", "--seed", "1", "--order", "file",
    ]
    try results(
      ["train", "--model", "m", "--normalize", "standardize", "--report", "r.html"] + options + forecast,
      in: scratch)
    let page = try scratch.text(of: "r.html")
    #expect(
      page.contains("quantile 0.9")
        && page.contains("above the quantile 0.1 and not above 0.9, 0.8000 expected"))
    try results(["convert", "--output", "saved"] + forecast, in: scratch)
    let saved = ["--batches", "saved"]
    try results(["train", "--model", "s", "--normalize", "standardize"] + options + saved, in: scratch)
    let evaluation = ["evaluate", "--model", "m", "--json", "--allow-training-data"]
    let json = try results(
      evaluation + ["--baseline", "--intervals", "90", "--predictions", "p.csv"] + forecast, in: scratch)
    let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    let names = ["y+1@0.1", "y+1@0.5", "y+1@0.9", "y+2@0.1", "y+2@0.5", "y+2@0.9"]
    #expect(report.columns == names && report.quantiles == [0.1, 0.5, 0.9] && report.quantile == nil)
    #expect(report.coverage?.count == 6 && report.pinball?.count == 6)
    // The same labels and the same network, wherever the batches come from.
    let others = try results(
      ["evaluate", "--model", "s", "--json", "--allow-training-data"] + saved, in: scratch)
    let plain = try results(evaluation + forecast, in: scratch)
    #expect(plain == others)
    let table = try scratch.text(of: "p.csv").split(separator: "\n")
    #expect(table[0].hasPrefix("key,step," + names.map { "\($0),\($0)_truth" }.joined(separator: ",")))
    for row in table.dropFirst() {
      let cells = row.split(separator: ",")
      #expect(cells[3] == cells[5] && cells[5] == cells[7], "\(row)")
    }
    let text = try results(["evaluate", "--model", "m", "--allow-training-data"] + forecast, in: scratch)
    #expect(text.contains("y, quantile 0.5, by step ahead") && text.contains("(0.8000 expected)"), "\(text)")
    try results(["predict", "--model", "m", "--features", "f_%d.csv", "--output", "ahead.csv"], in: scratch)
    let ahead = try scratch.text(of: "ahead.csv")
    #expect(ahead.hasPrefix("key," + names.joined(separator: ",") + "\n"), "\(ahead)")
    // Training goes on with the same columns.
    try results(
      ["train", "--from", "m", "--model", "m2", "--epochs", "1", "--regression"] + forecast, in: scratch)
  }

  /// Only labels are repeated, also if the files have as many columns as there are quantiles.
  @Test(arguments: 0..<3) func theLabelsAreThoseOfTheirColumn(place: Int) throws {
    let levels = "0.1,0.5,0.9"
    for number in 0..<2 { scratch.write("a,b,c\n1,10,100\n2,20,200\n3,30,300\n", to: "s\(number).csv") }
    let data = [
      "--features", "s%d.csv", "--header", "--regression", "--label-column", ["a", "b", "c"][place],
    ]
    try results(
      ["train", "--model", "m", "--loss", "quantile:\(levels)"] + shortTraining + data, in: scratch)
    try results(
      ["evaluate", "--model", "m", "--allow-training-data", "--predictions", "p.csv"] + data, in: scratch)
    let table = try scratch.text(of: "p.csv").split(separator: "\n").map { $0.split(separator: ",") }
    let truths = table[0].indices.filter { table[0][$0].hasSuffix("_truth") }
    #expect(truths.count == levels.split(separator: ",").count)
    for (step, row) in table.dropFirst().enumerated() {
      let label: Float = [1, 10, 100][place]
      #expect(truths.allSatisfy { Float(row[$0]) == label * Float(step % 3 + 1) }, "\(row)")
    }
  }

  /// Labels that are normalized already cannot be repeated.
  @Test func normalizedBatchesAreRefused() throws {
    scratch.write("1,2\n3,4\n5,7\n", to: "f.csv")
    let data = ["--features", "f.csv", "--label-column", "@1", "--regression", "--normalize", "standardize"]
    try results(["convert", "--output", "saved"] + data, in: scratch)
    let run = try timestep(
      ["train", "--model", "m", "--batches", "saved", "--loss", "quantile:0.1,0.9"], in: scratch)
    #expect(
      run.exitCode != 0 && run.error.contains("expected batches whose labels are not normalized"),
      "\(run.error)")
    let classes = try timestep(
      ["train", "--model", "m", "--features", "f.csv", "--label-column", "@1", "--classes", "9"]
        + ["--loss", "quantile:0.1,0.9"], in: scratch)
    #expect(
      classes.exitCode != 0 && classes.error.contains("quantiles are those of numbers"), "\(classes.error)")
  }

  @Test(arguments: [
    "quantile", "quantile:0", "quantile:1", "quantile:x", "quantile:0.5:1", "quantile:0.9,0.1",
  ])
  func aLevelLiesBetween0And1(loss: String) throws {
    scratch.write("1,2\n", to: "f.csv")
    let run = try timestep(
      ["train", "--features", "f.csv", "--label-column", "1", "--regression", "--loss", loss], in: scratch)
    #expect(
      run.exitCode == 64
        && run.error.contains("quantile:0.1,0.5,0.9, with ascending levels above 0 and below 1"),
      "\(run.error)")
  }
}
