import DataSets
import FoundationEssentials
import Platform
import TensorFiles
import Training

/// Records a run, for a `TrainingReport`.
///
/// ```swift
/// let recorder = RunRecorder(judges: [.classifier("validation", on: validation, classNames: names)])
/// try TrainingLoop(epochs: 40, listeners: [ProgressBar(), recorder]).fit(&network, batches)
/// var report = TrainingReport("Nine speakers", recorder.run)
/// try report.evaluate(network, .classifier("test", on: test, classNames: names))
/// try report.page.write(to: "run.html")
/// ```
/// Judges evaluate the model after epochs, for curves. Test data is not for them: it is evaluated once, at the end.
///
/// Evaluating has no effect on the trainer: the run produces the same model with and without a recorder. Checkpoints
/// contain the record, so that the report of a resumed run shows all of it.
public final class RunRecorder: TrainingListener {
  /// The record so far.
  public private(set) var run = RecordedRun()
  /// True once a piece was trained on, not only by an earlier process.
  public private(set) var hasTrained = false
  private let judges: [ReportEvaluation]
  private let interval: Int
  /// The masks of the pieces of the first batch so far; empty once it is complete.
  private var pieces: [MaskPicture] = []

  /// Makes a recorder.
  ///
  /// - Parameters:
  ///   - judges: The evaluations of the model, each on some data.
  ///   - interval: The number of epochs between evaluations, 1 or more; the last epoch is always evaluated.
  public init(judges: [ReportEvaluation] = [], everyEpochs interval: Int = 1) {
    precondition(interval > 0, "a judgement every \(interval) epochs")
    (self.judges, self.interval) = (judges, interval)
    run.courses = judges.map { .init(name: $0.name, judgements: []) }
  }

  /// The key of the record in checkpoints.
  public var checkpointKey: String? { "report" }

  /// Returns the record, as text.
  public func willCheckpoint(_ progress: TrainingProgress) throws -> String? {
    try jsonText(RecordedState(run, partOfFirstBatch: MaskPicture(joining: pieces)))
  }

  /// Continues the record of the run that is resumed.
  public func restore(_ state: String) throws {
    let recorded = try JSONDecoder().decode(RecordedState.self, from: Data(state.utf8))
    pieces = recorded.restore(&run).map { [$0] } ?? []
  }

  /// Records the state at the start of the run.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) {
    (run.hasBegun, run.resumedAt) = (true, run.updates.isEmpty ? progress.iteration : 0)
  }

  /// Collects the properties of the data in the first complete epoch.
  public func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) {
    hasTrained = true
    if run.firstBatch == nil { add(piece, progress) }
    guard !run.data.isComplete else { return }
    if progress.piece == 0 { run.data.batchCount = progress.batch }
    run.data.exampleCount = progress.exampleCount
    run.data.cellCount += piece.exampleCount * piece.stepCount
    run.data.featureStepCount += piece.featuresMask.count
    run.data.labelStepCount += piece.labelsMask.count
  }

  /// Adds a piece of the first batch to its picture.
  private func add(_ piece: DataSet, _ progress: TrainingProgress) {
    if progress.piece == 0 { pieces = [] }
    // A run that was resumed in the middle of a batch, from a checkpoint without its beginning, shows the next one.
    guard progress.piece == 0 || !pieces.isEmpty else { return }
    pieces.append(MaskPicture(piece, "Batch \(progress.batch) of epoch \(progress.epoch + 1)"))
    guard progress.piece + 1 == progress.pieceCount else { return }
    run.firstBatch = MaskPicture(joining: pieces)
    pieces = []
  }

  /// Records the score.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    run.updates.append(.init(Double(progress.iteration), loss.score))
    // Bounds the memory of long runs: a picture cannot show more, and the extremes are kept.
    guard run.updates.count == 1 << 15 else { return }
    run.updates = Thinning(run.updates, columns: 4000, isDrawn: LineChart.isDrawn).indices.map {
      run.updates[$0]
    }
  }

  /// Records the loss, and evaluates the model if this epoch is due.
  ///
  /// - Throws: The error of an evaluation, which ends the run.
  public func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    run.losses.append(.init(epoch: progress.epoch, value: progress.loss))
    if let figure = progress.validation { run.validation.append(figure) }
    run.data.isComplete = true
    let isLast = progress.epoch + 1 == progress.epochCount
    guard isLast || (progress.epoch + 1).isMultiple(of: interval) else { return }
    for index in judges.indices {
      let judgement = try judges[index].judge(trainer)
      run.courses[index].judgements.append(.init(epoch: progress.epoch, value: judgement))
    }
  }

  /// Records the reason for the end of the run; for a resumed run, also the losses before the resumption.
  public func finished(_ summary: TrainingSummary, trainer: some Trainer) {
    run.losses = summary.losses.enumerated().map { .init(epoch: $0.offset, value: $0.element) }
    if !run.validation.isEmpty { (run.validation, run.bestEpoch) = (summary.metrics, summary.best?.epoch) }
    (run.ending, run.isFinished) = ("\(summary.reason)", true)
  }

  /// Records the error that ended the run.
  public func failed(_ error: any Error) { run.end(with: error) }
}

extension MaskPicture {
  /// Joins the pictures of a batch's pieces along time; `nil` without pieces.
  init?(joining pieces: [MaskPicture]) {
    guard let first = pieces.first else { return nil }
    self = first
    guard pieces.count > 1 else { return }
    features = Mask.joiningSteps(pieces.map(\.features))
    labels = Mask.joiningSteps(pieces.map(\.labels))
  }
}

extension Mask {
  /// Joins masks of the same examples along time.
  fileprivate static func joiningSteps(_ masks: [Mask]) -> Mask {
    let locations = masks.flatMap { mask in (0..<mask.stepCount).map { (mask, $0) } }
    return Mask(rows: masks[0].exampleCount, steps: locations.count) { row, step in
      locations[step].0[row, locations[step].1]
    }
  }
}
