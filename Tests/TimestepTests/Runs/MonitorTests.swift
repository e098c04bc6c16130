import FoundationEssentials
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// `--monitor` chooses the best epoch.
@Suite(.startsProcesses) struct MonitorTests {
  private func data() -> TestDirectory {
    let scratch = TestDirectory()
    var random = SplitMix(state: 31)
    for (name, count) in [("f", 20), ("v", 16)] {
      for number in 0..<count {
        var text = ""
        for _ in 0...random.next(below: 4) {
          text += "\(Double(random.next(below: 2000)) / 1000 - 1),\(number % 3)\n"
        }
        scratch.write(text, to: "\(name)_\(number).csv")
        let label = random.next(below: 4) == 0 ? Int(random.next(below: 3)) : number % 3
        scratch.write("\(label)\n", to: "\(name)c_\(number).csv")
        scratch.write("\(1000 + 100 * label)\n", to: "\(name)r_\(number).csv")
      }
    }
    return scratch
  }

  private func flags(_ monitor: MonitoredMetric, isRegression: Bool) -> [String] {
    let kind = isRegression ? "r" : "c"
    return [
      "train", "--model", "m", "--features", "f_%d.csv", "--labels", "f\(kind)_%d.csv", "--align", "end",
      "--hidden", "4", "--learning-rate", "0.05", "--seed", "2", "--epochs", "12", "--normalize",
      "standardize",
      "--validation-features", "v_%d.csv", "--validation-labels", "v\(kind)_%d.csv", "--monitor",
      monitor.rawValue,
    ] + (isRegression ? ["--regression"] : ["--classes", "3"])
  }

  private func isForClasses(_ monitor: MonitoredMetric) -> Bool? {
    switch monitor {
    case .loss: nil
    case .accuracy, .f1, .auc, .mcc: true
    case .rmse, .mae, .r2: false
    }
  }

  /// The model is that of the epoch whose line shows the best value, which `evaluate` finds too.
  @Test(arguments: MonitoredMetric.allCases) func theBestEpochIsThatOfTheMetric(monitor: MonitoredMetric)
    throws
  {
    let scratch = data()
    let isRegression = isForClasses(monitor) == false
    let run = try timestep(flags(monitor, isRegression: isRegression), in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let name = monitor == .loss ? "validation score" : "validation \(monitor.rawValue)"
    let values = run.error.split(separator: "\n").compactMap { line -> Double? in
      guard line.hasPrefix("epoch "), let range = line.firstRange(of: "\(name) ") else { return nil }
      return Double(line[range.upperBound...].prefix { $0 != "," })
    }
    try #require(values.count == 12, "\(run.error)")
    let isHigherBetter = ![MonitoredMetric.loss, .rmse, .mae].contains(monitor)
    #expect(monitor.objective == (isHigherBetter ? .maximize : .minimize))
    let best = try #require(isHigherBetter ? values.max() : values.min())
    let epoch = (values.firstIndex(of: best) ?? 0) + 1
    #expect(run.error.contains("the best epoch was \(epoch), with a \(name) of "), "\(run.error)")
    #expect(values.first != best, "the first epoch is the best one: nothing was learned")
    let kind = isRegression ? "r" : "c"
    let json = try results(
      ["evaluate", "--model", "m", "--features", "v_%d.csv", "--labels", "v\(kind)_%d.csv", "--json"],
      in: scratch)
    let object = try figures(json)
    let key = monitor == .loss ? "score" : monitor.rawValue
    if let value = object[key] { #expect(abs(value - best) <= 1e-4 * max(1, abs(best)), "\(key)") }
    #expect(object[key] != nil || monitor == .mcc)
  }

  @Test(arguments: MonitoredMetric.allCases) func aMetricThatDoesNotFitIsRefused(monitor: MonitoredMetric)
    throws
  {
    guard let isForClasses = isForClasses(monitor) else { return }
    let scratch = data()
    let (expected, found) = isForClasses ? ("classes", "numbers") : ("numbers", "classes")
    try expectFailure(
      "Error: the labels are \(found), but \(monitor.rawValue) is a metric for \(expected); choose one that fits "
        + "(--monitor \(isForClasses ? "rmse" : "accuracy"))", flags(monitor, isRegression: isForClasses),
      in: scratch, exitCode: 64)
  }

  /// Validation data of one class has no area under the curve.
  @Test func aMetricThatIsNeverDefinedIsExplained() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write("1,9\n8,4\n", to: "v.csv")
    scratch.write("0\n0\n", to: "w.csv")
    let run = try timestep(
      [
        "train", "--model", "m", "--epochs", "2", "--hidden", "2", "--monitor", "auc",
        "--validation-features", "v.csv",
      ]
        + ["--validation-labels", "w.csv"] + smallData, in: scratch)
    #expect(run.exitCode == 0 && scratch.names().contains("m"))
    #expect(
      run.error.contains(
        "\nthe validation auc was not defined in any epoch, so none was the best: the model of the last epoch is kept; give "
          + "validation data for which it is defined, or monitor another metric (--monitor loss)\n"),
      "\(run.error)")
  }

  @Test func itNeedsValidationData() throws {
    let scratch = data()
    let train = [
      "train", "--model", "m", "--features", "f_%d.csv", "--labels", "fc_%d.csv", "--classes", "3", "--align",
      "end",
      "--monitor", "accuracy",
    ]
    try expectFailure(
      "Error: --monitor requires --validation-features, --validation-batches, --split, --split-time or --fold: data to evaluate each epoch on",
      train, in: scratch, exitCode: 64)
    try expectFailure(
      "Error: --monitor requires data to evaluate each epoch on: give the validation part a weight",
      train + ["--split", "2,0,1"], in: scratch, exitCode: 64)
    try expectFailure(
      "Error: The value 'acc' is invalid for '--monitor <monitor>': expected loss, accuracy, f1, auc, mcc, rmse, mae or r2; did "
        + "you mean \"auc\"?",
      setting(["--monitor", "acc"], in: train), in: scratch, exitCode: 64)
  }

  /// The numbers of a JSON object, the first of lists.
  private func figures(_ text: String) throws -> [String: Double] {
    struct Figures: Decodable {
      var accuracy, f1, auc, score: Double?
      var rmse, mae, r2: [Double]?
    }
    let figures = try JSONDecoder().decode(Figures.self, from: Data(text.utf8))
    var values: [String: Double] = [:]
    values["accuracy"] = figures.accuracy
    values["f1"] = figures.f1
    values["auc"] = figures.auc
    values["score"] = figures.score
    values["rmse"] = figures.rmse?.first
    values["mae"] = figures.mae?.first
    values["r2"] = figures.r2?.first
    return values
  }
}
