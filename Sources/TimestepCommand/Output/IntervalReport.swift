import Platform
import Timestep

/// Confidence intervals of the figures of an evaluation, by the bootstrap over its series.
struct IntervalReport {
  /// The number of resamples.
  static let resamples = 1000

  /// A figure, and its interval.
  private struct Figure {
    /// The name, as in the JSON of an evaluation.
    var name: String
    /// The name of the label column; `nil` if the figure is about all of them.
    var column: String?
    /// `nil` if the figure is not defined.
    var value: Double?
    var interval: ConfidenceInterval?
  }

  /// The percentage of the resamples in an interval.
  let level: Double
  /// The number of series with a label; intervals need two.
  private(set) var seriesCount = 0
  private var figures: [Figure] = []

  /// Resamples the series of an evaluation.
  ///
  /// - Parameters:
  ///   - level: The percentage of the resamples in an interval.
  ///   - network: The model.
  ///   - source: The batches, normalized as the model's were.
  ///   - contract: That of the model.
  ///   - scale: What errors are divided by in MASE, which is the same in all resamples; `nil`: there is no MASE.
  init(
    _ level: Double, _ network: MultiLayerNetwork, _ source: BatchSource, _ contract: DataContract,
    scale: BaselineReport.Scale?
  ) throws {
    self.level = level
    let output = network.configuration.layers.last?.layer as? any DenseOutputLayer
    var loss = output.map { SeriesMetrics(LabelLoss($0.loss, weights: $0.classWeights)) }
    let pass = Pass(network, source)
    let names = contract.labels.names
    switch contract.labels.encoding {
    case .oneHot:
      var classes = SeriesMetrics(Evaluation(classNames: names))
      // As in the report, whose rankings and diagrams hold a number for every class at every step.
      let isJudged = 2...EvaluationReport.manyClasses ~= names.count
      var ranking = isJudged ? SeriesMetrics(MultiClassROC(classNames: names)) : nil
      var calibration = isJudged ? SeriesMetrics(Calibration(classNames: names)) : nil
      try pass.forEachBatch { batch in
        try batch.add(to: &classes)
        try batch.add(to: &ranking)
        try batch.add(to: &calibration)
        try batch.add(to: &loss)
      }
      try add(["accuracy", "precision", "recall", "f1"], of: classes) {
        [try? $0.accuracy, try? $0.precision, try? $0.recall, try? $0.f1]
      }
      try add(["auc"], of: ranking) { [(try? $0.macroArea)?.value] }
      try add(["calibrationError"], of: calibration) { [try? $0.expectedCalibrationError] }
    case .multiLabel:
      var classes = SeriesMetrics(BinaryEvaluation(columns: names))
      try pass.forEachBatch { batch in
        try batch.add(to: &classes)
        try batch.add(to: &loss)
      }
      try add(["accuracy", "exactMatch", "macroF1"], of: classes) {
        [try? $0.accuracy, try? $0.exactMatchShare, (try? $0.macroAverage(of: \.f1))?.value]
      }
    case .values, .none:
      var numbers = SeriesMetrics(RegressionEvaluation(columns: names, reverting: contract.revertingLabels))
      try pass.forEachBatch { batch in
        try batch.add(to: &numbers)
        try batch.add(to: &loss)
      }
      try add(["rmse", "mae", "r2", "smape", "wape"], of: numbers, columns: names) { evaluation in
        let columns = (try? evaluation.columns) ?? []
        return columns.map(\.rootMeanSquaredError) + columns.map(\.meanAbsoluteError)
          + columns.map(\.rSquared) + columns.map(\.symmetricPercentageError)
          + columns.map(\.weightedPercentageError)
      }
      if let scale {
        try add(["mase"], of: numbers, columns: names) { scale.scaled((try? $0.columns) ?? []) }
      }
      let levels = output?.loss.quantiles ?? []
      if !levels.isEmpty {
        try add(["coverage", "pinball"], of: numbers, columns: names) { evaluation in
          let columns = (try? evaluation.columns) ?? []
          return columns.map(\.coverage)
            + columns.enumerated().map { $1.pinballLoss(Double(levels[$0 % levels.count])) }
        }
      }
    }
    try add(["loss"], of: loss) { [$0.perLabel] }
  }

