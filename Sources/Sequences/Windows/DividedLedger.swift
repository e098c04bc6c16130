/// The decisions about faults in a sequence, divided among consecutive pieces of its rows.
///
/// A decision belongs to the piece with its line or, in a line with all steps of a sequence, with its column. One about a row
/// that is in no piece, because it was skipped or left out between two, belongs to the piece before.
struct DividedLedger {
  /// The decisions about each piece.
  private var pieces: [[Ledger.Entry]]

  /// Divides `ledger`.
  ///
  /// - Parameters:
  ///   - rows: The rows of the whole sequence.
  ///   - starts: The first step of every piece, ascending; the first piece has what comes before it too.
  ///   - columnCount: The number of columns of the sequence.
  ///   - position: Returns the place of a value, given the ordinal of its row and its column.
  init(
    _ ledger: [Ledger.Entry], of rows: RowOrdinals, at starts: [Int], columnCount: Int,
    position: (_ row: Int, _ column: Int) -> SequenceRecord.Position
  ) {
    pieces = Array(repeating: [], count: starts.count)
    if rows.order != nil, let firstLine = rows.firstLine {
      divide(ledger, sortedAfter: firstLine, rows, at: starts)
      return
    }
    let lines = starts.map { $0 < rows.count ? position(rows[$0], 0).line : Int.max }
    if starts.count > 1, Set(lines).count == 1, lines[0] < .max {
      let places = (0..<columnCount).map { column in starts.map { position(rows[$0], column).column ?? 0 } }
      divide(ledger, atPlaces: places)
    } else {
      divide(ledger, atLines: lines)
    }
  }

  /// Divides decisions about sorted rows, whose lines say nothing about their places.
  private mutating func divide(
    _ ledger: [Ledger.Entry], sortedAfter firstLine: Int, _ rows: RowOrdinals, at starts: [Int]
  ) {
    func piece(ofLine line: Int) -> Int {
      rows.step(ofRow: line - firstLine).map { step in (starts.lastIndex { $0 <= step }) ?? 0 } ?? 0
    }
    for entry in ledger {
      guard let first = entry.line, let last = entry.lastLine else {
        pieces[entry.line.map(piece(ofLine:)) ?? 0].append(entry)
        continue
      }
      for line in first...last {
        var part = entry
        (part.line, part.lastLine) = (line, nil)
        pieces[piece(ofLine: line)].note(part)
      }
    }
  }

  /// Divides decisions about the cells of one line: the steps of each column lie one after the other, those of one column
  /// before those of the next.
  ///
  /// - Parameter places: For each column, the place of the first cell of every piece.
  private mutating func divide(_ ledger: [Ledger.Entry], atPlaces places: [[Int]]) {
    for entry in ledger {
      let place = entry.column ?? 0
      let column = places.lastIndex { $0[0] <= place } ?? 0
      pieces[places[column].lastIndex { $0 <= place } ?? 0].append(entry)
    }
  }

  /// Divides decisions about rows in the order of their lines.
  ///
  /// - Parameter lines: The first line of every piece.
  private mutating func divide(_ ledger: [Ledger.Entry], atLines lines: [Int]) {
    for entry in ledger {
      guard let first = entry.line else {
        pieces[0].append(entry)
        continue
      }
      let last = entry.lastLine ?? first
      for piece in lines.indices {
        let start = piece == 0 ? Int.min : lines[piece]
        let end = piece + 1 < lines.count ? lines[piece + 1] : Int.max
        var part = entry
        let own = (max(first, start), min(last, end - 1))
        guard own.0 <= own.1 else { continue }
        part.line = own.0
        part.lastLine = own.0 == own.1 && entry.lastLine == nil ? nil : own.1
        pieces[piece].append(part)
      }
    }
  }

  subscript(piece: Int) -> [Ledger.Entry] { pieces[piece] }
}
