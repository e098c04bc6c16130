import DataSets
import Metrics
import Tensors

/// Adds the first pass of `batches` to a metric, and returns it.
///
/// ```swift
/// let roc = try evaluate(network, on: &testBatches, with: ROC())
/// try roc.area   // 0.97
/// ```
/// `MetricPair` combines several metrics in one pass.
///
/// - Parameters:
///   - predictor: Gives outputs of the labels' shape, `[N, L, T]`.
///   - batches: Batches with labels that suit the metric.
///   - metric: The metric to add to.
///   - allowance: Exceptions; by default, examples that their normalizer was fitted on are rejected.
/// - Throws: `EvaluationError` naming the example, step and file if a present label or prediction does not
///   suit the metric, if an example is rejected, if a batch has no labels, or if sizes do not match;
///   `TrainingError` if there is no batch.
public func evaluate<Metric: EvaluationMetric>(
  _ predictor: some Predictor, on batches: inout some DataSetIterator, with metric: Metric,
  allowing allowance: EvaluationPolicy = []
) throws -> Metric {
  var metric = metric
  var hasBatch = false
  try forEachOutput(of: predictor, on: &batches, allowing: allowance) { labels, outputs, batch in
    hasBatch = true
    guard metric.accepts(columnCount: labels.shape[1]) else {
      throw EvaluationError(
        .shapes, place: batch.metadata.first?.place,
        "labels of \(labels.shape[1]) columns do not suit this \(Metric.self); make it for the labels' columns or "
          + "classes")
    }
    try metric.add(labels: labels, predictions: outputs, mask: batch.labelsMask)
  }
  guard hasBatch else { throw TrainingError.noBatches() }
  return metric
}
