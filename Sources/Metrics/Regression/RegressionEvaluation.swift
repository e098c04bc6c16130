import DataSets
import Tensors

/// An evaluation of predicted numbers: MSE, MAE, RMSE, R^2 and correlation for each column.
///
/// ```swift
/// var evaluation = RegressionEvaluation(columns: ["load"])
/// try evaluation.add(actual: [1, 2, 3, 4], predicted: [1, 2, 3, 6])
/// try evaluation.columns[0].meanSquaredError    // 1.0
/// try evaluation.columns[0].rSquared            // 0.2, that is 1 - 4 / 5
/// ```
/// Series are flattened: each step that is present in the labels mask counts once, independently of the
/// others.
///
/// A model that was trained on normalized labels predicts normalized values. With `reverting`, labels and
/// predictions are converted back to their own units before they are compared:
/// `RegressionEvaluation(columns: names, reverting: labelNormalizer.revert)`.
///
/// The evaluations of parts of the data, merged with `+=`, give that of the whole, to 1e-12 relative. An
/// evaluation can be encoded, but `reverting` cannot: a decoded evaluation that had one can compute metrics
/// and be merged, but `add(labels:)` is not allowed.
public struct RegressionEvaluation: Sendable {
  /// The names of the columns.
  public let columnNames: [String]
  /// Converts labels or predictions, `[N, L, T]` with their mask, to their own units.
  ///
  /// It is `nil` if that is not necessary.
  public let reverting: (@Sendable (Tensor, Mask) -> Tensor)?
  var moments: [PairMoments]
  /// True if tensors must be converted by `reverting`, which a decoded evaluation does not have.
  let needsReverting: Bool

  /// Makes an evaluation.
  ///
  /// - Parameters:
  ///   - columns: The names of the columns, in the order of the labels.
  ///   - reverting: Converts labels or predictions, `[N, L, T]` with their mask, to their own units.
  public init(columns: [String], reverting: (@Sendable (Tensor, Mask) -> Tensor)? = nil) {
    precondition(!columns.isEmpty, "an evaluation without columns; at least 1 is needed")
    columnNames = columns
    self.reverting = reverting
    needsReverting = reverting != nil
    moments = [PairMoments](repeating: PairMoments(), count: columns.count)
  }

  /// The number of steps added so far.
  public var stepCount: Int { moments[0].count }

  /// The figures of all columns, in order.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public var columns: [Figures] {
    get throws {
      guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
      return zip(columnNames, moments).map { Figures(name: $0, $1) }
    }
  }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// Values in padded cells, even NaN, are ignored.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present label or prediction is NaN or infinite. Then nothing is added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    var steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    precondition(
      steps.columnCount == columnNames.count,
      "labels \(labels.shape) for an evaluation of \(columnNames.count) columns")
    precondition(
      !needsReverting || reverting != nil,
      "steps for a decoded evaluation that no longer knows how to revert them; add them to one made with `reverting`, "
        + "and merge with +=")
    if let reverting {
      let labels = LabelledSteps.series(labels)
      let mask = mask ?? .full(labels.shape[0], labels.shape[2])
      steps = LabelledSteps(
        labels: reverting(labels, mask), predictions: reverting(LabelledSteps.series(predictions), mask),
        mask: mask)
    }
    var added = [PairMoments](repeating: PairMoments(), count: columnNames.count)
    try steps.forEach { example, step in
      for column in columnNames.indices {
        let label = steps.label(example, column, step)
        let prediction = steps.prediction(example, column, step)
        if let error = fault(Double(label), Double(prediction), column) {
          throw EvaluationError(error.kind, example: example, step: step, error.problem)
        }
        added[column].add(label: Double(label), prediction: Double(prediction))
      }
    }
    merge(added)
  }

  /// Adds labels and predictions of a single column, in their own units: `reverting` is not applied.
  ///
  /// - Throws: `EvaluationError` if a value is NaN or infinite; its `example` is the index. Then nothing is
  ///   added.
  public mutating func add<Value: BinaryFloatingPoint>(actual: [Value], predicted: [Value]) throws {
    precondition(columnNames.count == 1, "arrays of one column for an evaluation of \(columnNames.count)")
    precondition(
      actual.count == predicted.count, "\(actual.count) labels but \(predicted.count) predictions")
    var added = PairMoments()
    for index in actual.indices {
      let (label, prediction) = (Double(actual[index]), Double(predicted[index]))
      if let error = fault(label, prediction, 0) {
        throw EvaluationError(error.kind, example: index, error.problem)
      }
      added.add(label: label, prediction: prediction)
    }
    merge([added])
  }

  /// Adds the steps of another evaluation of the same columns.
  public static func += (evaluation: inout RegressionEvaluation, other: RegressionEvaluation) {
    precondition(
      evaluation.columnNames == other.columnNames,
      "evaluations of different columns: \(evaluation.columnNames) and \(other.columnNames)")
    evaluation.merge(other.moments)
  }

  /// Returns the evaluation of some of the columns, in order.
  package func keeping(_ columns: [Int]) -> RegressionEvaluation {
    var result = RegressionEvaluation(columns: columns.map { columnNames[$0] })
    result.moments = columns.map { moments[$0] }
    return result
  }

  private mutating func merge(_ added: [PairMoments]) {
    for column in moments.indices { moments[column] += added[column] }
  }

  private func fault(
    _ label: Double, _ prediction: Double, _ column: Int
  ) -> (kind: EvaluationError.Kind, problem: String)? {
    let name = columnNames[column]
    if !label.isFinite {
      return (.label, "the label of column \(name) is \(label); check the data and the labels mask")
    }
    if !prediction.isFinite {
      let problem =
        "the prediction of column \(name) is \(prediction); check the features for NaN, and whether the "
        + "training's score stayed finite"
      return (.prediction, problem)
    }
    return nil
  }
}

