import DataSets
import FoundationEssentials
import Metrics
import Tensors
import TestSupport
import Testing

/// A batch for a metric, drawn at random; absent cells contain `padding`.
struct MetricCase {
  /// The kinds of labels that a metric can have.
  enum Labels { case oneHot, yesOrNo }

  var labels: Tensor
  var predictions: Tensor
  let mask: Mask

  init(_ kind: Labels, columns: Int, n: Int, t: Int, seed: UInt64, levels: Int = 8, padding: Float = 0) {
    var generator = SplitMix(state: seed)
    let present = (0..<n * t).map { $0 == 0 || Bool.random(using: &generator) }
    mask = Mask(rows: n, steps: t) { present[$0 * t + $1] }
    labels = Tensor(
      shape: [n, columns, t], elements: [Float](repeating: padding, count: n * columns * t))
    predictions = labels
    for example in 0..<n {
      for step in 0..<t {
        let actual = Int.random(in: 0..<columns, using: &generator)
        let bits = (0..<columns).map { _ in Bool.random(using: &generator) }
        let values = (0..<columns).map { _ in Int.random(in: 0...levels, using: &generator) }
        guard mask[example, step] else { continue }
        for column in 0..<columns {
          labels[example, column, step] = (kind == .oneHot ? column == actual : bits[column]) ? 1 : 0
          predictions[example, column, step] = Float(values[column]) / Float(levels)
        }
      }
    }
  }

  /// The present steps' labels and predictions, `[step][column]`.
  var rows: [(labels: [Float], predictions: [Float])] {
    (0..<mask.exampleCount).flatMap { example in
      (0..<mask.stepCount).filter { mask[example, $0] }.map { step in
        let columns = 0..<labels.shape[1]
        return (columns.map { labels[example, $0, step] }, columns.map { predictions[example, $0, step] })
      }
    }
  }
}

/// Returns true if two numbers agree to `relative` of the larger.
func close(_ a: Double, _ b: Double, relative: Double = 1e-12) -> Bool {
  abs(a - b) <= relative * max(abs(a), abs(b), 1e-3)
}

/// True if the metrics agree, including those that do not exist.
func allClose(_ a: [Double?], _ b: [Double?], relative: Double = 1e-12) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { a, b in
      guard let a, let b else { return a == nil && b == nil }
      return close(a, b, relative: relative)
    }
}

/// `value` written as JSON and read again.
func reread<Value: Codable>(_ value: Value) throws -> Value {
  try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
}

/// The promises of every metric, tested on batches of all small sizes.
///
/// - Parameters:
///   - metric: An empty metric.
///   - figures: The results of the metric; throws if nothing was added.
func expectMetricContract<Metric: EvaluationMetric & Codable & CustomStringConvertible>(
  _ metric: Metric, _ kind: MetricCase.Labels, columns: Int, figures: (Metric) throws -> [Double?],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  func gathered(_ data: MetricCase, _ order: Tensor.StorageOrder = .c, rows: [Int]? = nil) throws -> Metric {
    var result = metric.empty
    let rows = rows ?? Array(0..<data.mask.exampleCount)
    try result.add(
      labels: data.labels.rows(rows).ordered(order), predictions: data.predictions.rows(rows),
      mask: data.mask.rows(rows))
    return result
  }
  func check(_ condition: Bool, _ what: Comment) {
    #expect(condition, what, sourceLocation: sourceLocation)
  }

  check(metric.accepts(columnCount: columns) && !metric.accepts(columnCount: 7), "accepted columns")
  #expect(throws: EvaluationError.self, sourceLocation: sourceLocation) { try figures(metric.empty) }
  check(metric.empty.description == "nothing evaluated yet", "the text of nothing")
  for (n, t) in [(1, 1), (1, 5), (2, 3), (3, 2), (4, 5)] {
    for seed in 0..<3 as Range<UInt64> {
      let data = MetricCase(kind, columns: columns, n: n, t: t, seed: seed)
      let whole = try gathered(data)
      let expected = try figures(whole)
      check(whole.stepCount == data.mask.count, "steps")
      check(try figures(reread(whole)) == expected, "reread")
      for order in Tensor.StorageOrder.allCases {
        check(try figures(gathered(data, order)) == expected, "order")
      }
      let poisoned = MetricCase(kind, columns: columns, n: n, t: t, seed: seed, padding: .nan)
      check(try figures(gathered(poisoned)) == expected, "poisoned padding")
      for cut in 0...n {
        var halves = try gathered(data, rows: Array(0..<cut))
        halves += try gathered(data, rows: Array(cut..<n))
        check(halves.stepCount == whole.stepCount, "steps of halves")
        check(try allClose(figures(halves), expected), "halves")
      }
      var twice = whole
      try twice.add(labels: data.labels, predictions: data.predictions, mask: .empty(n, t))
      check(try figures(twice) == expected && twice.stepCount == whole.stepCount, "a wholly masked batch")

      for (example, step) in [(0, 0)] + (0..<n).flatMap({ n in (0..<t).map { (n, $0) } }) {
        guard data.mask[example, step] else { continue }
        for column in 0..<columns {
          var bad = data
          bad.predictions[example, column, step] = .nan
          let error = #expect(throws: EvaluationError.self, sourceLocation: sourceLocation) {
            try twice.add(labels: bad.labels, predictions: bad.predictions, mask: bad.mask)
          }
          check(error?.kind == .prediction && error?.example == example && error?.step == step, "NaN")
          let start = "example \(example), step \(step) (counted from 0): "
          check(error?.description.hasPrefix(start) == true, "the text of NaN")
          bad = data
          bad.labels[example, column, step] = .nan
          let label = #expect(throws: EvaluationError.self, sourceLocation: sourceLocation) {
            try twice.add(labels: bad.labels, predictions: bad.predictions, mask: bad.mask)
          }
          check(label?.kind == .label && label?.example == example && label?.step == step, "a label")
          check(try figures(twice) == expected && twice.stepCount == whole.stepCount, "added all the same")
        }
      }
    }
  }
}

/// `value` written as JSON and read again, with a part of the text replaced.
func rereadChanged<Value: Codable>(_ value: Value, replacing good: String, with bad: String) throws -> Value {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  let text = String(decoding: try encoder.encode(value), as: UTF8.self)
  let pieces = text.split(separator: good, maxSplits: 1, omittingEmptySubsequences: false)
  try #require(pieces.count == 2, "no \(good) in \(text)")
  return try JSONDecoder().decode(Value.self, from: Data((pieces[0] + bad + pieces[1]).utf8))
}
