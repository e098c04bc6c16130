import Platform

/// Combines the rows of every interval of time into one row: steps of equal length.
///
/// Intervals have a fixed length and begin at its multiples since 1970-01-01T00:00:00 UTC; a row that is exactly between
/// two belongs to the later one. There is a row for every interval from the first row to the last one. Its time is that
/// of the beginning, or the end, of the interval, and counts from that of the interval in which time was 0 before. The other
/// values of an interval without rows are missing, and labels are those of the interval
/// before.
///
/// It requires a column of timestamps, and takes the first one.
public struct ResampleByTime: SequenceTransform {
  /// The time of a row that stands for an interval.
  public enum Stamp: String, Sendable, Hashable, Codable, CaseIterable {
    /// The beginning of the interval.
    case left
    /// Its end.
    case right
  }

  /// The name of this transform in files.
  public static let kind = "resampleByTime"
  /// The length of an interval in nanoseconds.
  public let nanoseconds: Int
  /// The way to combine the values of the selected columns.
  public var figure: Resample.Figure
  /// The time of a row that stands for an interval.
  public var stamp: Stamp
  /// The columns that `figure` applies to, while the others keep their last value; `nil` for all.
  public var columns: [String]?
  /// The way to merge labels that rows have, in label files or in `labelColumns`; `nil`: such labels are an error.
  public var labels: Resample.LabelRule?
  /// The columns that hold labels, to which `labels` applies; `nil` if there are none.
  public var labelColumns: [String]?

  /// Makes the transform; `nanoseconds` is at least 1.
  public init(
    nanoseconds: Int, _ figure: Resample.Figure = .mean, stamp: Stamp = .left, columns: [String]? = nil,
    labels: Resample.LabelRule? = nil, labelColumns: [String]? = nil
  ) {
    precondition(nanoseconds > 0, "intervals of \(nanoseconds) ns")
    (self.nanoseconds, self.figure, self.stamp) = (nanoseconds, figure, stamp)
    (self.columns, self.labels, self.labelColumns) = (columns, labels, labelColumns)
  }

  /// All settings.
  public var summary: String {
    "the rows of every \(Self.seconds(nanoseconds)) become their \(figure), with the time of its "
      + (stamp == .left ? "beginning" : "end")
      + (labels.map { ", their labels their \($0)" + (labelColumns.map { " in \($0)" } ?? "") } ?? "")
      + words(columns)
  }

  /// True: a cell counts as missing only if all of its sources do.
  public var needsAllMissing: Bool { true }

  /// The reason why rows cannot be grouped as they are streamed.
  public var needsWholeSequences: String? { "it makes one row of every \(Self.seconds(nanoseconds))" }

  /// A duration in seconds: "60 s", "0.5 s".
  private static func seconds(_ nanoseconds: Int) -> String {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest == 0 ? "\(seconds) s" : "\(Double(nanoseconds) / 1e9) s"
  }

  /// Returns the same columns.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    guard nanoseconds > 0 else {
      throw TransformFault(.mismatch, "intervals are \(nanoseconds) ns long; expected 1 or more")
    }
    _ = try columnIndices(self.columns, columns)
    return columns
  }

  /// Rejects columns of class indices unless the statistic is one of the values.
  public func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> ResampleByTime {
    try requireQuantities(self.columns, among: columns, classes: classes, of: figure)
    return self
  }

  /// Combines the rows, in double precision.
  ///
  /// - Throws: `TransformFault` if there is no column of timestamps, if a row has none, or if there are too many intervals.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let intervals = try intervals(of: record, columns)
    let chosen = try Set(columnIndices(self.columns, columns))
    let ofLabels = labels == nil || labelColumns == nil ? [] : try Set(columnIndices(labelColumns, columns))
    let (before, width) = (record.values, record.columnCount)
    var times = RowTimes(columns: [:])
    for (column, own) in record.times?.columns ?? [:] {
      times.columns[column] =
        column == intervals.column
        ? intervals.column(own, nanoseconds, stamp)
        : RowTimes.Column(
          encoding: own.encoding, origin: own.origin,
          nanoseconds: intervals.groups.map { $0.last.map { own.nanoseconds[$0] } ?? RowTimes.missing })
    }
    let stamps = times.columns[intervals.column]
    var values: [Float] = []
    values.reserveCapacity(intervals.groups.count * width)
    var latest = 0..<0
    for (step, group) in intervals.groups.enumerated() {
      if !group.isEmpty { latest = group }
      for column in 0..<width {
        func merged(_ rows: Range<Int>) -> [Float] {
          rows.map { before[$0 * width + column] }.filter { !$0.isNaN }
        }
        if column == intervals.column, let stamps {
          values.append(stamps.value(of: stamps.nanoseconds[step]))
        } else if let labels, ofLabels.contains(column) {
          let merged = merged(latest)
          values.append(merged.isEmpty ? .nan : labels.value(merged))
        } else {
          values.append((chosen.contains(column) ? figure : .last).value(merged(group)))
        }
      }
    }
    (record.values, record.times) = (values, times)
  }

  /// Returns the cell itself: only a sequence tells which rows become one.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }

  /// Returns the least number of intervals: only a sequence tells how many there are.
  public func outputStepCount(_ stepCount: Int) -> Int { min(1, stepCount) }
}

