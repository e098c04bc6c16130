import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// The errors of a forecast by step ahead, against a naive version of them.
@Suite(.startsProcesses) struct StepsAheadTests {
  private let scratch = TestDirectory()

  private struct Report: Decodable {
    var columns: [String]
    var rmse, mae, smape: [Double]
    var wape: [Double?]
    var mase: [Double?]?
    var maseSeason: Int?
  }

  /// Two targets; `b` is never 0.
  private func values(_ series: Int) -> [(a: Double, b: Double)] {
    (0..<20 + series).map { step in (Double((step * 7 + series) % 5 - 1), 2 + Double(step % 4)) }
  }

  private func trained(_ flags: [String]) throws -> [String] {
    for series in 0..<3 {
      scratch.write("a,b\n" + values(series).map { "\($0.a),\($0.b)\n" }.joined(), to: "f_\(series).csv")
    }
    let data = ["--features", "f_%d.csv", "--header"]
    try results(["train", "--model", "m", "--targets", "a,b"] + data + flags + shortTraining, in: scratch)
    return data + ["--allow-training-data", "--model", "m"]
  }

  @Test(arguments: [(3, 0, nil), (2, 1, 5)] as [(Int, Int, Int?)]) func figuresAreThoseOfThePredictions(
    horizon: Int, lead: Int, season: Int?
  ) throws {
    let words = try trained(["--horizon", "\(horizon)", "--lead", "\(lead)", "--normalize", "standardize"])
    let comparison = ["--baseline"] + (season.map { ["--season", "\($0)"] } ?? [])
    let json = try results(
      ["evaluate", "--json", "--predictions", "p.jsonl"] + comparison + words, in: scratch)
    let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    let length = try #require(report.maseSeason)
    if let season { #expect(length == season) }
    // The labels and predictions, from the table.
    var pairs = report.columns.map { _ in [(truth: Double, prediction: Double)]() }
    for line in try scratch.text(of: "p.jsonl").split(separator: "\n") {
      let row = try JSONDecoder().decode([String: Value].self, from: Data(line.utf8))
      for (place, name) in report.columns.enumerated() {
        let (truth, prediction) = (try #require(row["\(name)_truth"]), try #require(row[name]))
        pairs[place].append((truth.number, prediction.number))
      }
    }
    for (place, own) in pairs.enumerated() {
      let errors = own.map { ($0.prediction - $0.truth).magnitude }
      let count = Double(errors.count)
      #expect(abs(report.mae[place] - errors.reduce(0, +) / count) < 1e-5)
      let symmetric = zip(own, errors).map { pair, error in
        let size = (pair.truth.magnitude + pair.prediction.magnitude) / 2
        return size > 0 ? error / size : 0
      }
      #expect(abs(report.smape[place] - 100 * symmetric.reduce(0, +) / count) < 1e-3)
      let sum = own.reduce(0) { $0 + $1.truth.magnitude }
      #expect(abs((report.wape[place] ?? 0) - 100 * errors.reduce(0, +) / sum) < 1e-3)
      // The changes over a season, of all values that are labels one step ahead.
      var changes: [Double] = []
      for series in 0..<3 {
        let known = values(series).map { place < horizon ? $0.a : $0.b }
        let last = known.count - lead - horizon
        for step in 0..<last where step >= length {
          changes.append((known[step + lead + 1] - known[step + lead + 1 - length]).magnitude)
        }
      }
      let scale = changes.reduce(0, +) / Double(changes.count)
      let expected = scale > 0 ? report.mae[place] / scale : nil
      let found = try #require(report.mase)[place]
      #expect(abs((found ?? -1) - (expected ?? -1)) < 1e-6, "\(place): \(found as Any), \(expected as Any)")
    }
  }

  private struct Value: Decodable {
    var number: Double
    init(from decoder: any Decoder) throws {
      number = (try? decoder.singleValueContainer().decode(Double.self)) ?? .nan
    }
  }

  @Test func everyTargetHasItsTable() throws {
    let words = try trained(["--horizon", "3", "--lead", "2"])
    let plain = try results(["evaluate"] + words, in: scratch).split(separator: "\n").map(String.init)
    #expect(plain[0] == "a, by step ahead:" && plain[1].hasPrefix("ahead  "))
    #expect(plain[2...4].map { String($0.prefix(1)) } == ["3", "4", "5"])
    #expect(plain[5] == "b, by step ahead:")
    let compared = try results(["evaluate", "--baseline", "--season", "5"] + words, in: scratch)
    #expect(compared.contains("MASE: relative to the value 5 steps before"))
    #expect(
      compared.contains("model / last") && compared.contains("RMSE of season 5")
        && !compared.contains("baseline:"))
    let far = try timestep(["evaluate", "--baseline", "--season", "900"] + words, in: scratch)
    #expect(
      far.exitCode == 0 && far.error.contains("--season 900: no labelled step has a label one season before"))
  }

  /// The page shows the errors by step ahead, and how far figures may be from those of other series.
  @Test func thePageShowsErrorsByStepAhead() throws {
    struct Baselines: Decodable {
      struct Line: Decodable {
        var rule: String
        var steps: Int
      }
      var baselines: [Line]
    }
    for (flags, windows) in [([], []), (["--label-once"], ["--window", "9,2"]), ([], ["--window", "8,3"])]
      as [([String], [String])]
    {
      let words = try trained(["--horizon", "3", "--report", "r.html", "--overwrite"] + flags + windows)
      let page = try scratch.text(of: "r.html")
      #expect(page.contains("Error by step ahead: a") && page.contains("Error by step ahead: b"))
      #expect(page.contains("rmse a+1, 95 % interval over series"))
      // The answers are those of `evaluate`, on as many steps.
      let json = try results(["evaluate", "--json", "--baseline"] + words + windows, in: scratch)
      for line in try JSONDecoder().decode(Baselines.self, from: Data(json.utf8)).baselines
      where line.rule != "season" {
        #expect(
          page.contains("\(line.rule), on \(line.steps) steps"), "\(windows): \(line.rule) \(line.steps)")
      }
    }
  }

  @Test func labelsThatDoNotExistAreSaid() throws {
    _ = try trained(["--horizon", "3"])
    let run = try timestep(
      [
        "convert", "--output", "o", "--features", "f_%d.csv", "--header", "--targets", "a", "--horizon", "99",
      ], in: scratch)
    #expect(
      run.exitCode == 0 && run.error.contains("no step has a label (a label needs 99 later rows)\n"),
      "\(run.error)")
  }

  /// Rows that a policy left out lie between a step and its label.
  @Test func aLabelLeadsToItsRow() throws {
    scratch.write("a\n1\n2\nx\n4\ny\n6\n7\n8\n", to: "g.csv")
    let words = [
      "--features", "g.csv", "--header", "--targets", "a", "--horizon", "2", "--on-error", "skip-row",
    ]
    for (step, column, line) in [(0, 1, 3), (0, 2, 5), (1, 1, 5), (1, 2, 7), (2, 1, 7), (3, 2, 9)] {
      let origin = try results(["inspect", "--explain", "0,\(step),a+\(column)"] + words, in: scratch)
      #expect(origin.hasPrefix("g.csv:\(line):"), "\(origin)")
    }
  }
}
