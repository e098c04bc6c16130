import Platform
import Sequences

extension TimedLabels {
  /// Takes the labels of single steps from a table with a row for each: the sequence, the time and the label.
  ///
  /// A row belongs to the steps of exactly its time; steps without a row have no label. See `init(intervals:)` for
  /// sequences and times.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - columns: The columns of names and labels.
  ///   - time: The column of times.
  ///   - features: The sequences.
  ///   - policy: As for `init(intervals:)`.
  ///   - elsewhere: Returns true if a text names a sequence of other data that shares the table.
  /// - Throws: As `init(intervals:)`.
  public init(
    table: LabelTable, columns: LabelTable.Columns = LabelTable.Columns(), time: String,
    of features: any SequenceRecordReader, policy: ErrorPolicy = .raise,
    elsewhere: (String) throws -> Bool = { _ in false }
  ) throws {
    try self.init(
      table, columns, from: time, to: nil, of: features, outside: nil, policy: policy, elsewhere: elsewhere)
  }

  /// Takes the labels of single steps from a table with a row for each interval: the sequence, the beginning, the end and
  /// the class.
  ///
  /// The beginning is included, the end is not. Steps in no interval have the class `outside`, or no label. A row names its
  /// sequence as in `SeriesLabels(table:of:)`. Times are timestamps in the format of the first column of timestamps of
  /// `features`, or, if they are plain numbers and no such timestamps, units of that column since the first timestamp of
  /// the sequence; without a column of timestamps, they are row numbers from 0.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - columns: The columns of names and classes; by default the first and the fourth.
  ///   - start: The column of beginnings.
  ///   - end: The column of ends.
  ///   - features: The sequences.
  ///   - outside: The class of steps in no interval; `nil`: they have no label.
  ///   - policy: The handling of sequences without a row and rows without a sequence or outside of it
  ///     (`RecordError.Kind.unpaired`), and of different labels of one time (`.labelConflict`).
  ///   - elsewhere: Returns true if a text names a sequence of other data that shares the table.
  /// - Throws: `RecordError` with the line of the first of these, unless the policy leaves it out, and about a text that is
  ///   not a time.
  public init(
    intervals table: LabelTable, columns: LabelTable.Columns = LabelTable.Columns(label: "@3"),
    start: String = "@1", end: String = "@2", of features: any SequenceRecordReader, outside: String? = nil,
    policy: ErrorPolicy = .raise, elsewhere: (String) throws -> Bool = { _ in false }
  ) throws {
    try self.init(
      table, columns, from: start, to: end, of: features, outside: outside, policy: policy,
      elsewhere: elsewhere)
  }

  private init(
    _ table: LabelTable, _ columns: LabelTable.Columns, from start: String, to end: String?,
    of features: any SequenceRecordReader, outside: String?, policy: ErrorPolicy,
    elsewhere: (String) throws -> Bool
  ) throws {
    let (key, label) = (try table.position(of: columns.key), try table.position(of: columns.label))
    let starts = try table.position(of: start)
    let ends = try end.map { try table.position(of: $0) }
    let names = SequenceNames(features)
    let assignment = try table.assignment(
      to: names, of: features, key: key, policy: policy, elsewhere: elsewhere)
    let without = assignment.rows.indices.filter { assignment.rows[$0].isEmpty }
    if outside == nil, let first = without.first,
      policy[.unpaired] != .skipSequence || without.count == features.count
    {
      throw table.missingRow(
        of: first, of: features, names: names, key: key, others: without.count - 1)
    }
    let scale = TimeScale(
      features,
      texts: table.rows.indices.lazy.flatMap { row in
        ([starts] + (ends.map { [$0] } ?? [])).map { table.label(ofRow: row, inColumn: $0).text }
      })
    let events = try assignment.rows.map { rows in
      try rows.map { index -> Event in
        let row = table.rows[index]
        let first = try scale.time(table.label(ofRow: index, inColumn: starts))
        let last = try ends.map { try scale.time(table.label(ofRow: index, inColumn: $0)) }
        if let last, let ends, last <= first {
          throw row[ends].error(
            .labelConflict,
            "the interval ends before it begins: expected an end after \(row[starts].quoted), found \(row[ends].quoted); correct "
              + "it (ends are not included)")
        }
        return Event(start: first, end: last, label: row[label])
      }
    }
    let numbers = NumberNotation(features.schema.notation)
    try self.init(
      events, clock: scale.clock, column: table.columns[label],
      outside: outside.map { LabelText($0, path: table.path) },
      lonely: assignment.lonely.map { table.rows[$0][key] }, policy: policy
    ) { encoding, text in
      let plain = encoding.isNumber ? numbers?.plainText(of: text) ?? text : text
      return encoding.nanoseconds(of: Array(trimmed(Array(plain.utf8))))
    }
  }
}

/// The meaning of the times in a table of labels.
private struct TimeScale {
  let clock: TimedLabels.Clock
  private let encoding: TimestampEncoding?

  /// Decides what times are by the columns of the sequences and by all texts: those that are not in the format of the
  /// timestamps may be numbers.
  init(_ features: any SequenceRecordReader, texts: some Sequence<String>) {
    let encodings = features.columns.compactMap { name -> TimestampEncoding? in
      guard case .time(let encoding)? = features.schema.encodings[name] else { return nil }
      return encoding
    }
    encoding = encodings.first
    guard let encoding else {
      clock = .rows
      return
    }
    let areNumbers = texts.allSatisfy {
      decimalNumber($0) != nil && encoding.nanoseconds(of: Array($0.utf8)) == nil
    }
    clock = areNumbers ? .elapsed : .timestamps
  }

  /// Returns the time that a text states.
  func time(_ text: LabelText) throws(RecordError) -> Int128 {
    switch clock {
    case .rows:
      if let row = Int(text.text), row >= 0 { return Int128(row) }
      throw text.error(
        .notATime,
        "\(text.quoted) is not the number of a row: expected a whole number from 0, found \(text.quoted); correct it, or, if "
          + "it is a time, name the column of times in the features (\(Remedy.timeColumn))")
    case .elapsed:
      let seconds = TimestampEncoding(.unixSeconds).nanoseconds(of: Array(text.text.utf8)) ?? 0
      return seconds * Int128(encoding?.unit.seconds ?? 1)
    case .timestamps:
      if let time = encoding?.nanoseconds(of: Array(text.text.utf8)) { return time }
      throw text.error(
        .notATime,
        "\(text.quoted) is not a timestamp: expected one as in the features (\(encoding?.format.description ?? "")), found "
          + "\(text.quoted); write all times in that format, or all as numbers of \(encoding?.unit.rawValue ?? "seconds") since "
          + "the first row of the series")
    }
  }
}
