import ArgumentParser
import Platform
import Timestep

/// What naive answers reach on the steps of an evaluation, beside the model.
struct BaselineReport {
  /// A naive answer, and its figures.
  struct Line: Encodable {
    /// `mode`, `mean`, `last` or `season`.
    var rule: String
    /// The length of the season in steps; otherwise `nil`.
    var season: Int?
    /// The number of steps with such an answer.
    var steps: Int
    /// The share of right classes, of the answer and of the model on the same steps; `nil` for numbers.
    var accuracy, modelAccuracy: Double?
    /// The root mean squared error of every column, of the answer and of the model; `nil` for classes.
    var rmse, modelRmse: [Double]?
    /// The answer in words.
    fileprivate var words: String
    fileprivate var names: [String]

    private enum CodingKeys: String, CodingKey {
      case rule, season, steps, accuracy, modelAccuracy, rmse, modelRmse
    }

    /// The figures as one line of text.
    var text: String {
      func list(_ values: [Double]?, _ other: [Double]?) -> String {
        zip(names, zip(values ?? [], other ?? [])).prefix(8).map { name, pair in
          "rmse \(escapedText(name.utf8)) \(pair.0.short) (the model: \(pair.1.short))"
        }.joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more columns" : "")
      }
      let figures =
        accuracy.map { "accuracy \($0.fixed(4)) (the model: \((modelAccuracy ?? 0).fixed(4)))" }
        ?? list(rmse, modelRmse)
      return "baseline: \(figures), by \(words), on \(pluralized(steps, "label"))"
    }
  }

  /// The mean absolute difference of a value from the one a season before, by which MASE divides (Hyndman and Koehler, 2006).
  struct Scale {
    /// The length of the season in steps; 1 without one.
    var season: Int
    /// The differences of every label column; `nil` for one without any, or with none but 0.
    var errors: [Double?]
  }

  /// The lines, of which each has at least one step.
  private(set) var lines: [Line] = []
  /// The scale of the errors of numbers; `nil` for classes, and if no series is long enough.
  private(set) var scale: Scale?

  /// Rejects a length of a season that no series can have.
  static func check(season: Int?) throws {
    if let season, !(1...1 << 40 ~= season) {
      throw ValidationError("--season \(season): expected 1 to \(1 << 40) steps")
    }
  }

  /// Compares a model with naive answers.
  ///
  /// - Parameters:
  ///   - network: The model.
  ///   - source: The batches, normalized as the model's were.
  ///   - contract: That of the model.
  ///   - season: The length of a season in steps; `nil`: the one that is detected, if there is one.
  init(_ network: MultiLayerNetwork, _ source: BatchSource, _ contract: DataContract, season: Int?) throws {
    let survey = try Self.survey(of: source.countingStepsOnce, contract)
    let isClasses = contract.labels.encoding == .oneHot
    // A season is found in numbers that follow each other.
    let found =
      try season
      ?? (isClasses ? nil : Self.survey(of: source.keepingAllLabels.countingStepsOnce, contract).season)
    let horizon = contract.horizon
    let width = contract.labels.names.count
    var answers: [(Line, NaivePredictor)] = []
    func line(_ rule: String, _ words: String, season: Int? = nil) -> Line {
      Line(rule: rule, season: season, steps: 0, words: words, names: contract.labels.names)
    }
    // The training's, where the model knows them: those of the judged labels are not known in advance.
    let (means, origin) =
      contract.labelMeans.map { ($0.map { Float($0) }, "the training") } ?? (survey.means, "these")
    if isClasses, let share = means.max(), share > 0, let most = means.firstIndex(of: share) {
      let name = escapedText(contract.labels.names[most].utf8)
      answers.append(
        (
          line("mode", "always predicting \"\(name)\", the most frequent of \(origin) labels"),
          NaivePredictor(constant: (0..<width).map { $0 == most ? 1 : 0 })
        ))
    } else if contract.labels.encoding == .multiLabel {
      answers.append(
        (
          line("mode", "always predicting what is more frequent in \(origin) labels"),
          NaivePredictor(constant: means.map { $0 >= 0.5 ? 1 : 0 })
        ))
    } else if contract.labels.encoding == .values {
      answers.append(
        (line("mean", "always predicting the mean of \(origin) labels"), NaivePredictor(constant: means)))
    }
    if contract.labels.encoding != .multiLabel {
      let columns = (0..<width).map {
        horizon == nil || isClasses ? $0 : $0 / (horizon?.steps ?? 1) * (horizon?.steps ?? 1)
      }
      // The latest value that is known at a step is the first label of this many steps before.
      let latest = (horizon?.lead ?? 0) + 1
      answers.append(
        (
          line("last", horizon == nil ? "repeating the label before" : "repeating the last value"),
          NaivePredictor(repeating: Array(repeating: latest, count: width), columns: columns)
        ))
      if let length = found {
        let lags = (0..<width).map { column -> Int in
          guard let horizon else { return length }
          let ahead = horizon.lead + 1 + column % horizon.steps
          return (ahead + length - 1) / length * length - ahead + latest
        }
        let origin = season == nil ? " (found in these labels)" : ""
        answers.append(
          (
            line(
              "season", "repeating the value of one season of \(length) steps before\(origin)", season: length
            ),
            NaivePredictor(repeating: lags, columns: columns)
          ))
      }
    }
    var comparisons = answers.map { Comparison($0, $1, contract) }
    let length = found ?? 1
    var before = Comparison(
      line("scale", "", season: length),
      NaivePredictor(repeating: Array(repeating: length, count: max(1, width))),
      contract)
    var (counted, whole) = (source.countingStepsOnce.iterator, source.keepingAllLabels.iterator)
    // The scale is that of all values, not only of those that are judged.
    var values = source.keepingAllLabels.countingStepsOnce.iterator
    while let batch = try counted.next(), let all = try whole.next() {
      if batch.labels == nil { continue }
      // A column is answered by an earlier label of another one, and each is normalized by numbers of its own.
      let known = contract.withLabelsInTheirUnits(all)
      let model = try network.wholeSeriesOutput(batch)
      for index in comparisons.indices { try comparisons[index].add(batch, known, model) }
      if contract.labels.encoding == .values, let own = try values.next() {
        try before.add(own, known, model)
      }
    }
    lines = try comparisons.compactMap { try $0.finishedLine }
    if let season, !lines.contains(where: { $0.season == season }) {
      RunNotes.write(
        "--season \(season): no labelled step has a label one season before, so there is no such answer: series, or windows, are not that long"
      )
    }
    if let errors = try before.naiveErrors {
      // Every value of a target is the next one somewhere; further ahead, some would count less often.
      let steps = horizon?.steps ?? 1
      scale = Scale(
        season: length, errors: (0..<width).map { errors[$0 / steps * steps] }.map { $0 > 0 ? $0 : nil })
    }
  }
}

