import Platform

/// Adds columns with the values of earlier steps: `x-1` holds `x[t - 1]`.
///
/// The new columns follow the old ones, ordered by column and then by lag.
public struct LagFeatures: StreamingSequenceTransform, TimeCarrying {
  /// The name of this transform in files.
  public static let kind = "lag"
  /// The number of lags: columns for 1 to `lags` steps back.
  public let lags: Int
  /// The handling of the first `lags` rows; if they are filled, only their unknown cells are.
  public var firstRows: Difference.FirstRows
  /// The columns to repeat; `nil` for all.
  public var columns: [String]?

  /// Makes the transform.
  public init(_ lags: Int, firstRows: Difference.FirstRows = .drop, columns: [String]? = nil) {
    precondition(lags > 0, "\(lags) lags")
    self.lags = lags
    self.firstRows = firstRows
    self.columns = columns
  }

  /// The lags, the first rows and the columns.
  public var summary: String { "lags 1 to \(lags), first rows \(firstRows)" + words(columns) }

  /// Returns the old columns, then the new ones.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    guard lags > 0 else { throw TransformFault(.mismatch, "there are \(lags) lags; expected 1 or more") }
    let result =
      try columns
      + columnIndices(self.columns, columns).flatMap { index in
        (1...lags).map { "\(columns[index])-\($0)" }
      }
    if let twice = result[columns.count...].first(where: columns.contains) {
      throw TransformFault(
        .header, "there is a column \"\(escapedText(twice.utf8))\" already; rename it first")
    }
    return result
  }

  /// Rejects a number for the first rows that is not the index of a class, where a column has classes.
  public func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> LagFeatures {
    guard case .fill(let value) = firstRows else { return self }
    for name in try columnIndices(self.columns, columns).map({ columns[$0] }) {
      guard let names = classes[name]?.classNames, !names.indices.contains(where: { Float($0) == value })
      else {
        continue
      }
      throw TransformFault(
        .mismatch,
        "column \"\(escapedText(name.utf8))\" holds categories: \(summary): expected the number of one of its \(names.count) "
          + "categories for the first rows, from 0, found \(value); name one, or leave out the first rows")
    }
    return self
  }

  /// Makes the wider rows.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let chosen = try columnIndices(self.columns, columns)
    let width = record.columnCount
    var values: [Float] = []
    values.reserveCapacity(record.stepCount * (width + chosen.count * lags))
    let unknown: Float
    if case .fill(let value) = firstRows { unknown = value } else { unknown = 0 }
    for step in 0..<record.stepCount {
      values.append(contentsOf: record.values[step * width..<(step + 1) * width])
      for column in chosen {
        for lag in 1...lags {
          values.append(step < lag ? unknown : record.values[(step - lag) * width + column])
        }
      }
    }
    for (index, column) in chosen.enumerated() {
      guard let own = record.times?.columns[column] else { continue }
      for lag in 1...lags {
        record.times?.columns[width + index * lags + lag - 1] = own.earlier(by: lag)
      }
    }
    record.values = values
    record.columnCount = width + chosen.count * lags
    if firstRows == .drop { try record.dropFirst(lags, for: "lags 1 to \(lags)") }
  }

  /// Returns the value that is repeated.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    guard let chosen = try? columnIndices(self.columns, columns) else {
      preconditionFailure("columns that the transform does not fit")
    }
    let step = cell.step + (firstRows == .drop ? lags : 0)
    guard cell.column >= columns.count else { return [TransformCell(step, cell.column)] }
    let (index, lag) = (cell.column - columns.count).quotientAndRemainder(dividingBy: lags)
    return step <= lag ? [] : [TransformCell(step - lag - 1, chosen[index])]
  }

  /// Returns the number of remaining rows.
  public func outputStepCount(_ stepCount: Int) -> Int {
    firstRows == .drop ? max(0, stepCount - lags) : stepCount
  }
}

extension LagFeatures {
  /// The last `lags` rows, oldest first: none.
  public var firstMemory: [SequenceRecord] { [] }

  /// Adds the values of the preceding rows.
  public func applyNext(
    _ row: inout SequenceRecord, columns: [String], memory: inout [SequenceRecord]
  ) throws -> Bool {
    let chosen = try columnIndices(self.columns, columns)
    let (own, past) = (row, memory)
    memory.append(own, keepingLast: lags)
    var unknown: Float = 0
    switch firstRows {
    case .drop: if past.count < lags { return false }
    case .fill(let value): unknown = value
    }
    for column in chosen {
      for lag in 1...lags {
        guard lag <= past.count else {
          row.values.append(unknown)
          continue
        }
        let earlier = past[past.count - lag]
        if let time = earlier.times?.columns[column] { row.times?.columns[row.values.count] = time }
        row.values.append(earlier.values[column])
      }
    }
    row.columnCount = row.values.count
    return true
  }
}

extension [SequenceRecord] {
  /// Appends a row, and drops the first row if there are more than `limit`.
  fileprivate mutating func append(_ row: SequenceRecord, keepingLast limit: Int) {
    append(row)
    if count > limit { removeFirst() }
  }
}

extension RowTimes.Column {
  /// Returns the timestamps `lag` steps before; the first ones are missing.
  fileprivate func earlier(by lag: Int) -> RowTimes.Column {
    var result = self
    let known = nanoseconds.dropLast(lag)
    result.nanoseconds = Array(repeating: RowTimes.missing, count: nanoseconds.count - known.count) + known
    return result
  }
}
