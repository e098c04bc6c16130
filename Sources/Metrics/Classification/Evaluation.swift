import DataSets
import Tensors

/// An evaluation of predicted classes: accuracy, precision, recall, F1, confusion matrix and more.
///
/// ```swift
/// var evaluation = Evaluation(classNames: ["calm", "storm"])
/// try evaluation.add(actual: [0, 0, 1, 1], predicted: [0, 1, 1, 1])
/// try evaluation.accuracy              // 0.75
/// try evaluation.f1                    // 0.8, of class 1
/// evaluation.classes[0].recall         // 0.5
/// evaluation.confusion[0, 1]           // 1: a calm taken for a storm
/// ```
/// The predicted class is the one with the largest prediction, or the first of them if several are equal.
/// Series are flattened: every step that is present in the labels mask counts once, as if it stood alone. If
/// `evaluate(on:)` finds that each series has one label, texts say that series are counted (`unit`).
///
/// `Evaluation()` takes the number of its classes from the first labels that are added.
///
/// Top-n accuracies must be requested when the evaluation is made:
/// `Evaluation(classNames: names, topCounts: [3, 5])`, and then `try evaluation.topAccuracy(3)`. For two
/// classes a threshold can decide instead of the larger prediction:
/// `Evaluation(classCount: 2, threshold: 0.2)`.
///
/// The evaluations of parts of the data, merged with `+=`, give exactly that of the whole.
public struct Evaluation: Sendable, Hashable, Codable {
  /// The confusion matrix.
  public internal(set) var confusion: ConfusionMatrix
  /// The values of n of the top-n accuracies.
  public let topCounts: [Int]
  /// The smallest prediction of class 1 for which it is predicted, with two classes.
  ///
  /// If it is `nil`, the larger prediction decides.
  public let threshold: Float?
  /// The things that are counted, as texts call them; excluded from `==`.
  public package(set) var unit = Unit.steps
  /// The number of steps whose class has one of the n largest predictions, for each n in `topCounts`.
  private var topHits: [Int]

  private enum CodingKeys: String, CodingKey { case confusion, topCounts, threshold, topHits, unit }

  /// Makes an empty evaluation of named classes.
  ///
  /// - Parameters:
  ///   - classNames: The names of the classes, in the order of their indices.
  ///   - topCounts: The values of n of the top-n accuracies, each from 1 to the number of classes.
  ///   - threshold: With two classes, the smallest prediction of class 1 for which it is predicted. `nil`:
  ///     0.5 for a single column, and the larger prediction for two columns.
  public init(classNames: [String], topCounts: [Int] = [], threshold: Float? = nil) {
    precondition(
      topCounts.allSatisfy { (1...max(1, classNames.count)).contains($0) },
      "top-n accuracy for n of \(topCounts) among \(classNames.count) classes")
    precondition(
      threshold == nil || classNames.count == 2, "a threshold with \(classNames.count) classes, not 2")
    precondition(threshold?.isNaN != true, "a threshold that is NaN")
    confusion = ConfusionMatrix(classNames: classNames)
    self.topCounts = topCounts
    self.threshold = threshold
    topHits = [Int](repeating: 0, count: topCounts.count)
  }

  /// Makes an empty evaluation of classes named by their indices, from "0".
  ///
  /// The other parameters are those of `init(classNames:topCounts:threshold:)`.
  public init(classCount: Int, topCounts: [Int] = [], threshold: Float? = nil) {
    self.init(
      classNames: (0..<classCount).map(String.init), topCounts: topCounts, threshold: threshold)
  }

  /// Makes an empty evaluation whose number of classes is that of the first labels that are added.
  ///
  /// One column stands for two classes. The classes are named by their indices, from "0".
  public init() {
    confusion = ConfusionMatrix()
    (topCounts, threshold, topHits) = ([], nil, [])
  }

