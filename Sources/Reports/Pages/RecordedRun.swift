import DataSets
import Platform
import Training

/// The record of a training run: its curves, its data, its end.
public struct RecordedRun: Sendable {
  /// A value found after an epoch.
  public struct EpochEntry<Value: Sendable>: Sendable {
    /// The epoch, from 0.
    public var epoch: Int
    /// The value.
    public var value: Value
  }

  /// The evaluations on some data in the course of the run.
  public struct Course: Sendable {
    /// The name of the data: "training", "test".
    public var name: String
    /// The evaluations, in order.
    public var judgements: [EpochEntry<ReportEvaluation.Judgement>]
  }

  /// The properties of the data, collected in the first epoch.
  public struct Data: Sendable, Hashable, Codable {
    /// The number of batches.
    public var batchCount = 0
    /// The number of series.
    public var exampleCount = 0
    /// The number of cells (one per step and example), including padding.
    public var cellCount = 0
    /// The number of steps at which features are present.
    public var featureStepCount = 0
    /// The number of steps at which labels are present.
    public var labelStepCount = 0
    /// True if the epoch was seen to its end.
    public var isComplete = false
  }

  /// The score of every update by its number, from 1; if there are very many, those that a picture shows.
  public internal(set) var updates: [LineChart.Point] = []
  /// The losses of the epochs.
  public internal(set) var losses: [EpochEntry<BatchLoss>] = []
  /// The validation figures of the training loop.
  public internal(set) var validation: [EpochMetric] = []
  /// The epoch with the best validation figure, from 0; `nil` before the end of the run, and without validation.
  public internal(set) var bestEpoch: Int?
  /// The results of the evaluations.
  public internal(set) var courses: [Course] = []
  /// The properties of the data, collected in the first epoch.
  public internal(set) var data = Data()
  /// The masks of the first batch; `nil` before it.
  public internal(set) var firstBatch: MaskPicture?
  /// True once the run has begun.
  public internal(set) var hasBegun = false
  /// The reason why the run ended; `nil` while it continues.
  public internal(set) var ending: String?
  /// True if the run ended normally, not by an error.
  public internal(set) var isFinished = false
  /// The number of updates made by an earlier process, whose scores the checkpoint did not contain.
  public internal(set) var resumedAt = 0

  /// Makes the record of a run that has not begun.
  public init() {}

  /// Records that an error has ended the run, unless it is over.
  public mutating func end(with error: any Error) {
    if isFinished { return }
    // The signal's own message also says what was written.
    ending = (error as? Interruption.Signal).map { "interrupted by \($0.name)" } ?? "\(error)"
  }
}

// The course of the run, as charts.
extension RecordedRun {
  /// The loss of every epoch, on the training data and on all evaluated data.
  public var lossByEpoch: LineChart {
    var lines = [
      LineChart.Line("training", losses.map { .init(Double($0.epoch + 1), $0.value.perStep) })
    ]
    // During training, the training loss is the mean over the epoch; the other evaluations come at its end.
    for course in courses where course.name != "training" && !course.judgements.isEmpty {
      lines.append(
        .init(course.name, course.judgements.map { .init(Double($0.epoch + 1), $0.value.loss.perStep) }))
    }
    if validatesLoss, !courses.contains(where: { $0.name == "validation" }) {
      lines.append(.init("validation", validation.map { .init(Double($0.epoch + 1), $0.value) }))
    }
    return LineChart("Loss of every epoch", x: "epoch", y: "loss per label", lines: lines, marks: marks)
  }

  /// True if the validation figure is the score, and that is the loss per label: one label per series, no penalty.
  private var validatesLoss: Bool {
    validation.first?.name.hasSuffix("score") == true
      && losses.allSatisfy { $0.value.stepCount == $0.value.sequenceCount && $0.value.penalty == 0 }
  }

  /// The best epoch, as charts mark it.
  private var marks: [LineChart.Mark] {
    bestEpoch.map { [.init(Double($0 + 1), "best epoch: \($0 + 1)")] } ?? []
  }

  /// The figure by which the training loop chooses the best epoch; `nil` without validation, and where it is the loss
  /// that another chart shows.
  public var validationByEpoch: LineChart? {
    guard let name = validation.first?.name, !validatesLoss else { return nil }
    return LineChart(
      "\(name.prefix(1).uppercased())\(name.dropFirst()) by epoch", x: "epoch", y: name,
      lines: [.init("validation", validation.map { .init(Double($0.epoch + 1), $0.value) })], marks: marks)
  }

  /// The most important metric, on all evaluated data; `nil` if there is none.
  public var figureByEpoch: LineChart? {
    let courses = courses.filter { !$0.judgements.isEmpty }
    guard let name = courses.first?.judgements.first?.value.headline.name else { return nil }
    let lines = courses.map { course in
      LineChart.Line(
        course.name, course.judgements.map { .init(Double($0.epoch + 1), $0.value.headline.value) })
    }
    return LineChart(
      "\(name.prefix(1).uppercased())\(name.dropFirst()) by epoch", x: "epoch", y: name, lines: lines,
      marks: marks)
  }

  /// The loss of every update, which shows single batches.
  public var lossByUpdate: LineChart {
    LineChart(
      "Loss of every update", x: "update", y: "loss per series of the batch, with the penalty",
      lines: [.init("training", updates)])
  }
}
