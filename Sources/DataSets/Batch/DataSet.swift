import Sequences
import Tensors

/// A mini-batch: N examples padded to one length, with masks that mark the padding.
///
/// Padding is 0 in both features and labels.
public struct DataSet: Sendable, Equatable {
  /// `[N, C, T]`.
  public var features: Tensor
  /// `[N, L, T]`; `nil` for data without labels.
  public var labels: Tensor?
  /// Steps at which features are present, `[N, T]`.
  public var featuresMask: Mask
  /// Steps at which labels are present, `[N, T]`; empty for data without labels.
  public var labelsMask: Mask
  /// Steps at which a series starts, `[N, T]`.
  ///
  /// A row without a start at step 0 continues the previous piece.
  public var seriesStarts: Mask
  /// Values of the features that were in the data, `[N, C, T]`: all others were missing and have been filled
  /// in.
  public var observedMask: ObservedMask
  /// The origin of each example; empty if the data has no known origin.
  public var metadata: [ExampleMetadata]
  /// The decisions about faults in the sequences of the batch, including those that were skipped.
  public var ledger = Ledger()
  /// The origin of its values, for `explain`.
  var origin = OptionalOrigin()
  /// Provenance of its examples and of what was fitted on them; see `fittedRows`.
  var lineageNotes = LineageNotes()
  /// The features that are constant within a series.
  var staticColumns = StaticColumns()
  /// The exact timestamps of the steps, if they were requested.
  package var stepTimes = StepTimes()

  /// Makes a batch.
  ///
  /// Labels with one entry per series, `[N, L]`, are placed at each example's last present step; the labels
  /// mask marks that step, and `labels` is still `[N, L, T]`:
  ///
  /// ```swift
  /// let batch = DataSet(
  ///   features: Tensor(shape: [2, 3, 5]), labels: Tensor(shape: [2, 1], elements: [7, 8]),
  ///   featuresMask: Mask(ranges: [0..<5, 0..<2], stepCount: 5))
  /// batch.labelsMask.lastSteps   // [4, 1]
  /// ```
  /// - Parameters:
  ///   - features: `[N, C, T]`, of at least one time step.
  ///   - labels: `[N, L, T]`, or `[N, L]`, for which every example needs a present step, or `nil`.
  ///   - featuresMask: `[N, T]`; by default everything is present.
  ///   - labelsMask: `[N, T]`; by default everything is present, or nothing without labels. It must be
  ///     omitted for labels `[N, L]`.
  ///   - seriesStarts: `[N, T]`; by default every row starts at step 0.
  ///   - observedMask: `[N, C, T]`; by default nothing was missing.
  ///   - metadata: One entry per example, or none.
  public init(
    features: Tensor, labels: Tensor? = nil, featuresMask: Mask? = nil, labelsMask: Mask? = nil,
    seriesStarts: Mask? = nil, observedMask: ObservedMask? = nil,
    metadata: [ExampleMetadata] = []
  ) {
    precondition(features.rank == 3, "features are [N, C, T], not \(features.shape)")
    let n = features.shape[0]
    let t = features.shape[2]
    precondition(t > 0, "features \(features.shape) have no time steps; a batch has at least one")
    var labels = labels
    var labelsMask = labelsMask
    if let series = labels, series.rank == 2, series.shape[0] == n {
      precondition(
        labelsMask == nil, "labels \(series.shape), one per series, determine their own mask: pass none")
      let mask = featuresMask ?? .full(n, t)
      precondition(
        mask.exampleCount == n && mask.stepCount == t,
        "a mask of [\(mask.exampleCount), \(mask.stepCount)] for features \(features.shape)")
      (labels, labelsMask) = Self.lastStepForm(series, featuresMask: mask, order: features.order)
    }
    if let labels {
      precondition(
        labels.rank == 3 && labels.shape[0] == n && labels.shape[2] == t,
        "labels \(labels.shape) do not go with features \(features.shape)")
    }
    precondition(metadata.isEmpty || metadata.count == n, "\(metadata.count) metadata for \(n) examples")
    self.features = features
    self.labels = labels
    self.featuresMask = featuresMask ?? .full(n, t)
    self.labelsMask = labelsMask ?? (labels == nil ? .empty(n, t) : .full(n, t))
    self.seriesStarts = seriesStarts ?? Mask(rows: n, steps: t) { _, step in step == 0 }
    self.observedMask = observedMask ?? .full(n, features.shape[1], t)
    self.metadata = metadata
    precondition(
      self.observedMask.exampleCount == n && self.observedMask.columnCount == features.shape[1]
        && self.observedMask.stepCount == t,
      "an observed mask of another shape than features \(features.shape)")
    for mask in [self.featuresMask, self.labelsMask, self.seriesStarts] {
      precondition(
        mask.exampleCount == n && mask.stepCount == t,
        "a mask of [\(mask.exampleCount), \(mask.stepCount)] for features \(features.shape)")
    }
  }

  /// The number of examples, N.
  public var exampleCount: Int { features.shape[0] }

  /// The number of time steps, T, including padding.
  public var stepCount: Int { features.shape[2] }

  /// The steps at which features or labels are present.
  public var stepMask: Mask { featuresMask.union(labelsMask) }
}
