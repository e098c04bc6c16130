/// The unweighted means of the figures of all columns.
///
/// If the columns have different units, use the relative figures.
public struct RegressionAverages: Sendable, Hashable, Codable {
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

extension RegressionEvaluation {
  /// The unweighted means of the figures of all columns.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public var averages: RegressionAverages {
    get throws {
      let columns = try columns
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      return RegressionAverages(
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
      [name] + errors.map(\.short) + [rse?.short ?? "-"] + rest.map { $0?.fixed(4) ?? "-" }
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
