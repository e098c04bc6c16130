import Platform
import Reports
import Timestep

/// The errors of a forecast by step ahead, in the units of the labels, beside those of naive answers.
struct StepsAhead {
  /// The errors of one target.
  struct Target {
    /// The name of the target, `load` of `load+1`, and of the quantile if there are several.
    var name: String
    /// The figures at every step ahead.
    var figures: [RegressionEvaluation.Figures]
    /// The mean absolute scaled errors; `nil` where there is none.
    var scaled: [Double?]
    /// The naive answers, with their root mean squared errors at every step ahead, and those of the model on the same steps.
    var naive: [(rule: String, errors: [Double], ofModel: [Double], stepCount: Int)]
  }

  /// The targets.
  let targets: [Target]
  /// The first step ahead.
  let first: Int
  private let scale: BaselineReport.Scale?

  /// Arranges the figures of label columns that run target by target.
  ///
  /// - Parameter quantiles: The levels of the quantiles that the columns take turns to be, of which the one that is the nearest
  ///   to the median is shown; empty without quantiles.
  init(
    _ columns: [RegressionEvaluation.Figures], _ steps: Int, after lead: Int, _ quantiles: [Float],
    _ baselines: BaselineReport?
  ) {
    first = lead + 1
    let each = Swift.max(1, quantiles.count)
    let place = quantiles.middleQuantile ?? 0
    let level = each == 1 ? "" : ", quantile \(quantiles[place])"
    scale = baselines?.scale
    let scaled = baselines?.scale?.scaled(columns) ?? columns.map { _ in nil }
    targets = stride(from: 0, to: columns.count, by: steps * each).map { start in
      let own = (0..<steps).map { start + $0 * each + place }
      let name = columns[start].name
      return Target(
        name: String(name[..<(name.lastIndex(of: "+") ?? name.endIndex)]) + level,
        figures: own.map { columns[$0] }, scaled: own.map { scaled[$0] },
        naive: (baselines?.lines ?? []).compactMap { line in
          guard let errors = line.rmse, let ofModel = line.modelRmse else { return nil }
          return (line.shortName, own.map { errors[$0] }, own.map { ofModel[$0] }, line.steps)
        })
    }
  }

  /// A chart for every target: the model's error beside those of the naive answers, each on the steps that it has an answer
  /// for.
  var charts: [LineChart] {
    targets.prefix(4).map { target in
      LineChart(
        "Error by step ahead: \(target.name)", x: "step ahead", y: "root mean squared error",
        lines: [.init("model", target.figures.map(\.rootMeanSquaredError), from: Double(first))]
          + target.naive.map { .init("\($0.rule), on \($0.stepCount) steps", $0.errors, from: Double(first)) }
      )
    }
  }

  /// A table for every target.
  var text: String {
    targets.map { target in
      var head = ["ahead", "RMSE", "MAE", "sMAPE %", "WAPE %", "R^2"]
      if scale != nil { head.append("MASE") }
      head += target.naive.flatMap { ["RMSE of \($0.rule)", "model / \($0.rule)"] }
      let rows = target.figures.indices.map { index -> [String] in
        let own = target.figures[index]
        var row = [
          "\(first + index)", own.rootMeanSquaredError.short, own.meanAbsoluteError.short,
          own.symmetricPercentageError.fixed(2), own.weightedPercentageError?.fixed(2) ?? "-",
          own.rSquared?.fixed(4) ?? "-",
        ]
        if scale != nil { row.append(target.scaled[index]?.fixed(4) ?? "-") }
        for naive in target.naive {
          let error = naive.errors[index]
          row += [error.short, error > 0 ? (naive.ofModel[index] / error).fixed(4) : "-"]
        }
        return row
      }
      return
        "\(escapedText(target.name.utf8, limit: nil)), by step ahead\(note(target)):\n\(TextTable(rows: [head] + rows).text)\n"
    }.joined(separator: "\n")
  }

  /// What the last columns of a table mean.
  private func note(_ target: Target) -> String {
    guard let scale else { return "" }
    let before = scale.season == 1 ? "the value before" : "the value \(scale.season) steps before"
    return
      " (MASE: relative to \(before); model / rule: on the steps with such an answer, below 1 if the model is better)"
  }
}

extension BaselineReport.Scale {
  /// Returns the mean absolute errors, divided by the scale; `nil` where there is none.
  func scaled(_ columns: [RegressionEvaluation.Figures]) -> [Double?] {
    zip(columns, errors).map { column, error in error.map { column.meanAbsoluteError / $0 } }
  }
}

extension BaselineReport.Line {
  /// The answer in a word or two, as the head of a column.
  var shortName: String { rule == "season" ? "season \(season ?? 1)" : rule }
}
