import Platform
import Reports
import Timestep

// What a training prints of its result, and the page about it.
extension TrainCommand {
  /// Evaluates the trained model, for the results and for the page.
  func judge(
    _ trained: some Trainer, _ contract: DataContract, test: BatchSource?, _ page: RunPage?,
    _ outline: RunOutline, results: inout String
  ) throws {
    var report = try test.map { try EvaluationReport(trained, $0, contract, allowing: Self.policy) }
    if contract.forecastsNumbers, let network = trained as? MultiLayerNetwork, let test, !test.isOnLanes {
      report?.baselines = try BaselineReport(network, test, contract, season: season)
    }
    if let report {
      for warning in report.warnings { StandardStream.error.write(warning + "\n") }
      if !json { results += try report.headline(of: "test") + "\n" }
    }
    outline.end(report)
    if json { results = try outline.json(report) + "\n" }
    try page?.judge(trained, contract, outline.baseline, report, season: season)
  }

  /// Makes the report page of the training, with its settings; `nil` if none was requested.
  func newPage() -> RunPage? {
    guard let path = runOptions.report else { return nil }
    var settings = [
      Page.Fact("epochs", "\(runOptions.epochs)"),
      Page.Fact("normalization", normalizationFact),
      Page.Fact("order", order.rawValue), Page.Fact("seed", "\(network.seed)"),
    ]
    // What is wrong with the model is said when it is read for the training.
    let foreign = from.flatMap { try? ModelFile(knownHere: $0) }.flatMap {
      $0.origin == nil ? nil : $0.network
    }
    let described = network.network.flatMap { try? NetworkFile($0).configuration(for: 1, network) }
    settings +=
      trainer.map { [Page.Fact("trainer", $0.name)] }
      ?? foreign.map { scheduled.facts(changing: $0.configuration, "as the model's") }
      ?? described.map { scheduled.facts(changing: $0, "as in \(network.network ?? "")") } ?? scheduled.facts
    let name = model?.split(separator: "/").last.map(String.init) ?? trainer?.name ?? "a model"
    return RunPage(
      path, "Training of \(name)", epochs: runOptions.epochs, allowing: Self.policy,
      date: runOptions.reportDate, settings: settings)
  }

  /// The normalization, as a report names it.
  private var normalizationFact: String {
    let own = normalize?.rawValue
    if from == nil { return own ?? "none" }
    return own.map { "as the model's; labels: \($0)" } ?? "as the model's"
  }
}
