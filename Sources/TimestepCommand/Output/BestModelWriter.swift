import Platform
import Timestep

/// A listener that writes the model of the best epoch so far to the model file, as soon as the epoch is done.
///
/// So the model is there whatever ends the run: a divergence, a signal, a full disk, even a power failure.
final class BestModelWriter: TrainingListener {
  private let path: String
  private let contract: DataContract
  /// The best model that the run keeps in its directory of checkpoints; `nil`: none.
  private let kept: String?
  /// The last part of the message of an interruption.
  private let remedy: String
  /// The metric of the model in the file; `nil` if this process has not written one of its own epochs.
  private var metric: EpochMetric?
  /// True if the file has a model of this run.
  private(set) var hasWritten = false

  /// Makes a listener that writes to `path`.
  ///
  /// - Parameters:
  ///   - contract: The properties of its data that the model may rely on.
  ///   - kept: The best model of a run that is resumed, which is written first; `nil`: there is none.
  ///   - remedy: The last part of the message of an interruption.
  init(_ path: String, _ contract: DataContract, kept: String?, remedy: String) {
    (self.path, self.contract, self.kept, self.remedy) = (path, contract, kept, remedy)
  }

  /// The model in the file, for messages; `nil` if the file has none of this run.
  var notice: String? {
    guard hasWritten else { return nil }
    let model =
      metric.map {
        "the model of epoch \($0.epoch + 1), the best so far, with a \($0.name) of \($0.value.short)"
      }
    return "\(path) is written: \(model ?? "the best model so far")"
  }

  func began(_ progress: TrainingProgress, trainer: some Trainer) throws {
    guard progress.iteration > 0, let kept, try Directory.kind(of: kept) == .file else { return }
    try ModelFile(knownHere: kept).save(to: path)
    noteWritten(nil)
  }

  func bestEpochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    guard let model = trainer as? any Checkpointable else { return }
    try model.write(to: path, run: nil, contract: contract)
    noteWritten(progress.validation)
  }

  private func noteWritten(_ metric: EpochMetric?) {
    (self.metric, hasWritten) = (metric, true)
    if let notice { Interruption.consequence = "\(notice); \(remedy)" }
  }
}
