import DataSets
import Tensors

/// How well several yes-and-no questions were answered at once: each column of a sigmoid output is one.
///
/// ```swift
/// var evaluation = BinaryEvaluation(columns: ["rain", "wind"])
/// try evaluation.add(labels: labels, predictions: outputs, mask: mask)   // [N, 2, T]
/// evaluation.columns[0].recall
/// try evaluation.macroAverage(of: \.f1).value
/// try evaluation.exactMatchShare
/// ```
/// A step may be of several classes or of none, unlike in an `Evaluation`. A column is predicted from its threshold on.
/// Series are flattened: every step that is present in the labels mask counts once.
///
/// Evaluations of parts of the data add up with `+=` to the evaluation of the whole, exactly.
public struct BinaryEvaluation: EvaluationMetric, Hashable, Codable {
  /// The names of the columns.
  public let columnNames: [String]
  /// The prediction from which on a column is predicted, for each column.
  public let thresholds: [Float]
  /// The counts of each column.
  public private(set) var counts: [BinaryCounts]
  /// The number of steps at which every column was predicted rightly.
  public private(set) var exactMatchCount = 0

  /// Makes an evaluation of columns that are all decided by one threshold.
  public init(columns: [String], threshold: Float = 0.5) {
    self.init(columns: columns, thresholds: columns.map { _ in threshold })
  }

  /// Makes an evaluation of columns that each have a threshold.
  public init(columns: [String], thresholds: [Float]) {
    precondition(!columns.isEmpty, "an evaluation of no columns")
    precondition(
      thresholds.count == columns.count, "\(thresholds.count) thresholds for \(columns.count) columns")
    precondition(thresholds.allSatisfy { !$0.isNaN }, "a threshold that is NaN")
    columnNames = columns
    self.thresholds = thresholds
    counts = columns.map { _ in BinaryCounts() }
  }

  /// Reads an evaluation.
  ///
  /// - Throws: `DecodingError` when there are not as many thresholds and counts as columns.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    columnNames = try values.decode([String].self, forKey: .columnNames)
    thresholds = try values.decode([Float].self, forKey: .thresholds)
    counts = try values.decode([BinaryCounts].self, forKey: .counts)
    exactMatchCount = try values.decode(Int.self, forKey: .exactMatchCount)
    guard !columnNames.isEmpty, thresholds.count == columnNames.count, counts.count == columnNames.count
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: values,
        debugDescription:
          "\(thresholds.count) thresholds, \(counts.count) counts for \(columnNames.count) columns")
    }
  }

  /// The number of steps evaluated.
  public var stepCount: Int { counts[0].total }

  /// An evaluation of the same columns and thresholds that has gathered nothing.
  public var empty: BinaryEvaluation { BinaryEvaluation(columns: columnNames, thresholds: thresholds) }

  /// Whether these are as many columns as have names.
  public func accepts(columnCount: Int) -> Bool { columnCount == columnNames.count }

  /// Adds the steps of a batch that are present in the labels mask.
  ///
  /// A label lies in 0...1, and is yes from 0.5 on. What padded cells hold, NaN too, changes nothing.
  ///
  /// - Parameters:
  ///   - labels: `[N, L, T]`, or `[N, L]`, in any storage order.
  ///   - predictions: The same shape, in any storage order.
  ///   - mask: The steps that count, `[N, T]`; `nil`: all.
  /// - Throws: `EvaluationError` when a present prediction is NaN, or a present label not in 0...1. Nothing is then added.
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

  /// Adds what another evaluation of the same columns and thresholds has gathered.
  public static func += (evaluation: inout BinaryEvaluation, other: BinaryEvaluation) {
    precondition(
      evaluation.columnNames == other.columnNames && evaluation.thresholds == other.thresholds,
      "evaluations of different columns or thresholds: \(evaluation.columnNames) and \(other.columnNames)")
    for column in evaluation.counts.indices { evaluation.counts[column] += other.counts[column] }
    evaluation.exactMatchCount += other.exactMatchCount
  }
}

extension BinaryEvaluation: CustomStringConvertible {
  /// The figures of every column, in order.
  public var columns: [ClassFigures] { zip(columnNames, counts).map { ClassFigures(name: $0, counts: $1) } }

  /// The counts of all columns added up: what micro-averaged figures are made of.
  public var pooledCounts: BinaryCounts { counts.reduce(into: BinaryCounts()) { $0 += $1 } }

  /// The unweighted mean over the columns of any figure of theirs; those whose figure is 0/0 are left out, and counted.
  ///
  /// - Throws: `EvaluationError` when nothing was evaluated yet, as all figures of the whole do.
  public func macroAverage(of figure: (BinaryCounts) -> Double?) throws -> MeanOfDefined {
    guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
    return MeanOfDefined(of: counts.map(figure))
  }

  /// The share of cells predicted rightly, all columns pooled: 1 less the Hamming loss.
  public var accuracy: Double {
    get throws {
      guard let accuracy = pooledCounts.accuracy else { throw EvaluationError.nothingEvaluated }
      return accuracy
    }
  }

  /// The share of steps at which every column was predicted rightly.
  public var exactMatchShare: Double {
    get throws {
      guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
      return Double(exactMatchCount) / Double(stepCount)
    }
  }

  /// The figures of the whole and of every column as aligned text.
  public var description: String {
    guard let accuracy = try? accuracy, let exact = try? exactMatchShare else {
      return "nothing evaluated yet"
    }
    return """
      accuracy \(accuracy.fixed(4)) of \(stepCount) steps, all columns right in \(exact.fixed(4))

      \(ClassFigures.table(columns, heading: "column"))
      """
  }
}
