import Sequences
import Timestep

/// The steps, gaps and duplicates in the timestamps of a reader's sequences.
struct TimeSurvey {
  /// The timestamps of one column.
  struct Column {
    /// The rule by which they become values.
    let encoding: TimestampEncoding
    /// The number of rows with the time of the row before, and the first of them.
    fileprivate(set) var duplicates = Occurrences()
    /// The first of them by the number of rows that are between the two in the file.
    fileprivate var duplicatesByDistance: [Int: Row] = [:]
    /// The other differences of neighbouring rows, in units of `resolution`.
    fileprivate var differences: [Int128: Occurrences] = [:]
    /// In nanoseconds: 1 unless there are too many different ones.
    fileprivate var resolution: Int128 = 1
    fileprivate var largest: (difference: Int128, row: Row)?
  }

  /// A row after a difference.
  struct Row {
    /// The sequence, and the ordinal of its row.
    var sequence, ordinal: Int
  }

  /// How often a difference occurs.
  struct Occurrences {
    var count = 0
    /// The first row after it.
    var first: Row?
  }

  private(set) var columns: [String: Column] = [:]
  private let reader: any SequenceRecordReader

  /// Reads all sequences, unless no column has timestamps; those that the policy skips are left out.
  init(_ reader: any SequenceRecordReader, _ policy: ErrorPolicy) throws {
    self.reader = reader
    for name in reader.columns {
      if case .time(let encoding)? = reader.schema.encodings[name] {
        columns[name] = Column(encoding: encoding)
      }
    }
    if columns.isEmpty { return }
    var cursor: any SequenceCursor = try reader.makeCursor()
    var record = SequenceRecord()
    for index in 0..<reader.count {
      do {
        try cursor.read(index, into: &record)
      } catch let error as RecordError where policy[error.kind] == .skipSequence { continue }
      for (place, name) in reader.columns.enumerated() {
        guard let times = record.timestamps(ofColumn: place)?.times else { continue }
        var before: (time: Int128, ordinal: Int)?
        for (step, time) in times.enumerated() {
          guard let time else { continue }
          let ordinal = record.rowOrdinal(ofStep: step)
          if let before {
            columns[name]?.add(
              time - before.time, Row(sequence: index, ordinal: ordinal), distance: ordinal - before.ordinal)
          }
          before = (time, ordinal)
        }
      }
    }
  }

  /// Returns the figures of a column; `nil` if it has no timestamps.
  func figures(of name: String) -> Inspection.Times? {
    guard let column = columns[name], let place = reader.columns.firstIndex(of: name) else { return nil }
    let unit = column.encoding.unit
    func amount(_ nanoseconds: Int128) -> Double { Double(nanoseconds) / 1e9 / unit.seconds }
    func position(_ row: Row) -> SequenceRecord.Position {
      reader.position(of: row.sequence, row: row.ordinal, column: place)
    }
    func location(_ row: Row) -> String {
      let position = position(row)
      return "\(position.path):\(position.line)"
    }
    /// The location of a row if its text does not say how far it is from UTC.
    func local(_ row: Row?) -> String? {
      guard let row, let text = position(row).text, column.encoding.isLocal(Array(text.utf8)) else {
        return nil
      }
      return location(row)
    }
    var times = Inspection.Times(unit: unit.rawValue, gaps: 0, duplicates: column.duplicates.count)
    guard let step = column.step else { return times }
    times.step = amount(step)
    times.gaps = column.gapCount
    let hour: Int128 = 3_600_000_000_000
    if times.gaps > 0, let largest = column.largest {
      (times.largestGap, times.largestGapAt) = (amount(largest.difference), location(largest.row))
      times.missingHour = local(column.first(ofDifference: step + hour))
    }
    // Sorted rows of a repeated hour alternate: each is as far from the other as the rows of an hour are.
    if hour % step == 0 { times.repeatedHour = local(column.duplicatesByDistance[Int(hour / step)]) }
    return times
  }
}

extension TimeSurvey.Column {
  /// The most different differences that are counted: of more, the last digits are left out.
  private static let limit = 1 << 16

  /// - Parameter distance: The number of rows from the row before to this one in the file.
  fileprivate mutating func add(_ difference: Int128, _ row: TimeSurvey.Row, distance: Int) {
    if difference == 0 {
      if duplicatesByDistance.count < Self.limit, duplicatesByDistance[distance] == nil {
        duplicatesByDistance[distance] = row
      }
      return duplicates.add(1, row)
    }
    if difference > largest?.difference ?? .min { largest = (difference, row) }
    differences[difference / resolution, default: TimeSurvey.Occurrences()].add(1, row)
    while differences.count > Self.limit {
      resolution *= 10
      let coarse = differences.map { ($0.key / 10, $0.value) }
      differences = Dictionary(coarse) { one, other in
        var sum = one
        sum.add(other.count, other.first)
        return sum
      }
    }
  }

  /// The most frequent difference in nanoseconds, the least of equals; `nil` if there is none.
  fileprivate var step: Int128? {
    differences.filter { $0.key > 0 }.max { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) }.map {
      $0.key * resolution
    }
  }

  /// The number of differences of more than one and a half steps.
  fileprivate var gapCount: Int {
    guard let step else { return 0 }
    return differences.reduce(0) { $0 + (2 * $1.key * resolution > 3 * step ? $1.value.count : 0) }
  }

  /// Returns the first row after a difference.
  fileprivate func first(ofDifference difference: Int128) -> TimeSurvey.Row? {
    differences[difference / resolution]?.first
  }
}

extension TimeSurvey.Occurrences {
  /// Counts some more, the first of which is before the row `row`.
  fileprivate mutating func add(_ more: Int, _ row: TimeSurvey.Row?) {
    count += more
    guard let row else { return }
    if let first, (first.sequence, first.ordinal) <= (row.sequence, row.ordinal) { return }
    first = row
  }
}

extension Inspection.Times {
  /// The figures in a sentence.
  var text: String {
    guard let step else { return "no step, \(pluralized(duplicates, "duplicate"))" }
    var text = "step \(plain(step)) \(unit), \(pluralized(gaps, "gap"))"
    if let largestGap, let largestGapAt {
      text +=
        " (the largest \(plain(largestGap)) \(unit), before \(escapedText(largestGapAt.utf8, limit: nil)))"
    }
    text += ", \(pluralized(duplicates, "duplicate"))"
    if let missingHour {
      text +=
        "; an hour is missing before \(escapedText(missingHour.utf8, limit: nil)), as at the beginning of daylight saving time: "
        + "write times with their zone"
    }
    if let repeatedHour {
      text +=
        "; an hour comes twice at \(escapedText(repeatedHour.utf8, limit: nil)), as at the end of daylight saving time: "
        + "write times with their zone"
    }
    return text
  }
}

/// Returns a number of units, without decimals if it is whole.
private func plain(_ amount: Double) -> String {
  amount == amount.rounded() && amount.magnitude < 1e15 ? "\(Int(amount))" : amount.short
}
