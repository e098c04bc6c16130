import Platform
import Timestep

/// The lines that every training writes on standard error: what it begins with, what its labels are, and what it
/// ends with.
///
/// Labels are counted in batches that are read anyway: those of held-out parts before the training, those of the
/// training part before it if it is read for something else, otherwise in the first epoch.
final class RunOutline: TrainingListener {
  /// The fewest examples of a class that are not reported.
  private static let fewExamples = 3
  /// The most names in a line.
  private static let namedCount = 8

  private let contract: DataContract
  /// True if a recurrent network has seen one row at the first step: it runs forwards only.
  private let runsForwards: Bool
  /// The normalizer of the labels that are trained on.
  var labelsNormalizer: AffineNormalizer?
  private var counts: [String: LabelCount] = [:]
  private var finished: Set<String> = []
  /// True while the first epoch is counted.
  private var isCounting = false
  private var hasNotedStart = false
  /// The lines to write when the run begins.
  private var opening = ""
  /// True if a metric on validation data chooses the best epoch.
  private var isMonitored = false
  /// The number of epochs that are done, and the best one; `nil` until the run is over.
  private var course: (epochCount: Int, best: EpochMetric?)?

  /// Makes the outline of a training on data of a contract.
  init(_ contract: DataContract, runsForwards: Bool) {
    (self.contract, self.runsForwards) = (contract, runsForwards)
  }

  /// Counts the labels of a batch of a part.
  ///
  /// - Parameter normalizer: The normalizer that was applied to the labels.
  func count(_ batch: DataSet, in part: String, _ normalizer: AffineNormalizer?) {
    guard !finished.contains(part) else { return }
    counts[part, default: LabelCount(contract.labels)].add(batch, normalizer)
  }

  /// Ends the counting of a part, and reports what its labels lack.
  func endCount(of part: String) {
    guard counts[part] != nil, finished.insert(part).inserted else { return }
    counts[part]?.finish()
    noteFewExamples(of: part)
    noteLabelAtStart(of: part)
  }

  /// Counts the labels of a part that is read for nothing else, unless they are counted already.
  func countAll(of batches: some DataSetIterator, in part: String) throws {
    guard !finished.contains(part) else { return }
    var batches = batches
    while let batch = try batches.next() { count(batch, in: part, nil) }
    endCount(of: part)
  }

  /// The count of a part all of which was read; `nil` otherwise.
  private func count(of part: String) -> LabelCount? { finished.contains(part) ? counts[part] : nil }

  func began(_ progress: TrainingProgress, trainer: some Trainer) {
    StandardStream.error.write(opening)
    isCounting = progress.iteration == 0 && progress.batch == 0 && !finished.contains("training")
  }

  // After the line of the first epoch, and before anything is drawn in the second one.
  func willTrain(on piece: DataSet, _ progress: TrainingProgress, trainer: some Trainer) {
    guard isCounting else { return }
    if progress.epoch == 0 { return count(piece, in: "training", labelsNormalizer) }
    isCounting = false
    endCount(of: "training")
  }

  func finished(_ summary: TrainingSummary, trainer: some Trainer) {
    if isCounting, summary.losses.count > 0 { endCount(of: "training") }
    isCounting = false
    course = (summary.losses.count, isMonitored ? summary.best : nil)
  }

  /// Reports the classes that a part has few examples of.
  private func noteFewExamples(of part: String) {
    guard let count = count(of: part), !count.examples.isEmpty else { return }
    let few = count.examples.indices.filter { count.examples[$0] < Self.fewExamples }
    guard !few.isEmpty else { return }
    let consequence =
      part == "training"
      ? "what it has not seen, a model cannot learn" : "figures say little about such a class"
    StandardStream.error.write(
      "the \(part) data: expected at least \(Self.fewExamples) examples of each class, found "
        + "\(listed(few) { "\(count.examples[$0]) of class \(quoted($0))" }) among \(count.exampleCount); "
        + "\(consequence): add examples, or divide the data differently (other groups, shares or seeds)\n")
  }

