import Records

extension CSVSchema {
  /// Reads the file `bytes`, which could not be read the fast way, and does about its faults what the policy says.
  ///
  /// Slow, a byte at a time: only files at fault come here. `sequence.lines` are those of all rows, the ones that are
  /// left out too.
  ///
  /// - Throws: `RecordError`, the first fault that the policy raises or skips the sequence for; `.empty` when no row
  ///   is left. `sequence` has no values then.
  func readMending<Bytes: RandomAccessCollection<UInt8>>(
    path: String, bytes: Bytes, into sequence: inout SequenceRecord
  ) throws(RecordError) where Bytes.Index == Int {
    sequence.values.removeAll(keepingCapacity: true)
    (sequence.skippedRows, sequence.ledger, sequence.missingCells) = ([], [], [])
    do throws(RecordError) {
      try mend(path, bytes, &sequence)
    } catch {
      sequence.values.removeAll(keepingCapacity: true)
      (sequence.skippedRows, sequence.ledger, sequence.missingCells) = ([], [], [])
      throw error
    }
  }

  private func mend<Bytes: RandomAccessCollection<UInt8>>(
    _ path: String, _ bytes: Bytes, _ sequence: inout SequenceRecord
  ) throws(RecordError) where Bytes.Index == Int {
    var rows = try self.rows(path: path, bytes: bytes, passingBlankLines: passesBlankLines)
    rows.fieldLimit = fieldCount
    noteBlankLines(rows, in: &sequence)  // before the header
    // What numbers of fields are compared with: as for `fault`, but the first row may be one that is left out.
    var basis: CSVTextRows<Bytes>.CountBasis =
      names == nil ? .file(self.path) : .header(line: format.skippedLines + 1)
    var hasGoodRow = false
    var (rowCount, firstLine, lastLine) = (0, 1, 1)
    var firstLeftOut: LedgerEntry?
    while let row = try rows.next() {
      noteBlankLines(rows, in: &sequence)
      if rowCount == 0 {
        // The file that fixed the columns has changed when its first row has others.
        if names == nil && path == self.path && row.fieldCount != fieldCount { throw changed(path) }
        firstLine = row.place.line
      }
      switch try rows.mended(row, schema: self, basis, isFirstRow: rowCount == 0) {
      case .values(let values, let entries, let madeUp):
        // A constant is no observation: it counts as missing, as what a transform fills in does.
        sequence.missingCells += madeUp.map { sequence.values.count + $0 }
        sequence.values += values
        sequence.ledger += entries
      case .leftOut(let entry):
        sequence.skippedRows.append(rowCount)
        sequence.ledger.append(entry)
        firstLeftOut = firstLeftOut ?? entry
      }
      if !hasGoodRow && row.fieldCount == fieldCount {
        basis = .row(line: row.place.line)
        hasGoodRow = true
      }
      lastLine = row.lastLine
      rowCount += 1
    }
    guard !sequence.values.isEmpty else {
      throw firstLeftOut.map { rows.empty(rowCount: rowCount, first: $0) } ?? rows.empty()
    }
    sequence.columnCount = columnCount
    sequence.lines = firstLine...lastLine
  }

  /// Notes the blank lines before the row that came last.
  private func noteBlankLines<Bytes: RandomAccessCollection<UInt8>>(
    _ rows: CSVTextRows<Bytes>, in sequence: inout SequenceRecord
  ) where Bytes.Index == Int {
    for line in rows.blankLines {
      sequence.ledger.append(LedgerEntry(rows.blank(line), rule: .skipRow, action: leavingOut))
    }
  }
}