  /// Decodes an evaluation.
  ///
  /// - Throws: `DecodingError` if its parts are inconsistent.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    confusion = try values.decode(ConfusionMatrix.self, forKey: .confusion)
    topCounts = try values.decode([Int].self, forKey: .topCounts)
    threshold = try values.decodeIfPresent(Float.self, forKey: .threshold)
    topHits = try values.decode([Int].self, forKey: .topHits)
    unit = try values.decodeIfPresent(Unit.self, forKey: .unit) ?? .steps
    let (total, classes) = (confusion.total, confusion.classCount)
    guard topHits.count == topCounts.count, topHits.allSatisfy({ (0...total).contains($0) }),
      topCounts.allSatisfy({ $0 >= 1 && $0 <= classes }), threshold == nil || classes == 2
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .topHits, in: values,
        debugDescription:
          "hits of \(topHits) for the top counts \(topCounts), or a threshold, do not suit \(total) "
          + "steps of \(classes) classes")
    }
  }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// Labels are one-hot, or smoothed: no element is negative, and one is larger than all others. A single
  /// column stands for two classes: a label of at least 0.5, and a prediction of at least 0.5 (or
  /// `threshold`), mean class 1. Values in padded cells, even NaN, are ignored.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present prediction is NaN, or a present label is not that of a class.
  ///   Then nothing is added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    let steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    if confusion.classCount == 0 {
      var sized = Evaluation(classCount: max(2, steps.columnCount))
      try sized.add(labels: labels, predictions: predictions, mask: mask)
      self = sized
      return
    }
    precondition(
      steps.columnCount == confusion.classCount || steps.columnCount == 1 && confusion.classCount == 2,
      "labels \(labels.shape) for an evaluation of \(confusion.classCount) classes")
    var pairs: [(actual: Int, predicted: Int)] = []
    var ranks: [Int] = []
    try steps.forEach { example, step in
      let actual = try steps.actualClass(example, step, of: confusion.classCount)
      let predicted = try steps.predictedClass(
        example, step, of: confusion.classCount, threshold: threshold)
      pairs.append((actual, predicted))
      if topCounts.isEmpty { return }
      ranks.append(steps.rank(of: actual, example, step, of: confusion.classCount))
    }
    for (actual, predicted) in pairs { confusion.add(actual: actual, predicted: predicted) }
    for (index, count) in topCounts.enumerated() { topHits[index] += ranks.count { $0 < count } }
  }

  /// Adds actual and predicted class indices, one of each for each step.
  ///
  /// This is not possible with top-n accuracies, because a class index does not rank the other classes.
  public mutating func add(actual: [Int], predicted: [Int]) {
    precondition(topCounts.isEmpty, "class indices for top-n accuracies, which need all classes' predictions")
    precondition(
      actual.count == predicted.count, "\(actual.count) actual classes but \(predicted.count) predicted")
    for (actual, predicted) in zip(actual, predicted) { confusion.add(actual: actual, predicted: predicted) }
  }

  /// Returns the share of steps whose class has one of the `count` largest predictions.
  ///
  /// Ties are resolved against the model: a class ranks below all classes with the same prediction, so that
  /// equal predictions for all classes are never correct. (`accuracy` takes the first of equal predictions,
  /// and may therefore be larger than `topAccuracy(1)`.) A single column p predicts p for class 1 and 1 - p
  /// for class 0; `threshold` is ignored.
  ///
  /// - Parameter count: One of `topCounts`.
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public func topAccuracy(_ count: Int) throws -> Double {
    guard let index = topCounts.firstIndex(of: count) else {
      preconditionFailure("top-\(count) accuracy, but those gathered are of \(topCounts)")
    }
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    return Double(topHits[index]) / Double(stepCount)
  }

  /// Adds the steps of another evaluation of the same classes with the same settings.
  ///
  /// An evaluation whose number of classes is not known yet takes that of the other.
  public static func += (evaluation: inout Evaluation, other: Evaluation) {
    if other.confusion.classCount == 0 { return }
    if evaluation.confusion.classCount == 0 { evaluation = other.empty }
    if evaluation.stepCount == 0 || other.unit == .steps && other.stepCount > 0 {
      evaluation.unit = other.unit
    }
    precondition(
      evaluation.topCounts == other.topCounts && evaluation.threshold == other.threshold,
      "evaluations of different top counts or thresholds")
    evaluation.confusion += other.confusion
    for index in evaluation.topHits.indices { evaluation.topHits[index] += other.topHits[index] }
  }
}

