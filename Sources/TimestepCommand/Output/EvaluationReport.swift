import Timestep

/// The metrics of a model on data, as commands print them.
struct EvaluationReport {
  /// The metrics by kind of model.
  private enum Figures {
    case classification(Evaluation, Probabilities?)
    case regression(RegressionEvaluation)
    /// Classes of which several may be present.
    case multiLabel(BinaryEvaluation)
  }

  /// The quality of the probabilities: their ranking and their calibration.
  private struct Probabilities {
    /// The area under the ROC curve, the mean of the classes that have one; `nil` if none has.
    var auc: Double?
    /// The expected calibration error of the predicted class's probability.
    var calibrationError: Double
  }

  /// The number of classes up to which probabilities are judged and the whole confusion matrix is printed as
  /// JSON.
  static let manyClasses = 1000

  private let figures: Figures
  private let loss: BatchLoss
  /// The loss with the weight 1 for every class; `nil` if the model has no class weights.
  private let unweightedLoss: BatchLoss?
  /// The factors of the penalty and of the classes, for a network.
  private let configuration: NetworkConfiguration?
  /// True if the loss is in units of normalized labels.
  private let isNormalized: Bool
  /// Warnings about columns that were constant in the training data and are not in the evaluated data.
  let warnings: [String]
  /// The report about whether outputs depend on how series are fed to the model; `nil` if it was not
  /// requested.
  var certificate: MultiLayerNetwork.ConsistencyReport?
  /// The steps that labels lie ahead; `nil` for a model without a horizon.
  private let horizon: (steps: Int, lead: Int)?
  /// True if no step had a label.
  var isEmpty: Bool { loss.stepCount == 0 }
  /// What naive answers reach on the same steps; `nil` if it was not requested.
  var baselines: BaselineReport?
  /// Confidence intervals of the figures; `nil` if they were not requested.
  var intervals: IntervalReport?

  /// Evaluates `network`; regression metrics are in the labels' own units.
  ///
  /// - Parameter policy: Exceptions to the examples that evaluations reject by default.
  init(
    _ network: some Trainer, _ source: BatchSource, _ contract: DataContract,
    allowing policy: EvaluationPolicy
  ) throws {
    let watch = ConstantColumnWatch(contract)
    let windows = WindowCount(source)
    let batches: any DataSetIterator = windows.counted(watch.watched(source.iterator))
    if contract.labels.encoding == .oneHot {
      figures = try Self.classification(network, batches, contract.labels.names, policy)
    } else if contract.labels.encoding == .multiLabel {
      figures = .multiLabel(
        try network.evaluate(
          on: batches, BinaryEvaluation(columns: contract.labels.names), allowing: policy))
    } else {
      figures = .regression(
        try network.evaluateRegression(
          on: batches, columns: contract.labels.names, reverting: contract.revertingLabels, allowing: policy))
    }
    loss = try network.score(on: source.iterator, allowing: policy)
    let bundled = network as? MultiLayerNetwork
    let plain = try bundled?.withoutClassWeights()
    unweightedLoss = try plain?.score(on: source.iterator, allowing: policy)
    configuration = bundled?.configuration
    isNormalized = contract.labelsNormalizer != nil
    horizon = contract.horizon
    warnings = watch.warnings + [windows.note].compactMap { $0 }
  }

  private static func classification(
    _ network: some Trainer, _ batches: some DataSetSource, _ names: [String],
    _ policy: EvaluationPolicy
  ) throws -> Figures {
    // Their rankings and diagrams hold a number for every class at every step.
    guard 2...manyClasses ~= names.count else {
      let evaluation = try network.evaluate(on: batches, classNames: names, allowing: policy)
      return .classification(evaluation, nil)
    }
    let (evaluation, roc, calibration) = try network.evaluate(
      on: batches, Evaluation(classNames: names), MultiClassROC(classNames: names),
      Calibration(classNames: names), allowing: policy)
    return .classification(
      evaluation,
      Probabilities(
        auc: try roc.macroArea.value, calibrationError: try calibration.expectedCalibrationError))
  }

