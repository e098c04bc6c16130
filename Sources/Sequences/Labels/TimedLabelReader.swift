import Platform

/// Reads a label for every step of other sequences, from times or intervals: `[T, 1]`, paired with the sequences by key.
///
/// The rows are those of the sequences, which are read for their times. A step that no label belongs to has none: it is
/// masked.
public struct TimedLabelReader: SequenceRecordReader {
  /// One column, whose categories are the classes.
  public let schema: SequenceSchema
  fileprivate let labels: TimedLabels
  fileprivate let features: any SequenceRecordReader
  fileprivate let meaning: LabelMeaning
  fileprivate let missing: [String]
  /// The sequences that have labels.
  fileprivate let labelled: [Int]

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - labels: The labels, found for the sequences of `features`.
  ///   - features: The sequences; with timestamps, unless times are row numbers.
  ///   - meaning: The meaning of the labels' texts.
  ///   - missing: The texts that mean that a step has no label.
  public init(
    _ labels: TimedLabels, of features: any SequenceRecordReader, as meaning: LabelMeaning,
    missing: [String] = []
  ) {
    precondition(labels.sequences.count == features.count, "labels of other sequences")
    (self.labels, self.features, self.meaning, self.missing) = (labels, features, meaning, missing)
    labelled = labels.sequences.indices.filter { labels.sequences[$0] != nil }
    var options = Signature()
    options.add("the meaning of the labels' texts", meaning.description)
    options.add("the labels", labels.fingerprint)
    var hash = Fingerprint()
    hash.combine(missing)
    options.add("the texts of missing labels", hash)
    schema = SequenceSchema(
      columns: [labels.column], encodings: meaning.encoding.map { [labels.column: $0] } ?? [:],
      optionalColumns: [labels.column], options: options)
  }

  /// The number of sequences with labels, and of labels that no sequence belongs to.
  public var count: Int { labelled.count + labels.lonely.count }

  /// Returns the number of time steps, if the sequences know it.
  public func stepCount(of index: Int) -> Int? {
    index < labelled.count ? features.stepCount(of: labelled[index]) : 0
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    TimedLabelCursor(reader: self, features: try features.makeCursor())
  }

  /// Returns the location of the first label, and the key of the sequence.
  public func source(of index: Int) -> SequenceRecord.Source {
    guard index < labelled.count else {
      let label = labels.lonely[index - labelled.count]
      return SequenceRecord.Source(
        path: label.path, firstLine: label.line ?? 1, key: label.lonelyKey)
    }
    var source = features.source(of: labelled[index])
    if let first = events(of: index).first {
      (source.path, source.firstLine) = (first.label.path, first.label.line ?? 1)
    }
    return source
  }

  /// Returns the key of the example.
  public func exampleKey(of index: Int) -> String {
    index < labelled.count
      ? features.exampleKey(of: labelled[index]) : labels.lonely[index - labelled.count].text
  }

  /// Returns the location of the label of a row, by reading the sequence again; that of the first label if it has none.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    guard index < labelled.count else {
      let source = source(of: index)
      return SequenceRecord.Position(path: source.path, line: source.firstLine)
    }
    let sequence = labelled[index]
    var record = SequenceRecord()
    if var cursor = try? features.makeCursor() as any SequenceCursor,
      (try? cursor.read(sequence, into: &record)) != nil,
      let step = (0..<record.stepCount).first(where: { record.rowOrdinal(ofStep: $0) == row }),
      let time = times(of: record, sequence)[step],
      let label = events(of: index).first(where: { $0.contains(time) })?.label
    {
      return SequenceRecord.Position(
        path: label.path, line: label.line ?? 1, column: label.column, text: label.text)
    }
    // The reader of the sequence's own file knows its lines.
    guard events(of: index).isEmpty else {
      let source = source(of: index)
      return SequenceRecord.Position(path: source.path, line: source.firstLine)
    }
    return features.position(of: sequence, row: row, column: 0)
  }

  fileprivate func events(of index: Int) -> [TimedLabels.Event] {
    (try? labels.sequences[labelled[index]]?.get()) ?? []
  }

  /// Returns the time of every step, in the scale of the labels; `nil` where it is missing.
  ///
  /// - Parameter sequence: The sequence of the features that the record is.
  fileprivate func times(of record: SequenceRecord, _ sequence: Int) -> [Int128?] {
    if labels.clock == .rows { return (0..<record.stepCount).map { Int128(record.rowOrdinal(ofStep: $0)) } }
    guard let (place, column) = record.times?.columns.min(by: { $0.key < $1.key }) else {
      return Array(repeating: nil, count: record.stepCount)
    }
    let known = column.nanoseconds.map { $0 == RowTimes.missing ? nil : Optional($0) }
    if labels.clock == .timestamps { return known }
    var origin =
      column.encoding.origin == .sequence ? column.origin : known.first { $0 != nil }.flatMap { $0 } ?? 0
    // Rows that a policy leaves out have times too, but only those before the first one can be earlier.
    let ordinals = record.rowOrdinals
    let isSorted = features.schema.isSortedByTime
    for row in ordinals.skipped where isSorted || record.stepCount > 0 && row < record.rowOrdinal(ofStep: 0) {
      let text = features.position(of: sequence, row: row, column: place).text
      if let time = text.flatMap({ labels.timestamp(column.encoding, $0) }) { origin = min(origin, time) }
    }
    return known.map { $0.map { $0 - origin } }
  }
}

