import DataSets
import Tensors

/// A metric that is computed step by step, and can be merged over parts of the data.
///
/// Examples are `Evaluation`, `BinaryEvaluation`, `ROC`, `MultiClassROC`, `Calibration` and
/// `RegressionEvaluation`. Your own metrics can be used in the same places:
/// `network.evaluate(on: batches, MyMetric())`.
///
/// Requirements for all metrics:
/// - Only steps that are present in the mask count. Values in other cells, even NaN, are ignored.
/// - A present prediction that is NaN is an `EvaluationError` with example and step. Then nothing of that
///   batch is added.
/// - Parts that are merged with `+=` give the same result as the whole, to 1e-12 relative.
/// - Figures of an empty metric are an error, never a number.
public protocol EvaluationMetric: Sendable {
  /// The number of steps added so far.
  var stepCount: Int { get }

  /// An empty metric with the same settings.
  var empty: Self { get }

  /// Returns true if labels and predictions of `columnCount` columns, L, can be added.
  func accepts(columnCount: Int) -> Bool

  /// Adds the steps of a batch that are present in the mask.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present label or prediction is invalid. Then nothing is added.
  mutating func add(labels: Tensor, predictions: Tensor, mask: Mask?) throws

  /// Adds the steps of another metric with the same settings.
  static func += (metric: inout Self, other: Self)
}

/// The unweighted mean of the figures that are defined, and the number of those that are not.
///
/// A figure that is 0/0 for a class or column is excluded from the mean, not counted as 0.
public struct MeanOfDefined: Sendable, Hashable, Codable {
  /// The mean of the defined figures; `nil` if there are none.
  public var value: Double?
  /// The number of undefined figures.
  public var leftOutCount: Int

  /// Computes the mean of those `figures` that are not `nil`.
  public init(of figures: [Double?]) {
    let present = figures.compactMap { $0 }
    value = present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    leftOutCount = figures.count - present.count
  }
}