  /// Returns the most important metric, such as `test accuracy 0.9622`.
  func headline(of name: String) throws -> String {
    switch figures {
    case .classification(let evaluation, _): return "\(name) accuracy \((try evaluation.accuracy).fixed(4))"
    case .multiLabel(let evaluation):
      return "\(name) accuracy \((try evaluation.accuracy).fixed(4)) (all classes right in "
        + "\((try evaluation.exactMatchShare).fixed(4)))"
    case .regression(let evaluation):
      let columns = try evaluation.columns
      return quantiles.middleColumns(of: columns.indices).map { columns[$0] }.map {
        "\(name) rmse \($0.name) \($0.rootMeanSquaredError.short)"
      }
      .joined(separator: "\n")
    }
  }

  /// The most classes of a confusion matrix that is a part of a run's text, and the most characters of its lines.
  private static let (tabledClasses, tableWidth) = (12, 100)

  /// Returns the confusion matrix, or the most frequent confusions of many classes; for numbers, the errors of every
  /// column, and of a forecast those by step ahead beside naive answers, if there are any.
  func table(of name: String) -> String {
    switch figures {
    case .classification(let evaluation, _):
      let (confusion, unit) = (evaluation.confusion, evaluation.unit)
      let counts = confusion.text(counting: unit, upTo: Self.tabledClasses, width: Self.tableWidth)
      return "\(name) confusions, of \(confusion.total) \(unit):\n\(counts)\n"
    case .regression(let evaluation):
      let ahead = baselines.flatMap { _ in stepsAhead }.map { " of \($0.text)" }
      return "\(name) errors\(ahead ?? errorText(evaluation))\(coverageLines)"
    case .multiLabel(let evaluation): return "\(name) results of every class:\n\(evaluation)\n"
    }
  }

  /// The loss and its parts, one quantity in a line.
  var lossLines: [String] {
    let isPerSeries = loss.stepCount == loss.sequenceCount
    let units = isNormalized ? "; in units of the normalized labels" : ""
    let labels = pluralized(loss.stepCount, "label", "labels")
    let series = pluralized(loss.sequenceCount, "series", "series")
    let weights = (configuration?.layers.last?.layer as? any DenseOutputLayer)?.classWeights ?? []
    let weighted =
      weights.isEmpty ? "" : "; with the class weights \(weights.map { "\($0)" }.joined(separator: ","))"
    let owners = isPerSeries ? "one per series" : "those of \(series)"
    var lines = ["loss per label \(loss.perStep.fixed(4)) (mean of \(labels), \(owners)\(units)\(weighted))"]
    if let unweightedLoss {
      lines.append(
        "unweighted loss per label \(unweightedLoss.perStep.fixed(4)) (every class has the weight 1)")
    }
    if !isPerSeries {
      let sum = loss.score - loss.penalty
      lines.append(
        "loss per series \(sum.fixed(4)) (the sum over its labels, mean of \(series)\(units)\(weighted))")
    }
    let (l1, l2) = (configuration?.l1 ?? 0, configuration?.l2 ?? 0)
    if l1 > 0 || l2 > 0 || loss.penalty != 0 {
      lines.append("penalty \(loss.penalty.fixed(4)) (of the weights, by l1 \(l1) and l2 \(l2))")
    }
    let penalty = loss.penalty != 0 ? " plus penalty" : ""
    lines.append("score \(loss.score.fixed(4)) (the loss per series\(penalty), as in training)")
    return lines
  }

  /// The levels of the quantiles that the model predicts; empty for any other model.
  private var quantiles: [Float] {
    (configuration?.layers.last?.layer as? any DenseOutputLayer)?.loss.quantiles ?? []
  }

  /// Returns the errors of every column; of several quantiles, those of the one that is the nearest to the median: the others
  /// are not meant to be near the labels.
  private func errorText(_ evaluation: RegressionEvaluation) -> String {
    guard quantiles.count > 1, let place = quantiles.middleQuantile else { return ":\n\(evaluation)\n" }
    return
      " of the quantile \(quantiles[place]):\n\(evaluation.keeping(quantiles.middleColumns(of: evaluation.columnNames.indices)))\n"
  }

  /// Returns the mean pinball loss of the quantile that each column is.
  private func pinballLosses(_ columns: [RegressionEvaluation.Figures]) -> [Double] {
    columns.enumerated().map { $1.pinballLoss(Double(quantiles[$0 % quantiles.count])) }
  }

  /// How many labels lie between the outer two of several quantiles.
  struct Band {
    /// The levels of the two.
    let least, greatest: Float
    /// The share of the labels, in the mean of all columns.
    let share: Double

    /// The share that is expected.
    var expected: Double { Double(greatest - least) }
    /// Where the labels lie.
    var words: String { "above the quantile \(least) and not above \(greatest)" }