extension Evaluation: EvaluationMetric {
  /// An empty evaluation of the same classes with the same settings.
  public var empty: Evaluation {
    if classNames.isEmpty { return Evaluation() }
    return Evaluation(classNames: classNames, topCounts: topCounts, threshold: threshold)
  }

  /// Returns true for one column per class, or a single column for two classes; for any number if the number
  /// of classes is not known yet.
  public func accepts(columnCount: Int) -> Bool {
    classNames.isEmpty || columnCount == classNames.count || columnCount == 1 && classNames.count == 2
  }
}

extension Evaluation {
  /// The things that an evaluation counts.
  public enum Unit: String, Sendable, Hashable, Codable {
    /// Labelled time steps.
    case steps
    /// Series, each of which has one label.
    case series
  }

  /// Returns true if the counts and the settings are equal.
  public static func == (first: Evaluation, second: Evaluation) -> Bool {
    first.confusion == second.confusion && first.topCounts == second.topCounts
      && first.threshold == second.threshold && first.topHits == second.topHits
  }

  /// Hashes the counts and the settings.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(confusion)
    hasher.combine(topCounts)
    hasher.combine(threshold)
    hasher.combine(topHits)
  }
}

extension Evaluation {
  /// The number of steps added so far.
  public var stepCount: Int { confusion.total }

  /// The names of the classes, in the order of their indices.
  public var classNames: [String] { confusion.classNames }

  /// The figures of each class against all others, in the order of the class indices.
  public var classes: [ClassFigures] {
    zip(classNames, confusion.countsByClass).map { ClassFigures(name: $0, counts: $1) }
  }

  /// The share of steps that were predicted correctly.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet, as for all figures of the whole evaluation.
  public var accuracy: Double {
    get throws { Double(confusion.correct) / Double(try checkedStepCount) }
  }

  /// The precision: macro-averaged, or that of class 1 of two (0 if it was never predicted).
  public var precision: Double { get throws { try overall(\.precision) ?? 0 } }

  /// The recall: macro-averaged, or that of class 1 if there are two classes (0 if no step is of class 1).
  public var recall: Double { get throws { try overall(\.recall) ?? 0 } }

  /// F1: macro-averaged, or that of class 1 if there are two classes (0 if it is 0/0).
  public var f1: Double { get throws { try overall(\.f1) ?? 0 } }

  /// Returns F-beta: macro-averaged, or that of class 1 if there are two classes (0 if it is 0/0).
  ///
  /// Recall counts `beta` times as much as precision.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public func fBeta(_ beta: Double) throws -> Double { try overall { $0.fBeta(beta) } ?? 0 }

  /// The G-measure: macro-averaged, or that of class 1 of two; 0 if it is 0/0 for all classes.
  public var gMeasure: Double { get throws { try overall(\.gMeasure) ?? 0 } }

  /// The false-positive rate: macro-averaged, or that of class 1 if there are two classes.
  ///
  /// `nil` if there are two classes and all steps are of class 1.
  public var falsePositiveRate: Double? { get throws { try overall(\.falsePositiveRate) } }

  /// The false-negative rate: macro-averaged, or that of class 1 if there are two classes.
  ///
  /// `nil` if there are two classes and no step is of class 1.
  public var falseNegativeRate: Double? { get throws { try overall(\.falseNegativeRate) } }

