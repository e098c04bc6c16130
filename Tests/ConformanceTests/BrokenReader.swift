import Glibc
import Sequences
import Synchronization

/// The promises of readers that a `BrokenReader` can break.
enum ReaderFault: CaseIterable {
  case noSequences, count, columns, source, signature, noSteps, columnCount, wholeRows
  case twice, order, fresh, reused, lines, ledger, threads
  case steppedRows, steppedCount, steppedSays, steppedEnd
  case stepCount, ranges, rangeLines, position
  case ordinals, streamedOrdinals, rangeOrdinals
}

/// A reader of three sequences that breaks at most one promise.
struct BrokenReader: SequenceRecordReader {
  static let sequences: [[Float]] = [[1, 2, 3, 4, 5, 6], [7, 8], [9, 10, 11, 12]]
  let fault: ReaderFault?
  private let notes = Notes()
  private let thread = pthread_self()

  init(_ fault: ReaderFault?) { self.fault = fault }

  var count: Int { fault == .noSequences ? 0 : isLate(.count) ? 4 : 3 }

  var schema: SequenceSchema { SequenceSchema(columns: isLate(.columns) ? ["x", "z"] : ["x", "y"]) }

  var signature: Signature {
    var signature = Signature()
    signature.add("the weather", isLate(.signature) ? "rain" : "sun")
    return signature
  }

  func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(path: "made[\(index)]", key: index == 2 && isLate(.source) ? "two" : "\(index)")
  }

  func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    // The last request.
    notes.isLate.store(true, ordering: .relaxed)
    let path = fault == .position && row == 1 ? "made[9]" : "made[\(index)]"
    return SequenceRecord.Position(path: path, line: 1 + row)
  }

  func stepCount(of index: Int) -> Int? {
    Self.sequences[index].count / 2 + (fault == .stepCount && index == 2 ? 1 : 0)
  }

  func makeCursor() -> Cursor { Cursor(fault: fault, thread: thread) }

  func makeRowStream() -> any RowStream { Stream(fault: fault) }

  func makeRowRangeCursor() -> (any RowRangeCursor)? { makeCursor() }

  private func isLate(_ own: ReaderFault) -> Bool {
    fault == own && notes.isLate.load(ordering: .relaxed)
  }

  private final class Notes: Sendable {
    let isLate = Atomic(false)
  }

  struct Cursor: SequenceCursor, RowRangeCursor {
    let fault: ReaderFault?
    let thread: pthread_t
    private var last: Int?

    init(fault: ReaderFault?, thread: pthread_t) { (self.fault, self.thread) = (fault, thread) }

    mutating func read(_ index: Int, into sequence: inout SequenceRecord) {
      let before = sequence
      sequence = SequenceRecord(values: BrokenReader.sequences[index], columnCount: 2)
      switch fault {
      case .noSteps where index == 1: sequence.values = []
      case .columnCount where index == 2: sequence.columnCount = 4
      case .wholeRows where index == 1: sequence.values.append(0)
      case .twice where last == index && index == 1: sequence.values[1] += 1
      case .order where index < last ?? 0: sequence.values[0] += 0.5
      case .fresh where last == nil && index == 2: sequence.values[3] = -12
      case .reused: sequence.values += before.values.dropFirst(sequence.values.count)
      case .lines where before.lines.upperBound > 900: sequence.lines = before.lines
      case .ordinals where before.values.contains(.infinity):
        sequence.chosenRows = RowOrdinals(streamed: 5..<5 + sequence.stepCount)
      case .ledger: sequence.ledger = before.ledger
      case .threads where pthread_equal(thread, pthread_self()) == 0: sequence.values[1] = .nan
      default: break
      }
      last = index
    }

    mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) {
      let whole = SequenceRecord(values: BrokenReader.sequences[index], columnCount: 2)
      sequence.take(fault == .ranges ? 0..<rows.count : rows, of: whole)
      if fault == .rangeOrdinals { sequence.chosenRows = nil }
      if fault == .rangeLines { sequence.lines = 1...rows.count }
    }
  }

  struct Stream: RowStream {
    let fault: ReaderFault?
    private var whole = SequenceRecord()
    private var done = 0
    private var hasEnded = false

    init(fault: ReaderFault?) { self.fault = fault }

    mutating func begin(_ index: Int) {
      whole = SequenceRecord(values: BrokenReader.sequences[index], columnCount: 2)
      (done, hasEnded) = (0, false)
    }

    mutating func read(upTo count: Int, into rows: inout SequenceRecord) -> Int {
      if fault == .steppedEnd && hasEnded { done = 0 }
      let wanted = fault == .steppedCount ? 1 : count
      let next = done..<min(done + wanted, whole.stepCount)
      rows.take(next, of: whole)
      if fault == .steppedRows && count == 2 && done == 2 { rows.values[1] = 0 }
      if fault == .streamedOrdinals { rows.chosenRows = nil }
      done = next.upperBound
      if next.isEmpty { hasEnded = true }
      return fault == .steppedSays ? count : next.count
    }

    mutating func end() { whole = SequenceRecord() }
  }
}
