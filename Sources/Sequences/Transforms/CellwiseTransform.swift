import Platform

/// A transform that computes every value from that value alone.
///
/// The shortest way to write a custom transform: `kind`, `summary`, `columns` and `value(of:)`.
public protocol CellwiseTransform: StreamingSequenceTransform where Memory == Void {
  /// The columns to change; `nil` for all.
  var columns: [String]? { get }

  /// Returns the new value for `value`, or `nil` outside the domain of the transform.
  ///
  /// Never called with NaN.
  func value(of value: Float) -> Float?

  /// The valid values, for messages: "numbers above 0".
  var domain: String { get }
}

extension CellwiseTransform {
  /// Returns the same columns.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    _ = try columnIndices(self.columns, columns)
    return columns
  }

  /// Rejects columns of class indices.
  public func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> Self {
    try requireQuantities(self.columns, among: columns, classes: classes)
    return self
  }

  /// Changes the selected columns in place.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let chosen = try columnIndices(self.columns, columns)
    let width = record.columnCount
    for column in chosen {
      for at in stride(from: column, to: record.values.count, by: width) where !record.values[at].isNaN {
        guard let result = value(of: record.values[at]) else {
          throw TransformFault(
            .outOfRange, cell: TransformCell(at / width, column),
            "column \"\(escapedText(columns[column].utf8))\": \(summary): expected \(domain), found "
              + "\(record.values[at]); correct the data, or clip it first")
        }
        record.values[at] = result
      }
    }
  }

  /// Returns the cell itself.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }
}
