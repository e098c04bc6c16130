import Sequences

/// Reads rows one by one under a policy that handles faulty ones: slow, and the same for all kinds of rows.
struct CSVRowReading: Sendable {
  let format: CSVDialect
  let layout: ResolvedColumns
  let policy: ErrorPolicy

  /// The number of fields of a row.
  var fieldCount: Int { layout.roles.count }

  /// Reads all remaining `rows` into `sequence`, replacing its values.
  ///
  /// `sequence.lines` are those of all rows, including the skipped ones.
  ///
  /// - Parameters:
  ///   - basis: The reference for the number of fields of the first row; the other rows are compared with the
  ///     first valid one.
  ///   - whole: The name in messages for all of the rows: the file, or a sequence in it.
  ///   - headerLine: The line on which an undeclared header would be.
  /// - Throws: `RecordError`, the first fault that the policy raises or skips the sequence for; `.empty` if
  ///   no rows are left. `sequence` then has no values.
  func read(
    _ rows: inout some CSVRows, _ basis: CSVCountBasis, of whole: String, headerLine: Int,
    into sequence: inout SequenceRecord
  ) throws(RecordError) {
    sequence.begin(columnCount: layout.fields.count)
    do throws(RecordError) {
      try readAll(&rows, basis, whole, headerLine, &sequence)
    } catch {
      sequence.begin(columnCount: layout.fields.count)
      throw error
    }
  }

  private func readAll(
    _ rows: inout some CSVRows, _ basis: CSVCountBasis, _ whole: String, _ headerLine: Int,
    _ sequence: inout SequenceRecord
  ) throws(RecordError) {
    noteBlankLines(rows, in: &sequence)  // before the header
    var fields = CSVFieldValues(format, layout)
    fields.takesAnyOrder = layout.sortsByTime
    var times = layout.timeFields.map { _ in [Int128]() }
    // The rows that are left, if they may have to be sorted.
    var rowsLeft: [CSVTextRow] = []
    var basis = basis
    var hasGoodRow = false
    var (rowCount, firstLine, lastLine) = (0, 1, 1)
    var firstSkipped: Ledger.Entry?
    while let row = try rows.next() {
      noteBlankLines(rows, in: &sequence)
      if rowCount == 0 { firstLine = rows.blankLines.first?.lowerBound ?? row.location.line }
      // Rows that the policy skipped: each may have had a label.
      sequence.skippedRows += rowCount..<rowCount + rows.blankLineCount
      rowCount += rows.blankLineCount
      switch try repaired(row, of: rows, &fields, basis, isFirstRow: row.location.line == headerLine) {
      case .values(let values, let entries, let filled):
        // A constant is not an observation: it counts as missing, like a value that a transform fills in.
        sequence.missingCells += filled.map { sequence.values.count + $0 }
        sequence.values += values
        for entry in entries { sequence.ledger.note(entry) }
        for slot in times.indices { times[slot].append(fields.rowTimes[slot]) }
        if layout.sortsByTime { rowsLeft.append(row) }
      case .skipped(let entry):
        sequence.skippedRows.append(rowCount)
        sequence.ledger.note(entry)
        firstSkipped = firstSkipped ?? entry
      }
      if !hasGoodRow && row.fieldCount == fieldCount {
        basis = .row(line: row.location.line)
        hasGoodRow = true
      }
      lastLine = row.lastLine
      rowCount += 1
    }
    guard !sequence.values.isEmpty else {
      throw firstSkipped.map { rows.empty(rowCount: rowCount, of: whole, first: $0) } ?? rows.empty()
    }
    sequence.lines = firstLine...lastLine
    if layout.sortsByTime, let steps = Self.sortedSteps(times[0]) {
      fields = try readAgain(steps.map { rowsLeft[$0] }, of: rows, into: &sequence)
      sequence.chosenRows = sequence.rowOrdinals.sorted(steps)
      times = times.map { column in steps.map { column[$0] } }
    }
    sequence.times = fields.times(times)
    layout.reorder(&sequence.values)
    layout.reorder(cells: &sequence.missingCells)
  }

  /// Returns the steps in the order of their times, those of the same time as they are; `nil` if all are.
  ///
  /// - Parameter times: The timestamp of every step; a step without one follows the step before.
  private static func sortedSteps(_ times: [Int128]) -> [Int]? {
    var latest = RowTimes.missing
    let keys = times.map { time -> Int128 in
      if time != RowTimes.missing { latest = time }
      return latest
    }
    if zip(keys, keys.dropFirst()).allSatisfy({ $0 <= $1 }) { return nil }
    return keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
  }

