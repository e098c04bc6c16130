import Sequences
import Tensors

/// Where a batch comes from, if anybody knows; no part of what it is: all are equal.
struct OptionalOrigin: Sendable, Equatable, CustomStringConvertible {
  /// `nil` for batches that were not made out of sequences.
  var known: BatchOrigin?

  static func == (first: OptionalOrigin, second: OptionalOrigin) -> Bool { true }

  var description: String { known == nil ? "unknown" : "known" }
}

/// Where the values of a batch come from: which sequences, and which of their steps lies where.
struct BatchOrigin: Sendable {
  let plan: SequencePlan
  /// The example of each row.
  var indices: [Int]
  /// The step of the batch at which each row's features begin; before 0 for pieces.
  var features: [Int]
  /// The step of the batch at which each row's labels begin.
  var labels: [Int]
  /// The rows of each sequence that a policy left out.
  var skippedFeatures: [[Int]]
  /// The rows of each label sequence that a policy left out.
  var skippedLabels: [[Int]]

  /// The origin of the given rows.
  func rows(_ rows: [Int]) -> BatchOrigin {
    var result = self
    result.indices = rows.map { indices[$0] }
    result.features = rows.map { features[$0] }
    result.labels = rows.map { labels[$0] }
    result.skippedFeatures = rows.map { skippedFeatures[$0] }
    result.skippedLabels = rows.map { skippedLabels[$0] }
    return result
  }

  /// The origin of the steps from `first` on.
  func steps(from first: Int) -> BatchOrigin {
    var result = self
    result.features = features.map { $0 - first }
    result.labels = labels.map { $0 - first }
    return result
  }
}

/// Where one value of a batch comes from.
public struct ValueOrigin: Sendable, Hashable, CustomStringConvertible {
  /// The file, line, column, byte offset and text of what it was made of.
  public var position: RecordPosition
  /// The column's name.
  public var column: String
  /// What was done to it on the way, in order, in words; empty when it is the number in the file.
  public var transforms: [String]
  /// The value in the batch.
  public var value: Float

  /// `PATH:LINE:COLUMN (byte OFFSET): "TEXT", column NAME -> transforms -> value`.
  public var description: String {
    var text = escapedText(position.path.utf8, limit: nil) + ":\(position.line)"
    if let column = position.column { text += ":\(column)" }
    if let offset = position.offset { text += " (byte \(offset))" }
    if let raw = position.text { text += ": \"\(escapedText(raw.utf8))\"" }
    return ([text + ", column \"\(escapedText(column.utf8))\""] + transforms + ["\(value)"]).joined(
      separator: " -> ")
  }
}

extension DataSet {
  /// Where a feature comes from: its file, line, byte, text, and what was done to it.
  ///
  /// ```swift
  /// print(try batch.explain(example: 12, step: 4, column: 2))
  /// // train/x_7.csv:5:12 (byte 391): "0.25", column "load" -> standardized: (x - 3.1) / 0.4 -> -7.125
  /// ```
  /// - Returns: `nil` for padding, for batches that were not made out of sequences, and for lanes.
  public func explain(example: Int, step: Int, column: Int) -> ValueOrigin? {
    guard let origin = origin.known, featuresMask[example, step] else { return nil }
    let plan = origin.plan
    let source = plan.featureColumns[column]
    var transforms = plan.features.transforms(ofColumn: source)
    if let normalizer = plan.featuresNormalizer { transforms.append(normalizer.words(column)) }
    return ValueOrigin(
      position: plan.features.position(
        of: origin.indices[example],
        step: fileRow(step - origin.features[example], skipping: origin.skippedFeatures[example]),
        column: source),
      column: plan.features.columns[source], transforms: transforms, value: features[example, column, step])
  }

  /// Where a label comes from; for classes `column` is any, and the value is that of the class's column.
  ///
  /// - Returns: As `explain(example:step:column:)`.
  public func explainLabel(example: Int, step: Int, column: Int = 0) -> ValueOrigin? {
    guard let origin = origin.known, let labels, labelsMask[example, step],
      let reader = origin.plan.labelReader
    else {
      return nil
    }
    let plan = origin.plan
    var source = plan.labelColumns[0]
    var transforms: [String] = []
    switch plan.labelSource.encoding {
    case .oneHot(let names): transforms.append("one-hot of \(names.count) classes")
    default:
      source = plan.labelColumns[column]
      if let normalizer = plan.labelsNormalizer { transforms.append(normalizer.words(column)) }
    }
    return ValueOrigin(
      position: reader.position(
        of: plan.pairing[origin.indices[example]],
        step: fileRow(step - origin.labels[example], skipping: origin.skippedLabels[example]), column: source),
      column: reader.columns[source], transforms: reader.transforms(ofColumn: source) + transforms,
      value: labels[example, column, step])
  }
}

extension AffineNormalizer {
  /// What it does to a column, in words.
  func words(_ column: Int) -> String { "normalized: (x - \(shift[column])) / \(scale[column])" }
}
