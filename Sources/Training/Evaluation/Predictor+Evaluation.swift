import DataSets
import Metrics
import Tensors

extension Predictor {
  /// Evaluates a classifier on the first pass of `batches`.
  ///
  /// ```swift
  /// let evaluation = try network.evaluate(on: test)
  /// try evaluation.accuracy   // 0.9622
  /// print(evaluation)         // all figures, and the confusion matrix
  /// ```
  /// If rows continue those of the previous batch, a `StatefulPredictor` gets them with their state. If it is
  /// also a trainer, batches that are longer than its `stepsPerUpdate` are evaluated piece by piece.
  ///
  /// - Parameters:
  ///   - batches: Batches with one-hot labels. The outputs are `[N, classes, T]`, and the largest is the
  ///     predicted class.
  ///   - classNames: The names of the classes; `nil`: their indices.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  /// - Throws: `EvaluationError` naming the example, step and file if a present prediction is NaN or a label
  ///   is not a class, if an example is rejected, if a batch has no labels, or if sizes do not match;
  ///   `TrainingError` if there is no batch, or a row continues a series and the predictor cannot continue
  ///   it.
  public func evaluate(
    on batches: some DataSetSource, classNames: [String]? = nil, allowing policy: EvaluationPolicy = []
  ) throws -> Evaluation {
    try evaluate(
      on: batches, classNames.map { Evaluation(classNames: $0) } ?? Evaluation(), allowing: policy)
  }

  /// Adds the first pass of `batches` to a metric, and returns it.
  ///
  /// ```swift
  /// let roc = try network.evaluate(on: test, ROC())
  /// try roc.area   // 0.97
  /// ```
  /// - Parameters:
  ///   - batches: Batches with labels that suit the metric, and have the shape of the outputs, `[N, L, T]`.
  ///   - metric: The metric to add to.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  /// - Throws: `EvaluationError` naming the example, step and file if a present label or prediction does not
  ///   suit the metric, if an example is rejected, if a batch has no labels, or if sizes do not match;
  ///   `TrainingError` if there is no batch, or a row continues a series and the predictor cannot continue
  ///   it.
  public func evaluate<Metric: EvaluationMetric>(
    on batches: some DataSetSource, _ metric: Metric, allowing policy: EvaluationPolicy = []
  ) throws -> Metric {
    let accumulator = MetricAccumulator(metric)
    try forEachOutput(on: batches, allowing: policy, accumulator.add)
    return accumulator.metric
  }

  /// Adds the first pass of `batches` to several metrics, and returns them.
  ///
  /// The outputs are computed only once:
  /// ```swift
  /// let (evaluation, roc) = try network.evaluate(on: test, Evaluation(), ROC())
  /// ```
  /// - Parameters:
  ///   - batches: Batches with labels that suit the metrics, and have the shape of the outputs, `[N, L, T]`.
  ///   - first: A metric to add to.
  ///   - second: Another metric.
  ///   - others: Further metrics.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  /// - Throws: `EvaluationError` naming the example, step and file if a present label or prediction does not
  ///   suit a metric, if an example is rejected, if a batch has no labels, or if sizes do not match;
  ///   `TrainingError` if there is no batch, or a row continues a series and the predictor cannot continue
  ///   it.
  public func evaluate<First: EvaluationMetric, Second: EvaluationMetric, each Other: EvaluationMetric>(
    on batches: some DataSetSource, _ first: First, _ second: Second, _ others: repeat each Other,
    allowing policy: EvaluationPolicy = []
  ) throws -> (First, Second, repeat each Other) {
    let (first, second) = (MetricAccumulator(first), MetricAccumulator(second))
    let rest = (repeat MetricAccumulator(each others))
    var additions = [first.add, second.add]
    for accumulator in repeat each rest { additions.append(accumulator.add) }
    try forEachOutput(on: batches, allowing: policy) { labels, outputs, piece in
      for add in additions { try add(labels, outputs, piece) }
    }
    return (first.metric, second.metric, repeat (each rest).metric)
  }

