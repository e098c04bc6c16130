import DataSets
import Tensors

/// Something that is gathered from labels and predictions, step by step, and adds up over parts of the data.
///
/// `Evaluation`, `BinaryEvaluation`, `ROC`, `MultiClassROC`, `Calibration` and `RegressionEvaluation` are such; one of
/// your own goes wherever they go: `evaluate(network, on: &batches, with: MyMetric())`.
///
/// What every one of them keeps:
/// - Only steps present in the mask count. What other cells hold, NaN too, changes nothing.
/// - A present prediction that is no number is an `EvaluationError` that names example and step; nothing of that
///   batch is then added.
/// - Parts that are added up with `+=` give what the whole gives, to 1e-12 relative.
/// - Figures of nothing are an error, never a number.
public protocol EvaluationMetric: Sendable {
  /// The number of steps gathered.
  var stepCount: Int { get }

  /// The same metric, with the same settings, that has gathered nothing.
  var empty: Self { get }

  /// Whether labels and predictions of so many columns, L, can be added.
  func accepts(columnCount: Int) -> Bool

  /// Adds the steps of a batch that are present in the mask.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps that count, `[N, T]`; `nil`: all.
  /// - Throws: `EvaluationError` when a present label or prediction is not what it must be. Nothing is then added.
  mutating func add(labels: Tensor, predictions: Tensor, mask: Mask?) throws

  /// Adds what another of the same kind, made with the same settings, has gathered.
  static func += (metric: inout Self, other: Self)
}