  /// Matthews' correlation of actual and predicted classes, for all classes together.
  ///
  /// This is R_K of Gorodkin (2004, *Comparing two K-category assignments by a K-category correlation
  /// coefficient*). With N steps, c of them correct, and a_k actual and p_k predicted steps of class k, it is
  /// (c N - sum a_k p_k) / sqrt((N^2 - sum a_k^2)(N^2 - sum p_k^2)). For two classes it is Matthews'
  /// coefficient. 1 is perfect, and 0 is chance; it is also 0 if all steps are of one class, or were
  /// predicted to be of one class. For a single class against all others, use
  /// `classes[k].matthewsCorrelation`.
  public var matthewsCorrelation: Double {
    get throws {
      let total = Double(try checkedStepCount)
      let actual = classNames.indices.map { Double(confusion.actualCount(of: $0)) }
      let predicted = classNames.indices.map { Double(confusion.predictedCount(of: $0)) }
      func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      let actualSpread = total * total - product(actual, actual)
      let predictedSpread = total * total - product(predicted, predicted)
      guard actualSpread > 0, predictedSpread > 0 else { return 0 }
      let covariance = Double(confusion.correct) * total - product(actual, predicted)
      return max(-1, min(1, covariance / (actualSpread * predictedSpread).squareRoot()))
    }
  }

  /// Returns the unweighted mean of any figure over the classes.
  ///
  /// Classes whose figure is 0/0 are excluded and counted.
  ///
  /// ```swift
  /// try evaluation.macroAverage { $0.fBeta(2) }.value
  /// try evaluation.macroAverage(of: \.precision).leftOutCount   // classes never predicted
  /// ```
  public func macroAverage(of figure: (BinaryEvaluation.Counts) -> Double?) throws -> MeanOfDefined {
    _ = try checkedStepCount
    return MeanOfDefined(of: confusion.countsByClass.map(figure))
  }

  /// The unweighted means over the classes, without classes whose ratio is 0/0.
  ///
  /// `macroAverage(of:)` returns the number of excluded classes for any figure. They are
  /// `classesNeverPredicted` for the precision, `classesNeverActual` for the recall, and the classes in both
  /// for F1.
  public var macro: Averages {
    get throws {
      // Any step makes one class actual and one predicted, so the first three are means of at least one
      // class.
      Averages(
        precision: try macroAverage(of: \.precision).value ?? 0,
        recall: try macroAverage(of: \.recall).value ?? 0, f1: try macroAverage(of: \.f1).value ?? 0,
        gMeasure: try macroAverage(of: \.gMeasure).value,
        matthewsCorrelation: try macroAverage(of: \.matthewsCorrelation).value,
        falsePositiveRate: try macroAverage(of: \.falsePositiveRate).value,
        falseNegativeRate: try macroAverage(of: \.falseNegativeRate).value)
    }
  }

  /// The figures of the pooled counts of all classes.
  ///
  /// Each step has one class and one prediction, so an incorrect one is one FP and one FN: precision, recall,
  /// F1 and G-measure are all equal to the accuracy.
  public var micro: Averages {
    get throws {
      let accuracy = try accuracy
      let pooled = pooledCounts
      return Averages(
        precision: accuracy, recall: accuracy, f1: accuracy, gMeasure: accuracy,
        matthewsCorrelation: pooled.matthewsCorrelation, falsePositiveRate: pooled.falsePositiveRate,
        falseNegativeRate: pooled.falseNegativeRate)
    }
  }

  /// The sums of the counts of each class against all others, from which micro-averaged figures are computed.
  public var pooledCounts: BinaryEvaluation.Counts {
    confusion.countsByClass.reduce(into: BinaryEvaluation.Counts()) { $0 += $1 }
  }

  /// The classes that were never predicted, and therefore have no precision.
  public var classesNeverPredicted: [Int] {
    classNames.indices.filter { confusion.predictedCount(of: $0) == 0 }
  }