  /// Evaluates predicted numbers on the first pass of `batches`.
  ///
  /// Batches are given to the predictor as in `evaluate(on:classNames:allowing:)`.
  ///
  /// - Parameters:
  ///   - batches: Batches whose labels are numbers, in the shape of the outputs, `[N, columns, T]`.
  ///   - columns: The names of the label columns; `nil`: their indices.
  ///   - reverting: Converts labels or predictions, `[N, L, T]` with their mask, back to their own units: a
  ///     normalizer's `revert`, for a model that was trained on normalized labels.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  /// - Throws: `EvaluationError` naming the example, step and file if a present value is NaN or infinite, if
  ///   a batch has no labels, if an example is rejected, or if sizes do not match; `TrainingError` if there
  ///   is no batch, or a row continues a series and the predictor cannot continue it.
  public func evaluateRegression(
    on batches: some DataSetSource, columns: [String]? = nil,
    reverting: (@Sendable (Tensor, Mask) -> Tensor)? = nil, allowing policy: EvaluationPolicy = []
  ) throws -> RegressionEvaluation {
    // The first batch determines the number of columns.
    var accumulator: MetricAccumulator<RegressionEvaluation>?
    try forEachOutput(on: batches, allowing: policy) { labels, outputs, piece in
      let soFar =
        accumulator
        ?? MetricAccumulator(
          RegressionEvaluation(
            columns: columns ?? (0..<labels.shape[1]).map(String.init), reverting: reverting))
      try soFar.add(labels, outputs, piece)
      accumulator = soFar
    }
    guard let accumulator else { preconditionFailure("a pass without batches was an error") }
    return accumulator.metric
  }

  /// Calls `body` with labels and outputs, both `[N, L, T]`, of every batch of the first pass, or of every
  /// piece of it.
  ///
  /// Errors of `body` get the sources of the examples, and count steps from the beginning of the batch.
  func forEachOutput(
    on batches: some DataSetSource, allowing policy: EvaluationPolicy = [],
    _ body: (_ labels: Tensor, _ outputs: Tensor, _ piece: DataSet) throws -> Void
  ) throws {
    let pass = StatefulPass.outputs(of: self, allowing: policy)
    try pass.forEachPiece(of: batches) { piece, firstStep, outputs in
      guard let labels = piece.labels else {
        throw EvaluationError(
          .noLabels, location: piece.metadata.first?.location,
          "a batch has no labels to compare the outputs with; evaluate batches that were made with labels")
      }
      guard outputs.shape == labels.shape else {
        throw EvaluationError(
          .shapes, location: piece.metadata.first?.location,
          "the labels have the shape \(labels.shape), so outputs of the same shape were expected, but the model's "
            + "are \(outputs.shape); give model and labels the same number of columns, and return outputs for "
            + "every step")
      }
      do {
        try body(labels, outputs, piece)
      } catch var error as EvaluationError {
        if let example = error.example, example < piece.metadata.count {
          error.location = piece.metadata[example].location
        }
        error.step = error.step.map { $0 + firstStep }
        throw error
      }
    }
  }
}

extension Trainer {
  /// Returns the loss on the first pass of `batches`, without training.
  ///
  /// `network.score(on: heldOut).score` is the loss per sequence, with the penalty; `.perStep` is the loss
  /// per label. Every sequence counts once, in the batch in which it starts, so batches may be pieces of
  /// lanes or of endless series if the trainer is a `StatefulTrainer`. For such a trainer, batches that are
  /// longer than its `stepsPerUpdate` are scored piece by piece.
  ///
  /// - Parameters:
  ///   - batches: The data.
  ///   - policy: Exceptions; by default, examples that their normalizer was fitted on are rejected.
  /// - Throws: Any error of the trainer and the iterator; `EvaluationError` if an example is rejected;
  ///   `TrainingError` if there is no batch, or a row continues a series and the trainer cannot continue it.
  public func score(
    on batches: some DataSetSource, allowing policy: EvaluationPolicy = []
  ) throws -> BatchLoss {
    var total = BatchLoss()
    var series = SeriesCount()
    try StatefulPass.losses(of: self, allowing: policy).forEachPiece(of: batches) { piece, _, loss in
      total += loss
      series.add(piece)
    }
    total.sequenceCount = series.count
    return total
  }
}

/// A metric that grows in place, among others that are evaluated in the same pass.
private final class MetricAccumulator<Metric: EvaluationMetric> {
  private var sum: Metric
  private let stepsBefore: Int
  private var series = SeriesCount()

  init(_ metric: Metric) { (sum, stepsBefore) = (metric, metric.stepCount) }

  /// The metric, which knows whether it has counted series.
  var metric: Metric {
    guard var evaluation = sum as? Evaluation, stepsBefore == 0, series.count == sum.stepCount else {
      return sum
    }
    evaluation.unit = .series
    return evaluation as? Metric ?? sum
  }

  func add(_ labels: Tensor, _ outputs: Tensor, _ piece: DataSet) throws {
    let columnCount = labels.shape[1]
    guard sum.accepts(columnCount: columnCount) else {
      throw EvaluationError(
        .shapes, location: piece.metadata.first?.location,
        "labels of the shape [N, \(columnCount), T] do not suit this \(Metric.self); make it for the classes or columns "
          + "of the labels, which must be the same in all batches")
    }
    try sum.add(labels: labels, predictions: outputs, mask: piece.labelsMask)
    if sum is Evaluation { series.add(piece) }
  }
}
