import DataSets
import Tensors

/// The ROCs of several classes: one `ROC` for each class against all others.
///
/// ```swift
/// let metric = MultiClassROC(classNames: ["calm", "storm", "rain"])
/// let roc = try network.evaluate(on: test, metric)
/// try roc.macroArea.value      // mean area of the classes that have one
/// try roc[2].curve             // of rain against all others
/// ```
/// Labels are one-hot. All predictions are kept, 4 bytes for each step and class.
///
/// The ROCs of parts of the data, merged with `+=`, give exactly the areas of the whole.
public struct MultiClassROC: EvaluationMetric, Hashable, Codable {
  /// The names of the classes, in the order of their indices.
  public let classNames: [String]
  private var classROCs: [ROC]

  /// Makes an empty ROC of named classes.
  public init(classNames: [String]) {
    precondition(classNames.count >= 2, "\(classNames.count) classes, where at least two were expected")
    self.classNames = classNames
    classROCs = classNames.map { _ in ROC() }
  }

  /// Makes an empty ROC of classes named by their indices, from "0".
  public init(classCount: Int) { self.init(classNames: (0..<classCount).map(String.init)) }

  /// Decodes a ROC.
  ///
  /// - Throws: `DecodingError` if the number of curves is not that of the names, or they have different
  ///   numbers of steps.
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

  /// The number of steps added so far.
  public var stepCount: Int { classROCs[0].stepCount }

  /// An empty ROC of the same classes.
  public var empty: MultiClassROC { MultiClassROC(classNames: classNames) }

  /// Returns true for one column per class.
  public func accepts(columnCount: Int) -> Bool { columnCount == classNames.count }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// Values in padded cells, even NaN, are ignored.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, one-hot, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present prediction is NaN or infinite, or a present label is not that
  ///   of a class. Then nothing is added.
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

  /// Adds the steps of another ROC of the same classes.
  public static func += (roc: inout MultiClassROC, other: MultiClassROC) {
    precondition(
      roc.classNames == other.classNames,
      "ROCs of different classes: \(roc.classNames) and \(other.classNames)")
    for index in roc.classROCs.indices { roc.classROCs[index] += other.classROCs[index] }
  }
}

extension MultiClassROC: CustomStringConvertible {
  /// The unweighted mean of the areas under the ROC curves of the classes.
  ///
  /// A class without steps, or with all steps, has no area: it is excluded and counted.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public var macroArea: MeanOfDefined { get throws { try mean { try? $0.area } } }

  /// The unweighted mean of the average precisions of the classes.
  ///
  /// Classes without steps are excluded and counted.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public var macroAveragePrecision: MeanOfDefined { get throws { try mean { try? $0.averagePrecision } } }

  /// The areas of the classes, and their means, as aligned text.
  public var description: String {
    guard stepCount > 0 else { return "nothing evaluated yet" }
    let figures: [[Double?]] = classROCs.map {
      [try? $0.area, try? $0.averagePrecision, try? $0.areaUnderPrecisionRecall]
    }
    let means = (0..<3).map { column in MeanOfDefined(of: figures.map { $0[column] }).value }
    func cells(_ figures: [Double?]) -> [String] { figures.map { $0?.fixed(4) ?? "-" } }
    var rows = [["class", "steps", "AUC", "average precision", "AUPRC"]]
    for (index, name) in classNames.enumerated() {
      rows.append([name, "\(classROCs[index].positiveCount)"] + cells(figures[index]))
    }
    rows.append(["mean", "\(stepCount)"] + cells(means))
    return TextTable(rows: rows).text
  }

  private func mean(_ figure: (ROC) -> Double?) throws -> MeanOfDefined {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    return MeanOfDefined(of: classROCs.map(figure))
  }
}
