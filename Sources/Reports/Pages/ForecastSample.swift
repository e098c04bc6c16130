import DataSets
import Metrics
import Tensors
import Training

/// The first labelled steps of some data: what was true, and what was predicted.
public struct ForecastSample: Sendable, Hashable {
  /// The largest number of steps that are kept: more would not be told apart in a picture.
  public static let most = 240
  /// The label column that they are of.
  public var column: String
  /// What was true.
  public var truth: [Double] = []
  /// What was predicted.
  public var forecast: [Double] = []
  /// Where a series begins, as rising indices into `truth`.
  public var starts: [Int] = []

  /// Makes an empty sample.
  public init(column: String) { self.column = column }
}

/// Gathers such a sample on the way through an evaluation, of the first label column.
struct ForecastSampling: EvaluationMetric {
  private(set) var sample: ForecastSample
  private(set) var stepCount = 0
  private let reverting: (@Sendable (Tensor, Mask) -> Tensor)?

  init(_ sample: ForecastSample, reverting: (@Sendable (Tensor, Mask) -> Tensor)?) {
    (self.sample, self.reverting) = (sample, reverting)
  }

  var empty: ForecastSampling {
    ForecastSampling(ForecastSample(column: sample.column), reverting: reverting)
  }

  func accepts(columnCount: Int) -> Bool { columnCount > 0 }

  mutating func add(labels: Tensor, predictions: Tensor, mask: Mask?) throws {
    precondition(
      labels.rank == 3 && labels.shape == predictions.shape, "labels \(labels.shape), [N, L, T] expected")
    let mask = mask ?? .full(labels.shape[0], labels.shape[2])
    stepCount += mask.count
    guard sample.truth.count < ForecastSample.most else { return }
    let (truth, forecast) = (reverting?(labels, mask) ?? labels, reverting?(predictions, mask) ?? predictions)
    for example in 0..<mask.exampleCount {
      let start = sample.truth.count
      for step in 0..<mask.stepCount
      where mask[example, step] && sample.truth.count < ForecastSample.most {
        sample.truth.append(Double(truth[example, 0, step]))
        sample.forecast.append(Double(forecast[example, 0, step]))
      }
      if sample.truth.count > start { sample.starts.append(start) }
    }
  }

  static func += (sampling: inout ForecastSampling, other: ForecastSampling) {
    sampling.stepCount += other.stepCount
    let count = sampling.sample.truth.count
    let room = ForecastSample.most - count
    sampling.sample.starts += other.sample.starts.filter { $0 < room }.map { $0 + count }
    sampling.sample.truth += other.sample.truth.prefix(room)
    sampling.sample.forecast += other.sample.forecast.prefix(room)
  }
}

extension LineChart {
  /// A forecast beside the truth.
  ///
  /// ```swift
  /// try LineChart.forecast("Passengers", x: "month", y: "thousands", truth: truth, forecast: forecast, from: 101)
  ///   .write(to: "forecast.svg")
  /// ```
  /// - Parameters:
  ///   - title: What the chart shows.
  ///   - x: What x is, with its unit.
  ///   - y: What y is, with its unit.
  ///   - truth: What was true, at 1 and so on.
  ///   - forecast: What was predicted, at `first` and so on.
  ///   - first: Where the forecast begins; a mark says so where there is truth before it.
  public static func forecast(
    _ title: String, x: String, y: String, truth: [Double], forecast: [Double], from first: Int = 1
  ) -> LineChart {
    LineChart(
      title, x: x, y: y, lines: [Line("truth", truth), Line("forecast", forecast, from: Double(first))],
      marks: first > 1 ? [Mark(Double(first), "forecast from here")] : [])
  }
}