  /// Says what balanced weights are for the classes that the training data has few labels of.
  func noteWeights(_ weights: [Float]) {
    guard let count = count(of: "training"), count.classes.count == weights.count else { return }
    let few = weights.indices.filter { count.examples[$0] < Self.fewExamples }
    guard !few.isEmpty else { return }
    let texts = listed(few) { index in
      let labels = count.classes[index]
      return labels == 0
        ? "class \(quoted(index)) has no label (weight 1, not balanced)"
        : "class \(quoted(index)) has \(pluralized(labels, "label", "labels")) (weight \(Double(weights[index]).short))"
    }
    StandardStream.error.write("--class-weights balanced: \(texts)\n")
  }

  /// Says, once, that the only label of every series is at its first step.
  private func noteLabelAtStart(of part: String) {
    guard !hasNotedStart, runsForwards, contract.alignment == .start, contract.horizon == nil,
      let count = count(of: part),
      count.exampleCount > 0, count.labelledAtStartCount == count.exampleCount
    else { return }
    hasNotedStart = true
    StandardStream.error.write(
      "alignment \"start\": every series of the \(part) data has one label, and it is at the first step, at "
        + "which a recurrent network has seen one row; if it is about the whole series, put it at the last step "
        + "(\(Remedy.alignAtEnd))\n")
  }

  private func quoted(_ index: Int) -> String { "\"\(escapedText(contract.labels.names[index].utf8))\"" }

