import ArgumentParser
import Platform
import Reports
import Timestep

/// The HTML report of a training run for `--report`, written when the run ends, even if it fails before its first
/// epoch or is interrupted.
final class RunPage {
  private let path: String
  private let title: String
  private let epochs: Int
  private let policy: EvaluationPolicy
  private var facts: (settings: [Page.Fact], data: [Page.Fact])
  private let date: String?
  private let start = ContinuousClock.now
  // The evaluations of the final model, the most important one last.
  private var judges: [ReportEvaluation] = []
  /// The data of each of them.
  private var sources: [BatchSource] = []
  private var recorder: RunRecorder?  // nil until the data is known
  private var comparisons: [Page.Fact] = []
  private var charts: [LineChart] = []
  private var layers: Page.Table?  // nil for a trainer that is not a network
  // nil until the model has been evaluated
  private var result: (name: String, judgement: ReportEvaluation.Judgement)?

  /// Makes the page of a training run that has not begun.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - title: The title of the page.
  ///   - epochs: The number of passes; the model is evaluated at most fifty times during the run.
  ///   - policy: Exceptions to the examples that evaluations reject by default.
  ///   - date: The date to show, with the time that the run takes; `nil`: neither is shown, so that equal runs have
  ///     equal pages.
  ///   - settings: The settings of the run.
  init(
    _ path: String, _ title: String, epochs: Int, allowing policy: EvaluationPolicy, date: String?,
    settings: [Page.Fact]
  ) {
    (self.path, self.title, self.epochs, self.policy) = (path, title, epochs, policy)
    self.date = date
    facts = (settings, [])
  }

  /// Begins with the data of the run.
  ///
  /// - Parameters:
  ///   - training: The training data.
  ///   - validation: The validation data.
  ///   - test: The test data, on which the model is evaluated once, at the end; without it, the result is that on the
  ///     validation or the training data, and the page says so.
  /// - Returns: The listener that records the run for the page.
  func begin(
    _ training: BatchSource, validation: BatchSource?, test: BatchSource?
  ) -> any TrainingListener {
    judges =
      [Self.judge("training", training.inOrder, allowing: .fittedExamples)]
      + (validation.map { [Self.judge("validation", $0, allowing: policy)] } ?? [])
    sources = [training.inOrder] + [validation, test].compactMap { $0 }
    let recorder = RunRecorder(judges: judges, everyEpochs: (epochs + 49) / 50)
    if let test { judges.append(Self.judge("test", test, allowing: policy)) }
    self.recorder = recorder
    let size = training.batchSize.map { "\($0)" } ?? "as the batches are"
    facts.settings.insert(Page.Fact("batch size", size), at: min(1, facts.settings.count))
    facts.data = Self.facts(training.contract)
    return recorder
  }

  /// Adds the layers of a network to the page.
  func show(_ network: MultiLayerNetwork) {
    layers = Page.Table(
      head: ["layer", "in", "out", "parameters"],
      rows: network.summary().layers.map {
        [$0.name, "\($0.input.type)", "\($0.output.type)", "\($0.parameterCount)"]
      })
  }

  /// Evaluates the trained model: that of the best epoch, if there is one.
  ///
  /// - Parameters:
  ///   - contract: That of the model.
  ///   - baseline: What the result compares with; `nil`: not known.
  ///   - report: The figures on the test data; `nil`: there is none.
  ///   - season: The length of a season in steps; `nil`: the one that is found in the labels, if there is one.
  func judge(
    _ trainer: some Trainer, _ contract: DataContract, _ baseline: RunOutline.Baseline?,
    _ report: EvaluationReport?, season: Int?
  ) throws {
    guard let judge = judges.last else { return }
    result = ("\(judge.name) data", try judge.judge(trainer))
    if let baseline, baseline.part == judge.name {
      comparisons = baseline.shownFigures.map {
        Page.Fact(
          "\($0.name) of always predicting \(baseline.rule)", RunOutline.Baseline.text($0.name, $0.value))
      }
    }
    if let network = trainer as? MultiLayerNetwork, let source = sources.last {
      try compare(network, on: source, contract, report, season: season)
    }
    if judge.name == "test", let validation = judges.first(where: { $0.name == "validation" }) {
      let (name, value) = try validation.judge(trainer).headline
      comparisons.append(Page.Fact("\(name) on the validation data", value.short))
    }
  }

