import Sequences

/// The location and description of a difference between two reads of a sequence.
struct RecordDifference {
  /// The step and column; `nil` if the whole sequence differs.
  var location: String?
  /// The expected and actual value.
  var finding: String
}

extension SequenceRecord {
  /// Returns the first difference from an earlier version of the sequence; `nil` if there is none.
  ///
  /// Values are compared by their bits: a NaN equals itself, and -0 differs from 0.
  func difference(from before: SequenceRecord) -> RecordDifference? {
    if let difference = valueDifference(from: before) { return difference }
    if lines != before.lines {
      return RecordDifference(finding: "its lines were \(before.lines) and are now \(lines)")
    }
    if skippedRows != before.skippedRows {
      return RecordDifference(
        finding: "its skipped rows were \(before.skippedRows) and are now \(skippedRows)")
    }
    for step in 0..<stepCount where rowOrdinal(ofStep: step) != before.rowOrdinal(ofStep: step) {
      return RecordDifference(
        location: "step \(step)",
        finding:
          "its row ordinal was \(before.rowOrdinal(ofStep: step)) and is now \(rowOrdinal(ofStep: step))")
    }
    if missingCells != before.missingCells {
      return RecordDifference(
        finding: "its missing cells were \(before.missingCells) and are now \(missingCells)")
    }
    if ledger != before.ledger {
      return RecordDifference(
        finding: "its ledger had \(before.ledger.count) decisions and is now another, of \(ledger.count)")
    }
    return nil
  }

  /// Returns the first difference in columns, steps or values.
  func valueDifference(from before: SequenceRecord) -> RecordDifference? {
    if columnCount != before.columnCount {
      return RecordDifference(finding: "it had \(before.columnCount) columns and now has \(columnCount)")
    }
    if values.count != before.values.count {
      return RecordDifference(finding: "it had \(before.stepCount) steps and now has \(stepCount)")
    }
    for (index, (value, old)) in zip(values, before.values).enumerated()
    where value.bitPattern != old.bitPattern {
      return RecordDifference(
        location: "step \(index / columnCount), column \(index % columnCount)",
        finding: "the value was \(old) and is now \(value)")
    }
    return nil
  }

  /// Throws if the sequence differs from its earlier version.
  func check(
    index: Int, _ promise: String, against before: SequenceRecord, valuesOnly: Bool = false
  ) throws(ConformanceError) {
    let difference = valuesOnly ? valueDifference(from: before) : difference(from: before)
    guard let difference else { return }
    let location = difference.location.map { "sequence \(index), \($0)" } ?? "sequence \(index)"
    throw ConformanceError(at: location, promise, found: difference.finding)
  }
}