  private func listed(_ indices: [Int], _ text: (Int) -> String) -> String {
    let more = indices.count - Self.namedCount
    let texts = indices.prefix(Self.namedCount).map(text) + (more > 0 ? ["\(more) more"] : [])
    guard let last = texts.last, texts.count > 1 else { return texts.joined() }
    return texts.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Prepares the lines that are written when the run begins.
  ///
  /// - Parameters:
  ///   - exampleCount: The number of training examples, if it is known.
  ///   - trainer: The line about the trainer.
  ///   - monitored: The name of the metric that chooses the best epoch; `nil`: none does.
  ///   - files: The files to write.
  func open(exampleCount: Int?, trainer: String, monitored: String?, files: [String]) {
    isMonitored = monitored != nil
    let parts = ["training", "validation", "test"].compactMap { part -> String? in
      let known = part == "training" ? exampleCount : nil
      guard let examples = count(of: part)?.exampleCount ?? known else { return nil }
      let steps = count(of: part).map { " (\(pluralized($0.stepCount, "step", "steps")))" } ?? ""
      return pluralized(examples, "\(part) example", "\(part) examples") + steps
    }
    let labels = contract.labels
    let names = listed(Array(labels.names.indices), quoted)
    let isClasses = labels.encoding != .values
    let columns = pluralized(contract.columns.count, "feature column", "feature columns")
    let meaning =
      isClasses
      ? pluralized(labels.names.count, "class", "classes")
        + (labels.encoding == .multiLabel ? ", of which several may be present" : "")
      : pluralized(labels.names.count, "label column", "label columns")
    let data = [parts.joined(separator: ", "), columns, "\(meaning) (\(names))"].filter { !$0.isEmpty }
    let kept =
      monitored.map { "\($0), after every epoch; the model of the best epoch is kept" }
      ?? "nothing, since there is no validation data; the model of the last epoch is kept"
    let written = files.isEmpty ? "nothing" : files.joined(separator: ", ")
    opening = """
      data: \(data.joined(separator: "; "))
      \(trainer)
      monitored: \(kept)
      to be written: \(written)

      """
  }

  /// The means of the training labels, of classes their shares, as far as they are counted; `nil` if they are not.
  var labelMeans: [Double]? {
    guard let training = count(of: "training"), training.labelCount > 0 else { return nil }
    if contract.labels.encoding != .oneHot { return training.columns.map(\.mean) }
    return training.classes.map { Double($0) / Double(training.labelCount) }
  }

  /// Writes the lines at the end: the epoch of the model, the results on the test data, and the baseline.
  ///
  /// - Parameter report: The results on the test data; `nil`: there is none.
  func end(_ report: EvaluationReport?) {
    if let model { StandardStream.error.write(model + "\n") }
    if let report {
      StandardStream.error.write(report.table(of: "test"))
      for line in report.lossLines { StandardStream.error.write("test \(line)\n") }
    }
    // The table of a forecast has the naive answers.
    if let baseline, report?.baselines == nil { StandardStream.error.write("\(baseline)\n") }
  }

  /// Returns the results of the run as one JSON object.
  ///
  /// - Parameter report: The results on the test data; `nil`: there is none.
  func json(_ report: EvaluationReport?) throws -> String {
    let best = course?.best.map { Results.Best(epoch: $0.epoch + 1, figure: $0.name, value: $0.value) }
    return try jsonText(
      Results(
        epochs: course?.epochCount ?? 0, best: best, test: report,
        baseline: baseline.map(Results.Comparison.init)))
  }

  /// The results of a run, as `train --json` prints them.
  private struct Results: Encodable {
    /// The best epoch, from 1, with the figure that chose it.
    struct Best: Encodable {
      var epoch: Int
      var figure: String
      var value: Double
    }

    /// What always predicting the same reaches.
    struct Comparison: Encodable {
      var part: String
      var figures: [String: Double]
      var prediction: String

      init(_ baseline: Baseline) {
        (part, prediction) = (baseline.part, baseline.rule)
        figures = Dictionary(baseline.figures.map { ($0.name, $0.value) }) { first, _ in first }
      }
    }

    var epochs: Int
    var best: Best?
    var test: EvaluationReport?
    var baseline: Comparison?
  }

  /// The epoch whose model was evaluated and written; `nil` if no epoch is done.
  private var model: String? {
    guard let course, course.epochCount > 0 else { return nil }
    guard let best = course.best else { return "model: that of epoch \(course.epochCount), the last" }
    return "model: that of epoch \(best.epoch + 1) of \(course.epochCount), the best, with a \(best.name) of "
      + best.value.short
  }

  /// The results of the best constant prediction.
  struct Baseline: CustomStringConvertible {
    /// The part that it is about: "test".
    let part: String
    /// The names and the values of its figures.
    let figures: [(name: String, value: Double)]
    /// The prediction.
    let rule: String

    /// The figures that texts and pages show: of many columns, the first ones.
    var shownFigures: ArraySlice<(name: String, value: Double)> { figures.prefix(RunOutline.namedCount) }

    var description: String {
      let texts = shownFigures.map { "\($0.name) of \(Self.text($0.name, $0.value))" }
      let rest = figures.count - texts.count
      return "baseline on the \(part) data: \(texts.joined(separator: ", "))"
        + "\(rest > 0 ? " and \(pluralized(rest, "more column"))" : ""), by always predicting \(rule)"
    }

    /// Returns a figure as a text.
    static func text(_ name: String, _ value: Double) -> String {
      name == "accuracy" ? value.fixed(4) : value.short
    }
  }

  /// The figures of the best constant prediction; `nil` if the training data was not counted.
  var baseline: Baseline? {
    let parts = ["test", "validation", "training"]
    guard let training = count(of: "training"), training.labelCount > 0,
      let part = parts.first(where: { (count(of: $0)?.labelCount ?? 0) > 0 }), let judged = count(of: part)
    else { return nil }
    if contract.labels.encoding == .oneHot {
      // The first of several that are equally frequent.
      guard let most = training.classes.max(), let index = training.classes.firstIndex(of: most) else {
        return nil
      }
      let share = Double(judged.classes[index]) / Double(judged.labelCount)
      return Baseline(
        part: part, figures: [("accuracy", share)],
        rule: "class \(quoted(index)), the most frequent in training")
    }
    if contract.labels.encoding == .multiLabel {
      let shares = contract.labels.names.indices.map { index in
        let present = judged.columns[index].mean
        return training.columns[index].mean >= 0.5 ? present : 1 - present
      }
      let mean = shares.reduce(0, +) / Double(max(1, shares.count))
      return Baseline(
        part: part, figures: [("accuracy", mean)], rule: "what is more frequent in training")
    }
    // Of several quantiles, the labels are the same.
    let judgedColumns = (contract.labels.quantiles ?? []).middleColumns(of: contract.labels.names.indices)
    let figures = judgedColumns.map { index in
      let error = judged.columns[index].error(of: training.columns[index].mean)
      return (name: "rmse \(escapedText(contract.labels.names[index].utf8))", value: error)
    }
    return Baseline(part: part, figures: figures, rule: "the mean of the training labels")
  }
}
