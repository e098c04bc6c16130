import Platform

extension SequenceTransform {
  /// Applies the transform, carries the missing cells and the row ordinals along, and checks the resulting
  /// numbers.
  ///
  /// Numbers must become numbers, or be among the record's `missingCells`; missing values may stay missing.
  ///
  /// - Throws: `TransformFault` about a cell of the original record.
  func applyChecked(_ record: inout SequenceRecord, columns: [String], to names: [String]) throws {
    // If every value was a number before, no copy is needed to find the cause of a fault.
    let before = record.values.areFinite ? nil : record
    let steps = record.stepCount
    let rows = record.rowOrdinals
    let groups = try (self as? any RowGrouping)?.groups(of: record, columns: columns)
    func sources(of cell: TransformCell) -> [TransformCell] {
      guard let groups else { return self.sources(of: cell, columns: columns, stepCount: steps) }
      return groups[cell.step].map { TransformCell($0, cell.column) }
    }
    try applyCarryingMissing(&record, columns: columns, sources)
    if let merged = groups ?? countedGroups(of: record.stepCount, from: rows) {
      record.chosenRows = rows.merging(merged)
    } else if record.rowOrdinals.count != record.stepCount
      || record.stepCount != steps && record.chosenRows == nil
    {
      let chosen = (0..<record.stepCount).map { step in
        min(sources(of: TransformCell(step, 0)).first?.step ?? step, steps - 1)
      }
      record.chosenRows = rows.selecting(chosen)
      if !(self is any TimeCarrying) { record.times = record.times?.selecting(chosen) }
    }
    if record.values.areFinite { return }
    let width = record.columnCount
    let declared = Set(record.missingCells)
    for at in record.values.indices where !record.values[at].isFinite && !declared.contains(at) {
      let cell = TransformCell(at / width, at % width)
      let sources = sources(of: cell)
      // An interval without rows has no value.
      if groups != nil && sources.isEmpty { continue }
      func isFinite(_ source: TransformCell) -> Bool {
        guard let before, source.step < steps, source.column < columns.count else { return true }
        return before.values[source.step * columns.count + source.column].isFinite
      }
      guard sources.allSatisfy(isFinite) else { continue }
      throw TransformFault(
        .notFinite, cell: sources.first,
        "column \"\(escapedText(names[cell.column].utf8))\": \(summary): expected to become a finite number, found "
          + "\(record.values[at]); correct the data, or clip it first")
    }
  }

  /// Returns the steps that become each step if every number of them becomes one, of rows in an order of their own.
  ///
  /// Such rows may go on after a piece of a sequence, so the last one of each group must be known; otherwise, labels end where
  /// the piece does.
  private func countedGroups(of stepCount: Int, from rows: RowOrdinals) -> [Range<Int>]? {
    guard rows.order != nil, let limit = (self as? any RowMerging)?.rowLimit else { return nil }
    return (0..<stepCount).map { $0 * limit..<min(rows.count, ($0 + 1) * limit) }
  }

  /// Applies the transform and carries the missing cells along with the values.
  private func applyCarryingMissing(
    _ record: inout SequenceRecord, columns: [String], _ sourcesOf: (TransformCell) -> [TransformCell]
  ) throws {
    let before = record.missingCells
    if before.isEmpty { return try apply(&record, columns: columns) }
    let width = record.columnCount
    let values = needsAllMissing ? record.values : []
    record.missingCells = []
    try apply(&record, columns: columns)
    let missing = Set(before)
    var after = Set(record.missingCells)
    let merging = self as? any RowMerging
    let chosen = try merging.map { try Set(columnIndices($0.columns, columns)) } ?? []
    let ofLabels = try merging?.labelColumns.map { try Set(columnIndices($0, columns)) } ?? []
    for at in record.values.indices where !record.values[at].isNaN {
      let cell = TransformCell(at / record.columnCount, at % record.columnCount)
      // What is missing still says nothing of the values that make the result.
      var sources = sourcesOf(cell).filter { source in
        let at = source.step * width + source.column
        return !values.indices.contains(at) || !values[at].isNaN
      }
      if let merging {
        let rule = ofLabels.contains(cell.column) ? merging.labels?.figure : nil
        let figure = rule ?? (chosen.contains(cell.column) ? merging.figure : .last)
        sources = figure.places(in: sources.map { values[$0.step * width + $0.column] }).map { sources[$0] }
      }
      func isMissing(_ cell: TransformCell) -> Bool { missing.contains(cell.step * width + cell.column) }
      let counts = needsAllMissing ? sources.allSatisfy(isMissing) : sources.contains(where: isMissing)
      if counts && !sources.isEmpty { after.insert(at) }
    }
    record.missingCells = after.sorted()
  }
}
