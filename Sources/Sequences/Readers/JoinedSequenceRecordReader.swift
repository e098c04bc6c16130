import Platform

/// Sequences whose columns come from several readers, paired by key.
///
/// ```swift
/// let reader = try JoinedSequenceRecordReader([acceleration, rotation], names: ["acc", "gyro"])
/// reader.columns   // ["acc_x", "acc_y", "time", "gyro_x", "gyro_y"]: names that repeat have their reader's name in front
/// ```
/// By default, the files of an example have the same number of rows, and rows of the same number become one. A row that a
/// policy leaves out of one of them is left out of all. With `Rule.time`, the rows of the first reader are kept, and each
/// gets the values that the others had at its time (an as-of join); their own columns of timestamps that join them are left
/// out.
///
/// Keys, row numbers and labels are those of the first reader.
public struct JoinedSequenceRecordReader: SequenceRecordReader {
  /// The rule by which rows belong together.
  public enum Rule: Sendable, Hashable {
    /// Rows of the same number.
    case rows
    /// The row of every other reader that is nearest in time to that of the first one.
    case time(TimeMatch)
  }

  /// The columns of all readers.
  public let schema: SequenceSchema
  let rule: Rule
  /// The readers, with the place of their columns.
  let parts: [Part]

  /// One of the readers.
  struct Part: Sendable {
    let reader: any SequenceRecordReader
    /// The index of its sequence for every sequence of the first reader.
    let partners: [Int]
    /// Its columns that are used.
    let columns: [Int]
    /// The first of them among the columns of all.
    let offset: Int
    /// Its column of timestamps by which it is joined; `nil` with `Rule.rows`.
    let time: Int?
  }

  /// Joins the columns of `readers`.
  ///
  /// - Parameters:
  ///   - readers: Two or more readers of whole sequences that no transform has changed.
  ///   - names: The name of each reader, in front of column names that several of them have.
  ///   - rule: The rule by which rows belong together.
  ///   - time: The name of the column of timestamps for `Rule.time`; a reader without such a column, or all if it is `nil`,
  ///     are joined by their first column of timestamps.
  /// - Throws: `RecordError` if a reader has not the same keys as the first one, or no column of timestamps for `Rule.time`.
  public init(
    _ readers: [any SequenceRecordReader], names: [String], on rule: Rule = .rows, time: String? = nil
  ) throws {
    precondition(
      readers.count > 1 && readers.count == names.count, "\(readers.count) readers, \(names.count) names")
    precondition(
      readers.allSatisfy { $0.schema.transforms == nil }, "readers are joined before they are transformed")
    self.rule = rule
    let first = readers[0]
    let keys = (0..<first.count).map { first.source(of: $0).key }
    var parts: [Part] = []
    var offset = 0
    for (number, reader) in readers.enumerated() {
      var columns = Array(reader.columns.indices)
      let joint = rule == .rows ? nil : try Self.timeColumn(of: reader, named: time)
      if number > 0, let joint { columns.remove(at: joint) }
      parts.append(
        Part(
          reader: reader,
          partners: number == 0 ? Array(keys.indices) : try Self.partners(of: keys, first, in: reader),
          columns: columns, offset: offset, time: joint))
      offset += columns.count
    }
    self.parts = parts
    schema = Self.schema(parts, names, rule)
  }

  /// Returns the column of timestamps that joins a reader.
  private static func timeColumn(
    of reader: any SequenceRecordReader, named name: String?
  ) throws(RecordError) -> Int {
    if let place = name.flatMap(reader.columns.firstIndex) {
      if case .time? = reader.schema.encodings[reader.columns[place]] { return place }
      throw RecordError(
        .mismatch, path: reader.firstPath,
        "cannot be joined by column \"\(escapedText(reader.columns[place].utf8))\": expected a column of timestamps, found one of "
          + "other values; say how its times are written (\(Remedy.timeFormat(reader.columns[place])))")
    }
    if let first = reader.schema.firstTimeColumn { return first }
    throw RecordError(
      .mismatch, path: reader.firstPath,
      "cannot be joined by time: expected a column of timestamps, found none; name it (\(Remedy.timeColumn))")
  }

  /// Returns the index in `reader` of the sequence with each of `keys`.
  private static func partners(
    of keys: [String], _ first: any SequenceRecordReader, in reader: any SequenceRecordReader
  ) throws(RecordError) -> [Int] {
    var places: [String: Int] = [:]
    for index in 0..<reader.count { places[reader.source(of: index).key] = index }
    var partners: [Int] = []
    for (index, key) in keys.enumerated() {
      guard let place = places.removeValue(forKey: key) else {
        throw unpaired(
          first.source(of: index),
          "in \(escapedText(reader.firstPath.utf8, limit: nil)) and the files beside it")
      }
      partners.append(place)
    }
    if let lonely = places.values.min() {
      throw unpaired(
        reader.source(of: lonely),
        "in \(escapedText(first.firstPath.utf8, limit: nil)) and the files beside it")
    }
    return partners
  }

