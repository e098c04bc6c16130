import DataSets
import Platform
import Training

/// Records a run, for a `TrainingReport`.
///
/// ```swift
/// let recorder = RunRecorder(judges: [.classifier("test", on: heldOut, classNames: names)])
/// try TrainingLoop(epochs: 40, listeners: [ProgressBar(), recorder]).fit(&network, &batches)
/// try TrainingReport("Nine speakers", recorder.run).page.write(to: "run.html")
/// ```
/// Judging changes nothing of the trainer: the run comes to the same model with a recorder and without.
public final class RunRecorder: TrainingListener {
  /// What was recorded so far.
  public private(set) var run = RecordedRun()
  private let judges: [ReportEvaluation]
  private let interval: Int
  /// The pieces of the first batch so far; `nil` once it is whole, and drawn.
  private var pieces: [DataSet]? = []

  /// Makes a recorder.
  ///
  /// - Parameters:
  ///   - judges: Who judges the model on which data.
  ///   - interval: They do so after every so many epochs, 1 or more, and after the last one.
  public init(judges: [ReportEvaluation] = [], everyEpochs interval: Int = 1) {
    precondition(interval > 0, "a judgement every \(interval) epochs")
    (self.judges, self.interval) = (judges, interval)
    run.courses = judges.map { .init(name: $0.name, judgements: []) }
  }

  /// Notes where the run stands.
  public func began(_ progress: TrainingProgress, trainer: some Trainer) {
    (run.hasBegun, run.resumedAt) = (true, progress.iteration)
  }

  /// Looks at the data of the first pass that is seen whole.
  public func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) {
    if pieces != nil, progress.piece == 0 { pieces = [] }
    pieces?.append(piece)
    if let all = pieces, all.count == progress.pieceCount {
      run.firstBatch = MaskPicture(joining: all, "Batch \(progress.batch) of epoch \(progress.epoch + 1)")
      pieces = nil
    }
    guard !run.data.isComplete else { return }
    if progress.piece == 0 { run.data.batchCount = progress.batch }
    run.data.exampleCount = progress.exampleCount
    run.data.cellCount += piece.exampleCount * piece.stepCount
    run.data.featureStepCount += piece.featuresMask.count
    run.data.labelStepCount += piece.labelsMask.count
  }

  /// Notes the score.
  public func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    run.updates.append(.init(Double(progress.iteration), loss.score))
    // However long the run is: no picture shows more, and the extremes stay.
    guard run.updates.count == 1 << 17 else { return }
    run.updates = Thinning(run.updates, columns: 4000, isDrawn: LineChart.isDrawn).indices.map {
      run.updates[$0]
    }
  }

  /// Notes the loss, and has the model judged when it is the epoch's turn.
  ///
  /// - Throws: What a judge throws; it ends the run.
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

  /// Notes why the run ended; of a resumed one, the losses before it was resumed too.
  public func finished(_ summary: TrainingSummary, trainer: some Trainer) {
    run.losses = summary.losses.enumerated().map { .init(epoch: $0.offset, value: $0.element) }
    if !run.validation.isEmpty { run.validation = summary.figures }
    (run.ending, run.isFinished) = ("\(summary.reason)", true)
  }

  /// Notes the error that has ended the run.
  public func failed(_ error: any Error) {
    // The signal's own words say that nothing was written.
    run.ending = (error as? Interruption.Signal).map { "interrupted by \($0.name)" } ?? "\(error)"
  }
}

extension MaskPicture {
  /// A batch's masks out of its pieces along time.
  init(joining pieces: [DataSet], _ title: String) {
    self.init(pieces[0], title)
    guard pieces.count > 1 else { return }
    features = Mask.joiningSteps(pieces.map(\.featuresMask))
    labels = Mask.joiningSteps(pieces.map(\.labelsMask))
  }
}

extension Mask {
  /// Masks of the same examples one behind the other.
  fileprivate static func joiningSteps(_ masks: [Mask]) -> Mask {
    let places = masks.flatMap { mask in (0..<mask.stepCount).map { (mask, $0) } }
    return Mask(rows: masks[0].exampleCount, steps: places.count) { row, step in
      places[step].0[row, places[step].1]
    }
  }
}
