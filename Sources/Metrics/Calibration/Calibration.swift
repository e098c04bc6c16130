import DataSets
import Tensors

/// The calibration of predicted probabilities: reliability diagrams, calibration errors and Brier scores.
///
/// ```swift
/// let metric = Calibration(classNames: names, binCount: 15)
/// let calibration = try network.evaluate(on: test, metric)
/// try calibration.expectedCalibrationError        // 0.031: of the predicted class's probability
/// calibration.classes[2].bins                     // of class 2's probability
/// try calibration.brierScore
/// ```
/// The *top label* of a step is the class with the largest probability, or the first of them if several
/// are equal. It should be correct as often as its probability says (Guo, Pleiss, Sun and Weinberger, *On
/// calibration of modern neural networks*, ICML 2017). Each class also has its own diagram. One column stands
/// for two classes: p is the probability of class 1, and 1 - p that of class 0. The probabilities of a step
/// need not add up to 1.
///
/// The calibrations of parts of the data, merged with `+=`, give that of the whole, to 1e-12 relative.
public struct Calibration: EvaluationMetric, Hashable, Codable {
  /// The names of the classes, in the order of their indices.
  public let classNames: [String]
  /// The diagram of the probability that the top label is correct.
  public private(set) var topLabel: ReliabilityDiagram
  /// The diagrams of the probability of each class, over all steps.
  public private(set) var classes: [ReliabilityDiagram]

  /// Makes an empty calibration with bins between `edges`, which increase from 0 to 1.
  public init(classNames: [String], edges: [Double]) {
    precondition(classNames.count >= 2, "\(classNames.count) classes, where at least two were expected")
    self.classNames = classNames
    topLabel = ReliabilityDiagram(edges: edges)
    classes = classNames.map { _ in ReliabilityDiagram(edges: edges) }
  }

  /// Makes an empty calibration with bins of equal width.
  public init(classNames: [String], binCount: Int = 10) {
    precondition(binCount > 0, "\(binCount) bins; at least 1 is needed")
    self.init(classNames: classNames, edges: (0...binCount).map { Double($0) / Double(binCount) })
  }

  /// Makes an empty calibration of classes named by their indices, from "0", with bins of equal width.
  public init(classCount: Int, binCount: Int = 10) {
    self.init(classNames: (0..<classCount).map(String.init), binCount: binCount)
  }

  /// Decodes a calibration.
  ///
  /// - Throws: `DecodingError` if its diagrams are inconsistent.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    classNames = try values.decode([String].self, forKey: .classNames)
    topLabel = try values.decode(ReliabilityDiagram.self, forKey: .topLabel)
    classes = try values.decode([ReliabilityDiagram].self, forKey: .classes)
    let (edges, stepCount) = (topLabel.edges, topLabel.stepCount)
    guard classNames.count >= 2, classes.count == classNames.count,
      classes.allSatisfy({ $0.edges == edges && $0.stepCount == stepCount })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .classes, in: values,
        debugDescription:
          "\(classes.count) diagrams, or of different bins or steps, for \(classNames.count) classes")
    }
  }

  /// The number of steps added so far.
  public var stepCount: Int { topLabel.stepCount }

  /// An empty calibration of the same classes and bins.
  public var empty: Calibration { Calibration(classNames: classNames, edges: topLabel.edges) }

  /// Returns true for one column per class, or a single column for two classes.
  public func accepts(columnCount: Int) -> Bool {
    columnCount == classNames.count || columnCount == 1 && classNames.count == 2
  }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// Labels are one-hot, or one column of 0 and 1. Values in padded cells, even NaN, are ignored.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: Probabilities in 0...1 of the same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present prediction is not a probability, or a present label is not that
  ///   of a class. Nothing is then added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    let steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    precondition(
      accepts(columnCount: steps.columnCount),
      "labels \(labels.shape) for a calibration of \(classNames.count) classes")
    var added = empty
    try steps.forEach { example, step in
      let actual = try steps.actualClass(example, step, of: classNames.count)
      var probabilities = try (0..<steps.columnCount).map { try steps.probability(example, $0, step) }
      if probabilities.count < classNames.count { probabilities.insert(1 - probabilities[0], at: 0) }
      added.add(probabilities, actual: actual)
    }
    self += added
  }

  /// Adds the steps of another calibration of the same classes and bins.
  public static func += (calibration: inout Calibration, other: Calibration) {
    precondition(
      calibration.classNames == other.classNames,
      "calibrations of different classes: \(calibration.classNames) and \(other.classNames)")
    calibration.topLabel += other.topLabel
    for index in calibration.classes.indices { calibration.classes[index] += other.classes[index] }
  }

  private mutating func add(_ probabilities: [Double], actual: Int) {
    var top = 0
    for (index, probability) in probabilities.enumerated() {
      classes[index].add(probability: probability, isTrue: index == actual)
      if probability > probabilities[top] { top = index }
    }
    topLabel.add(probability: probabilities[top], isTrue: top == actual)
  }
}

extension LabelledSteps {
  /// Returns the prediction of a column at a step as a probability.
  ///
  /// - Throws: `EvaluationError` if it is NaN, or not in 0...1.
  fileprivate func probability(_ example: Int, _ column: Int, _ step: Int) throws -> Double {
    let value = try number(example, column, step)
    guard value >= 0, value <= 1 else {
      throw EvaluationError(
        .prediction, example: example, step: step,
        "the prediction \(value) of column \(column) is not a probability, where 0 to 1 was expected; calibration needs "
          + "the outputs of a softmax or sigmoid")
    }
    return Double(value)
  }
}

extension Calibration: CustomStringConvertible {
  /// The expected calibration error of the top label.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet, as for all figures.
  public var expectedCalibrationError: Double { get throws { try topLabel.expectedCalibrationError } }

  /// The maximum calibration error of the top label.
  public var maximumCalibrationError: Double { get throws { try topLabel.maximumCalibrationError } }

  /// The Brier score: the mean over steps of the sum over classes of (p - y)^2.
  ///
  /// For two classes, it is that of class 1 only. Brier (1950) also sums over both classes if there are two,
  /// which gives twice this value. 0 is perfect.
  public var brierScore: Double {
    get throws {
      if classNames.count == 2 { return try classes[1].brierScore }
      return try classes.reduce(0) { $0 + (try $1.brierScore) }
    }
  }

  /// The classwise ECE: the unweighted mean of the expected calibration errors of the classes.
  ///
  /// Nixon, Dusenberry, Zhang, Jerfel and Tran, *Measuring calibration in deep learning*, CVPR workshops
  /// 2019.
  public var classwiseCalibrationError: Double {
    get throws { try classes.reduce(0) { $0 + (try $1.expectedCalibrationError) } / Double(classes.count) }
  }

  /// The figures of the top label and of all classes, and the bins of the top label, as aligned text.
  public var description: String {
    guard let brier = try? brierScore else { return "nothing evaluated yet" }
    func row(_ name: String, _ diagram: ReliabilityDiagram) -> [String] {
      func text(_ figure: Double?) -> String { figure?.fixed(4) ?? "-" }
      return [
        name, text(try? diagram.expectedCalibrationError), text(try? diagram.maximumCalibrationError),
        text(try? diagram.brierScore),
      ]
    }
    let head = ["probability of", "ECE", "MCE", "Brier score"]
    let rows = [head, row("top label", topLabel)] + zip(classNames, classes).map(row)
    return """
      Brier score \(brier.fixed(4)) of \(stepCount) steps

      \(TextTable(rows: rows).text)

      \(topLabel)
      """
  }
}
