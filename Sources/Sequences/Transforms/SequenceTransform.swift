/// One change to sequences: to their values, their columns or their rows.
///
/// A type of the user's own is a struct of what was chosen, with four functions; it is used like the bundled ones, and
/// named when a pipeline is read from a file (`CodingUserInfoKey.transformTypes`).
///
/// Missing values are NaN. A transform leaves them NaN, or what follows from them; `FillMissing` alone makes up numbers.
/// What depends on a made-up number counts as missing after every transform, by `sources`: a transform does not have to
/// look after `SequenceRecord.missingCells`. NaN or infinity that it makes of numbers is an error, unless it lists the cell there.
public protocol SequenceTransform: Sendable, Hashable, Codable {
  /// What files call it; no two types have the same.
  static var kind: String { get }

  /// What it does, in a few words that hold all that was chosen: signatures are made of it.
  var summary: String { get }

  /// The names of the columns that become of `columns`.
  ///
  /// - Throws: `TransformFault` about a column that there is not.
  func outputColumns(_ columns: [String]) throws -> [String]

  /// Changes `record`, whose columns are `columns`.
  ///
  /// - Throws: `TransformFault` about a cell, or about the whole sequence.
  func apply(_ record: inout SequenceRecord, columns: [String]) throws

  /// The cells of the sequence before it that cell `cell` after it was worked out from, the most telling one first.
  ///
  /// - Parameters:
  ///   - cell: The cell after it.
  ///   - columns: The names of the columns before.
  ///   - stepCount: The number of steps before.
  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell]

  /// The number of steps that become of `stepCount`; 0 where nothing is left, or the transform refuses.
  func outputStepCount(_ stepCount: Int) -> Int

  /// Whether a cell counts as missing only when all of its sources do, rather than any.
  var needsAllMissing: Bool { get }

  /// Why it cannot be applied to rows as they come, in words; `nil` for a `StreamingSequenceTransform` that can be.
  var needsWholeSequences: String? { get }
}

extension SequenceTransform {
  /// As many steps as before.
  public func outputStepCount(_ stepCount: Int) -> Int { stepCount }

  /// Any.
  public var needsAllMissing: Bool { false }

  /// What is made for whole sequences needs them.
  public var needsWholeSequences: String? { "it is made for whole sequences" }

  /// Whether it makes a sequence of as many rows out of any.
  package var keepsRows: Bool { (1...256).allSatisfy { outputStepCount($0) == $0 } }

  /// Whether `other` is the same transform.
  func isEqual(to other: any SequenceTransform) -> Bool { (other as? Self) == self }
}

/// One value of a sequence, by its step and column.
public struct TransformCell: Sendable, Hashable {
  /// The step, from 0.
  public var step: Int
  /// The column, from 0.
  public var column: Int

  /// Makes a cell.
  public init(_ step: Int, _ column: Int) {
    self.step = step
    self.column = column
  }
}

/// A transform that learns numbers from training data before it can be applied.
public protocol FittedSequenceTransform: SequenceTransform {
  /// Whether it has all the numbers that it needs.
  var isFitted: Bool { get }

  /// The same transform with numbers from all the sequences that `forEach` gives, which have the columns `columns`.
  ///
  /// - Parameters:
  ///   - columns: The names of the sequences' columns.
  ///   - encodings: How texts became numbers when the data was read, by the columns' names then.
  ///   - forEach: Gives every sequence of the training data to the function that it is handed.
  /// - Throws: What `forEach` throws, and `TransformFault` when the sequences do not suffice.
  func fitted(
    columns: [String], encodings: [String: ColumnEncoding],
    forEach: ((SequenceRecord) throws -> Void) throws -> Void
  ) throws -> Self

  /// The sequences that the numbers were learned from; empty where that is not remembered, as by default.
  var lineage: Lineage { get }

  /// The same transform, which remembers what its numbers were learned from; by default it does not.
  func remembering(_ lineage: Lineage) -> Self
}

extension FittedSequenceTransform {
  /// Nothing is remembered.
  public var lineage: Lineage { Lineage() }

  /// The same transform.
  public func remembering(_ lineage: Lineage) -> Self { self }
}
