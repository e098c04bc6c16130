import DataSets
import Metrics
import Tensors

/// Evaluates a classifier on the first pass of `batches`.
///
/// ```swift
/// let evaluation = try evaluate(network, on: &testBatches)
/// try evaluation.accuracy   // 0.9622
/// print(evaluation)         // all figures, and the confusion matrix
/// ```
/// If rows continue those of the previous batch, a `StatefulPredictor` gets them with their state. If it is
/// also a trainer, batches that are longer than its `stepsPerUpdate` are evaluated piece by piece.
///
/// - Parameters:
///   - predictor: Gives outputs `[N, classes, T]`, of which the largest is the predicted class.
///   - batches: Batches with one-hot labels.
///   - classNames: The names of the classes; `nil`: their indices.
///   - allowance: Exceptions; by default, examples that their normalizer was fitted on are rejected.
/// - Throws: `EvaluationError` naming the example, step and file if a present prediction is NaN or a label is
///   not a class, if an example is rejected, if a batch has no labels, or if sizes do not match;
///   `TrainingError` if there is no batch, or a row continues a series and the predictor cannot continue it.
public func evaluate(
  _ predictor: some Predictor, on batches: inout some DataSetIterator, classNames: [String]? = nil,
  allowing allowance: EvaluationPolicy = []
) throws -> Evaluation {
  var evaluation: Evaluation?  // nil until the first batch determines the number of classes
  try forEachOutput(of: predictor, on: &batches, allowing: allowance) { labels, outputs, batch in
    let columns = labels.shape[1]
    var soFar =
      evaluation ?? classNames.map { Evaluation(classNames: $0) } ?? Evaluation(classCount: max(2, columns))
    guard columns == soFar.classNames.count || columns == 1 && soFar.classNames.count == 2 else {
      throw EvaluationError(
        .shapes,
        "labels of \(columns) columns for \(soFar.classNames.count) classes; all batches and the class names must "
          + "agree on the number of classes")
    }
    try soFar.add(labels: labels, predictions: outputs, mask: batch.labelsMask)
    evaluation = soFar
  }
  guard let evaluation else { preconditionFailure("a pass without batches was an error") }
  return evaluation
}

/// Evaluates predicted numbers on the first pass of `batches`.
///
/// Batches are given to the predictor as in `evaluate(_:on:classNames:)`.
///
/// - Parameters:
///   - predictor: Gives outputs `[N, columns, T]`.
///   - batches: Batches whose labels are numbers.
///   - columns: The names of the label columns; `nil`: their indices.
///   - reverting: Converts labels or predictions, `[N, L, T]` with their mask, back to their own units: a
///     normalizer's `revert`, for a model that was trained on normalized labels.
///   - allowance: Exceptions; by default, examples that their normalizer was fitted on are rejected.
/// - Throws: `EvaluationError` naming the example, step and file if a present value is NaN or infinite, if a
///   batch has no labels, if an example is rejected, or if sizes do not match; `TrainingError` if there is no
///   batch, or a row continues a series and the predictor cannot continue it.
public func evaluateRegression(
  _ predictor: some Predictor, on batches: inout some DataSetIterator, columns: [String]? = nil,
  reverting: (@Sendable (Tensor, Mask) -> Tensor)? = nil, allowing allowance: EvaluationPolicy = []
) throws -> RegressionEvaluation {
  var evaluation: RegressionEvaluation?  // nil until the first batch determines the number of columns
  try forEachOutput(of: predictor, on: &batches, allowing: allowance) { labels, outputs, batch in
    let names = columns ?? (0..<labels.shape[1]).map(String.init)
    var soFar = evaluation ?? RegressionEvaluation(columns: names, reverting: reverting)
    guard names.count == labels.shape[1], names == soFar.columnNames else {
      throw EvaluationError(
        .shapes,
        "labels of \(labels.shape[1]) columns for the columns \(soFar.columnNames); all batches and the column "
          + "names must agree on the number of columns")
    }
    try soFar.add(labels: labels, predictions: outputs, mask: batch.labelsMask)
    evaluation = soFar
  }
  guard let evaluation else { preconditionFailure("a pass without batches was an error") }
  return evaluation
}

/// Returns the loss of a trainer on the first pass of `batches`, without training.
///
/// `score(network, on: &heldOut).score` is the loss per sequence, with the penalty; `.perStep` is the loss
/// per label. Every sequence counts once, in the batch in which it starts, so batches may be pieces of lanes
/// or of endless series if the trainer is a `StatefulTrainer`. For such a trainer, batches that are longer
/// than its `stepsPerUpdate` are scored piece by piece.
///
/// - Parameters:
///   - trainer: The trainer to score.
///   - batches: The data.
///   - allowance: Exceptions; by default, examples that their normalizer was fitted on are rejected.
/// - Throws: Any error of the trainer and the iterator; `EvaluationError` if an example is rejected;
///   `TrainingError` if there is no batch, or a row continues a series and the trainer cannot continue it.
public func score(
  _ trainer: some Trainer, on batches: inout some DataSetIterator,
  allowing allowance: EvaluationPolicy = []
) throws -> BatchLoss {
  var total = BatchLoss()
  var series = SeriesCount()
  try StatefulPass.losses(of: trainer, allowing: allowance).forEachPiece(of: &batches) { piece, _, loss in
    total += loss
    series.add(piece)
  }
  total.sequenceCount = series.count
  return total
}

/// Calls `body` with labels and outputs, both `[N, L, T]`, of every batch of the first pass, or of every
/// piece of it.
///
/// Errors of `body` get the sources of the examples, and count steps from the beginning of the batch.
func forEachOutput(
  of predictor: some Predictor, on batches: inout some DataSetIterator,
  allowing allowance: EvaluationPolicy = [],
  _ body: (_ labels: Tensor, _ outputs: Tensor, _ piece: DataSet) throws -> Void
) throws {
  let pass = StatefulPass.outputs(of: predictor, allowing: allowance)
  try pass.forEachPiece(of: &batches) { piece, firstStep, outputs in
    guard let labels = piece.labels else {
      throw EvaluationError(
        .noLabels, place: piece.metadata.first?.place,
        "a batch has no labels to compare with; make the iterator with labels")
    }
    guard outputs.shape == labels.shape else {
      throw EvaluationError(
        .shapes, place: piece.metadata.first?.place,
        "the model's outputs are \(outputs.shape), the labels \(labels.shape); model and labels must agree on the "
          + "number of columns, and outputs have every step")
    }
    do {
      try body(labels, outputs, piece)
    } catch var error as EvaluationError {
      if let example = error.example, example < piece.metadata.count {
        error.place = piece.metadata[example].place
      }
      error.step = error.step.map { $0 + firstStep }
      throw error
    }
  }
}
