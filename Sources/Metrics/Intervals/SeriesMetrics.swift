import DataSets
import Platform
import Tensors

/// A metric for each series, and confidence intervals of its figures by the bootstrap over series.
///
/// ```swift
/// var metrics = SeriesMetrics(Evaluation(classNames: names))
/// try metrics.add(labels: labels, predictions: outputs, mask: mask, series: keys)
/// let interval = metrics.intervals(95) { [try? $0.accuracy] }[0]
/// ```
/// The steps of a series are not independent, so that whole series are drawn: as many as there are, with replacement
/// (Efron and Tibshirani, *An introduction to the bootstrap*, 1993, chapters 6, 8.5 and 13). The draws follow from the
/// seed, the number of the resample and the order of the keys alone: neither threads, batches nor the order of the
/// data change an interval.
public struct SeriesMetrics<Metric: EvaluationMetric>: Sendable {
  private let empty: Metric
  private var metrics: [String: Metric] = [:]

  /// Makes the metrics of no series.
  ///
  /// - Parameter metric: The metric of each series, whose own steps are not counted.
  public init(_ metric: Metric) { empty = metric.empty }

  /// The number of series with at least one step.
  public var seriesCount: Int { metrics.count }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`.
  ///   - series: The key of the series of each example; windows of one series have the same key.
  /// - Throws: `EvaluationError` if a present label or prediction is invalid.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask, series: [String]) throws {
    precondition(series.count == mask.exampleCount, "\(series.count) keys for \(mask.exampleCount) examples")
    for (row, key) in series.enumerated() {
      let own = mask.rows([row])
      if own.count == 0 { continue }
      // Taken out, so that it grows in place.
      var metric = metrics.removeValue(forKey: key) ?? empty
      do {
        try metric.add(labels: labels.rows([row]), predictions: predictions.rows([row]), mask: own)
      } catch var error as EvaluationError {
        error.example = row
        throw error
      }
      metrics[key] = metric
    }
  }

  /// The metric of all series together.
  public var total: Metric { metrics.sorted { $0.key < $1.key }.reduce(into: empty) { $0 += $1.value } }

  /// Returns an interval for each figure; `nil` for one that is defined in no resample.
  ///
  /// - Parameters:
  ///   - level: The percentage of the resamples whose figure is inside: 95.
  ///   - resamples: The number of resamples.
  ///   - seed: The seed of the draws.
  ///   - figures: Returns the figures of a metric, always as many; `nil` for one that is not defined. It runs on
  ///     several threads.
  /// - Throws: `Interruption.Signal`.
  public func intervals(
    _ level: Double, resamples: Int = 1000, seed: UInt64 = 0,
    of figures: @escaping @Sendable (Metric) -> [Double?]
  ) throws -> [ConfidenceInterval?] {
    precondition(resamples > 0, "intervals from \(resamples) resamples; at least 1 is needed")
    let (empty, series) = (empty, metrics.sorted { $0.key < $1.key }.map(\.value))
    if series.isEmpty { return figures(empty).map { _ in nil } }
    var generator = SplitMix64(seed: seed)
    let seeds = (0..<resamples).map { _ in generator.next() }
    let drawn = try WorkerPool.shared.map(rangesOf: resamples) { range in
      try range.map { resample in
        try Interruption.check()
        var generator = SplitMix64(seed: seeds[resample])
        var sum = empty
        for _ in series {
          sum += series[Int(generator.next().multipliedFullWidth(by: UInt64(series.count)).high)]
        }
        return figures(sum)
      }
    }
    return drawn[0].indices.map { figure in ConfidenceInterval(level, of: drawn.map { $0[figure] }) }
  }
}
