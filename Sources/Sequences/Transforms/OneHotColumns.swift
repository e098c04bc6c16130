import Platform

/// Replaces every column of class indices with one column per class: 1 if the step is of that class,
/// otherwise 0.
///
/// ```swift
/// OneHotColumns(["sky"])   // columns "sky=clear", "sky=cloudy", ... in the place of "sky"
/// ```
/// The classes are those of the column's vocabulary if it has one (`ColumnEncoding.category`), otherwise as
/// many as the training data has, named by their indices. A missing class is missing in all of its columns.
public struct OneHotColumns: FittedSequenceTransform, StreamingSequenceTransform {
  /// The name of this transform in files.
  public static let kind = "oneHot"
  /// The columns of class indices.
  public var columns: [String]
  /// The names of the classes by column, once they are known.
  public private(set) var classes: [String: [String]]

  /// Makes a transform that learns the classes from the data that it is fitted on.
  public init(_ columns: [String]) {
    self.columns = columns
    classes = [:]
  }

  /// Makes a transform with the given classes for every column.
  public init(classes: [String: [String]]) {
    columns = classes.keys.sorted()
    self.classes = classes
  }

  /// The transform without classes.
  public var unfitted: OneHotColumns { OneHotColumns(columns) }

  /// True if the classes of all columns are known.
  public var isFitted: Bool { columns.allSatisfy { classes[$0] != nil } }

  /// The columns with their classes.
  public var summary: String {
    "one-hot of "
      + columns.map { name in classes[name].map { "\(name) (\($0.joined(separator: ", ")))" } ?? name }
      .joined(separator: ", ")
  }

  /// Returns the same transform with the classes of the vocabularies, or of the data.
  public func fitted(
    columns: [String], encodings: [String: ColumnEncoding], statics: Set<Int>,
    forEach: ((SequenceRecord) throws -> Void) throws -> Void
  ) throws -> OneHotColumns {
    var result = self
    let chosen = try columnIndices(self.columns, columns)
    for column in chosen {
      if case .category(let vocabulary) = encodings[columns[column]] {
        result.classes[columns[column]] = vocabulary.classNames
      }
    }
    let unknown = chosen.filter { result.classes[columns[$0]] == nil }
    if unknown.isEmpty { return result }
    var counts = [Int](repeating: 0, count: unknown.count)
    try forEach { record in
      for step in 0..<record.stepCount {
        for (slot, column) in unknown.enumerated() {
          let value = record.values[step * record.columnCount + column]
          if value.isNaN { continue }
          counts[slot] = max(
            counts[slot], try classIndex(value, below: 1 << 16, TransformCell(step, column)) + 1)
        }
      }
    }
    for (slot, column) in unknown.enumerated() {
      result.classes[columns[column]] = (0..<counts[slot]).map { String($0) }
    }
    return result
  }

  /// Returns the columns, with one column per class in place of each class column.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    let chosen = try Set(columnIndices(self.columns, columns))
    let result = columns.indices.flatMap { index in
      chosen.contains(index) ? names(columns[index]).map { "\(columns[index])=\($0)" } : [columns[index]]
    }
    if let twice = result.first(where: { name in result.filter { $0 == name }.count > 1 }) {
      throw TransformFault(
        .header, "there is a column \"\(escapedText(twice.utf8))\" already; rename it first")
    }
    return result
  }

  /// Returns the classes of the other columns.
  public func outputClasses(_ classes: [String: Vocabulary], columns: [String]) throws -> [String: Vocabulary]
  {
    classes.filter { !self.columns.contains($0.key) }
  }

  /// Makes the wider rows.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let chosen = try Set(columnIndices(self.columns, columns))
    var values: [Float] = []
    for step in 0..<record.stepCount {
      for column in columns.indices {
        let value = record.values[step * record.columnCount + column]
        guard chosen.contains(column) else {
          values.append(value)
          continue
        }
        let count = names(columns[column]).count
        let index = value.isNaN ? nil : try classIndex(value, below: count, TransformCell(step, column))
        for other in 0..<count { values.append(value.isNaN ? .nan : other == index ? 1 : 0) }
      }
    }
    record.values = values
    record.columnCount = columns.indices.reduce(0) {
      $0 + (chosen.contains($1) ? names(columns[$1]).count : 1)
    }
  }

  /// Returns the class index.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    guard let chosen = try? Set(columnIndices(self.columns, columns)) else {
      preconditionFailure("columns that the transform does not fit")
    }
    var first = 0
    for column in columns.indices {
      first += chosen.contains(column) ? names(columns[column]).count : 1
      if cell.column < first { return [TransformCell(cell.step, column)] }
    }
    preconditionFailure("a column that there is not")
  }

  private func names(_ column: String) -> [String] { classes[column] ?? [] }

  private func classIndex(_ value: Float, below count: Int, _ cell: TransformCell) throws -> Int {
    guard let index = Int(exactly: value), (0..<count).contains(index) else {
      throw TransformFault(
        .classIndex, cell: cell,
        "the value is not a class: expected a whole number from 0 to \(count - 1), found \(value); correct it, or name the "
          + "classes")
    }
    return index
  }
}
