/// A transform that needs no later rows and can therefore be applied to streamed rows.
///
/// ```swift
/// struct RunningSum: StreamingSequenceTransform { ... }   // Memory is [Float], the sums so far
/// ```
/// Row by row, it gives exactly the values that `apply` gives for the whole sequence. Every
/// `CellwiseTransform` is one.
public protocol StreamingSequenceTransform: SequenceTransform {
  /// The state kept from preceding rows; `Void` if there is none.
  associatedtype Memory: Sendable

  /// The memory before the first row of a sequence.
  var firstMemory: Memory { get }

  /// Changes the next row, the only one in `row`, whose columns are `columns`.
  ///
  /// - Returns: True if a row results, false if `apply` would drop the row.
  /// - Throws: `TransformFault` about a cell of the row; its step is 0.
  func applyNext(_ row: inout SequenceRecord, columns: [String], memory: inout Memory) throws -> Bool
}

extension StreamingSequenceTransform {
  /// `nil`: whole sequences are not needed.
  public var needsWholeSequences: String? { nil }
}

extension StreamingSequenceTransform where Memory == Void {
  /// An empty memory.
  public var firstMemory: Void { () }

  /// Applies the same operation as to every row.
  public func applyNext(
    _ row: inout SequenceRecord, columns: [String], memory: inout Void
  ) throws -> Bool {
    try apply(&row, columns: columns)
    return true
  }
}

extension StreamingSequenceTransform {
  /// Calls `applyNext` with a memory whose type the caller does not know.
  func applyNext(_ row: inout SequenceRecord, columns: [String], erased memory: inout any Sendable) throws
    -> Bool
  {
    guard var own = memory as? Memory else { preconditionFailure("the memory of another transform") }
    let hasRow = try applyNext(&row, columns: columns, memory: &own)
    memory = own
    return hasRow
  }

  /// The memory before the first row, type-erased.
  var erasedFirstMemory: any Sendable { firstMemory }
}
