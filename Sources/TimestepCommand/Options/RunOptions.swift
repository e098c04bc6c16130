import ArgumentParser
import Timestep

/// The flags for the length of a training run, its stored files, and resuming it.
struct RunOptions: ParsableArguments {
  /// The settings that may change when a run is resumed.
  enum Change: String, FlagValue, CaseIterable {
    case learningRate = "learning-rate"
  }

  @Option(help: .flag("epochs", .train)) var epochs = 10

  @Option(help: .flag("validation-features")) var validationFeatures: [String] = []

  @Option(help: .flag("validation-labels")) var validationLabels: String?

  @Option(help: .flag("validation-batches")) var validationBatches: String?

  @Option(help: .flag("patience")) var patience: Int?

  @Option(help: .flag("monitor")) var monitor = MonitoredMetric.loss

  @Option(help: .flag("time-limit")) var timeLimit: Double?

  @Option(help: .flag("checkpoints")) var checkpoints: String?

  @Option(help: .flag("checkpoint-every")) var checkpointEvery: Int?

  @Option(help: .flag("keep-checkpoints")) var keepCheckpoints = 2

  @Flag(help: .flag("resume")) var resume = false

  @Flag(help: .flag("judge-anew")) var judgeAnew = false

  @Option(help: .flag("change")) var change: Change?

  @Option(help: .flag("journal")) var journal: String?

  @Option(help: .flag("save-flags")) var saveFlags: String?

  @Option(help: .flag("report")) var report: String?

  @Option(help: .flag("report-date")) var reportDate: String?

  func validate() throws {
    if journal?.isEmpty == true { throw ValidationError("--journal is empty; name the file to write") }
    if saveFlags?.isEmpty == true { throw ValidationError("--save-flags is empty; name the file to write") }
    if report?.isEmpty == true { throw ValidationError("--report is empty; name the page to write") }
    guard epochs > 0 else { throw ValidationError("--epochs \(epochs): at least 1 is needed") }
    if let patience, patience < 1 { throw ValidationError("--patience \(patience): at least 1 is needed") }
    if let timeLimit, !(0.001...1e9 ~= timeLimit) {
      throw ValidationError(
        "--time-limit \(timeLimit): a number of seconds from 0.001 to 1000000000 is needed")
    }
    if let checkpointEvery, checkpointEvery < 1 {
      throw ValidationError("--checkpoint-every \(checkpointEvery): at least 1 is needed")
    }
    guard keepCheckpoints > 0 else {
      throw ValidationError("--keep-checkpoints \(keepCheckpoints): at least 1 is needed")
    }
    if checkpoints?.isEmpty == true { throw ValidationError("--checkpoints is empty; name a directory") }
  }

  /// The data that the model is evaluated on after every epoch.
  var validation: HeldOut {
    HeldOut(
      name: .validation, features: validationFeatures, labels: validationLabels, batches: validationBatches)
  }

  /// The contract of the run that is resumed; `nil` if there is none.
  var resumedContract: DataContract? {
    guard resume, let checkpoints, let names = try? Directory.names(in: checkpoints) else { return nil }
    let latest = names.filter(Checkpoints.isCheckpoint).sorted().reversed()
    // A damaged checkpoint is reported when the run begins; the one before it is of the same run.
    return latest.lazy.compactMap { try? ModelFile(knownHere: "\(checkpoints)/\($0)").contract }.first
  }

