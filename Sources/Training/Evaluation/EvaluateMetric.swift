import DataSets
import Metrics
import Tensors

/// Adds the first pass of `batches` to a metric, and gives it back.
///
/// ```swift
/// let roc = try evaluate(network, on: &testBatches, with: ROC())
/// try roc.area   // 0.97
/// ```
/// `MetricPair` gathers several metrics in one pass.
///
/// - Parameters:
///   - predictor: Gives outputs of the labels' shape, `[N, L, T]`.
///   - batches: Batches with labels that suit the metric.
///   - metric: What to add to.
///   - allowance: What is let pass; by default an example that its normalizer was fitted on is refused.
/// - Throws: `EvaluationError` naming the example, step and file when a present label or prediction is not what the metric
///   needs, when an example is refused, when a batch has no labels, or sizes do not go together; `TrainingError` when there is no batch.
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