extension ResampleByTime: RowGrouping {
  /// Any number of rows can become one.
  package var rowLimit: Int { .max }

  package func groups(of record: SequenceRecord, columns: [String]) throws -> [Range<Int>] {
    try intervals(of: record, columns).groups
  }

  /// The intervals of one sequence.
  private struct Intervals {
    /// The column of timestamps.
    var column: Int
    /// The beginning of the first interval, in nanoseconds since 1970.
    var start: Int128
    /// The steps in each.
    var groups: [Range<Int>]

    /// Returns the timestamps of the intervals.
    ///
    /// - Parameter own: Those of the rows. Of a piece or a window, the origin is that of the whole sequence.
    func column(_ own: RowTimes.Column, _ length: Int, _ stamp: Stamp) -> RowTimes.Column {
      let shift = stamp == .left ? 0 : Int128(length)
      let first = start + shift
      let origin = ResampleByTime.number(of: own.origin, length) * Int128(length) + shift
      return RowTimes.Column(
        encoding: own.encoding, origin: own.encoding.origin == .epoch ? 0 : origin,
        nanoseconds: groups.indices.map { first + Int128($0) * Int128(length) })
    }
  }

  /// Returns the number of the interval of `length` nanoseconds that a timestamp is in, counted from 1970.
  private static func number(of time: Int128, _ length: Int) -> Int128 {
    let (number, rest) = time.quotientAndRemainder(dividingBy: Int128(length))
    return rest < 0 ? number - 1 : number
  }

  private func intervals(of record: SequenceRecord, _ columns: [String]) throws -> Intervals {
    let unchanged = TransformFault(
      .mismatch,
      "\(summary): expected a column of timestamps that no transform has changed, found none; name it (\(Remedy.timeColumn)), and "
        + "resample first")
    guard let column = record.times?.columns.keys.min(), let exact = record.timestamps(ofColumn: column)
    else {
      throw unchanged
    }
    let numbers = try exact.times.enumerated().map { step, time -> Int128 in
      guard let time else {
        if record.times?.columns[column]?.nanoseconds[step] != RowTimes.missing { throw unchanged }
        throw TransformFault(
          .missingValue, cell: TransformCell(step, column),
          "column \"\(escapedText(columns[column].utf8))\": \(summary): expected a timestamp in every row, found none; give one, or "
            + "remove the row")
      }
      return Self.number(of: time, nanoseconds)
    }
    guard let first = numbers.first, let last = numbers.last else {
      throw TransformFault.tooShort(0, needed: 1, summary)
    }
    let count = last - first + 1
    let bytes =
      Double(count) * Double(record.columnCount * MemoryLayout<Float>.stride + 4 * MemoryLayout<Int>.stride)
    return try AvailableMemory.allocate(bytes) { sizes in
      TransformFault(
        .mismatch,
        "\(summary): its \(count) intervals do not fit in memory: \(sizes); make intervals longer")
    } _: { () throws(TransformFault) in
      var groups: [Range<Int>] = []
      groups.reserveCapacity(Int(count))
      var step = 0
      for number in 0..<Int(count) {
        let start = step
        while step < numbers.count, numbers[step] == first + Int128(number) { step += 1 }
        groups.append(start..<step)
      }
      return Intervals(column: column, start: first * Int128(nanoseconds), groups: groups)
    }
  }
}