  /// The most important figures, each with the ends of its interval; empty if there are fewer than two series.
  var headlines: [(name: String, lower: Double, upper: Double)] {
    figures.filter { ["accuracy", "rmse"].contains($0.name) }.compactMap { figure in
      figure.interval.map { (figure.name + (figure.column.map { " \($0)" } ?? ""), $0.lower, $0.upper) }
    }
  }

  /// Adds figures, each with a value for each column, if there are columns.
  private mutating func add<Metric>(
    _ names: [String], of metrics: SeriesMetrics<Metric>?, columns: [String]? = nil,
    _ values: @escaping @Sendable (Metric) -> [Double?]
  ) throws {
    guard let metrics else { return }
    seriesCount = metrics.seriesCount
    if seriesCount < 2 { return }
    let intervals = try metrics.intervals(level, resamples: Self.resamples, of: values)
    let owners = columns.map { $0.map(Optional.some) } ?? [nil]
    let places = names.flatMap { name in owners.map { (name, $0) } }
    for (place, (value, interval)) in zip(places, zip(values(metrics.total), intervals)) {
      figures.append(Figure(name: place.0, column: place.1, value: value, interval: interval))
    }
  }

  /// The intervals as aligned text.
  var text: String {
    let rows = figures.map { figure in
      let name = figure.name + (figure.column.map { " \($0)" } ?? "")
      let ends = [figure.interval?.lower, figure.interval?.upper]
      return [name] + ([figure.value] + ends).map { $0?.short ?? "-" }
    }
    let undefined = figures.filter { ($0.interval?.undefinedCount ?? 0) > 0 }.map(\.name)
    let note =
      undefined.isEmpty
      ? "" : "not defined in some resamples, which are left out: \(undefined.joined(separator: ", "))\n"
    return """
      \(level.numberText) % intervals, from \(Self.resamples) draws of \(seriesCount) series:
      \(TextTable(rows: [["figure", "value", "from", "to"]] + rows).text)
      \(note)
      """
  }
}

extension IntervalReport: Encodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case level, resamples, series
    case accuracy, precision, recall, f1, auc, calibrationError, exactMatch, macroF1, rmse, mae, r2, smape,
      wape, mase, coverage, pinball, loss
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(level, forKey: .level)
    try values.encode(Self.resamples, forKey: .resamples)
    try values.encode(seriesCount, forKey: .series)
    for key in CodingKeys.allCases {
      let own = figures.filter { $0.name == key.rawValue }
      let ends = own.map { $0.interval.map { [$0.lower, $0.upper] } }
      if own.first?.column != nil {
        try values.encode(ends, forKey: key)
      } else if let only = ends.first {
        try values.encode(only, forKey: key)
      }
    }
  }
}

/// The labels and outputs of a model for all batches, with the series of their examples.
private struct Pass {
  /// A batch, and the outputs for it.
  struct Batch {
    let labels, outputs: Tensor
    let mask: Mask
    let series: [String]

    func add<Metric>(to metrics: inout SeriesMetrics<Metric>?) throws {
      try metrics?.add(labels: labels, predictions: outputs, mask: mask, series: series)
    }

    func add<Metric>(to metrics: inout SeriesMetrics<Metric>) throws {
      try metrics.add(labels: labels, predictions: outputs, mask: mask, series: series)
    }
  }

  private let network: MultiLayerNetwork
  private let source: BatchSource

  init(_ network: MultiLayerNetwork, _ source: BatchSource) {
    (self.network, self.source) = (network, source.countingStepsOnce)
  }

  func forEachBatch(_ body: (Batch) throws -> Void) throws {
    var batches = source.iterator
    var count = 0
    while let batch = try batches.next() {
      guard let labels = batch.labels else { continue }
      let series = (0..<batch.exampleCount).map { source.seriesKey(of: batch, $0) ?? "\(count + $0)" }
      count += batch.exampleCount
      try body(
        Batch(
          labels: labels, outputs: try network.wholeSeriesOutput(batch), mask: batch.labelsMask,
          series: series))
    }
  }
}
