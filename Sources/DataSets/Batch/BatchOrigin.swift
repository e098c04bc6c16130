import Platform
import Sequences
import Tensors

/// The origin of a batch, if it is known.
///
/// Excluded from equality: all instances are equal.
struct OptionalOrigin: Sendable, Equatable, CustomStringConvertible {
  /// `nil` for batches that were not made from sequences.
  var known: BatchOrigin?

  static func == (first: OptionalOrigin, second: OptionalOrigin) -> Bool { true }

  var description: String { known == nil ? "unknown" : "known" }
}

/// Finds the origin of single values of a batch.
///
/// A batch does not know the readers it was made from. These closures do, and open a file only when called.
struct BatchOrigin: Sendable {
  /// Returns the origin of the value in a row, step and column of the batch; the caller fills in the value.
  typealias Lookup = @Sendable (_ row: Int, _ step: Int, _ column: Int) -> DataSet.ValueOrigin

  /// The origin of a feature.
  var feature: Lookup
  /// The origin of a label; `nil` for batches without labels.
  var label: Lookup?

  /// Returns the origin of the given rows.
  func rows(_ rows: [Int]) -> BatchOrigin { moved { (rows[$0], $1) } }

  /// Returns the origin of the steps from `first` on.
  func steps(from first: Int) -> BatchOrigin { moved { ($0, $1 + first) } }

  private func moved(_ earlier: @escaping @Sendable (_ row: Int, _ step: Int) -> (Int, Int)) -> BatchOrigin {
    func moved(_ lookup: @escaping Lookup) -> Lookup {
      { row, step, column in
        let (row, step) = earlier(row, step)
        return lookup(row, step, column)
      }
    }
    return BatchOrigin(feature: moved(feature), label: label.map { moved($0) })
  }
}

extension DataSet {
  /// The origin of one value of a batch.
  public struct ValueOrigin: Sendable, Hashable, CustomStringConvertible {
    /// The file, line, column, byte offset and text that the value was made from.
    public var position: SequenceRecord.Position
    /// The column's name.
    public var column: String
    /// Descriptions of the transforms applied to it, in order; empty if it is the number in the file.
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
}

extension DataSet {
  /// Returns the origin of a feature: its file, line, byte, text, and the transforms applied to it.
  ///
  /// ```swift
  /// print(try batch.explain(example: 12, step: 4, column: 2))
  /// // train/x_7.csv:5:12 (byte 391): "0.25", column "load" -> standardized: (x - 3.1) / 0.4 -> -7.125
  /// ```
  /// - Returns: `nil` for padding, for batches that were not made from sequences, and for lanes.
  public func explain(example: Int, step: Int, column: Int) -> ValueOrigin? {
    guard let origin = origin.known, featuresMask[example, step] else { return nil }
    var found = origin.feature(example, step, column)
    found.value = features[example, column, step]
    return found
  }

  /// Returns the origin of a label; for classes, `column` has no effect, and the value is that of the class's
  /// column.
  ///
  /// - Returns: `nil` in the same cases as `explain(example:step:column:)`.
  public func explainLabel(example: Int, step: Int, column: Int = 0) -> ValueOrigin? {
    guard let lookup = origin.known?.label, let labels, labelsMask[example, step] else { return nil }
    var found = lookup(example, step, column)
    found.value = labels[example, column, step]
    return found
  }
}