extension RegressionEvaluation: EvaluationMetric {
  /// An empty evaluation of the same columns and units.
  public var empty: RegressionEvaluation { RegressionEvaluation(columns: columnNames, reverting: reverting) }

  /// Returns true for as many columns as there are names.
  public func accepts(columnCount: Int) -> Bool { columnCount == columnNames.count }
}

extension RegressionEvaluation {
  /// The unweighted means of the figures of all columns.
  ///
  /// If the columns have different units, use the relative figures.
  public struct Averages: Sendable, Hashable, Codable {
    /// The mean of the mean squared errors.
    public var meanSquaredError: Double
    /// The mean of the mean absolute errors.
    public var meanAbsoluteError: Double
    /// The mean of the root mean squared errors (not the root of the mean).
    public var rootMeanSquaredError: Double
    /// The mean of the relative squared errors, without columns whose labels are all equal.
    public var relativeSquaredError: MeanOfDefined
    /// The mean of R^2, without columns whose labels are all equal.
    public var rSquared: MeanOfDefined
    /// The mean of the correlations, without columns whose labels or predictions are all equal.
    public var correlation: MeanOfDefined
  }

  /// The unweighted means of the figures of all columns.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public var averages: Averages {
    get throws {
      let columns = try columns
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      return Averages(
        meanSquaredError: mean(columns.map(\.meanSquaredError)),
        meanAbsoluteError: mean(columns.map(\.meanAbsoluteError)),
        rootMeanSquaredError: mean(columns.map(\.rootMeanSquaredError)),
        relativeSquaredError: MeanOfDefined(of: columns.map(\.relativeSquaredError)),
        rSquared: MeanOfDefined(of: columns.map(\.rSquared)),
        correlation: MeanOfDefined(of: columns.map(\.correlation)))
    }
  }
}

extension RegressionEvaluation: CustomStringConvertible {
  /// The figures of all columns, and their means if there are several columns, as aligned text.
  public var description: String {
    guard let columns = try? columns, let averages = try? averages else { return "nothing evaluated yet" }
    func row(_ name: String, _ errors: [Double], _ rse: Double?, _ rest: [Double?]) -> [String] {
      var cells = [name] + errors.map { $0.short }
      cells.append(rse?.short ?? "-")
      for figure in rest { cells.append(figure?.fixed(4) ?? "-") }
      return cells
    }
    var rows = columns.map { column in
      row(
        column.name, [column.meanSquaredError, column.meanAbsoluteError, column.rootMeanSquaredError],
        column.relativeSquaredError, [column.rSquared, column.correlation])
    }
    if columns.count > 1 {
      rows.append(
        row(
          "mean", [averages.meanSquaredError, averages.meanAbsoluteError, averages.rootMeanSquaredError],
          averages.relativeSquaredError.value, [averages.rSquared.value, averages.correlation.value]))
    }
    let head = ["column", "MSE", "MAE", "RMSE", "RSE", "R^2", "correlation"]
    return TextTable(rows: [head] + rows).text
  }
}

