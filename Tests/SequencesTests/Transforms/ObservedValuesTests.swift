import TestSupport
import Testing

@testable import Sequences

/// What transforms make of values that were filled in is not observed.
@Suite struct ObservedValuesTests {
  /// A merged row is observed only if one of the values was that make it: what is still missing says nothing, and nothing what
  /// is only compared.
  @Test(arguments: [Resample.Figure.mean, .first, .last, .minimum, .maximum, .sum])
  func mergedRowsAreObservedIfAValueWas(_ figure: Resample.Figure) throws {
    for filled in 0..<16 {
      for gaps in 0..<16 where filled & gaps == 0 {
        var record = SequenceRecord(values: [1, 2, 3, 4], columnCount: 1)
        for cell in 0..<4 where gaps >> cell & 1 == 1 { record.values[cell] = .nan }
        record.missingCells = (0..<4).filter { filled >> $0 & 1 == 1 }
        try Resample(every: 2, figure).applyChecked(&record, columns: ["a"], to: ["a"])
        for group in 0..<2 {
          let cells = [2 * group, 2 * group + 1]
          let present = cells.filter { gaps >> $0 & 1 == 0 }
          // The values ascend.
          let makers =
            switch figure {
            case .first, .minimum: Array(present.prefix(1))
            case .last, .maximum: Array(present.suffix(1))
            case .mean, .sum, .mode: present
            }
          let isMade = !makers.isEmpty && makers.allSatisfy { filled >> $0 & 1 == 1 }
          #expect(record.missingCells.contains(group) == isMade, "\(filled) \(gaps)")
          #expect(record.values[group].isNaN == present.isEmpty)
        }
      }
    }
  }
}