  /// Replaces the values of a sequence by those of its rows in another order, with the origins that follow from it.
  private func readAgain(
    _ sorted: [CSVTextRow], of rows: some CSVRows, into sequence: inout SequenceRecord
  ) throws(RecordError) -> CSVFieldValues {
    var fields = CSVFieldValues(format, layout)
    fields.takesAnyOrder = true
    (sequence.values, sequence.missingCells) = ([], [])
    for row in sorted {
      let repaired = try repaired(row, of: rows, &fields, .row(line: row.location.line), isFirstRow: false)
      guard case .values(let values, _, let filled) = repaired else { continue }
      sequence.missingCells += filled.map { sequence.values.count + $0 }
      sequence.values += values
    }
    return fields
  }

  /// Returns the values of `row`, with its faults repaired according to the policy, in field order.
  ///
  /// A skipped row never sets the time origin.
  ///
  /// - Throws: `RecordError`, the first fault that the policy raises or skips the sequence for.
  func repaired(
    _ row: CSVTextRow, of rows: some CSVRows, _ fields: inout CSVFieldValues, _ basis: CSVCountBasis,
    isFirstRow: Bool
  ) throws(RecordError) -> CSVRepairedRow {
    var (values, entries): ([Float], [Ledger.Entry]) = ([], [])
    var filling: Float = .nan
    var filled: [Int] = []
    let before = fields
    fields.beginRow()
    do throws(RecordError) {
      try rows.checkNotBlank(row, before)
      try rows.checkShape(row, expected: fieldCount, basis)
    } catch {
      switch policy[error.kind] {
      case .raise, .skipSequence, .repair(.clip): throw error
      case .skipRow: return .skipped(Ledger.Entry(error, rule: .skipRow, action: skippedRowAction))
      case .repair(let repair):
        if case .constant(let value) = repair {
          if let index = fields.missingCategory(in: row) {
            throw rows.classless(error, repair, index, layout)
          }
          filling = value
        }
        let surplus = row.fieldCount - fieldCount
        let count = surplus.magnitude == 1 ? "1 field" : "\(surplus.magnitude) fields"
        entries.append(
          Ledger.Entry(error, rule: .repair(repair), action: (surplus > 0 ? "cut " : "filled up ") + count))
      }
    }
    for index in row.fields.indices.prefix(fieldCount) {
      do throws(RecordError) {
        if let value = try rows.value(row, index, &fields, isFirstRow: isFirstRow) { values.append(value) }
      } catch {
        switch policy[error.kind] {
        case .raise, .skipSequence: throw error
        case .skipRow:
          fields = before
          return .skipped(Ledger.Entry(error, rule: .skipRow, action: skippedRowAction))
        case .repair(let repair):
          if case .constant = repair, fields.role(index).isCategory {
            throw rows.classless(error, repair, index, layout)
          }
          let value = repair.value(for: row.fields[index].text)
          if case .constant = repair { filled.append(values.count) }
          values.append(value)
          entries.append(
            Ledger.Entry(error, rule: .repair(repair), action: "took \(shown(value)) for it"))
        }
      }
    }
    while values.count < layout.fields.count {
      if !filling.isNaN { filled.append(values.count) }
      values.append(filling)
    }
    return .values(values, entries, filled: filled)
  }

  /// Records the blank lines before the current row.
  private func noteBlankLines(_ rows: some CSVRows, in sequence: inout SequenceRecord) {
    for lines in rows.blankLines {
      var entry = Ledger.Entry(rows.blank(lines.lowerBound), rule: .skipRow, action: skippedRowAction)
      if lines.count > 1 { entry.lastLine = lines.upperBound }
      sequence.ledger.note(entry)
    }
  }
}

/// The result of handling a faulty row.
enum CSVRepairedRow {
  /// The row is skipped, because of one fault.
  case skipped(Ledger.Entry)
  /// The row has as many values as there are columns; the entries describe the repaired ones. `filled` has
  /// the indices, among the values, of numbers that were filled in.
  case values([Float], [Ledger.Entry], filled: [Int])
}

/// The action in the ledger for a skipped row or blank line.
private let skippedRowAction = "left out the row"

extension ErrorPolicy {
  /// True if any class of fault is handled row by row.
  var isAboutRows: Bool { RecordError.Kind.allCases.contains(where: isAboutRows) }

  /// Returns true if a class of fault is handled row by row, so that the sequence is kept.
  func isAboutRows(_ kind: RecordError.Kind) -> Bool {
    switch self[kind] {
    case .raise, .skipSequence: false
    case .skipRow, .repair: true
    }
  }
}

extension ErrorPolicy.Repair {
  /// Returns the replacement for a field.
  func value(for text: [UInt8]) -> Float {
    switch self {
    case .missing: .nan
    case .constant(let value): value
    case .clip:
      // Blanks inside quotes belong to the text.
      trimmed(text).first == UInt8(ascii: "-") ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude
    }
  }
}

/// Returns a replacement value as the ledger shows it: a whole number has no decimal point.
func shown(_ value: Float) -> String {
  if value.isNaN { return "a missing value" }
  let text = "\(value)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