  /// Returns the loop of a run.
  ///
  /// - Parameters:
  ///   - validation: The data that the model is evaluated on after every epoch.
  ///   - policy: Exceptions to the examples that evaluations reject by default.
  ///   - isOverwriting: True if the journal may replace a file of any kind.
  func loop(
    validation: HeldOutBatches?, allowing policy: EvaluationPolicy, overwriting isOverwriting: Bool
  ) -> TrainingLoop {
    var stopping: [any StoppingCondition] = []
    if let patience { stopping.append(NoImprovement(epochs: patience)) }
    if let timeLimit { stopping.append(TimeLimit(.seconds(timeLimit))) }
    func judging(on batches: some DataSetSource, _ contract: DataContract) -> Validation {
      monitor.validation(on: batches, contract, allowing: policy)
    }
    var measure: Validation?
    if let validation {
      let batches: any ResumableDataSetIterator = validation.evaluated.iterator
      measure = judging(on: batches, validation.source.contract)
      measure?.data = validation.fingerprint
    }
    var listeners: [any TrainingListener] = [ProgressBar()]
    if let journal { listeners.append(JournalListener(journal, replacing: isOverwriting)) }
    return TrainingLoop(
      epochs: epochs, listeners: listeners, stopping: stopping, validation: measure)
  }

  /// Trains `network`; with validation data, the result is the model of the best epoch.
  ///
  /// - Parameter best: The path of the model of the best epoch, which a listener of the loop writes.
  /// - Returns: False if a run that was resumed was over already.
  func train(
    _ network: inout MultiLayerNetwork, _ batches: some ResumableDataSetIterator,
    _ loop: TrainingLoop, _ contract: DataContract, best: String?
  ) throws -> Bool {
    let watch = WorkWatch()
    var loop = loop
    loop.listeners.append(watch)
    guard let directory = checkpoints else {
      try keepBest(try loop.fit(&network, batches), best, &network)
      return true
    }
    let checkpoints = Checkpoints(
      directory, every: checkpointEvery.map { .iterations($0) } ?? .epochs(1), keepLast: keepCheckpoints,
      contract: contract)
    let models = loop.validation.map { _ in ModelDirectory(directory, contract: contract) }
    let judged: (([EpochMetric]) -> Void)? = judgeAnew ? { report(judged: $0) } : nil
    let summary =
      resume
      ? try loop.resume(&network, batches, from: checkpoints, models: models, judgedAnew: judged)
      : try loop.fit(&network, batches, checkpoints: checkpoints, models: models)
    try keepBest(summary, summary.bestModel, &network)
    if !watch.hasWorked { StandardStream.error.write(nothingLeft(summary.reason) + "\n") }
    return watch.hasWorked
  }

  /// Says why a run that was resumed had nothing left to do, and how to continue it.
  private func nothingLeft(_ reason: StopReason) -> String {
    let remedy =
      switch reason {
      case .epochsDone: "give more --epochs to continue"
      case .timeLimit: "--time-limit counts the time of all resumptions; give more to continue"
      case .noImprovement: "give more --patience to continue"
      default: "start again in another directory"
      }
    return "the run is finished, nothing was left to train: \(reason); \(remedy)"
  }

  /// Reports the metrics of models that were evaluated again.
  private func report(judged metrics: [EpochMetric]) {
    for metric in metrics {
      StandardStream.error.write(
        "evaluated again: the model of epoch \(metric.epoch + 1) has a \(metric.name) of \(metric.value.short)\n"
      )
    }
  }

  /// Reports why the training ended, unless all epochs are done, and loads the best epoch's model from `path`.
  private func keepBest(
    _ summary: TrainingSummary, _ path: String?, _ network: inout MultiLayerNetwork
  ) throws {
    if summary.best == nil, let metric = summary.metrics.last {
      StandardStream.error.write(
        "the \(metric.name) was not defined in any epoch, so none was the best: the model of the last epoch is kept; give "
          + "validation data for which it is defined, or monitor another metric (\(Remedy.monitor("loss")))\n"
      )
    }
    guard let best = summary.best, let path else {
      if summary.reason != .epochsDone {
        let epochs = pluralized(summary.losses.count, "epoch", "epochs")
        StandardStream.error.write("\(summary.reason), after \(epochs)\n")
      }
      return
    }
    network = try ModelFile(knownHere: path).network
    StandardStream.error.write(
      "\(summary.reason); the best epoch was \(best.epoch + 1), with a \(best.name) of \(best.value.short)\n")
  }
}

/// Notes whether a run trains on anything.
private final class WorkWatch: TrainingListener {
  private(set) var hasWorked = false

  func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) { hasWorked = true }
}
