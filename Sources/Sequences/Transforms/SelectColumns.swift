/// Keeps, drops or renames columns by name.
///
/// `SelectColumns(.keep(["y", "x"]))` returns them in that order.
public struct SelectColumns: StreamingSequenceTransform {
  /// The columns to keep, drop or rename.
  public enum Choice: Sendable, Hashable, Codable {
    /// Keeps these, in this order.
    case keep([String])
    /// Keeps all but these.
    case drop([String])
    /// Keeps all, and renames these.
    case rename([String: String])
  }

  /// The name of this transform in files.
  public static let kind = "select"
  /// The columns to keep, drop or rename.
  public var choice: Choice

  /// Makes the transform.
  public init(_ choice: Choice) { self.choice = choice }

  /// The choice.
  public var summary: String {
    switch choice {
    case .keep(let names): return "keep \(names)"
    case .drop(let names): return "drop \(names)"
    case .rename(let names):
      // Sorted, because the order of a dictionary differs in every process.
      return "rename "
        + names.sorted { $0.key < $1.key }.map { "\($0.key) to \($0.value)" }.joined(separator: ", ")
    }
  }

  /// Returns the remaining columns, by their new names.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    let kept = try indices(columns)
    guard !kept.isEmpty else {
      throw TransformFault(.header, "no column is left: expected at least one; keep one")
    }
    guard case .rename(let names) = choice else { return kept.map { columns[$0] } }
    let renamed = columns.map { names[$0] ?? $0 }
    if let twice = renamed.first(where: { name in renamed.filter { $0 == name }.count > 1 }) {
      throw TransformFault(
        .header, "two columns would be called \"\(twice)\"; give every column a name of its own")
    }
    return renamed
  }

  /// Copies the columns that are kept.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    if case .rename = choice { return }
    let kept = try indices(columns)
    var values: [Float] = []
    values.reserveCapacity(record.stepCount * kept.count)
    for row in stride(from: 0, to: record.values.count, by: record.columnCount) {
      for column in kept { values.append(record.values[row + column]) }
    }
    record.values = values
    record.columnCount = kept.count
  }

  /// Returns the original column.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    guard let kept = try? indices(columns) else {
      preconditionFailure("columns that the transform does not fit")
    }
    return [TransformCell(cell.step, kept[cell.column])]
  }

  private func indices(_ columns: [String]) throws -> [Int] {
    switch choice {
    case .keep(let names):
      guard Set(names).count == names.count else {
        throw TransformFault(.header, "a column is to be kept twice; name each once")
      }
      return try names.map { try columnIndices([$0], columns)[0] }
    case .drop(let names):
      let dropped = try Set(columnIndices(names, columns))
      return columns.indices.filter { !dropped.contains($0) }
    case .rename(let names):
      _ = try columnIndices(names.keys.sorted(), columns)
      return Array(columns.indices)
    }
  }
}
