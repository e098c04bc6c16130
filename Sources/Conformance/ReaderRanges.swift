import Sequences

/// Checks that rows read one at a time equal those of the whole sequence.
func checkRowStream(
  _ reader: some SequenceRecordReader, _ sequences: [SequenceRecord], _ report: inout ConformanceReport
) throws {
  var stream = try reader.makeRowStream()
  var rows = SequenceRecord()
  for count in [1, 2, 7] {
    let promise = "rows that come \(count) at a time are those of the whole sequence"
    for (index, sequence) in sequences.enumerated() {
      // Leaves a state behind from the previous sequence.
      try stream.begin((index + 1) % sequences.count)
      _ = try stream.read(upTo: 1, into: &rows)
      try stream.begin(index)
      var found = SequenceRecord()
      found.columnCount = sequence.columnCount
      while true {
        let expected = min(count, sequence.stepCount - found.stepCount)
        let read = try stream.read(upTo: count, into: &rows)
        guard read == rows.stepCount else {
          throw ConformanceError(
            at: "sequence \(index), step \(found.stepCount)", promise,
            found: "the stream reports that it read \(read) and gives \(rows.stepCount)")
        }
        for step in 0..<read
        where rows.rowOrdinal(ofStep: step) != sequence.rowOrdinal(ofStep: found.stepCount + step) {
          throw ConformanceError(
            at: "sequence \(index), step \(found.stepCount + step)", "a streamed row has its row ordinal",
            found: "\(sequence.rowOrdinal(ofStep: found.stepCount + step)) is due and "
              + "\(rows.rowOrdinal(ofStep: step)) comes")
        }
        found.values += rows.values
        guard read == expected else {
          throw ConformanceError(
            at: "sequence \(index), step \(found.stepCount - read)", promise,
            found: "\(expected) rows are due and \(read) come")
        }
        if read == 0 { break }
      }
      try found.check(index: index, promise, against: sequence, valuesOnly: true)
      guard try stream.read(upTo: count, into: &rows) == 0 else {
        throw ConformanceError(
          at: "sequence \(index), step \(sequence.stepCount)", "a sequence that has ended stays ended",
          found: "\(rows.stepCount) further rows come")
      }
    }
    stream.end()
    report.add(promise)
  }
}

/// Checks the lengths that a reader reports, and the ranges that its cursors read.
func checkRanges(
  _ reader: some SequenceRecordReader, _ sequences: [SequenceRecord], _ report: inout ConformanceReport
) throws {
  if reader.stepCount(of: 0) != nil {
    let promise = "the step count is that of the sequence"
    for (index, sequence) in sequences.enumerated() {
      let count = reader.stepCount(of: index)
      guard count == sequence.stepCount else {
        throw ConformanceError(
          at: "sequence \(index)", promise,
          found: "it is \(count.map(String.init) ?? "unknown"), the sequence has \(sequence.stepCount)")
      }
    }
    report.add(promise)
  }
  guard var cursor = try reader.makeRowRangeCursor() else { return }
  let promise = "a range of rows is that of the whole sequence"
  var rows = SequenceRecord()
  for (index, sequence) in sequences.enumerated() {
    for range in ranges(of: sequence.stepCount) {
      var expected = SequenceRecord()
      expected.take(range, of: sequence)
      try cursor.read(index, rows: range, into: &rows)
      try rows.check(index: index, "\(promise) (\(range))", against: expected, valuesOnly: true)
      for step in 0..<rows.stepCount where rows.rowOrdinal(ofStep: step) != expected.rowOrdinal(ofStep: step)
      {
        throw ConformanceError(
          at: "sequence \(index), rows \(range)", "rows of a range have their row ordinals",
          found: "\(expected.rowOrdinal(ofStep: step)) is due and \(rows.rowOrdinal(ofStep: step)) comes")
      }
      // If every row has one line, the rows' lines are known.
      guard sequence.lines.count != sequence.stepCount || rows.lines == expected.lines else {
        throw ConformanceError(
          at: "sequence \(index)", "the lines of rows \(range) are theirs",
          found: "\(expected.lines) are due and \(rows.lines) come")
      }
    }
  }
  report.add(promise)
}

/// Returns all ranges of a short sequence; the ends, the middle and single rows of a long one.
private func ranges(of count: Int) -> [Range<Int>] {
  let bounds = count <= 8 ? Array(0...count) : [0, 1, 2, count / 2, count - 2, count - 1, count]
  return bounds.flatMap { first in bounds.filter { $0 > first }.map { first..<$0 } }
}

/// Checks that the locations in messages are in the file that the sequence comes from.
func checkPositions(
  _ reader: some SequenceRecordReader, _ sequences: [SequenceRecord], _ report: inout ConformanceReport
) throws {
  let promise = "positions name the file that the sequence comes from, and a line of it"
  for (index, sequence) in sequences.enumerated() {
    let source = reader.source(of: index)
    // A transform may have computed a window's first row from rows before the window.
    let firstLine = reader.schema.transforms == nil ? source.firstLine : 1
    for step in Set([0, sequence.stepCount / 2, sequence.stepCount - 1]).sorted() {
      for column in Set([0, sequence.columnCount - 1]).sorted() {
        // Attributes come from a table of their own.
        if reader.schema.staticColumns.contains(reader.columns[column]) { continue }
        let position = reader.position(
          of: index, row: sequence.rowOrdinal(ofStep: step), column: column)
        guard position.path == source.path, position.line >= firstLine else {
          throw ConformanceError(
            at: "position of sequence \(index), step \(step), column \(column)", promise,
            found: "the source is \(source.path):\(source.firstLine), the position "
              + "\(position.path):\(position.line)")
        }
      }
    }
  }
  report.add(promise)
}
