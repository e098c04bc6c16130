/// A transform that needs no later rows, so that it can be applied to rows as they come.
///
/// ```swift
/// struct RunningSum: StreamingSequenceTransform { ... }   // Memory is [Float], the sums so far
/// ```
/// Row by row it gives the very values that `apply` gives for the whole sequence. Every `CellwiseTransform` is one.
public protocol StreamingSequenceTransform: SequenceTransform {
  /// What it remembers of the rows before.
  associatedtype Memory: Sendable

  /// The memory before the first row of a sequence.
  var firstMemory: Memory { get }

  /// Changes the next row, the only one in `row`, whose columns are `columns`.
  ///
  /// - Returns: Whether a row comes of it: not where `apply` leaves the row out.
  /// - Throws: `TransformFault` about a cell of the row; its step is 0.
  func applyNext(_ row: inout SequenceRecord, columns: [String], memory: inout Memory) throws -> Bool
}

/// The memory of a transform that remembers nothing.
public struct NoMemory: Sendable, Hashable {
  /// Makes it.
  public init() {}
}

extension StreamingSequenceTransform {
  /// Nothing: it can be.
  public var needsWholeSequences: String? { nil }
}

extension StreamingSequenceTransform where Memory == NoMemory {
  /// Nothing.
  public var firstMemory: NoMemory { NoMemory() }

  /// Does to the row what is done to every row.
  public func applyNext(
    _ row: inout SequenceRecord, columns: [String], memory: inout NoMemory
  ) throws -> Bool {
    try apply(&row, columns: columns)
    return true
  }
}

extension StreamingSequenceTransform {
  /// As `applyNext`, with a memory whose type the caller does not know.
  func applyNext(_ row: inout SequenceRecord, columns: [String], erased memory: inout any Sendable) throws
    -> Bool
  {
    guard var own = memory as? Memory else { preconditionFailure("the memory of another transform") }
    let hasRow = try applyNext(&row, columns: columns, memory: &own)
    memory = own
    return hasRow
  }

  /// The memory before the first row, its type forgotten.
  var erasedFirstMemory: any Sendable { firstMemory }
}
