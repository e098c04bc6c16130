import Platform

extension CachedSequenceRecordReader {
  /// Verifies the cache: reads every sequence both ways and compares everything, the values bit by bit.
  ///
  /// - Throws: `RecordError` of kind `.changed` that describes the first difference; any error that `base`
  ///   throws but the cache does not.
  public func verify(pool: WorkerPool = .shared) throws {
    let (reader, chunk) = (self, 16)
    try pool.inOrder((count + chunk - 1) / chunk) { number in
      var fresh = try reader.base.makeCursor()
      var cached = reader.makeCursor()
      for index in number * chunk..<min(reader.count, (number + 1) * chunk) {
        let expected = try outcome { try fresh.read(index, into: &$0) }
        let found = try outcome { try cached.read(index, into: &$0) }
        try reader.compare(index, expected, found)
      }
    } take: {
    }
  }

  private func compare(_ index: Int, _ expected: Outcome, _ found: Outcome) throws {
    let source = source(of: index)
    func difference(_ what: String, _ expected: Any, _ found: Any, line: Int? = nil) -> RecordError {
      RecordError(
        .changed, path: source.path, line: line ?? source.firstLine,
        "the cache \(path) differs in \(what) of sequence \(index): expected \(expected), found \(found); remove the "
          + "cache")
    }
    switch (expected, found) {
    case (.fault(let expected), .fault(let found)):
      if expected != found { throw difference("the fault", expected, found) }
    case (.fault(let fault), .record): throw difference("the fault", fault, "none")
    case (.record, .fault(let fault)): throw difference("the fault", "none", fault)
    case (.record(let expected), .record(let found)):
      if expected.columnCount != found.columnCount {
        throw difference("the number of columns", expected.columnCount, found.columnCount)
      }
      if expected.values.count != found.values.count {
        throw difference("the number of steps", expected.stepCount, found.stepCount)
      }
      let width = max(1, expected.columnCount)
      for (location, pair) in zip(expected.values, found.values).enumerated()
      where pair.0.bitPattern != pair.1.bitPattern {
        let (step, column) = (location / width, location % width)
        throw difference(
          "step \(step), column \"\(columns[column])\"", pair.0, pair.1,
          line: position(of: index, row: expected.rowOrdinal(ofStep: step), column: column).line)
      }
      if expected.lines != found.lines { throw difference("the lines", expected.lines, found.lines) }
      if expected.skippedRows != found.skippedRows {
        throw difference("the skipped rows", expected.skippedRows, found.skippedRows)
      }
      for step in 0..<expected.stepCount
      where expected.rowOrdinal(ofStep: step) != found.rowOrdinal(ofStep: step) {
        throw difference(
          "the ordinal of step \(step)", expected.rowOrdinal(ofStep: step), found.rowOrdinal(ofStep: step))
      }
      if expected.times != found.times { throw difference("the timestamps", "those of the file", "others") }
      if expected.missingCells != found.missingCells {
        throw difference("the missing cells", expected.missingCells, found.missingCells)
      }
      if expected.ledger != found.ledger {
        throw difference("the ledger", "\(expected.ledger.count) entries", "others")
      }
    }
  }
}

/// The result of reading a sequence.
private enum Outcome {
  case record(SequenceRecord)
  case fault(RecordError)
}

private func outcome(_ read: (inout SequenceRecord) throws -> Void) throws -> Outcome {
  var record = SequenceRecord()
  do {
    try read(&record)
    return .record(record)
  } catch let fault as RecordError {
    return .fault(fault)
  }
}
