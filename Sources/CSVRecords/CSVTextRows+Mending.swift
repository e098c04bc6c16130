import Records

/// What has become of a row at fault.
enum CSVMendedRow {
  /// It is left out, for one fault.
  case leftOut(LedgerEntry)
  /// It has as many values as there are columns; the entries are about those that were mended. Then the columns whose
  /// number was made up.
  case values([Float], [LedgerEntry], madeUp: [Int])
}

// What a policy does about the faults of one row.
extension CSVTextRows {
  /// The values of `row`, its faults mended as the policy of `schema` says, in the order of the fields.
  ///
  /// - Throws: `RecordError`, the first fault that the policy raises or skips the sequence for.
  func mended(
    _ row: CSVTextRow, schema: CSVSchema, _ basis: CountBasis, isFirstRow: Bool
  ) throws(RecordError) -> CSVMendedRow {
    var (values, entries): ([Float], [LedgerEntry]) = ([], [])
    var filling: Float = .nan
    var madeUp: [Int] = []
    do throws(RecordError) {
      try checkCount(row, expected: schema.fieldCount, basis)
    } catch {
      switch schema.policy[.columnCount] {
      case .raise, .skipSequence, .repair(.clip): throw error
      case .skipRow: return .leftOut(LedgerEntry(error, rule: .skipRow, action: leavingOut))
      case .repair(let repair):
        if case .constant(let value) = repair { filling = value }
        let surplus = row.fieldCount - schema.fieldCount
        let count = surplus.magnitude == 1 ? "1 field" : "\(surplus.magnitude) fields"
        entries.append(
          LedgerEntry(error, rule: .repair(repair), action: (surplus > 0 ? "cut " : "filled up ") + count))
      }
    }
    for index in row.fields.indices.prefix(schema.fieldCount) {
      do throws(RecordError) {
        values.append(try value(row, index, isFirstRow: isFirstRow))
      } catch {
        switch schema.policy[error.kind] {
        case .raise, .skipSequence: throw error
        case .skipRow: return .leftOut(LedgerEntry(error, rule: .skipRow, action: leavingOut))
        case .repair(let repair):
          let value = repair.value(for: row.fields[index].text)
          if case .constant = repair { madeUp.append(values.count) }
          values.append(value)
          entries.append(
            LedgerEntry(error, rule: .repair(repair), action: "took \(shown(value)) for it"))
        }
      }
    }
    while values.count < schema.fieldCount {
      if !filling.isNaN { madeUp.append(values.count) }
      values.append(filling)
    }
    return .values(values, entries, madeUp: madeUp)
  }
}

/// What the ledger says about a row, or a blank line, that is no longer there.
let leavingOut = "left out the row"

extension ErrorPolicy {
  /// Whether a class of fault is dealt with row by row, so that the sequence stays.
  func isAboutRows(_ kind: RecordError.Kind) -> Bool {
    switch self[kind] {
    case .raise, .skipSequence: false
    case .skipRow, .repair: true
    }
  }
}

extension ErrorPolicy.Repair {
  /// What stands in for a field.
  fileprivate func value(for text: [UInt8]) -> Float {
    switch self {
    case .missing: .nan
    case .constant(let value): value
    case .clip:
      // Blanks inside quotes belong to the text.
      trimmed(text).first == UInt8(ascii: "-") ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude
    }
  }
}

/// A value that stands in for another, as the ledger calls it: a whole number has no point.
private func shown(_ value: Float) -> String {
  if value.isNaN { return "a missing value" }
  let text = "\(value)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