  private static func unpaired(_ source: SequenceRecord.Source, _ place: String) -> RecordError {
    RecordError(
      .unpaired, path: source.path,
      "has no file to be joined with: expected one with its key \"\(escapedText(source.key.utf8))\" \(place), found none; add "
        + "it, or leave this one out")
  }

  private static func schema(_ parts: [Part], _ names: [String], _ rule: Rule) -> SequenceSchema {
    // The columns that only join others do not count.
    let all = parts.enumerated().flatMap { number, part in
      let own = part.reader.schema
      let time = number > 0 ? part.time.map { own.columns[$0] } : nil
      return own.fileColumns.filter { $0 != time }
    }
    var schema = SequenceSchema(columns: [])
    var (columns, fileColumns, namesBefore): ([String], [String], [String]) = ([], [], [])
    for (part, name) in zip(parts, names) {
      func joined(_ column: String) -> String {
        all.count { $0 == column } > 1 ? "\(name)_\(column)" : column
      }
      let own = part.reader.schema
      columns += part.columns.map { joined(part.reader.columns[$0]) }
      fileColumns += own.fileColumns.map(joined)
      namesBefore += zip(own.namesBefore, own.fileColumns).map { $0 == $1 ? joined($1) : $0 }
      for column in part.columns {
        let column = part.reader.columns[column]
        schema.encodings[joined(column)] = own.encodings[column]
        if own.optionalColumns.contains(column) || part.offset > 0 && rule != .rows {
          schema.optionalColumns.insert(joined(column))
        }
      }
      schema.options.add(own.options, suffix: part.offset == 0 ? "" : " of \(name)")
      schema.mayHaveGaps = schema.mayHaveGaps || own.mayHaveGaps
    }
    let first = parts[0].reader.schema
    (schema.isSortedByTime, schema.notation, schema.policy) = (
      first.isSortedByTime, first.notation, first.policy
    )
    if case .time(let match) = rule {
      schema.options.add("the rule that joins files", "\(match)")
      schema.mayHaveGaps = true
    }
    schema = SequenceSchema(columns: columns, fileColumns: fileColumns, of: schema)
    schema.namesBefore = namesBefore
    return schema
  }

  /// The number of sequences.
  public var count: Int { parts[0].partners.count }

  /// Returns the source of the sequence in the first reader.
  public func source(of index: Int) -> SequenceRecord.Source { parts[0].reader.source(of: index) }

  /// Returns the key of the example in the first reader.
  public func exampleKey(of index: Int) -> String { parts[0].reader.exampleKey(of: index) }

  /// Returns the number of steps that the first reader counts as repeated.
  public func repeatedStepCount(of index: Int) -> Int { parts[0].reader.repeatedStepCount(of: index) }

  /// Returns the number of steps if it is that of the first reader: rows that a policy leaves out are known only to those
  /// who read.
  public func stepCount(of index: Int) -> Int? {
    if case .time = rule { parts[0].reader.stepCount(of: index) } else { nil }
  }

  /// Returns the location of the value in its own file; that of the row in the first one if there is no such value.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let part = parts.last { $0.offset <= column } ?? parts[0]
    let ownRow = part.offset == 0 ? row : partnerRow(of: row, index, in: part)
    guard let ownRow else { return parts[0].reader.position(of: index, row: row, column: 0) }
    return part.reader.position(
      of: part.partners[index], row: ownRow, column: part.columns[column - part.offset])
  }

  /// The signatures of all readers, and the rule.
  public var signature: Signature {
    var signature = parts[0].reader.signature
    for (number, part) in parts.enumerated().dropFirst() {
      signature.add(part.reader.signature, suffix: " of the joined files \(number)")
    }
    if case .time(let match) = rule { signature.add("the rule that joins files", "\(match)") }
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor { try JoinedSequenceCursor(self) }
}

extension SequenceSchema {
  /// The first column that has timestamps; `nil` if none has.
  package var firstTimeColumn: Int? {
    columns.firstIndex { if case .time = encodings[$0] { true } else { false } }
  }

  /// Makes a schema of other columns with the encodings and options of `other`.
  fileprivate init(columns: [String], fileColumns: [String], of other: SequenceSchema) {
    self.init(
      columns: columns, fileColumns: fileColumns, encodings: other.encodings,
      optionalColumns: other.optionalColumns, options: other.options, policy: other.policy)
    (isSortedByTime, mayHaveGaps, notation) = (other.isSortedByTime, other.mayHaveGaps, other.notation)
  }
}