extension BaselineReport {
  /// Returns the counts and sums of the labels, in their own units.
  private static func survey(of source: BatchSource, _ contract: DataContract) throws -> LabelSurvey {
    var survey = LabelSurvey(contract.labels)
    var batches = source.iterator
    while let batch = try batches.next() {
      survey.add(contract.withLabelsInTheirUnits(batch)) { source.seriesKey(of: batch, $0) }
    }
    return survey
  }
}

/// The figures of a naive answer and of the model, on the steps at which there is such an answer.
private struct Comparison {
  private var line: BaselineReport.Line
  private let predictor: NaivePredictor
  private let contract: DataContract
  private var classes: (naive: Evaluation, model: Evaluation)
  private var numbers: (naive: RegressionEvaluation, model: RegressionEvaluation)
  private var several: (naive: BinaryEvaluation, model: BinaryEvaluation)

  init(_ line: BaselineReport.Line, _ predictor: NaivePredictor, _ contract: DataContract) {
    (self.line, self.predictor, self.contract) = (line, predictor, contract)
    let names = contract.labels.names
    classes = (Evaluation(classNames: names), Evaluation(classNames: names))
    several = (BinaryEvaluation(columns: names), BinaryEvaluation(columns: names))
    numbers = (
      RegressionEvaluation(columns: names),
      RegressionEvaluation(columns: names, reverting: contract.revertingLabels)
    )
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - batch: The batch, normalized, with each step counted once.
  ///   - known: The same batch with all labels, in their own units: an earlier label may count in a window before.
  ///   - model: The outputs of the model.
  mutating func add(_ batch: DataSet, _ known: DataSet, _ model: Tensor) throws {
    guard let labels = batch.labels, let own = known.labels else { return }
    let answered = predictor.answeredSteps(of: known)
    let mask = Mask(rows: batch.exampleCount, steps: batch.stepCount) {
      batch.labelsMask[$0, $1] && answered[$0, $1]
    }
    if mask.count == 0 { return }
    line.steps += mask.count
    let naive = try predictor.output(known)
    switch contract.labels.encoding {
    case .oneHot:
      try classes.naive.add(labels: labels, predictions: naive, mask: mask)
      try classes.model.add(labels: labels, predictions: model, mask: mask)
    case .multiLabel:
      try several.naive.add(labels: labels, predictions: naive, mask: mask)
      try several.model.add(labels: labels, predictions: model, mask: mask)
    case .values, .none:
      try numbers.naive.add(labels: own, predictions: naive, mask: mask)
      try numbers.model.add(labels: labels, predictions: model, mask: mask)
    }
  }

  /// The mean absolute errors of the answer for numbers, column by column; `nil` if there was no step with an answer.
  var naiveErrors: [Double]? {
    get throws {
      guard line.steps > 0, contract.labels.encoding == .values else { return nil }
      return try numbers.naive.columns.map(\.meanAbsoluteError)
    }
  }

  /// The line with its figures; `nil` if there was no step with an answer.
  var finishedLine: BaselineReport.Line? {
    get throws {
      if line.steps == 0 { return nil }
      var line = line
      switch contract.labels.encoding {
      case .oneHot:
        (line.accuracy, line.modelAccuracy) = (try classes.naive.accuracy, try classes.model.accuracy)
      case .multiLabel:
        (line.accuracy, line.modelAccuracy) = (try several.naive.accuracy, try several.model.accuracy)
      case .values, .none:
        line.rmse = try numbers.naive.columns.map(\.rootMeanSquaredError)
        line.modelRmse = try numbers.model.columns.map(\.rootMeanSquaredError)
      }
      return line
    }
  }
}

/// What the labels of an evaluation are like.
private struct LabelSurvey {
  /// The most series, and the most steps of each, in which a season is looked for.
  private static let limits = (series: 64, steps: 4096)