extension RegressionEvaluation: Codable {
  private enum CodingKeys: String, CodingKey {
    case columnNames, moments, needsReverting
  }

  /// Decodes an evaluation, without `reverting`; see the type for its restrictions.
  ///
  /// - Throws: `DecodingError` if the moments do not match the columns, or have different numbers of steps.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    columnNames = try values.decode([String].self, forKey: .columnNames)
    moments = try values.decode([PairMoments].self, forKey: .moments)
    needsReverting = try values.decode(Bool.self, forKey: .needsReverting)
    reverting = nil
    guard !columnNames.isEmpty, moments.count == columnNames.count, Set(moments.map(\.count)).count == 1
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .moments, in: values,
        debugDescription:
          "moments of \(moments.count) columns, or of different steps, for the columns \(columnNames)")
    }
  }

  /// Encodes the evaluation, without `reverting`.
  ///
  /// - Throws: The errors of the encoder.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(columnNames, forKey: .columnNames)
    try values.encode(moments, forKey: .moments)
    try values.encode(needsReverting, forKey: .needsReverting)
  }
}

extension RegressionEvaluation {
  /// The regression figures of one column, with labels y, predictions p, and their number n.
  ///
  /// If all labels are equal, there is no variation to explain, and the figures relative to it are `nil`.
  public struct Figures: Sendable, Hashable, Codable {
    /// The name of the column.
    public var name: String
    /// The mean squared error (MSE): sum (p - y)^2 / n.
    public var meanSquaredError: Double
    /// The mean absolute error (MAE): sum |p - y| / n.
    public var meanAbsoluteError: Double
    /// The mean error: sum (p - y) / n.
    public var meanError: Double
    /// The coverage, from 0 to 1: the share of labels that are not above their predictions.
    ///
    /// That of a predicted quantile is near its level.
    public var coverage: Double
    /// The symmetric mean absolute percentage error (sMAPE), in percent from 0 to 200: 100 / n sum |p - y| / ((|p| + |y|) / 2),
    /// where a pair of zeros counts 0.
    ///
    /// Makridakis, *Accuracy measures: theoretical and practical concerns*, 1993, in the form of the M4 competition.
    public var symmetricPercentageError: Double
    /// The weighted absolute percentage error (WAPE), in percent: 100 sum |p - y| / sum |y|; `nil` if all labels are 0.
    public var weightedPercentageError: Double?
    /// The relative squared error (RSE): sum (p - y)^2 / sum (y - mean y)^2; `nil` if all labels are equal.
    public var relativeSquaredError: Double?
    /// Pearson's r: sum (y - mean y)(p - mean p) / sqrt(sum (y - mean y)^2 sum (p - mean p)^2).
    ///
    /// `nil` if all labels, or all predictions, are equal.
    public var correlation: Double?

    /// Returns the mean pinball loss of predictions of the quantile `level`: sum max(q (y - p), (q - 1) (y - p)) / n.
    ///
    /// Koenker & Bassett, *Regression quantiles*, 1978.
    public func pinballLoss(_ level: Double) -> Double {
      (meanAbsoluteError + (1 - 2 * level) * meanError) / 2
    }

    /// The root mean squared error (RMSE), in the unit of the column.
    public var rootMeanSquaredError: Double { meanSquaredError.squareRoot() }

    /// R^2 = 1 - RSE; `nil` if all labels are equal.
    ///
    /// 1 is perfect, 0 is as good as the mean of the labels, and below 0 is worse.
    public var rSquared: Double? { relativeSquaredError.map { 1 - $0 } }

    /// Computes the figures from the moments of at least one pair.
    init(name: String, _ moments: PairMoments) {
      self.name = name
      let count = Double(moments.count)
      meanSquaredError = moments.squaredError / count
      meanAbsoluteError = moments.absoluteError / count
      meanError = moments.error / count
      coverage = Double(moments.coveredCount) / count
      symmetricPercentageError = 100 * moments.symmetricError / count
      weightedPercentageError =
        moments.absoluteLabel > 0 ? 100 * moments.absoluteError / moments.absoluteLabel : nil
      let (label, prediction) = (moments.labelDeviation, moments.predictionDeviation)
      relativeSquaredError = label > 0 ? moments.squaredError / label : nil
      // Two roots, because the product of two small deviations can underflow. Rounding must not exceed +-1.
      correlation =
        label > 0 && prediction > 0
        ? max(-1, min(1, moments.coDeviation / (label.squareRoot() * prediction.squareRoot()))) : nil
    }
  }
}
