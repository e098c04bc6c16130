import DataSets
import Tensors

/// How well predictions rank the steps of each class above those of all others: one `ROC` a class.
///
/// ```swift
/// let roc = try evaluate(network, on: &testBatches, with: MultiClassROC(classNames: ["calm", "storm", "rain"]))
/// try roc.macroArea.value      // mean area of the classes that have one
/// try roc[2].curve             // of rain against all others
/// ```
/// Labels are one-hot. Every prediction is kept, 4 bytes a step and class.
///
/// Parts of the data add up with `+=` to exactly the areas of the whole.
public struct MultiClassROC: EvaluationMetric, Hashable, Codable {
  /// The names of the classes, by index.
  public let classNames: [String]
  private var classROCs: [ROC]

  /// Makes a ROC of classes that have names.
  public init(classNames: [String]) {
    precondition(classNames.count >= 2, "\(classNames.count) classes, where at least two were expected")
    self.classNames = classNames
    classROCs = classNames.map { _ in ROC() }
  }

  /// Makes a ROC of classes named by their indices, from "0".
  public init(classCount: Int) { self.init(classNames: (0..<classCount).map(String.init)) }

  /// Reads a ROC.
  ///
  /// - Throws: `DecodingError` when there are not as many curves as names, or they are not of the same steps.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    classNames = try values.decode([String].self, forKey: .classNames)
    classROCs = try values.decode([ROC].self, forKey: .classROCs)
    guard classNames.count >= 2, classROCs.count == classNames.count,
      Set(classROCs.map(\.stepCount)).count == 1
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .classROCs, in: values,
        debugDescription: "\(classROCs.count) curves, or of different steps, for \(classNames.count) classes")
    }
  }

  /// The ROC of a class against all others.
  public subscript(index: Int) -> ROC { classROCs[index] }

  /// The number of steps gathered.
  public var stepCount: Int { classROCs[0].stepCount }

  /// A ROC of the same classes that has gathered nothing.
  public var empty: MultiClassROC { MultiClassROC(classNames: classNames) }

  /// Whether there is a column for each class.
  public func accepts(columnCount: Int) -> Bool { columnCount == classNames.count }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// What padded cells hold, NaN too, changes nothing.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, one-hot, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps that count, `[N, T]`; `nil`: all.
  /// - Throws: `EvaluationError` when a present prediction is NaN or infinite, or a present label no class. Nothing is
  ///   then added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    let steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    precondition(
      accepts(columnCount: steps.columnCount),
      "labels \(labels.shape) for a ROC of \(classNames.count) classes")
    var added = empty
    try steps.forEach { example, step in
      let actual = try steps.actualClass(example, step, of: classNames.count)
      for index in classNames.indices {
        added.classROCs[index].append(
          try steps.finiteNumber(example, index, step), isPositive: index == actual)
      }
    }
    self += added
  }

  /// Adds what another of the same classes has gathered.
  public static func += (roc: inout MultiClassROC, other: MultiClassROC) {
    precondition(
      roc.classNames == other.classNames,
      "ROCs of different classes: \(roc.classNames) and \(other.classNames)")
    for index in roc.classROCs.indices { roc.classROCs[index] += other.classROCs[index] }
  }
}

extension MultiClassROC: CustomStringConvertible {
  /// The unweighted mean of the classes' areas under the ROC curve.
  ///
  /// A class that no step, or every step, is of has none: it is left out, and counted.
  ///
  /// - Throws: `EvaluationError` when nothing was evaluated yet.
  public var macroArea: MeanOfDefined { get throws { try mean { try? $0.area } } }

  /// The unweighted mean of the classes' average precisions; a class that no step is of is left out, and counted.
  ///
  /// - Throws: `EvaluationError` when nothing was evaluated yet.
  public var macroAveragePrecision: MeanOfDefined { get throws { try mean { try? $0.averagePrecision } } }

  /// The areas of the classes and their means as aligned text.
  public var description: String {
    guard stepCount > 0 else { return "nothing evaluated yet" }
    let figures = classROCs.map {
      [try? $0.area, try? $0.averagePrecision, try? $0.areaUnderPrecisionRecall]
    }
    let means = (0..<3).map { column in MeanOfDefined(of: figures.map { $0[column] }).value }
    func cells(_ figures: [Double?]) -> [String] { figures.map { $0?.fixed(4) ?? "-" } }
    let body = classNames.indices.map { index in
      [classNames[index], "\(classROCs[index].positiveCount)"] + cells(figures[index])
    }
    let head = ["class", "steps", "AUC", "average precision", "AUPRC"]
    return TextTable(rows: [head] + body + [["mean", "\(stepCount)"] + cells(means)]).text
  }

  private func mean(_ figure: (ROC) -> Double?) throws -> MeanOfDefined {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    return MeanOfDefined(of: classROCs.map(figure))
  }
}
