import DataSets
import Metrics
import Tensors
import Training

extension ReportEvaluation {
  /// The first labelled steps of some data: true and predicted values.
  public struct ForecastSample: Sendable, Hashable {
    /// The largest number of steps to keep: more could not be distinguished in a picture.
    public static let most = 240
    /// The label column of the values.
    public var column: String
    /// The true values.
    public var truth: [Double] = []
    /// The predicted values.
    public var forecast: [Double] = []
    /// Further predictions of the same values, such as quantiles.
    public var others: [Other] = []
    /// The indices in `truth` at which a series begins, increasing.
    public var starts: [Int] = []

    /// Further predictions.
    public struct Other: Sendable, Hashable {
      /// What they are: "quantile 0.9".
      public var name: String
      /// The predicted values.
      public var values: [Double]

      /// Names predictions.
      public init(_ name: String, _ values: [Double] = []) { (self.name, self.values) = (name, values) }
    }

    /// Makes an empty sample.
    public init(column: String) { self.column = column }
  }
}

/// Collects a `ReportEvaluation.ForecastSample` of one label column during an evaluation.
struct ForecastSampling: EvaluationMetric {
  private(set) var sample: ReportEvaluation.ForecastSample
  private(set) var stepCount = 0
  /// The index of the label column.
  private let column: Int
  /// Those of further predictions.
  private let others: [(name: String, column: Int)]
  private let reverting: (@Sendable (Tensor, Mask) -> Tensor)?

  /// Makes an empty sample of the column `columns[column]`, and of further predictions of the same labels.
  init(
    of column: Int, among columns: [String], besides others: [(name: String, column: Int)] = [],
    reverting: (@Sendable (Tensor, Mask) -> Tensor)?
  ) {
    self.init(column, named: columns[column], others, reverting)
  }

  private init(
    _ column: Int, named name: String, _ others: [(name: String, column: Int)],
    _ reverting: (@Sendable (Tensor, Mask) -> Tensor)?
  ) {
    (self.column, self.others, self.reverting) = (column, others, reverting)
    sample = ReportEvaluation.ForecastSample(column: name)
    sample.others = others.map { .init($0.name) }
  }

  var empty: ForecastSampling { ForecastSampling(column, named: sample.column, others, reverting) }

  func accepts(columnCount: Int) -> Bool { columnCount > max(column, others.map(\.column).max() ?? 0) }

  mutating func add(labels: Tensor, predictions: Tensor, mask: Mask?) throws {
    precondition(
      labels.rank == 3 && labels.shape == predictions.shape, "labels \(labels.shape), [N, L, T] expected")
    let mask = mask ?? .full(labels.shape[0], labels.shape[2])
    stepCount += mask.count
    guard sample.truth.count < ReportEvaluation.ForecastSample.most else { return }
    let (truth, forecast) = (reverting?(labels, mask) ?? labels, reverting?(predictions, mask) ?? predictions)
    for example in 0..<mask.exampleCount {
      let start = sample.truth.count
      for step in 0..<mask.stepCount
      where mask[example, step] && sample.truth.count < ReportEvaluation.ForecastSample.most {
        sample.truth.append(Double(truth[example, column, step]))
        sample.forecast.append(Double(forecast[example, column, step]))
        for (index, other) in others.enumerated() {
          sample.others[index].values.append(Double(forecast[example, other.column, step]))
        }
      }
      if sample.truth.count > start { sample.starts.append(start) }
    }
  }

  static func += (sampling: inout ForecastSampling, other: ForecastSampling) {
    sampling.stepCount += other.stepCount
    let count = sampling.sample.truth.count
    let room = ReportEvaluation.ForecastSample.most - count
    sampling.sample.starts += other.sample.starts.filter { $0 < room }.map { $0 + count }
    sampling.sample.truth += other.sample.truth.prefix(room)
    sampling.sample.forecast += other.sample.forecast.prefix(room)
    for index in sampling.sample.others.indices {
      sampling.sample.others[index].values += other.sample.others[index].values.prefix(room)
    }
  }
}

extension LineChart {
  /// Returns a chart of a forecast and the truth.
  ///
  /// ```swift
  /// try LineChart.forecast(
  ///   "Passengers", x: "month", y: "thousands", truth: truth, forecast: forecast, from: 101)
  ///   .write(to: "forecast.svg")
  /// ```
  /// - Parameters:
  ///   - title: The title of the chart.
  ///   - x: The label of the x axis, with its unit.
  ///   - y: The label of the y axis, with its unit.
  ///   - truth: The true values, at 1 and so on.
  ///   - forecast: The predicted values, at `first` and so on.
  ///   - first: The start of the forecast, which is marked if there is truth before it.
  public static func forecast(
    _ title: String, x: String, y: String, truth: [Double], forecast: [Double], from first: Int = 1
  ) -> LineChart {
    LineChart(
      title, x: x, y: y, lines: [Line("truth", truth), Line("forecast", forecast, from: Double(first))],
      marks: first > 1 ? [Mark(Double(first), "forecast from here")] : [])
  }
}
