/// A transform that works out every value from that value alone.
///
/// The short way to a transform of the user's own: `kind`, `summary`, `columns` and `value(of:)`.
public protocol CellwiseTransform: StreamingSequenceTransform where Memory == NoMemory {
  /// The columns that change; `nil`: all.
  var columns: [String]? { get }

  /// What becomes of `value`; `nil` outside of what the transform is defined for. NaN is never asked about.
  func value(of value: Float) -> Float?

  /// What values must be, for messages: "numbers above 0".
  var domain: String { get }
}

extension CellwiseTransform {
  /// The same columns.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    _ = try columnIndices(self.columns, columns)
    return columns
  }

  /// Changes the chosen columns in place.
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

  /// The cell itself.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }
}
