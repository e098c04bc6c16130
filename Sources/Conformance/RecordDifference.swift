import Sequences

/// Where a sequence is not what it was, and how.
struct RecordDifference {
  /// The step and the column; `nil` when all of the sequence is concerned.
  var place: String?
  /// What was expected and found.
  var finding: String
}

extension SequenceRecord {
  /// The first difference from what the sequence was before; `nil` when there is none.
  ///
  /// Values are compared by their bits: a NaN is what it was, and -0 is not 0.
  func difference(from before: SequenceRecord) -> RecordDifference? {
    if let difference = valueDifference(from: before) { return difference }
    if lines != before.lines {
      return RecordDifference(finding: "its lines were \(before.lines) and are now \(lines)")
    }
    if skippedRows != before.skippedRows {
      return RecordDifference(
        finding: "its skipped rows were \(before.skippedRows) and are now \(skippedRows)")
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

  /// The first difference in columns, steps or values.
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
        place: "step \(index / columnCount), column \(index % columnCount)",
        finding: "the value was \(old) and is now \(value)")
    }
    return nil
  }

  /// Throws when the sequence is not what it was before.
  func check(
    index: Int, _ promise: String, against before: SequenceRecord, valuesOnly: Bool = false
  ) throws(ConformanceError) {
    let difference = valuesOnly ? valueDifference(from: before) : difference(from: before)
    guard let difference else { return }
    let place = difference.place.map { "sequence \(index), \($0)" } ?? "sequence \(index)"
    throw ConformanceError(at: place, promise, found: difference.finding)
  }
}
