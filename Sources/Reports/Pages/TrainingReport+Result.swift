import Metrics
import Training

// The results of the model.
extension TrainingReport {
  static func blocks(_ judgement: ReportEvaluation.Judgement, _ name: String) -> [Page.Block] {
    switch judgement.figures {
    case .classification(let evaluation)?: blocks(evaluation, judgement.loss, name)
    case .multiLabel(let evaluation)?: blocks(evaluation, judgement.loss)
    case .regression(let evaluation, let sample)?: blocks(evaluation, sample, judgement.loss, name)
    case nil: []
    }
  }

  private static func blocks(_ evaluation: Evaluation, _ loss: BatchLoss, _ name: String) -> [Page.Block] {
    guard let accuracy = try? evaluation.accuracy, let precision = try? evaluation.precision,
      let recall = try? evaluation.recall, let f1 = try? evaluation.f1,
      let correlation = try? evaluation.matthewsCorrelation
    else { return [.text("Nothing was evaluated.")] }
    let kind =
      evaluation.classNames.count == 2 ? "of class \(evaluation.classNames[1])" : "mean of the classes"
    var facts = [
      Page.Fact("accuracy", accuracy.fixed(4)), Page.Fact("precision, \(kind)", precision.fixed(4)),
      Page.Fact("recall, \(kind)", recall.fixed(4)), Page.Fact("F1, \(kind)", f1.fixed(4)),
      Page.Fact("Matthews' correlation", correlation.fixed(4)),
      Page.Fact("loss per label", loss.perStep.short),
      Page.Fact("series", "\(loss.sequenceCount)"),
    ]
    if evaluation.unit == .steps { facts.append(Page.Fact("steps evaluated", "\(evaluation.stepCount)")) }
    let (all, listed) = (evaluation.classes, evaluation.confusion.listedClasses)
    let rows = listed.map { index in
      let figures = all[index]
      return [figures.name, "\(figures.actualCount)", "\(figures.predictedCount)"]
        + [figures.precision, figures.recall, figures.f1].map { $0?.fixed(4) ?? "\u{2013}" }
    }
    let matrix = ConfusionMatrixPicture(
      evaluation.confusion, "Confusion matrix: \(name)", counting: evaluation.unit)
    return [
      .picture(matrix.svg), .facts(facts),
      .table(.init(head: ["class", "actual", "predicted", "precision", "recall", "F1"], rows: rows)),
    ]
      + (listed.count == all.count
        ? [] : [.text("The most frequent \(listed.count) of \(all.count) classes.")])
  }

  private static func blocks(_ evaluation: BinaryEvaluation, _ loss: BatchLoss) -> [Page.Block] {
    guard let accuracy = try? evaluation.accuracy, let exact = try? evaluation.exactMatchShare else {
      return [.text("Nothing was evaluated.")]
    }
    let facts = [
      Page.Fact("accuracy", accuracy.fixed(4)), Page.Fact("all classes right", exact.fixed(4)),
      Page.Fact("score per sequence", loss.score.short),
      Page.Fact("series", "\(loss.sequenceCount)"), Page.Fact("steps evaluated", "\(evaluation.stepCount)"),
    ]
    let rows = evaluation.columns.map { figures in
      [figures.name, "\(figures.actualCount)", "\(figures.predictedCount)"]
        + [figures.precision, figures.recall, figures.f1].map { $0?.fixed(4) ?? "\u{2013}" }
    }
    return [
      .facts(facts),
      .table(.init(head: ["class", "present", "predicted", "precision", "recall", "F1"], rows: rows)),
    ]
  }

  private static func blocks(
    _ evaluation: RegressionEvaluation, _ sample: ReportEvaluation.ForecastSample, _ loss: BatchLoss,
    _ name: String
  ) -> [Page.Block] {
    guard let columns = try? evaluation.columns else { return [.text("Nothing was evaluated.")] }
    let rows = columns.map { column in
      [column.name, column.rootMeanSquaredError.short, column.meanAbsoluteError.short]
        + [column.rSquared, column.correlation].map { $0?.fixed(4) ?? "\u{2013}" }
    }
    let facts = [
      Page.Fact("loss per label", loss.perStep.short), Page.Fact("series", "\(loss.sequenceCount)"),
      Page.Fact("steps evaluated", "\(evaluation.stepCount)"),
    ]
    let table = Page.Table(
      head: ["label column", "root mean squared error", "mean absolute error", "R\u{B2}", "correlation"],
      rows: rows)
    let first =
      sample.truth.count < evaluation.stepCount
      ? "the first \(sample.truth.count) labelled steps" : "labelled step"
    var chart = LineChart.forecast(
      "Forecast and truth: \(name)", x: sample.starts.count > 1 ? "\(first), series by series" : first,
      y: "column \(sample.column)", truth: sample.truth, forecast: sample.forecast)
    chart.lines += sample.others.map { .init($0.name, $0.values) }
    // A line from the end of one series to the start of the next would show values that were not measured.
    for line in chart.lines.indices { chart.lines[line].starts = sample.starts.map { Double($0 + 1) } }
    return [.table(table), .picture(chart.svg), .facts(facts)]
  }
}