  /// The classes without actual steps, which therefore have no recall.
  public var classesNeverActual: [Int] { classNames.indices.filter { confusion.actualCount(of: $0) == 0 } }

  /// Returns the figure of class 1 of two, or the macro average of more classes; `nil` if it is 0/0.
  ///
  /// Callers replace `nil` by 0 where scikit-learn and DL4J do.
  private func overall(_ figure: (BinaryEvaluation.Counts) -> Double?) throws -> Double? {
    guard classNames.count == 2 else { return try macroAverage(of: figure).value }
    _ = try checkedStepCount
    return figure(confusion.countsByClass[1])
  }

  private var checkedStepCount: Int {
    get throws {
      guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
      return stepCount
    }
  }
}

extension Evaluation: CustomStringConvertible {
  /// The figures of the whole evaluation and of each class, and the confusion matrix, as aligned text.
  ///
  /// G: G-measure; MCC: Matthews correlation; FPR, FNR: false-positive and false-negative rate.
  public var description: String {
    guard let lines = try? figureLines else { return "nothing evaluated yet" }
    return """
      \(lines.joined(separator: "\n"))

      \(classTable)

      \(confusion.text(counting: unit))
      """
  }

  private var classTable: String {
    let listed = confusion.listedClasses
    let (all, count) = (classes, classNames.count)
    let table = ClassFigures.table(listed.map { all[$0] }, heading: "class", counting: unit)
    return listed.count == count ? table : table + "\n(the most frequent \(listed.count) of \(count) classes)"
  }

  private var figureLines: [String] {
    get throws {
      let kind = classNames.count == 2 ? "class \(classNames[1])" : "mean over classes"
      let first = "accuracy \(try accuracy.fixed(4)) of \(stepCount) \(unit)"
      let top = try topCounts.map { ", top-\($0) \(try topAccuracy($0).fixed(4))" }.joined()
      let matthews = try matthewsCorrelation.fixed(4)
      return [
        first + top,
        "precision \(try precision.fixed(4)), recall \(try recall.fixed(4)), F1 \(try f1.fixed(4)) (\(kind))",
        "G-measure \(try gMeasure.fixed(4)) (\(kind)), Matthews correlation \(matthews) (all classes)",
      ]
    }
  }
}

extension Evaluation.ClassFigures {
  /// Returns figures as aligned text, one row for each element; "-" for figures that are 0/0.
  static func table(
    _ figures: [Evaluation.ClassFigures], heading: String, counting unit: Evaluation.Unit = .steps
  ) -> String {
    let head = [heading, unit.rawValue, "precision", "recall", "F1", "G", "MCC", "FPR", "FNR"]
    let body = figures.map { row in
      [row.name, "\(row.actualCount)"]
        + [
          row.precision, row.recall, row.f1, row.gMeasure, row.matthewsCorrelation, row.falsePositiveRate,
          row.falseNegativeRate,
        ].map { $0?.fixed(4) ?? "-" }
    }
    return TextTable(rows: [head] + body).text
  }
}

extension Evaluation {
  /// Averages of the figures of several classes.
  ///
  /// A figure is `nil` if no class has it.
  public struct Averages: Sendable, Hashable, Codable {
    /// The precision: the share of the steps predicted to be of a class that are of it.
    public var precision: Double
    /// The recall: the share of the steps of a class that were predicted to be of it.
    public var recall: Double
    /// The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
    public var f1: Double
    /// The geometric mean of precision and recall.
    public var gMeasure: Double?
    /// Matthews' correlation of each class against all others.
    public var matthewsCorrelation: Double?
    /// The share of the steps not of a class that were predicted to be of it.
    public var falsePositiveRate: Double?
    /// The share of the steps of a class that were not predicted to be of it.
    public var falseNegativeRate: Double?
  }
}