    /// Compares labels with the predictions of `quantiles`, which the columns take turns to be.
    fileprivate init(_ columns: [RegressionEvaluation.Figures], _ quantiles: [Float]) {
      (least, greatest) = (quantiles[0], quantiles[quantiles.count - 1])
      let shares = stride(from: 0, to: columns.count, by: quantiles.count).map {
        columns[$0 + quantiles.count - 1].coverage - columns[$0].coverage
      }
      share = shares.reduce(0, +) / Double(shares.count)
    }
  }

  /// How many labels lie between the outer two quantiles; `nil` without several.
  var band: Band? {
    guard quantiles.count > 1, case .regression(let evaluation) = figures else { return nil }
    return (try? evaluation.columns).map { Band($0, quantiles) }
  }

  /// How often labels are not above the predicted quantiles.
  private var coverageLines: String {
    guard !quantiles.isEmpty, case .regression(let evaluation) = figures,
      let columns = try? evaluation.columns
    else { return "" }
    let losses = pinballLosses(columns)
    if quantiles.count > 1 { return bandLines(columns, losses) }
    let shown = zip(columns, losses).prefix(24).map { column, loss in
      "coverage \(escapedText(column.name.utf8)) \(column.coverage.fixed(4)) (of the quantile \(quantiles[0]); pinball loss "
        + "\(loss.short))\n"
    }
    let rest = columns.count - shown.count
    return shown.joined() + (rest > 0 ? "coverage of \(pluralized(rest, "more column")): see --json\n" : "")
  }

  /// Returns a table of several quantiles, and how many labels lie between the outer two.
  private func bandLines(_ columns: [RegressionEvaluation.Figures], _ losses: [Double]) -> String {
    let count = columns.count / quantiles.count
    func mean(_ values: [Double], _ place: Int) -> Double {
      stride(from: place, to: values.count, by: quantiles.count).reduce(0) { $0 + values[$1] } / Double(count)
    }
    let coverages = quantiles.indices.map { mean(columns.map(\.coverage), $0) }
    let rows = quantiles.indices.map {
      ["\(quantiles[$0])", coverages[$0].fixed(4), mean(losses, $0).short]
    }
    let band = Band(columns, quantiles)
    let means = count > 1 ? " (means of \(count) columns)" : ""
    return "quantiles\(means):\n"
      + TextTable(rows: [["quantile", "coverage", "pinball loss"]] + rows).text
      + "\n\(band.words): \(band.share.fixed(4)) of the labels (\(band.expected.fixed(4)) expected)\n"
  }

  /// All metrics as readable text.
  var text: String {
    // Of steps ahead, a table shows them.
    let compared = stepsAhead == nil ? (baselines?.lines ?? []).map { "\($0.text)\n" }.joined() : ""
    let score =
      lossLines.joined(separator: "\n") + "\n" + compared + (intervals.map { "\n\($0.text)" } ?? "")
      + (certificate.map { "\n\($0)\n" } ?? "")
    switch figures {
    case .classification(let evaluation, let probabilities):
      let more = probabilities.map {
        "area under the ROC curve \($0.auc?.fixed(4) ?? "-") (mean over classes), calibration error "
          + "\($0.calibrationError.fixed(4))\n"
      }
      return "\(evaluation)\n\(more ?? "")\(score)"
    case .regression(let evaluation):
      let errors = quantiles.count > 1 ? "errors\(errorText(evaluation))" : "\(evaluation)\n"
      return "\(stepsAhead?.text ?? errors)\(coverageLines)\(score)"
    case .multiLabel(let evaluation): return "\(evaluation)\n\(score)"
    }
  }

  /// The errors by step ahead; `nil` for a model without a horizon.
  var stepsAhead: StepsAhead? {
    guard let horizon, case .regression(let evaluation) = figures, let columns = try? evaluation.columns
    else {
      return nil
    }
    return StepsAhead(columns, horizon.steps, after: horizon.lead, quantiles, baselines)
  }

  /// Returns all metrics as one JSON object.
  func json() throws -> String { try jsonText(self) }
}