// Finds the rows that belong together.
extension JoinedSequenceRecordReader {
  /// Returns, for each step of `record`, the step of `other` that belongs to it, after dropping the steps of either that have
  /// no partner in the other, with `Rule.rows`.
  fileprivate func steps(
    _ record: inout SequenceRecord, _ other: inout SequenceRecord, _ index: Int, _ part: Part
  ) throws -> [Int?] {
    if case .time(let match) = rule {
      func times(_ record: SequenceRecord, _ part: Part) -> [Int128] {
        part.time.flatMap { record.times?.columns[$0]?.nanoseconds } ?? []
      }
      return match.steps(of: times(record, parts[0]), in: times(other, part))
    }
    let (own, others) = (record.rowOrdinals.counts, other.rowOrdinals.counts)
    // The rule for one label does not apply.
    let pairing = own.all == others.all ? .ordinals : RowPairing(features: own, labels: others)
    guard pairing == .ordinals || pairing == .ranks else {
      throw RecordError(
        .lengths, path: part.reader.source(of: part.partners[index]).path,
        "has \(rowsInWords(others)) where \(escapedText(source(of: index).path.utf8, limit: nil)), which it is joined with, has \(rowsInWords(own)): "
          + "expected the same number; correct the files, or join them by time (\(Remedy.joinOnTime))")
    }
    if record.mayLackRows || other.mayLackRows {
      let counts = (record.stepCount, other.stepCount)
      record.keepPairs(with: &other, by: pairing)
      // A row that only the other one lacks was not to be read.
      if record.stepCount < counts.0 {
        let width = record.columnCount
        record.beginAtFirstRow(offsets: schema.offsetColumns.filter { $0 < width })
      }
      if other.stepCount < counts.1 { other.beginAtFirstRow(offsets: part.reader.schema.offsetColumns) }
    }
    guard record.stepCount > 0 else {
      throw RecordError(
        .empty, path: source(of: index).path,
        "has no row left with a partner in \(escapedText(part.reader.source(of: part.partners[index]).path.utf8, limit: nil)): expected at least one; "
          + "correct the files")
    }
    return Array(0..<record.stepCount)
  }

  private func rowsInWords(_ counts: RowCounts) -> String {
    "\(counts.all) row\(counts.all == 1 ? "" : "s")"
      + (counts.kept < counts.all ? ", \(counts.kept) after the policy" : "")
  }

  /// Returns the row of a joined file that belongs to row `row` of the first one, by reading both; `nil` if there is none.
  private func partnerRow(of row: Int, _ index: Int, in part: Part) -> Int? {
    var (record, other) = (SequenceRecord(), SequenceRecord())
    guard var cursor = try? parts[0].reader.makeCursor(), (try? cursor.read(index, into: &record)) != nil,
      var second = try? part.reader.makeCursor(),
      (try? second.read(part.partners[index], into: &other)) != nil,
      let steps = try? steps(&record, &other, index, part), let step = record.rowOrdinals.step(ofRow: row),
      let partner = steps[step]
    else { return nil }
    return other.rowOrdinal(ofStep: partner)
  }
}

/// Reads and joins sequences for one thread.
private struct JoinedSequenceCursor: SequenceCursor {
  let reader: JoinedSequenceRecordReader
  var cursors: [any SequenceCursor]
  private var other = SequenceRecord()

  init(_ reader: JoinedSequenceRecordReader) throws {
    self.reader = reader
    cursors = try reader.parts.map { try $0.reader.makeCursor() }
  }

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try cursors[0].read(index, into: &sequence)
    for (number, part) in reader.parts.enumerated().dropFirst() {
      try cursors[number].read(part.partners[index], into: &other)
      let steps = try reader.steps(&sequence, &other, index, part)
      sequence.append(part.columns, of: other, at: steps)
    }
  }

  mutating func takeCost() -> ReadingCost {
    var cost = ReadingCost()
    for number in cursors.indices { cost += cursors[number].takeCost() }
    return cost
  }
}

extension SequenceRecord {
  /// Appends columns of another sequence: at each step those of its step, or missing values.
  fileprivate mutating func append(_ columns: [Int], of other: SequenceRecord, at steps: [Int?]) {
    let (width, added) = (columnCount, columns.count)
    var joined: [Float] = []
    joined.reserveCapacity(steps.count * (width + added))
    for (step, partner) in steps.enumerated() {
      joined += values[step * width..<(step + 1) * width]
      for column in columns {
        joined.append(partner.map { other.values[$0 * other.columnCount + column] } ?? .nan)
      }
    }
    var missing = missingCells.map { $0 / width * (width + added) + $0 % width }
    if !other.missingCells.isEmpty {
      let cells = Set(other.missingCells)
      for (step, partner) in steps.enumerated() {
        guard let partner else { continue }
        missing += columns.indices.filter { cells.contains(partner * other.columnCount + columns[$0]) }.map {
          step * (width + added) + width + $0
        }
      }
      missing.sort()
    }
    for (place, column) in columns.enumerated() {
      guard var times = other.times?.columns[column] else { continue }
      times.nanoseconds = steps.map { $0.map { times.nanoseconds[$0] } ?? RowTimes.missing }
      self.times = self.times ?? RowTimes(columns: [:])
      self.times?.columns[width + place] = times
    }
    (values, columnCount, missingCells) = (joined, width + added, missing)
    ledger += other.ledger
    isFittedExample = isFittedExample || other.isFittedExample
  }
}
