import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// `evaluate --intervals`: the bootstrap over series.
@Suite(.startsProcesses) struct IntervalTests {
  private let scratch = TestDirectory()

  private struct Report: Decodable {
    struct Intervals: Decodable {
      var level: Double
      var resamples, series: Int
      var accuracy, f1, auc, calibrationError, loss: [Double]?
      var rmse, mae, r2: [[Double]?]?
    }
    var accuracy, loss: Double?
    var rmse: [Double]?
    var intervals: Intervals?
  }

  private func train(_ flags: [String]) throws {
    for number in 0..<12 {
      let rows = (0..<6 + number % 4).map { step in
        "\(step),\(number),\((step * number) % 3),\(step % 2),\(step % 3 + number)\n"
      }
      scratch.write("t,n,x,kind,y\n" + rows.joined(), to: "f_\(number).csv")
    }
    try results(
      ["train", "--model", "m", "--features", "f_%d.csv", "--header"] + flags + shortTraining, in: scratch)
  }

  private func report(_ flags: [String]) throws -> (text: String, json: Report) {
    let words = ["evaluate", "--model", "m", "--features", "f_%d.csv", "--allow-training-data"] + flags
    let json = try results(words + ["--json"], in: scratch)
    return (try results(words, in: scratch), try JSONDecoder().decode(Report.self, from: Data(json.utf8)))
  }

  @Test func everyFigureHasAnInterval() throws {
    try train(["--label-column", "kind", "--classes", "2", "--drop-columns", "y"])
    let (text, json) = try report(["--intervals", "95"])
    let intervals = try #require(json.intervals)
    #expect(intervals.level == 95 && intervals.resamples == 1000 && intervals.series == 12)
    let pairs = [
      (json.accuracy, intervals.accuracy), (json.loss, intervals.loss),
    ]
    for (value, ends) in pairs {
      let (value, ends) = (try #require(value), try #require(ends))
      #expect(
        ends.count == 2 && ends[0] <= value && value <= ends[1] && ends[0] < ends[1], "\(value) \(ends)")
    }
    #expect(
      intervals.f1 != nil && intervals.auc != nil && intervals.calibrationError != nil
        && intervals.rmse == nil)
    #expect(text.contains("95 % intervals, from 1000 draws of 12 series:\n"))
    let line = try #require(text.split(separator: "\n").last { $0.hasPrefix("loss ") })
    #expect(line.contains((json.loss ?? 0).short), "\(line)")
    // More of the draws lie in a wider interval.
    let wide = try #require(try report(["--intervals", "99.9"]).json.intervals?.loss)
    let narrow = try #require(intervals.loss)
    #expect(wide[0] < narrow[0] && wide[1] > narrow[1])
    // Neither batches nor windows of the same series change what is drawn.
    let batches = try report(["--intervals", "95", "--batch-size", "5"]).json.intervals
    #expect(batches?.accuracy == intervals.accuracy && batches?.f1 == intervals.f1)
    let windows = try report(["--intervals", "95", "--window", "3"]).json.intervals
    #expect(windows?.series == 12)
  }

  @Test func numbersHaveIntervalsInTheirUnits() throws {
    try train(["--label-column", "x,y", "--regression", "--normalize", "standardize"])
    let json = try report(["--intervals", "80"]).json
    let ends = try #require(json.intervals?.rmse)
    for (value, own) in zip(json.rmse ?? [], ends) {
      let own = try #require(own)
      #expect(own[0] <= value && value <= own[1])
    }
    #expect(ends.count == 2 && json.intervals?.accuracy == nil)
  }

  @Test func mistakesAreExplained() throws {
    try train(["--label-column", "kind", "--classes", "2", "--drop-columns", "y"])
    let words = ["evaluate", "--model", "m", "--features", "f_3.csv", "--allow-training-data", "--intervals"]
    for level in ["0", "100", "-1", "nan"] {
      let run = try timestep(words + [level], in: scratch)
      #expect(
        run.exitCode == 64 && run.error.contains("expected a percentage between 0 and 100"), "\(run.error)")
    }
    try expectFailure(
      "f_3.csv: intervals are made by drawing series: expected at least 2 with labels, found 1; evaluate more of them, or "
        + "leave out --intervals\n", words + ["95"], in: scratch)
  }
}
