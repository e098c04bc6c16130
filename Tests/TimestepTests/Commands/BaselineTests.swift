import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// What naive answers reach, against a naive version of them.
@Suite(.startsProcesses) struct BaselineTests {
  private let scratch = TestDirectory()

  private struct Report: Decodable {
    struct Line: Decodable {
      var rule: String
      var season: Int?
      var steps: Int
      var accuracy, modelAccuracy: Double?
      var rmse, modelRmse: [Double]?
    }
    var baselines: [Line]
    var steps: Int
    var rmse: [Double]?
    var accuracy: Double?
  }

  private func report(_ flags: [String]) throws -> Report {
    let json = try results(
      ["evaluate", "--model", "m", "--json", "--allow-training-data", "--baseline"] + flags, in: scratch)
    return try JSONDecoder().decode(Report.self, from: Data(json.utf8))
  }

  private func rmse(_ pairs: [(Double, Double)]) -> Double {
    (pairs.map { ($0.0 - $0.1) * ($0.0 - $0.1) }.reduce(0, +) / Double(pairs.count)).squareRoot()
  }

  /// Returns, for every step with an answer, the answer and the truth of every column of the labels.
  ///
  /// - Parameter season: The length of a season; `nil`: the last value is repeated.
  private func naive(
    _ series: [[(Double, Double)]], _ horizon: Int, _ lead: Int, season: Int?
  ) -> [[(Double, Double)]] {
    var answers: [[(Double, Double)]] = []
    for rows in series {
      let last: Int = rows.count - lead - horizon
      for step in 0..<max(0, last) {
        var own: [(Double, Double)] = []
        for target in 0..<2 {
          func value(_ row: Int) -> Double { target == 0 ? rows[row].0 : rows[row].1 }
          for ahead in (lead + 1)...(lead + horizon) {
            // The latest row of the same place in a season that is known at the step; only labels are known.
            var row: Int = season == nil ? step : step + ahead
            if let season { while row > step { row -= season } }
            if row > lead { own.append((value(row), value(step + ahead))) }
          }
        }
        if own.count == 2 * horizon { answers.append(own) }
      }
    }
    return answers
  }