extension EvaluationReport: Encodable {
  /// Writes all metrics.
  func encode(to encoder: any Encoder) throws {
    switch figures {
    case .classification(let evaluation, let probabilities):
      let hasManyClasses = evaluation.classNames.count > Self.manyClasses
      try ClassificationJSON(
        accuracy: try evaluation.accuracy, precision: try evaluation.precision,
        recall: try evaluation.recall,
        f1: try evaluation.f1,
        confusion: hasManyClasses ? nil : evaluation.confusion.rows,
        confusionCells: hasManyClasses
          ? evaluation.confusion.cells.map { [$0.actual, $0.predicted, $0.count] } : nil,
        classes: evaluation.classNames,
        auc: probabilities?.auc,
        calibrationError: probabilities?.calibrationError, score: loss.score, loss: loss.perStep,
        unweightedLoss: unweightedLoss?.perStep, penalty: loss.penalty, examples: loss.sequenceCount,
        steps: loss.stepCount, certificate: certificate, baselines: baselines?.lines,
        intervals: intervals
      ).encode(to: encoder)
    case .multiLabel(let evaluation):
      let columns = evaluation.columns
      try MultiLabelJSON(
        accuracy: try evaluation.accuracy, exactMatch: try evaluation.exactMatchShare,
        precision: columns.map(\.precision), recall: columns.map(\.recall), f1: columns.map(\.f1),
        macroF1: try evaluation.macroAverage(of: \.f1).value, classes: columns.map(\.name),
        score: loss.score, loss: loss.perStep, penalty: loss.penalty, examples: loss.sequenceCount,
        steps: loss.stepCount, certificate: certificate, intervals: intervals
      ).encode(to: encoder)
    case .regression(let evaluation):
      let columns = try evaluation.columns
      try RegressionJSON(
        columns: columns.map(\.name), rmse: columns.map(\.rootMeanSquaredError),
        mae: columns.map(\.meanAbsoluteError), r2: columns.map(\.rSquared),
        smape: columns.map(\.symmetricPercentageError), wape: columns.map(\.weightedPercentageError),
        mase: baselines?.scale?.scaled(columns), maseSeason: baselines?.scale?.season,
        quantile: quantiles.count == 1 ? quantiles[0] : nil,
        quantiles: quantiles.count > 1 ? quantiles : nil,
        coverage: quantiles.isEmpty ? nil : columns.map(\.coverage),
        pinball: quantiles.isEmpty ? nil : pinballLosses(columns), score: loss.score, loss: loss.perStep,
        lossUnits: isNormalized ? "normalized" : "labels", penalty: loss.penalty,
        examples: loss.sequenceCount, steps: loss.stepCount, certificate: certificate,
        baselines: baselines?.lines, intervals: intervals
      ).encode(to: encoder)
    }
  }

  private struct ClassificationJSON: Encodable {
    var accuracy, precision, recall, f1: Double
    var confusion: [[Int]]?
    /// Instead of `confusion` for more than a thousand classes: actual, predicted, count.
    var confusionCells: [[Int]]?
    var classes: [String]
    var auc, calibrationError: Double?
    var score, loss: Double
    var unweightedLoss: Double?
    var penalty: Double
    var examples, steps: Int
    var certificate: MultiLayerNetwork.ConsistencyReport?
    var baselines: [BaselineReport.Line]?
    var intervals: IntervalReport?
  }

  private struct MultiLabelJSON: Encodable {
    /// The share of labels that are right, and of steps of which all are.
    var accuracy, exactMatch: Double
    /// One value per class.
    var precision, recall, f1: [Double?]
    var macroF1: Double?
    var classes: [String]
    var score, loss, penalty: Double
    var examples, steps: Int
    var certificate: MultiLayerNetwork.ConsistencyReport?
    var intervals: IntervalReport?
  }

  private struct RegressionJSON: Encodable {
    var columns: [String]
    var rmse, mae: [Double]
    var r2: [Double?]
    /// Percentages.
    var smape: [Double]
    var wape: [Double?]
    /// The mean absolute errors, divided by those of the value one season before; `nil` without baselines.
    var mase: [Double?]?
    var maseSeason: Int?
    /// The quantile that the model predicts, or several, which the columns take turns to be; the shares of labels that are
    /// not above them, and the pinball losses; `nil` for any other model.
    var quantile: Float?
    var quantiles: [Float]?
    var coverage, pinball: [Double]?
    var score, loss: Double
    /// The units of the loss: those of the labels, or of the normalized labels.
    var lossUnits: String
    var penalty: Double
    var examples, steps: Int
    var certificate: MultiLayerNetwork.ConsistencyReport?
    var baselines: [BaselineReport.Line]?
    var intervals: IntervalReport?
  }
}