  /// Adds how far the result may be from that of other series, and of a forecast the errors by step ahead.
  private func compare(
    _ network: MultiLayerNetwork, on source: BatchSource, _ contract: DataContract,
    _ report: EvaluationReport?, season: Int?
  ) throws {
    if source.isOnLanes { return }
    let intervals = try IntervalReport(95, network, source, contract, scale: nil)
    comparisons += intervals.headlines.prefix(8).map {
      Page.Fact("\($0.name), 95 % interval over series", "\($0.lower.short) to \($0.upper.short)")
    }
    guard contract.forecastsNumbers || contract.labels.quantiles != nil else { return }
    var evaluation =
      try report
      ?? EvaluationReport(network, source.countingStepsOnce, contract, allowing: .fittedExamples)
    if let band = evaluation.band {
      comparisons.append(
        Page.Fact("labels \(band.words), \(band.expected.fixed(4)) expected", band.share.fixed(4)))
    }
    guard contract.forecastsNumbers else { return }
    evaluation.baselines =
      try evaluation.baselines ?? BaselineReport(network, source, contract, season: season)
    charts = evaluation.stepsAhead?.charts ?? []
  }

  /// Writes the page, complete or not at all.
  ///
  /// A run that was resumed and was over already, and whose checkpoint has no record for a page, leaves the page as it
  /// is.
  ///
  /// - Parameter error: The error that ended the run; `nil`: none.
  func write(after error: (any Error)? = nil) throws {
    if let recorder, error == nil, !recorder.hasTrained, recorder.run.updates.isEmpty,
      try !OpenFile.beginning(of: path, count: 1).isEmpty
    {
      return
    }
    var run = recorder?.run ?? RecordedRun()
    if let error { run.end(with: error) }
    var report = TrainingReport(title, run)
    report.command = commandLine(CommandLine.arguments)
    (report.settings, report.data) = facts
    (report.layers, report.result, report.comparisons) = (layers, result, comparisons)
    report.charts = charts
    report.version = "Timestep \(TimestepVersion.current)"
    if let date { (report.date, report.duration) = (date, start.duration(to: .now)) }
    try report.page.write(to: path)
  }

  private static func judge(
    _ name: String, _ source: BatchSource, allowing policy: EvaluationPolicy
  ) -> ReportEvaluation {
    let contract = source.contract
    func made(over batches: some DataSetIterator) -> ReportEvaluation {
      if contract.labels.encoding == .oneHot {
        return .classifier(name, on: batches, classNames: contract.labels.names, allowing: policy)
      }
      if contract.labels.encoding == .multiLabel {
        return .multiLabel(name, on: batches, classNames: contract.labels.names, allowing: policy)
      }
      return .regressor(
        name, on: batches, columns: contract.labels.names, quantiles: contract.labels.quantiles ?? [],
        reverting: contract.revertingLabels, allowing: policy)
    }
    let batches: any ResumableDataSetIterator = source.iterator
    return made(over: batches)
  }

  private static func facts(_ contract: DataContract) -> [Page.Fact] {
    let (columns, labels) = (contract.columns, contract.labels)
    let isClasses = labels.encoding != .values
    return [
      Page.Fact("feature columns", "\(columns.count) (\(few(columns)))"),
      Page.Fact(isClasses ? "classes" : "label columns", "\(labels.names.count) (\(few(labels.names)))"),
      Page.Fact("alignment", "\(contract.alignment)"),
    ] + (contract.transforms.map { [Page.Fact("transforms", $0.summary)] } ?? [])
  }

  private static func few(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
  }
}

extension BatchSource {
  /// The same batches in the order of the data, if it is known.
  fileprivate var inOrder: BatchSource {
    guard case .sequences(let dataSets, let faults) = self else { return self }
    return .sequences(dataSets.ordered(.sequential), faults)
  }
}

/// Calls `body`, then writes the page, even if `body` throws.
func writing<Result>(_ page: RunPage?, _ body: () throws -> Result) throws -> Result {
  let result: Result
  do {
    result = try body()
  } catch {
    // The training's own error must be the last one reported. A mistake on the command line is no end of a run.
    do { if !(error is ValidationError) { try page?.write(after: error) } } catch let second {
      StandardStream.error.write("\(second)\n")
    }
    throw error
  }
  try page?.write()
  return result
}

/// Returns words quoted for a shell, so that they can be copied: one line per flag.
func commandLine(_ words: [String]) -> String {
  words.enumerated().map { index, word in
    // Only the program's name, not its path, so that the same run makes the same page.
    let text = shellQuoted(index == 0 ? String(word.split(separator: "/").last ?? "") : word)
    return index == 0 ? text : word.hasPrefix("--") ? " \\\n  \(text)" : " \(text)"
  }.joined()
}
