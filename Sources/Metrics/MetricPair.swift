import DataSets
import Tensors

/// Two metrics gathered together, so that the predictor computes its outputs only once.
///
/// ```swift
/// let pair = try evaluate(network, on: &batches, with: MetricPair(Evaluation(classCount: 2), ROC()))
/// try pair.first.accuracy
/// try pair.second.area
/// ```
/// A pair is a metric too: `MetricPair(a, MetricPair(b, c))` holds three.
public struct MetricPair<First: EvaluationMetric, Second: EvaluationMetric>: EvaluationMetric {
  /// The one metric.
  public private(set) var first: First
  /// The other metric.
  public private(set) var second: Second

  /// Makes a pair.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// The number of steps gathered.
  public var stepCount: Int { first.stepCount }

  /// A pair of the same metrics that have gathered nothing.
  public var empty: MetricPair { MetricPair(first.empty, second.empty) }

  /// Whether both metrics accept them.
  public func accepts(columnCount: Int) -> Bool {
    first.accepts(columnCount: columnCount) && second.accepts(columnCount: columnCount)
  }

  /// Adds the steps of a batch that are present in the mask to both metrics.
  ///
  /// - Throws: What the metrics throw. Nothing is then added to either.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    // Both take the batch before either keeps it: a pair whose halves are out of step would be worse than useless.
    var added = empty
    try added.first.add(labels: labels, predictions: predictions, mask: mask)
    try added.second.add(labels: labels, predictions: predictions, mask: mask)
    self += added
  }

  /// Adds what another pair has gathered.
  public static func += (pair: inout MetricPair, other: MetricPair) {
    pair.first += other.first
    pair.second += other.second
  }
}

extension MetricPair: Equatable where First: Equatable, Second: Equatable {}

extension MetricPair: Codable where First: Codable, Second: Codable {}

extension MetricPair: CustomStringConvertible
where First: CustomStringConvertible, Second: CustomStringConvertible {
  /// The text of the one metric, and that of the other below it.
  public var description: String {
    stepCount > 0 ? "\(first)\n\n\(second)" : "nothing evaluated yet"
  }
}