/// Reads the labels of steps for one thread.
private struct TimedLabelCursor: SequenceCursor {
  let reader: TimedLabelReader
  var features: any SequenceCursor
  /// The sequence whose steps are labelled.
  private var steps = SequenceRecord()
  /// The values of the events of the sequence, and of steps without one.
  private var values: [Float] = []

  init(reader: TimedLabelReader, features: any SequenceCursor) {
    (self.reader, self.features) = (reader, features)
  }

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    guard index < reader.labelled.count else {
      throw reader.labels.lonely[index - reader.labelled.count].namesNoSequence
    }
    let number = reader.labelled[index]
    let events = try reader.labels.sequences[number]?.get() ?? []
    try features.read(number, into: &steps)
    values.removeAll(keepingCapacity: true)
    for event in events { values.append(try reader.meaning.value(of: event.label, missing: reader.missing)) }
    let outside =
      try reader.labels.outside.map { try reader.meaning.value(of: $0, missing: reader.missing) } ?? .nan
    let times = reader.times(of: steps, number)
    try checkBounds(of: events, number, times)
    sequence.begin(columnCount: 1, firstLine: events.first?.label.line ?? steps.lines.lowerBound)
    sequence.values.reserveCapacity(times.count)
    for time in times {
      let event = time.flatMap { Self.index(at: $0, in: events) }
      sequence.values.append(event.map { values[$0] } ?? outside)
    }
    let lines = events.compactMap(\.label.line)
    if let first = lines.min(), let last = lines.max() { sequence.lines = first...last }
    (sequence.skippedRows, sequence.chosenRows) = (steps.skippedRows, steps.chosenRows)
  }

  mutating func takeCost() -> ReadingCost { features.takeCost() }

  /// Returns the event at a time, by binary search.
  private static func index(at time: Int128, in events: [TimedLabels.Event]) -> Int? {
    var (low, high) = (0, events.count)
    while low < high {
      let middle = (low + high) / 2
      if events[middle].start <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 && events[low - 1].contains(time) ? low - 1 : nil
  }

  /// Rejects labels of times that the sequence does not have.
  private func checkBounds(of events: [TimedLabels.Event], _ number: Int, _ times: [Int128?])
    throws(RecordError)
  {
    let known = times.compactMap { $0 }
    let isOfRows = reader.labels.clock == .rows
    // What a policy left out may have had the times of the labels.
    guard isOfRows || steps.skippedRows.isEmpty, let first = known.min(), let last = known.max() else {
      return
    }
    let (lower, upper) = isOfRows ? (0, Int128(steps.rowCount) - 1) : (first, last)
    let exact = events.contains { $0.end == nil } && !isOfRows ? Set(known) : []
    for event in events {
      let isThere =
        if let end = event.end {
          event.start <= upper && end > lower
        } else {
          isOfRows ? event.start >= lower && event.start <= upper : exact.contains(event.start)
        }
      if isThere { continue }
      let path = escapedText(reader.features.source(of: number).path.utf8, limit: nil)
      throw event.label.error(
        .unpaired,
        "the \(event.end == nil ? "time" : "interval") of the label \(event.label.quoted) is not in its series: expected "
          + "\(event.end == nil && !isOfRows ? "the time of a row" : "a time") of \(path), "
          + "\(words(lower, upper)), found none there; correct it, or leave out such series (\(Remedy.skipSequences))"
      )
    }
  }

  private func words(_ lower: Int128, _ upper: Int128) -> String {
    switch reader.labels.clock {
    case .rows: return "rows \(lower) to \(upper)"
    case .elapsed: return "\(Double(lower) / 1e9) to \(Double(upper) / 1e9) seconds after its first row"
    case .timestamps:
      let encoding = steps.times?.columns.min { $0.key < $1.key }?.value.encoding
      return "\(encoding?.text(of: lower) ?? "\(lower)") to \(encoding?.text(of: upper) ?? "\(upper)")"
    }
  }
}
