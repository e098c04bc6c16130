import Platform

/// One change to sequences: to their values, their columns or their rows.
///
/// A custom transform is a struct of its settings with four functions; it is used like the bundled ones, and
/// is named when a pipeline is read from a file (`CodingUserInfoKey.transformTypes`).
///
/// Missing values are NaN. A transform leaves them NaN, or derives NaN from them; only `FillMissing` fills in
/// numbers. After every transform, whatever depends on a filled-in number counts as missing, according to
/// `sources`: a transform does not have to update `SequenceRecord.missingCells`. If it turns a number into
/// NaN or infinity, that is an error unless it lists the cell there.
public protocol SequenceTransform: Sendable, Hashable, Codable {
  /// The name of this kind of transform in files, different for every type.
  static var kind: String { get }

  /// A short description that includes all settings: signatures are made from it.
  var summary: String { get }

  /// Returns the names of the columns that `columns` become.
  ///
  /// - Throws: `TransformFault` about a column that does not exist.
  func outputColumns(_ columns: [String]) throws -> [String]

  /// Changes `record`, whose columns are `columns`.
  ///
  /// - Throws: `TransformFault` about a cell, or about the whole sequence.
  func apply(_ record: inout SequenceRecord, columns: [String]) throws

  /// Returns the cells of the original sequence that the resulting cell `cell` was computed from, the most
  /// informative first.
  ///
  /// - Parameters:
  ///   - cell: A cell of the result.
  ///   - columns: The original column names.
  ///   - stepCount: The original number of steps.
  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell]

  /// Returns the number of steps that `stepCount` steps become; 0 if none remain or the transform throws.
  func outputStepCount(_ stepCount: Int) -> Int

  /// Returns the same transform for sequences in which some columns hold class indices, which are no quantities.
  ///
  /// - Parameters:
  ///   - classes: The classes of such columns, by the columns' names.
  ///   - columns: The original column names.
  /// - Throws: `TransformFault` if it would compute with class indices.
  func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> Self

  /// Returns the classes of the resulting columns that hold class indices, by the columns' names.
  ///
  /// - Parameters:
  ///   - classes: The classes of the original columns that hold class indices.
  ///   - columns: The original column names.
  func outputClasses(_ classes: [String: Vocabulary], columns: [String]) throws -> [String: Vocabulary]

  /// True if a cell counts as missing only when all of its sources do, rather than any.
  var needsAllMissing: Bool { get }

  /// The reason why it cannot be applied to streamed rows; `nil` for a `StreamingSequenceTransform` that can.
  var needsWholeSequences: String? { get }
}

extension SequenceTransform {
  /// Returns the same number of steps.
  public func outputStepCount(_ stepCount: Int) -> Int { stepCount }

  /// Returns the same transform: by default, it may be applied to any column.
  public func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> Self { self }

  /// By default, a column holds class indices if the column that it is computed from does.
  public func outputClasses(_ classes: [String: Vocabulary], columns: [String]) throws -> [String: Vocabulary]
  {
    if classes.isEmpty { return [:] }
    var result: [String: Vocabulary] = [:]
    for (column, name) in try outputColumns(columns).enumerated() {
      result[name] = sourceColumn(of: column, columns: columns).flatMap { classes[columns[$0]] }
    }
    return result
  }

  /// False: a cell counts as missing if any of its sources does.
  public var needsAllMissing: Bool { false }

  /// By default, a transform needs whole sequences.
  public var needsWholeSequences: String? { "it is made for whole sequences" }

  /// True if it always keeps the number of rows.
  package var keepsRows: Bool { (1...256).allSatisfy { outputStepCount($0) == $0 } }

  /// Returns the column that a resulting column is computed from, the first if there are several; `nil`: none.
  ///
  /// - Parameter columns: The original column names.
  func sourceColumn(of column: Int, columns: [String]) -> Int? {
    // Far from the first rows, which may have no sources.
    sources(of: TransformCell(1 << 12, column), columns: columns, stepCount: .max).first?.column
  }

  /// Throws a fault if one of the columns that the transform computes with holds class indices.
  ///
  /// - Parameters:
  ///   - chosen: The names of the columns that it computes with; `nil` for all.
  ///   - remedy: What else helps for the column called so.
  func requireQuantities(
    _ chosen: [String]?, among columns: [String], classes: [String: Vocabulary],
    remedy: (String) -> String? = { _ in nil }
  ) throws {
    let names = try columnIndices(chosen, columns).map { columns[$0] }
    guard let name = names.first(where: { classes[$0] != nil }) else { return }
    let others = names.filter { classes[$0] == nil }
    let ways = [
      others.isEmpty
        ? "leave it out" : "name the columns of numbers (columns=\(others.joined(separator: " ")))",
      remedy(name),
    ]
    throw TransformFault(
      .mismatch,
      "column \"\(escapedText(name.utf8))\" holds categories, which are no quantities: \(summary): expected columns of "
        + "numbers, found one of categories; \(ways.compactMap { $0 }.joined(separator: ", or "))")
  }

  /// Throws a fault if the transform computes with one of the columns `numbers`, which hold class numbers without names.
  func checkQuantities(
    besides numbers: [String], _ classes: [String: Vocabulary], _ columns: [String]
  ) throws {
    // A number that is named is a class that is named.
    if case .constant? = (self as? FillMissing)?.rule { return }
    for name in numbers where columns.contains(name) {
      var all = classes
      all[name] = Vocabulary([])
      guard (try? adapted(to: all, among: columns)) == nil, (try? adapted(to: classes, among: columns)) != nil
      else { continue }
      throw TransformFault(
        .mismatch,
        "column \"\(escapedText(name.utf8))\" holds class numbers, which are no quantities: \(summary): expected columns of "
          + "quantities, found one of classes; leave it out, or take a rule that makes no numbers (forward, last, mode)"
      )
    }
  }

  /// Returns true if `other` is the same transform.
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
  /// True if it has all the numbers that it needs.
  var isFitted: Bool { get }

  /// Returns the same transform with numbers learned from all sequences that `forEach` delivers, which have
  /// the columns `columns`.
  ///
  /// - Parameters:
  ///   - columns: The names of the sequences' columns.
  ///   - encodings: The encodings of columns that hold class indices, after earlier transforms, and those of other columns
  ///     as they were read.
  ///   - statics: The columns that are constant within a sequence, whose values count once for each.
  ///   - forEach: Calls the function that it is given with every sequence of the training data.
  /// - Throws: Any error of `forEach`, and `TransformFault` if the sequences do not suffice.
  func fitted(
    columns: [String], encodings: [String: ColumnEncoding], statics: Set<Int>,
    forEach: ((SequenceRecord) throws -> Void) throws -> Void
  ) throws -> Self

  /// The same transform before it was fitted, which equals another one with the same options; by default, it
  /// is the transform as it is.
  var unfitted: Self { get }

  /// The sequences that the numbers were learned from; empty if that is not recorded, as by default.
  var lineage: Lineage { get }

  /// Returns the same transform with a record of what its numbers were learned from; by default, nothing is
  /// recorded.
  func remembering(_ lineage: Lineage) -> Self
}

extension FittedSequenceTransform {
  /// The transform as it is.
  public var unfitted: Self { self }

  /// Empty: nothing is recorded.
  public var lineage: Lineage { Lineage() }

  /// Returns the same transform.
  public func remembering(_ lineage: Lineage) -> Self { self }
}
