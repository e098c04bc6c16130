import Synchronization

/// Finds whole numbers that Float cannot hold among all that is read, wherever in the data they are.
///
/// `precisionLosses()` judges a column by a sample before the data is read. A watch sees every value while it is
/// read, at less than one instruction per value, and reads sequences again only to show what was lost:
/// ```swift
/// let watch = PrecisionWatch(reader, reported: try reader.precisionLosses())
/// ... // Read `watch.reader`.
/// for loss in try watch.losses() { print(loss) }
/// ```
public final class PrecisionWatch: Sendable {
  /// The reader to use instead of the one that is watched.
  public let reader: any SequenceRecordReader
  private let base: any SequenceRecordReader
  private let found: LargeNumbers

  /// Watches a reader.
  ///
  /// - Parameters:
  ///   - base: The reader.
  ///   - reported: Losses that are known; their columns are not watched.
  public init(_ base: some SequenceRecordReader, reported: [PrecisionLoss] = []) {
    let known = Set(reported.map(\.column))
    let columns = base.columns.indices.filter {
      let name = base.columns[$0]
      return !known.contains(name) && PrecisionSample.canLose(base.schema.encodings[name])
    }
    found = LargeNumbers(columns)
    self.base = base
    reader = columns.isEmpty ? base : WatchedReader(base: base, found: found)
  }

  /// Returns the losses in what has been read: one for each column, in the order of the columns.
  ///
  /// Of a column with numbers above 2^24, up to 16 of the sequences that contain them are read again.
  ///
  /// - Throws: Any error of the reader that is not about the data.
  public func losses() throws -> [PrecisionLoss] {
    try found.sequences.compactMap { column, indices in try loss(ofColumn: column, in: indices, of: base) }
  }

  private func loss(
    ofColumn column: Int, in indices: [Int], of base: some SequenceRecordReader
  ) throws -> PrecisionLoss? {
    var cursor = try base.makeCursor()
    var record = SequenceRecord()
    for index in indices {
      // As in a sample: only texts tell what was lost.
      guard base.position(of: index, row: 0, column: 0).text != nil else { continue }
      do { try cursor.read(index, into: &record) } catch is RecordError { continue }
      var sample = PrecisionSample(of: index, record)
      if let loss = sample.loss(ofColumn: column, in: base) { return loss }
    }
    return nil
  }
}

/// The sequences in which columns have numbers of 2^24 or more: 16 of each column, chosen at random but always
/// the same, whatever the order of reading.
private final class LargeNumbers: Sendable {
  private static let limit = 16
  private let columns: [Int]
  /// The chosen sequences of each column, by ascending rank.
  private let chosen: Mutex<[[Int]]>

  init(_ columns: [Int]) {
    self.columns = columns
    chosen = Mutex(Array(repeating: [], count: columns.count))
  }

  /// The columns with large numbers, and the chosen sequences of each.
  var sequences: [(column: Int, indices: [Int])] {
    chosen.withLock { chosen in zip(columns, chosen).filter { !$1.isEmpty }.map { ($0, $1) } }
  }

  /// Looks at rows of sequence `index`.
  func look(at rows: SequenceRecord, of index: Int) {
    guard rows.values.contain(from: Closeness.exactLimit) else { return }
    for (position, column) in columns.enumerated() {
      let values = stride(from: column, to: rows.values.count, by: rows.columnCount)
      let isLarge = { (cell: Int) in
        rows.values[cell].isFinite && rows.values[cell].magnitude >= Closeness.exactLimit
      }
      guard values.contains(where: isLarge) else { continue }
      chosen.withLock { Self.add(index, to: &$0[position]) }
    }
  }

  private static func add(_ index: Int, to chosen: inout [Int]) {
    let rank = rank(index)
    let place = chosen.firstIndex { Self.rank($0) >= rank } ?? chosen.count
    guard place < limit, place == chosen.count || chosen[place] != index else { return }
    chosen.insert(index, at: place)
    if chosen.count > limit { chosen.removeLast() }
  }

  /// Returns a different number for each sequence, in no order.
  ///
  /// Multiplicative hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4).
  private static func rank(_ index: Int) -> UInt64 { UInt64(index) &* 0x9E37_79B9_7F4A_7C15 }
}

extension [Float] {
  /// Returns true if the magnitude of a finite value is at least `limit`; written so that at least four values
  /// are checked at once.
  fileprivate func contain(from limit: Float) -> Bool {
    let range = Float.infinity.bitPattern - limit.bitPattern
    var found: UInt32 = 0
    for value in self { found |= (value.bitPattern & 0x7FFF_FFFF) &- limit.bitPattern < range ? 1 : 0 }
    return found != 0
  }
}

/// A reader whose rows are watched.
private struct WatchedReader<Base: SequenceRecordReader>: ForwardingSequenceRecordReader {
  let base: Base
  let found: LargeNumbers

  func edit(_ rows: inout SequenceRecord, of index: Int) { found.look(at: rows, of: index) }
}
