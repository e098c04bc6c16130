import Sequences

/// Checks that a reader keeps the promises of `SequenceRecordReader`.
///
/// ```swift
/// @Test func myReader() throws { try checkConformance(of: MyReader("data/run.bin")) }
/// ```
/// The index never changes; every sequence reads the same in any order, from any cursor, into any record, on
/// any thread, whole, row by row and in ranges. All sequences are read about twenty times and held in memory
/// once: use a small data set, preferably with sequences of unequal length.
///
/// - Returns: The report of the promises checked.
/// - Throws: `ConformanceError` naming the broken promise and where it is broken; the reader's errors.
@discardableResult
public func checkConformance(of reader: some SequenceRecordReader) throws -> ConformanceReport {
  let index = ReaderIndex(reader)
  guard index.count > 0 else {
    throw ConformanceError(
      at: "count", "a reader that is checked has at least one sequence", found: "it has none")
  }
  let stable = "the index never changes"
  try index.check(reader, stable)
  let sequences = try readAll(reader)
  let steps = sequences.reduce(0) { $0 + $1.stepCount }
  var report = ConformanceReport("\(index.count) sequences, \(steps) steps")
  report.add("every sequence has at least one step, of as many values as there are columns")
  try checkReading(reader, sequences, &report)
  try checkThreads(reader, sequences, &report)
  try checkRowStream(reader, sequences, &report)
  try checkRanges(reader, sequences, &report)
  try checkPositions(reader, sequences, &report)
  try index.check(reader, stable)
  report.add(stable)
  return report
}

/// Reads every sequence, in order, from one cursor, each into its own record.
private func readAll(_ reader: some SequenceRecordReader) throws -> [SequenceRecord] {
  var cursor = try reader.makeCursor()
  let columnCount = reader.columns.count
  return try (0..<reader.count).map { index in
    var record = SequenceRecord()
    try cursor.read(index, into: &record)
    guard record.columnCount == columnCount else {
      throw ConformanceError(
        at: "sequence \(index)", "a sequence has the reader's columns",
        found: "the reader has \(columnCount), the sequence \(record.columnCount)")
    }
    guard record.values.count.isMultiple(of: max(1, columnCount)) else {
      throw ConformanceError(
        at: "sequence \(index)", "values fill whole rows",
        found: "\(record.values.count) values do not fill rows of \(columnCount) columns")
    }
    guard record.stepCount > 0 else {
      throw ConformanceError(
        at: "sequence \(index)", "a sequence has at least one step", found: "it has none")
    }
    return record
  }
}

private func checkReading<Reader: SequenceRecordReader>(
  _ reader: Reader, _ sequences: [SequenceRecord], _ report: inout ConformanceReport
) throws {
  var cursor = try reader.makeCursor()
  var record = SequenceRecord()
  let again = "a sequence reads the same twice"
  for (index, sequence) in sequences.enumerated() {
    for _ in 0..<2 {
      record = SequenceRecord()
      try cursor.read(index, into: &record)
      try record.check(index: index, again, against: sequence)
    }
  }
  report.add(again)

  let anyOrder = "a sequence reads the same in any order"
  for order in [Array(sequences.indices.reversed()), crossed(sequences.count)] {
    for index in order {
      record = SequenceRecord()
      try cursor.read(index, into: &record)
      try record.check(index: index, anyOrder, against: sequences[index])
    }
  }
  report.add(anyOrder)

  let fresh = "a sequence reads the same from a fresh cursor"
  for (index, sequence) in sequences.enumerated() {
    var cursor = try reader.makeCursor()
    record = SequenceRecord()
    try cursor.read(index, into: &record)
    try record.check(index: index, fresh, against: sequence)
  }
  report.add(fresh)

  // After longer and shorter sequences, and into a record that no reader made.
  let reused = "a sequence reads the same into a record that held another"
  for order in [Array(sequences.indices), crossed(sequences.count)] {
    record = SequenceRecord(values: [Float](repeating: .infinity, count: 77), columnCount: 7)
    let fault = RecordError(.notANumber, path: "another", "is another sequence's fault")
    record.skipRow(Ledger.Entry(fault, rule: .skipRow, action: "left out the row"))
    (record.lines, record.missingCells) = (901...911, [5])
    for index in order {
      try cursor.read(index, into: &record)
      try record.check(index: index, reused, against: sequences[index])
    }
  }
  report.add(reused)
}

/// Returns 0, last, 1, last but one, ...: neighbours are far apart.
private func crossed(_ count: Int) -> [Int] {
  (0..<count).map { $0.isMultiple(of: 2) ? $0 / 2 : count - 1 - $0 / 2 }
}
