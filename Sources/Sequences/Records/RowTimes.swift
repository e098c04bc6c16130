/// The exact timestamps of the steps of a sequence, of which the values are roundings to Float.
///
/// Like missing cells, they follow their steps: whatever chooses or reorders steps does the same to them.
package struct RowTimes: Sendable, Hashable {
  /// One column of timestamps.
  package struct Column: Sendable, Hashable {
    /// The rule by which they become values.
    package var encoding: TimestampEncoding
    /// The timestamp whose value is 0, in nanoseconds since 1970.
    package var origin: Int128
    /// The timestamp of every step, in nanoseconds since 1970; `missing` where there is none.
    package var nanoseconds: [Int128]

    /// Makes a column.
    package init(encoding: TimestampEncoding, origin: Int128, nanoseconds: [Int128]) {
      (self.encoding, self.origin, self.nanoseconds) = (encoding, origin, nanoseconds)
    }

    /// Returns the value of a timestamp.
    package func value(of time: Int128) -> Float { encoding.unit.count(of: time - origin) }
  }

  /// Stands for the timestamp of a row that has none.
  package static let missing = Int128.min

  /// The timestamps, by column of the record.
  package var columns: [Int: Column]

  /// The timestamps of the first column that has them, which orders the rows; `nil` if none has.
  package var first: Column? { columns.min { $0.key < $1.key }?.value }

  /// Makes the timestamps of columns.
  package init(columns: [Int: Column]) { self.columns = columns }

  /// Returns the timestamps for columns that were made from the columns `origins` of the record; `nil`: from none.
  func moved(to origins: [Int?]) -> RowTimes {
    var moved = RowTimes(columns: [:])
    for (column, origin) in origins.enumerated() {
      if let origin, let times = columns[origin] { moved.columns[column] = times }
    }
    return moved
  }

  /// The timestamps of the steps `steps` alone, in the given order.
  func selecting(_ steps: some Collection<Int>) -> RowTimes {
    RowTimes(
      columns: columns.mapValues { column in
        var column = column
        column.nanoseconds = steps.map { column.nanoseconds[$0] }
        return column
      })
  }
}

extension SequenceRecord {
  /// The timestamps of the steps in column `column`, exact, in nanoseconds since 1970, with the rule of the column;
  /// `nil` if it does not contain timestamps.
  ///
  /// A value that is not that of its timestamp, because a transform changed or filled it, has none.
  package func timestamps(ofColumn column: Int) -> (encoding: TimestampEncoding, times: [Int128?])? {
    guard let own = times?.columns[column], own.nanoseconds.count == stepCount else { return nil }
    let exact = own.nanoseconds.enumerated().map { step, time -> Int128? in
      time != RowTimes.missing && own.value(of: time) == values[step * columnCount + column] ? time : nil
    }
    return (own.encoding, exact)
  }
}