  private var sums: [Double]
  private var count = 0
  /// The first column of the labels of some series; NaN where there is no label.
  private var series: [[Double]] = []
  /// The series that the latest example belongs to, and the number of that example.
  private var latest: (key: String, number: Int)?

  init(_ labels: DataContract.Labels) {
    sums = labels.names.map { _ in 0 }
  }

  /// Adds the labels of a batch, each step of a series once.
  ///
  /// - Parameter seriesKey: Returns a text that the windows of one series have in common.
  mutating func add(_ batch: DataSet, seriesKey: (_ row: Int) -> String?) {
    guard let labels = batch.labels else { return }
    for row in 0..<batch.exampleCount {
      var own: [Double] = []
      for step in 0..<batch.stepCount {
        guard batch.labelsMask[row, step] else {
          // It keeps its place, so that distances stay what they are.
          if !own.isEmpty, own.count < Self.limits.steps { own.append(.nan) }
          continue
        }
        count += 1
        for column in sums.indices {
          sums[column] += Double(labels[row, column, step])
        }
        if own.count < Self.limits.steps { own.append(Double(labels[row, 0, step])) }
      }
      if let last = own.lastIndex(where: { !$0.isNaN }) { own.removeSubrange((last + 1)...) }
      append(own, key: seriesKey(row), number: row < batch.metadata.count ? batch.metadata[row].index : nil)
    }
  }

  /// Appends the labels of an example: what a window adds to the one before it continues the series of that one.
  private mutating func append(_ own: [Double], key: String?, number: Int?) {
    if let key, let number, let latest, latest == (key, number - 1), let last = series.indices.last {
      series[last] += own.prefix(Self.limits.steps - series[last].count)
    } else {
      if let last = series.last, last.count <= 7 { series.removeLast() }
      guard series.count < Self.limits.series else {
        // Its windows continue none of those that are kept.
        latest = nil
        return
      }
      series.append(own)
    }
    latest = key.flatMap { key in number.map { (key, $0) } }
  }

  /// The mean of every column, which of classes is their share.
  var means: [Float] { sums.map { Float($0 / Double(max(1, count))) } }

  /// The shortest distance in steps, at least 2, at which labels are nearly as alike as at any: where their autocorrelation
  /// has a peak above 0.3, and 0.9 of the highest one, since the multiples of a season have peaks too; `nil`: there is none.
  var season: Int? {
    let longest = (series.map(\.count).max() ?? 0) / 2
    guard longest >= 3 else { return nil }
    func correlation(_ lag: Int) -> Double {
      var (product, square) = (0.0, 0.0)
      for own in series where own.count > lag {
        let present = own.filter { !$0.isNaN }
        let mean = present.reduce(0, +) / Double(present.count)
        square += present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let pairs = zip(own, own.dropFirst(lag)).map { ($0 - mean) * ($1 - mean) }.filter { !$0.isNaN }
        // As if there were as many pairs as labels: fewer pairs at longer distances are no sign that labels differ there.
        if !pairs.isEmpty { product += pairs.reduce(0, +) / Double(pairs.count) * Double(present.count) }
      }
      return square > 0 ? product / square : 0
    }
    let correlations = (0...min(longest, 400)).map(correlation)
    let peaks = correlations.indices.dropFirst(2).dropLast().filter {
      correlations[$0] > 0.3 && correlations[$0] > correlations[$0 - 1]
        && correlations[$0] >= correlations[$0 + 1]
    }
    let highest = peaks.map { correlations[$0] }.max() ?? 0
    return peaks.first { correlations[$0] >= 0.9 * highest }
  }
}

extension DataContract {
  /// Returns a batch with its labels in their own units instead of normalized ones.
  fileprivate func withLabelsInTheirUnits(_ batch: DataSet) -> DataSet {
    guard let revert = revertingLabels, let labels = batch.labels else { return batch }
    var batch = batch
    batch.labels = revert(labels, batch.labelsMask)
    return batch
  }

  /// True if the labels are numbers from the future of their own series.
  var forecastsNumbers: Bool { horizon != nil && labels.encoding == .values }

  /// The steps that the labels lie ahead, if they are from the future of their own series; `nil`: they are not.
  var horizon: (steps: Int, lead: Int)? {
    guard case .integer(let steps)? = fileSettings?["horizon"] else { return nil }
    guard case .integer(let lead)? = fileSettings?["lead"] else { return (steps, 0) }
    return (steps, lead)
  }
}
