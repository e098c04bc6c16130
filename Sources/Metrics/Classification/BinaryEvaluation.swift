import DataSets
import Tensors

/// An evaluation of several binary columns, such as the columns of a sigmoid output.
///
/// ```swift
/// var evaluation = BinaryEvaluation(columns: ["rain", "wind"])
/// try evaluation.add(labels: labels, predictions: outputs, mask: mask)   // [N, 2, T]
/// evaluation.columns[0].recall
/// try evaluation.macroAverage(of: \.f1).value
/// try evaluation.exactMatchShare
/// ```
/// Unlike in an `Evaluation`, a step may be of several classes or of none. A column is predicted if its
/// prediction is at least its threshold. Series are flattened: each step that is present in the labels mask
/// counts once.
///
/// The evaluations of parts of the data, merged with `+=`, give exactly that of the whole.
public struct BinaryEvaluation: EvaluationMetric, Hashable, Codable {
  /// The names of the columns.
  public let columnNames: [String]
  /// The smallest prediction for which a column is predicted, for each column.
  public let thresholds: [Float]
  /// The counts of each column.
  public private(set) var counts: [Counts]
  /// The number of steps at which all columns were predicted correctly.
  public private(set) var exactMatchCount = 0

  /// Makes an empty evaluation with one threshold for all columns.
  public init(columns: [String], threshold: Float = 0.5) {
    self.init(columns: columns, thresholds: columns.map { _ in threshold })
  }

  /// Makes an empty evaluation with a threshold for each column.
  public init(columns: [String], thresholds: [Float]) {
    precondition(!columns.isEmpty, "an evaluation without columns; at least 1 is needed")
    precondition(
      thresholds.count == columns.count, "\(thresholds.count) thresholds for \(columns.count) columns")
    precondition(thresholds.allSatisfy { !$0.isNaN }, "a threshold that is NaN")
    columnNames = columns
    self.thresholds = thresholds
    counts = columns.map { _ in Counts() }
  }

  /// Decodes an evaluation.
  ///
  /// - Throws: `DecodingError` if the numbers of thresholds, counts and columns differ.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    columnNames = try values.decode([String].self, forKey: .columnNames)
    thresholds = try values.decode([Float].self, forKey: .thresholds)
    counts = try values.decode([Counts].self, forKey: .counts)
    exactMatchCount = try values.decode(Int.self, forKey: .exactMatchCount)
    guard !columnNames.isEmpty, thresholds.count == columnNames.count, counts.count == columnNames.count
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: values,
        debugDescription:
          "\(thresholds.count) thresholds, \(counts.count) counts for \(columnNames.count) columns")
    }
  }

  /// The number of steps added so far.
  public var stepCount: Int { counts[0].total }

  /// An empty evaluation of the same columns and thresholds.
  public var empty: BinaryEvaluation { BinaryEvaluation(columns: columnNames, thresholds: thresholds) }

  /// Returns true for as many columns as there are names.
  public func accepts(columnCount: Int) -> Bool { columnCount == columnNames.count }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// Labels must be in 0...1, and are positive if they are at least 0.5. Values in padded cells, even NaN,
  /// are ignored.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps to count, `[N, T]`; `nil` counts all.
  /// - Throws: `EvaluationError` if a present prediction is NaN, or a present label is not in 0...1. Then
  ///   nothing is added.
  public mutating func add(labels: Tensor, predictions: Tensor, mask: Mask? = nil) throws {
    let steps = LabelledSteps(labels: labels, predictions: predictions, mask: mask)
    precondition(
      accepts(columnCount: steps.columnCount),
      "labels \(labels.shape) for an evaluation of \(columnNames.count) columns")
    var added = empty
    try steps.forEach { example, step in
      var isExact = true
      for column in columnNames.indices {
        let actual = try steps.isPositive(example, column, step)
        let predicted = try steps.number(example, column, step) >= thresholds[column]
        added.counts[column].add(actual: actual, predicted: predicted)
        isExact = isExact && actual == predicted
      }
      if isExact { added.exactMatchCount += 1 }
    }
    self += added
  }

  /// Adds the steps of another evaluation of the same columns and thresholds.
  public static func += (evaluation: inout BinaryEvaluation, other: BinaryEvaluation) {
    precondition(
      evaluation.columnNames == other.columnNames && evaluation.thresholds == other.thresholds,
      "evaluations of different columns or thresholds: \(evaluation.columnNames) and \(other.columnNames)")
    for column in evaluation.counts.indices { evaluation.counts[column] += other.counts[column] }
    evaluation.exactMatchCount += other.exactMatchCount
  }
}

extension BinaryEvaluation: CustomStringConvertible {
  /// The figures of all columns, in order.
  public var columns: [Evaluation.ClassFigures] {
    zip(columnNames, counts).map { Evaluation.ClassFigures(name: $0, counts: $1) }
  }

  /// The sums of the counts of all columns, from which micro-averaged figures are computed.
  public var pooledCounts: Counts {
    counts.reduce(into: Counts()) { $0 += $1 }
  }

  /// Returns the unweighted mean of any figure over the columns.
  ///
  /// Columns whose figure is 0/0 are excluded and counted.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet, as for all figures of the whole evaluation.
  public func macroAverage(of figure: (Counts) -> Double?) throws -> MeanOfDefined {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    return MeanOfDefined(of: counts.map(figure))
  }

  /// The share of cells that were predicted correctly, with all columns pooled: 1 minus the Hamming loss.
  public var accuracy: Double {
    get throws {
      guard let accuracy = pooledCounts.accuracy else { throw EvaluationError.nothingEvaluated }
      return accuracy
    }
  }

  /// The share of steps at which all columns were predicted correctly.
  public var exactMatchShare: Double {
    get throws {
      guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
      return Double(exactMatchCount) / Double(stepCount)
    }
  }

  /// The figures of the whole evaluation and of all columns, as aligned text.
  public var description: String {
    guard let accuracy = try? accuracy, let exact = try? exactMatchShare else {
      return "nothing evaluated yet"
    }
    return """
      accuracy \(accuracy.fixed(4)) of \(stepCount) steps, all columns right in \(exact.fixed(4))

      \(Evaluation.ClassFigures.table(columns, heading: "column"))
      """
  }
}
