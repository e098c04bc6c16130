import DataSets
import Tensors

/// Two metrics that are computed together, so that the outputs are computed only once.
///
/// ```swift
/// let pair = try evaluate(network, on: &batches, with: MetricPair(Evaluation(classCount: 2), ROC()))
/// try pair.first.accuracy
/// try pair.second.area
/// ```
/// A pair is itself a metric: `MetricPair(a, MetricPair(b, c))` holds three.
public struct MetricPair<First: EvaluationMetric, Second: EvaluationMetric>: EvaluationMetric {
  /// The first metric.
  public private(set) var first: First
  /// The second metric.
  public private(set) var second: Second

  /// Makes a pair.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// The number of steps added so far.
  public var stepCount: Int { first.stepCount }

  /// A pair of empty metrics with the same settings.
  public var empty: MetricPair { MetricPair(first.empty, second.empty) }

  /// Returns true if both metrics accept `columnCount` columns.
  public func accepts(columnCount: Int) -> Bool {
    first.accepts(columnCount: columnCount) && second.accepts(columnCount: columnCount)
  }

  /// Adds the steps of a batch that are present in the mask to both metrics.
  ///
  /// - Throws: The errors of the metrics. Then nothing is added to either.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    // Both must accept the batch before either is changed, so that they always have the same steps.
    var added = empty
    try added.first.add(labels: labels, predictions: predictions, mask: mask)
    try added.second.add(labels: labels, predictions: predictions, mask: mask)
    self += added
  }

  /// Adds the steps of another pair.
  public static func += (pair: inout MetricPair, other: MetricPair) {
    pair.first += other.first
    pair.second += other.second
  }
}

extension MetricPair: Equatable where First: Equatable, Second: Equatable {}

extension MetricPair: Codable where First: Codable, Second: Codable {}

extension MetricPair: CustomStringConvertible
where First: CustomStringConvertible, Second: CustomStringConvertible {
  /// The description of the first metric, followed by that of the second.
  public var description: String {
    stepCount > 0 ? "\(first)\n\n\(second)" : "nothing evaluated yet"
  }
}
