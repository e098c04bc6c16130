import Platform

/// Adds columns with values of later rows, of columns whose future is known beforehand: `holiday+1` holds
/// `holiday[t + 1]`.
///
/// ```swift
/// let transform = KnownAhead(["holiday"], horizon: 24)   // holiday+1 ... holiday+24
/// ```
/// The new columns follow the old ones, ordered by column and then by distance. The last rows, which lack some of these
/// values, are dropped: they only give them, so that their other columns may be missing.
public struct KnownAhead: SequenceTransform {
  /// The name of this transform in files.
  public static let kind = "knownAhead"
  /// The columns whose future is known.
  public let columns: [String]
  /// The number of later values of each column.
  public let horizon: Int
  /// The number of steps between a step and the first of these values, beyond the next one.
  public let lead: Int

  /// Makes the transform.
  public init(_ columns: [String], horizon: Int, lead: Int = 0) {
    precondition(horizon > 0 && lead >= 0, "a horizon of \(horizon) steps after \(lead)")
    (self.columns, self.horizon, self.lead) = (columns, horizon, lead)
  }

  /// The columns and the distances.
  public var summary: String { "known \(lead + 1) to \(lead + horizon) steps ahead" + words(columns) }

  /// Returns the old columns, then the new ones.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    guard horizon > 0, lead >= 0, lead < 1 << 30, horizon < 1 << 30 else {
      throw TransformFault(
        .mismatch, "there are \(horizon) steps ahead after \(lead); expected 1 or more after 0 or more")
    }
    let made = try columnIndices(self.columns, columns).flatMap { index in
      (lead + 1...lead + horizon).map { "\(columns[index])+\($0)" }
    }
    if let twice = made.first(where: columns.contains) {
      throw TransformFault(
        .header, "there is a column \"\(escapedText(twice.utf8))\" already; rename it first")
    }
    return columns + made
  }

  /// Makes the wider rows.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let chosen = try columnIndices(self.columns, columns)
    let reach = lead + horizon
    guard record.stepCount > reach else {
      throw TransformFault.tooShort(record.stepCount, needed: reach + 1, summary)
    }
    let all = record
    let width = all.columnCount
    record.take(0..<all.stepCount - reach, of: all)
    var values: [Float] = []
    values.reserveCapacity(record.stepCount * (width + chosen.count * horizon))
    for step in 0..<record.stepCount {
      values.append(contentsOf: all.values[step * width..<(step + 1) * width])
      for column in chosen {
        for distance in lead + 1...reach { values.append(all.values[(step + distance) * width + column]) }
      }
    }
    for (index, column) in chosen.enumerated() {
      guard let own = all.times?.columns[column] else { continue }
      for distance in lead + 1...reach {
        var later = own
        later.nanoseconds = Array(own.nanoseconds[distance..<distance + record.stepCount])
        record.times?.columns[width + index * horizon + distance - lead - 1] = later
      }
    }
    (record.values, record.columnCount) = (values, width + chosen.count * horizon)
  }

  /// Returns the later value.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    guard let chosen = try? columnIndices(self.columns, columns) else {
      preconditionFailure("columns that the transform does not fit")
    }
    guard cell.column >= columns.count else { return [cell] }
    let (index, distance) = (cell.column - columns.count).quotientAndRemainder(dividingBy: horizon)
    return [TransformCell(cell.step + lead + 1 + distance, chosen[index])]
  }

  /// Returns the number of remaining rows.
  public func outputStepCount(_ stepCount: Int) -> Int { max(0, stepCount - lead - horizon) }

  /// It takes later rows.
  public var needsWholeSequences: String? { "the values that are known beforehand are in later rows" }
}
