import Synchronization

/// The places of the rows of a few sequences, so that asking for one after the other does not read a sequence each time.
final class LocatedRows: Sendable {
  /// The rows of a sequence.
  struct Sequence: Sendable {
    fileprivate let index: Int
    /// The bytes of the sequence.
    let bytes: [UInt8]
    /// The place of every row that is not blank, by its ordinal.
    fileprivate var locations: [CSVLocation?] = []

    /// Returns the place of a row; `nil` if it is blank, or cannot be read.
    func location(of row: Int) -> CSVLocation? { row < locations.count ? locations[row] : nil }
  }

  /// The most sequences, and the most bytes of all.
  private static let limits = (count: 32, bytes: 64 << 20)

  private let known = Mutex<[Sequence]>([])

  /// Returns the rows of sequence `index`, which `read` reads if they are not known.
  func rows(of index: Int, read: () throws -> CSVTextRows<[UInt8]>) throws -> Sequence {
    if let found = known.withLock({ $0.first { $0.index == index } }) { return found }
    var rows = try read()
    var sequence = Sequence(index: index, bytes: rows.bytes)
    // Rows before a fault have their places.
    while let row = try? rows.next() {
      for _ in 0..<rows.blankLineCount { sequence.locations.append(nil) }
      sequence.locations.append(row.location)
    }
    let made = sequence
    known.withLock { known in
      known.append(made)
      while known.count > Self.limits.count || known.reduce(0, { $0 + $1.bytes.count }) > Self.limits.bytes {
        known.removeFirst()
      }
    }
    return made
  }
}
