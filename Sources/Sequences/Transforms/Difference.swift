extension Difference {
  /// The handling of the first rows, which have nothing before them.
  public enum FirstRows: Sendable, Hashable, Codable {
    /// The rows are dropped, in every column.
    case drop
    /// The rows stay, with this number in place of the unknown values.
    ///
    /// It was chosen by the user and does not count as missing.
    case fill(Float)
  }
}

/// The change of a value over a number of steps: `x[t] - x[t - lag]`.
///
/// Timestamps are subtracted exactly, before they are rounded to Float, in the unit of their column.
public struct Difference: StreamingSequenceTransform {
  /// The name of this transform in files.
  public static let kind = "difference"
  /// The number of steps back.
  public let lag: Int
  /// The handling of the first `lag` rows.
  public var firstRows: FirstRows
  /// The columns to change, while the others keep their values; `nil` for all.
  public var columns: [String]?

  /// Makes the transform.
  public init(lag: Int = 1, firstRows: FirstRows = .drop, columns: [String]? = nil) {
    precondition(lag > 0, "a lag of \(lag) steps")
    self.lag = lag
    self.firstRows = firstRows
    self.columns = columns
  }

  /// The lag, the first rows and the columns.
  public var summary: String { "difference of lag \(lag), first rows \(firstRows)" + words(columns) }

  /// Returns the same columns.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    // A file may contain values that the initializer rejects.
    guard lag > 0 else {
      throw TransformFault(.mismatch, "the difference has a lag of \(lag); expected 1 or more")
    }
    _ = try columnIndices(self.columns, columns)
    return columns
  }

  /// Rejects columns of class indices.
  public func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> Difference {
    try requireQuantities(self.columns, among: columns, classes: classes)
    return self
  }

  /// Subtracts in place, from the last row backwards; the difference of a missing value is missing.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let chosen = try columnIndices(self.columns, columns)
    let (steps, width) = (record.stepCount, record.columnCount)
    for column in chosen {
      let exact = record.timestamps(ofColumn: column)
      record.times?.columns[column] = nil
      for step in (0..<steps).reversed() {
        let at = step * width + column
        if step >= lag, let exact, let now = exact.times[step], let before = exact.times[step - lag] {
          record.values[at] = exact.encoding.unit.count(of: now - before)
        } else if step >= lag {
          record.values[at] -= record.values[at - lag * width]
        } else if case .fill(let value) = firstRows {
          record.values[at] = value
        }
      }
    }
    if firstRows == .drop { try record.dropFirst(lag, for: "a difference of lag \(lag)") }
  }

  /// Returns the value and the one `lag` steps before it.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    guard let chosen = try? columnIndices(self.columns, columns) else {
      preconditionFailure("columns that the transform does not fit")
    }
    let step = cell.step + (firstRows == .drop ? lag : 0)
    let itself = TransformCell(step, cell.column)
    guard chosen.contains(cell.column) else { return [itself] }
    return step < lag ? [] : [itself, TransformCell(step - lag, cell.column)]
  }

  /// Returns the number of remaining rows.
  public func outputStepCount(_ stepCount: Int) -> Int {
    firstRows == .drop ? max(0, stepCount - lag) : stepCount
  }
}

extension Difference {
  /// Rows that a later one is compared with, oldest first.
  public struct Memory: Sendable {
    /// A row, and its exact timestamps by column.
    fileprivate struct Row: Sendable {
      var values: [Float]
      var times: [Int: Int128]
    }
    fileprivate var rows: [Row] = []
  }

  /// The last `lag` rows: none.
  public var firstMemory: Memory { Memory() }

  /// Subtracts the row `lag` rows earlier.
  public func applyNext(
    _ row: inout SequenceRecord, columns: [String], memory: inout Memory
  ) throws -> Bool {
    let chosen = try columnIndices(self.columns, columns)
    let before = memory.rows.count == lag ? memory.rows.removeFirst() : nil
    var own = Memory.Row(values: row.values, times: [:])
    var units: [Int: TimestampEncoding.Unit] = [:]
    if row.times != nil {
      for column in chosen {
        guard let exact = row.timestamps(ofColumn: column) else { continue }
        (own.times[column], units[column]) = (exact.times[0], exact.encoding.unit)
        row.times?.columns[column] = nil
      }
    }
    memory.rows.append(own)
    if let before {
      for column in chosen {
        if let unit = units[column], let now = own.times[column], let earlier = before.times[column] {
          row.values[column] = unit.count(of: now - earlier)
        } else {
          row.values[column] -= before.values[column]
        }
      }
    } else if case .fill(let value) = firstRows {
      for column in chosen { row.values[column] = value }
    } else {
      return false
    }
    return true
  }
}

extension SequenceRecord {
  /// Drops the first `count` rows, and their lines if every row has one.
  mutating func dropFirst(_ count: Int, for what: String) throws {
    guard stepCount > count else {
      throw TransformFault.tooShort(stepCount, needed: count + 1, what)
    }
    let rows = rowOrdinals
    values.removeFirst(count * columnCount)
    times = times?.selecting(count..<rows.count)
    chooseRows(rows[count..<rows.count], linesOfAll: lines)
  }
}