  /// Every step ahead of two targets, with a lead.
  @Test(arguments: [(1, 0), (3, 0), (4, 2)]) func forecastsAreComparedWithWhatIsKnown(
    _ horizon: Int, _ lead: Int
  ) throws {
    var series: [[(Double, Double)]] = []
    for number in 0..<3 {
      var rows: [(Double, Double)] = []
      for step in 0..<(24 + number) {
        let wave: Int = (step * 7 + number) % 5
        rows.append((Double(wave) + Double(step) / 10, Double((step + number) % 4)))
      }
      series.append(rows)
      var text = "a,b\n"
      for row in rows { text += "\(row.0),\(row.1)\n" }
      scratch.write(text, to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--header"]
    try results(
      [
        "train", "--model", "m", "--targets", "a,b", "--horizon", "\(horizon)", "--lead", "\(lead)",
        "--normalize", "standardize",
      ]
        + data + shortTraining, in: scratch)
    let found = try report(data + ["--season", "4"])
    for line in found.baselines where line.rule != "mean" {
      let answers = naive(series, horizon, lead, season: line.rule == "season" ? 4 : nil)
      #expect(line.steps == answers.count, "\(line.rule)")
      for (column, value) in (line.rmse ?? []).enumerated() {
        let expected = rmse(answers.map { $0[column] })
        #expect(abs(value - expected) < 1e-5, "\(line.rule) \(column)")
      }
    }
    #expect(found.baselines.map(\.rule) == ["mean", "last", "season"])
    #expect(found.baselines[0].steps == found.steps && found.baselines[0].modelRmse == found.rmse)
  }

  @Test func classesAreComparedWithTheMostFrequentAndTheLast() throws {
    var labels: [[Int]] = []
    for number in 0..<4 {
      let own = (0..<9).map { step in (step / 3 + number) % 3 }
      labels.append(own)
      scratch.write(own.map { "\($0),\(number)\n" }.joined(), to: "f_\(number).csv")
      scratch.write(own.map { "\($0)\n" }.joined(), to: "l_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--labels", "l_%d.csv"]
    try results(["train", "--model", "m", "--classes", "3"] + data + shortTraining, in: scratch)
    let all = labels.flatMap { $0 }
    let most = (0..<3).map { label in all.count { $0 == label } }.max() ?? 0
    let repeated = labels.flatMap { own in zip(own, own.dropFirst()).map { $0 == $1 } }
    for more in [[], ["--window", "4,2"]] {
      let found = try report(data + more)
      #expect(found.baselines.map(\.rule) == ["mode", "last"])
      #expect(found.baselines[0].accuracy.map { abs($0 - Double(most) / 36) < 1e-9 } == true || !more.isEmpty)
      if more.isEmpty {
        #expect(found.baselines[1].steps == 32)
        let share = Double(repeated.count { $0 }) / 32
        #expect(found.baselines[1].accuracy.map { abs($0 - share) < 1e-9 } == true)
      }
    }
    let text = try results(
      ["evaluate", "--model", "m", "--allow-training-data", "--baseline"] + data, in: scratch)
    #expect(
      text.contains("baseline: accuracy \(most == 12 ? "0.3333" : "")")
        && text.contains("by repeating the label before, on 32 labels"), "\(text)")
  }

  /// Every step ahead is in its own units, although each column of labels is normalized by its own numbers.
  @Test func stepsAheadAreInTheirUnits() throws {
    for number in 0..<2 {
      scratch.write(
        "load\n" + (0..<40).map { "\($0 + 5 * number)\n" }.joined(), to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--header"]
    try results(
      ["train", "--model", "m", "--targets", "load", "--horizon", "4", "--normalize", "standardize"]
        + data + shortTraining, in: scratch)
    let found = try report(data + ["--season", "6"])
    for (rule, expected) in [("last", [1.0, 2, 3, 4]), ("season", [6, 6, 6, 6])] {
      let rmse = try #require(found.baselines.first { $0.rule == rule }?.rmse)
      #expect(zip(rmse, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "\(rule) \(rmse)")
    }
  }

  /// Steps without labels keep their places, and nothing is evaluated without any label.
  @Test func aSeasonIsFoundBetweenMissingLabels() throws {
    let wave = [0.0, 5, 8.7, 10, 8.7, 5, 0, -5, -8.7, -10, -8.7, -5]
    scratch.write(
      (0..<96).map { "\($0),\($0 % 3 == 2 ? "NA" : "\(wave[$0 % 12])")\n" }.joined(), to: "f_0.csv")
    scratch.write((0..<9).map { "\($0),NA\n" }.joined(), to: "g_0.csv")
    let flags = ["--label-column", "1", "--label-missing", "NA"]
    try results(
      ["train", "--model", "m", "--regression", "--features", "f_%d.csv"] + flags + shortTraining, in: scratch
    )
    #expect(try report(["--features", "f_%d.csv"] + flags).baselines.last?.season == 12)
    let run = try timestep(["evaluate", "--model", "m", "--features", "g_%d.csv"] + flags, in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("no step has a label to evaluate on"), "\(run.error)")
  }

  /// A season is found in the labels, and named.
  @Test func aSeasonIsFound() throws {
    let wave = [5, 1, 0, 2, 9, 4, 3]
    for number in 0..<3 {
      var text = ""
      for step in 0..<60 { text += "\(step),\(wave[(step + number) % 7])\n" }
      scratch.write(text, to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--label-column", "1"]
    try results(["train", "--model", "m", "--regression"] + data + shortTraining, in: scratch)
    let found = try report(data)
    #expect(found.baselines.last?.season == 7 && found.baselines.last?.rmse == [0])
    let text = try results(
      ["evaluate", "--model", "m", "--allow-training-data", "--baseline"] + data, in: scratch)
    #expect(text.contains("one season of 7 steps before (found in these labels)"), "\(text)")
  }
}
