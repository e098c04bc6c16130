import Platform

/// A fault found by a transform, before its location in the file is known; `TransformedSequenceRecordReader`
/// turns it into a `RecordError`.
public struct TransformFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The class of the fault.
  public var kind: RecordError.Kind
  /// The cell before the transform; `nil` if the fault concerns the whole sequence.
  public var cell: TransformCell?
  /// What is wrong, what was expected, what was found, the remedy.
  public var problem: String

  /// Makes a fault.
  public init(_ kind: RecordError.Kind, cell: TransformCell? = nil, _ problem: String) {
    self.kind = kind
    self.cell = cell
    self.problem = problem
  }

  /// The problem.
  public var description: String { problem }

  /// Returns the fault of a name that no column has.
  static func unknownColumn(_ name: String, _ columns: [String]) -> TransformFault {
    TransformFault(
      .header,
      "there is no column \"\(escapedText(name.utf8))\" among \(columns.count); name columns as the data does"
        + suggestion(for: name, among: columns))
  }

  /// Returns the fault of a transform that leaves no row of a sequence of `found` rows.
  static func tooShort(_ found: Int, needed: Int, _ what: String) -> TransformFault {
    TransformFault(
      .lengths,
      "the sequence is too short for \(what): expected at least \(needed) rows, found \(found); leave the sequence out, "
        + "or keep its first rows")
  }
}

/// Returns the indices of `names` among `columns`, in column order; all indices for `nil`.
///
/// - Throws: `TransformFault` about an unknown name.
func columnIndices(_ names: [String]?, _ columns: [String]) throws -> [Int] {
  guard let names else { return Array(columns.indices) }
  return try Set(
    names.map { name in
      guard let index = columns.firstIndex(of: name) else {
        throw TransformFault.unknownColumn(name, columns)
      }
      return index
    }
  ).sorted()
}

/// Returns " of a, b", or nothing for all columns.
func words(_ names: [String]?) -> String { names.map { " of \($0)" } ?? "" }
