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

  /// The constant answer is that of the training labels, which a model remembers; without them, that of the judged labels.
  @Test func theMeanIsThatOfTheTraining() throws {
    for (name, value) in [("a", 1.0), ("b", 5.0)] {
      for number in 0..<4 {
        let rows = (0..<6).map { "\(number),\(value + Double(($0 + number) % 3))\n" }
        scratch.write("x,y\n" + rows.joined(), to: "\(name)_\(number).csv")
      }
    }
    let labels = ["--header", "--label-column", "y", "--regression"]
    let train = ["train", "--model", "m", "--features", "a_%d.csv"] + labels + shortTraining
    // The labels of the test data are 5 to 7, those of the training 1 to 3.
    let judged = (0..<4).flatMap { number in (0..<6).map { 5 + Double(($0 + number) % 3) } }
    for (flags, mean, words) in [
      (["--normalize", "standardize"], 2.0, "the training"), (["--normalize", "none"], 6.0, "these"),
    ] {
      try results(train + flags, in: scratch)
      let found = try report(["--features", "b_%d.csv", "--header"])
      let value = try #require(found.baselines.first { $0.rule == "mean" }?.rmse?[0])
      #expect(abs(value - rmse(judged.map { ($0, mean) })) < 1e-6, "\(flags)")
      let text = try results(
        ["evaluate", "--model", "m", "--baseline", "--features", "b_%d.csv", "--header"], in: scratch)
      #expect(text.contains("by always predicting the mean of \(words) labels"), "\(text)")
    }
    // Batches that were saved normalized have labels in other units.
    try results(
      ["convert", "--output", "o", "--normalize", "standardize", "--features", "a_%d.csv"] + labels,
      in: scratch)
    try results(
      ["convert", "--output", "v", "--features", "b_%d.csv"] + labels, in: scratch)
    let run = try timestep(
      ["train", "--model", "n", "--batches", "o", "--test-batches", "v"] + shortTraining, in: scratch)
    #expect(
      run.error.contains(
        "baseline on the test data: rmse y of \(rmse(judged.map { ($0, 2) }).short), by always predicting the mean of the training"
      ),
      "\(run.error)")
  }

  /// A forecast is compared with the last value and the season by `train` too, in its last lines, its JSON and its page.
  @Test func trainComparesForecasts() throws {
    for number in 0..<3 {
      let rows = (0..<60).map { "\(($0 * 7 + number) % 5).\($0 % 10)\n" }
      scratch.write("load\n" + rows.joined(), to: "f_\(number).csv")
    }
    let data = [
      "--features", "f_%d.csv", "--header", "--targets", "load", "--horizon", "10", "--split-time", "6,0,4",
    ]
    let words = ["train", "--model", "m", "--overwrite", "--normalize", "standardize"] + data + shortTraining
    let run = try timestep(words + ["--season", "5", "--report", "r.html"], in: scratch)
    #expect(run.error.contains("RMSE of season 5") && run.error.contains("model / season 5"), "\(run.error)")
    #expect(try scratch.text(of: "r.html").contains("season 5, on "))
    struct Results: Decodable {
      struct Baseline: Decodable { var figures: [String: Double] }
      var test: Report
      var baseline: Baseline
    }
    let json = try results(words + ["--season", "5", "--json"], in: scratch)
    let found = try JSONDecoder().decode(Results.self, from: Data(json.utf8))
    #expect(found.test.baselines.map(\.rule) == ["mean", "last", "season"])
    #expect(found.test.baselines.last?.season == 5 && found.baseline.figures.count == 10)
    let evaluated = try report(data + ["--part", "test", "--season", "5"])
    #expect(evaluated.baselines.map(\.rmse) == found.test.baselines.map(\.rmse))
    scratch.write("x,load\n1,2\n3,4\n", to: "g.csv")
    try expectFailure(
      "Error: --season 5: a season is that of a forecast of numbers: expected labels from the future of their series, found others",
      [
        "train", "--model", "q", "--features", "g.csv", "--header", "--label-column", "load",
        "--regression", "--season", "5",
      ],
      in: scratch, exitCode: 64)
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
