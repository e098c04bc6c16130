import Platform

/// Windows of `size` steps of another reader's sequences, one every `stride` steps, each a separate sequence.
///
/// ```swift
/// let windows = try WindowedSequenceRecordReader(cached, size: 100, stride: 50)
/// windows.source(of: 1).key  // "0@50": steps 50..<150 of the sequence with key "0"
/// ```
/// No window spans sequences. Labels that have their own reader are not cut, but found by the windows' rows:
/// `labels(from:)`.
///
/// Windows of a transformed reader are cut from whole transformed sequences: a difference at the first row of
/// a window sees the row before it. Rows keep their ordinals: those of the whole sequence.
///
/// With `longestGap`, sequences are cut at gaps in time instead, before transforms and windows.
///
/// A window costs as much as its rows, in any order: a reader that cannot read row ranges is read once, when
/// this value is made, into a temporary file (in `TMPDIR`, 4 bytes per value). Windows have no skipped rows:
/// those belong to whole sequences. The first window of a sequence holds the ledger of the whole sequence, so
/// that every decision appears once per pass. A sequence that cannot be read has one window, and reading it
/// throws the error of the sequence.
public struct WindowedSequenceRecordReader<Base: SequenceRecordReader>: SequenceRecordReader {
  /// The reader whose sequences are cut.
  public let base: Base
  /// The schema of `base`, whose options include the size, stride and tail of the windows: a cache of windows
  /// depends on them too.
  public let schema: SequenceSchema
  private let plan: WindowPlan
  /// The name of the part that each piece is, if sequences were divided by time; otherwise empty.
  package private(set) var partNames: [String] = []
  private var split: ChronologicalSplit?
  let rows: WindowSource<Base>

  /// Makes the windows of `base`.
  ///
  /// - Parameters:
  ///   - base: The reader whose sequences are cut.
  ///   - size: The number of steps of a window, at least 1.
  ///   - stride: The number of steps from the beginning of one window to the next, at least 1; default:
  ///     `size`.
  ///   - tail: The handling of the steps after the last whole window.
  /// - Throws: Any error of reading if the sequences have to be copied; `RecordError` if there are no windows
  ///   at all.
  public init(_ base: Base, size: Int, stride: Int? = nil, tail: WindowTail = .drop) throws {
    let stride = stride ?? size
    precondition(size > 0 && stride > 0, "windows of \(size) steps every \(stride) steps")
    let rows = try WindowSource(base)
    (self.base, self.rows) = (base, rows)
    plan = WindowPlan(
      lengths: (0..<base.count).map { rows.stepCount(of: $0) }, size: size, stride: stride, tail: tail)
    var schema = base.schema
    schema.options.add(plan.options)
    schema.isPartial = true
    schema.window = WindowShape(size: size, stride: stride)
    self.schema = schema
    guard plan.count > 0 else {
      let longest = (0..<base.count).map { rows.stepCount(of: $0) }.max() ?? 0
      throw RecordError(
        .lengths, path: base.count == 0 ? "windows" : base.source(of: 0).path,
        "no sequence is as long as a window: expected at least \(size) steps, found \(longest) at most; make "
          + "windows shorter, or keep the tails (\(Remedy.keepTail))")
    }
  }

  /// Makes pieces of the sequences of `base`, which end where time passes without rows: no window or difference of a
  /// piece crosses a gap.
  ///
  /// - Parameters:
  ///   - base: The reader whose sequences are cut; its first column of timestamps counts.
  ///   - longestGap: The longest time between neighbouring rows of a piece, in nanoseconds.
  /// - Throws: Any error of reading if the sequences have to be copied; `RecordError` if no column has timestamps.
  public init(_ base: Base, longestGap: Int) throws {
    precondition(longestGap >= 0, "a gap of \(longestGap) ns")
    let rows = try WindowSource(base)
    (self.base, self.rows) = (base, rows)
    var cursor = try rows.makeCursor()
    var record = SequenceRecord()
    let pieces = try (0..<base.count).map { index -> [Range<Int>] in
      let count = rows.stepCount(of: index)
      if count == 0 { return [0..<0] }
      try cursor.read(index, rows: 0..<count, into: &record)
      guard let times = record.times?.first?.nanoseconds else {
        throw RecordError(
          .mismatch, path: base.source(of: index).path,
          "sequences cannot end at gaps: expected a column of timestamps, found none; name it (\(Remedy.timeColumn))"
        )
      }
      return times.pieces(longestGap: Int128(longestGap))
    }
    plan = WindowPlan(pieces: pieces, longestGap: longestGap)
    var schema = base.schema
    schema.options.add(plan.options)
    schema.isPartial = true
    schema.longestGap = longestGap
    self.schema = schema
  }

  /// Makes pieces of the sequences of `base`: the parts that `split` divides each into, those of a sequence in order.
  ///
  /// No window of a part contains rows of another one. A sequence that cannot be read is one piece of every part, since its
  /// rows may be in any: reading the piece throws the cause.
  ///
  /// - Throws: Any error of reading if the sequences have to be copied.
  package init(_ base: Base, dividing split: ChronologicalSplit) throws {
    let rows = try WindowSource(base)
    (self.base, self.rows) = (base, rows)
    let parts = (0..<base.count).map { index in
      let count = rows.stepCount(of: index)
      return count == 0 ? split.usedNames.map { ($0, 0..<0) } : split.ranges(of: count)
    }
    plan = WindowPlan(pieces: parts.map { own in own.map(\.1) })
    self.split = split
    partNames = parts.flatMap { own in own.map(\.0) }
    var schema = base.schema
    schema.options.add("the parts of every sequence", split.description)
    schema.isPartial = true
    self.schema = schema
  }

  /// The settings that a cache of windows depends on.
  var options: Signature {
    if let split { return ["the parts of every sequence": split.description] }
    return plan.options
  }

  /// The number of steps of a whole window, or of the longest piece.
  public var size: Int { plan.size }

  /// The number of steps from the beginning of one window to the next.
  public var stride: Int { plan.stride }

  /// The handling of the steps after the last whole window.
  public var tail: WindowTail { plan.tail }

  /// The number of sequences without windows, being shorter than one.
  public var droppedSequenceCount: Int { plan.droppedCount }

  /// The sequences without windows, being shorter than one.
  package var droppedSequences: [Int] { plan.droppedSequences }

  /// The number of windows.
  public var count: Int { plan.count }

  /// Returns the sequence of window `index`, and its steps that are in the window.
  public func location(of index: Int) -> (sequence: Int, steps: Range<Int>) {
    let window = plan[index]
    return (window.sequence, window.rows)
  }

  /// Returns the windows of sequence `sequence` of `base`.
  func windows(ofSequence sequence: Int) -> Range<Int> { plan.windows(of: sequence) }

  /// Returns the number of time steps of sequence `index` of `base`; 0 if it cannot be read.
  public func sequenceStepCount(of index: Int) -> Int { rows.stepCount(of: index) }

  /// Returns the number of time steps of window `index`.
  public func stepCount(of index: Int) -> Int? { plan[index].rows.count }

  /// Returns the number of steps at the beginning of window `index` that the window before it has too.
  public func repeatedStepCount(of index: Int) -> Int { plan.repeatedStepCount(of: index) }

  /// Returns the whole sequence that window `index` is a part of; a piece of a division is one of its own.
  public func wholeSequence(of index: Int) -> Int {
    partNames.isEmpty ? base.wholeSequence(of: plan[index].sequence) : index
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor { try windowCursor() }

  /// Makes a cursor for one thread that reads some rows of a window.
  public func makeRowRangeCursor() throws -> (any RowRangeCursor)? { try windowCursor() }

  private func windowCursor() throws -> WindowCursor {
    WindowCursor(
      base: try rows.makeCursor(), plan: plan,
      position: partNames.isEmpty ? nil : { base.position(of: $0, row: $1, column: $2) })
  }

  /// Returns the file, the line of the window's own first row, and `key@start`; `key@part` for a part of a sequence that
  /// cannot be read.
  public func source(of index: Int) -> SequenceRecord.Source {
    let window = plan[index]
    var source = base.source(of: window.sequence)
    let start = window.rows.lowerBound
    // Pieces of a sequence that cannot be read begin alike.
    source.key += window.rows.isEmpty && !partNames.isEmpty ? "@\(partNames[index])" : "@\(start)"
    // The first row of a transformed sequence is not necessarily the first in the file.
    if start > 0 || schema.transforms != nil, let row = rows.row(start, of: window.sequence) {
      source.firstLine =
        row.lines.count == 1
        ? row.lines.lowerBound
        : base.position(of: window.sequence, row: row.rowOrdinal(ofStep: 0), column: 0).line
    }
    return source
  }

  /// Returns the key of the sequence, followed by `@` and the ordinal of the window's first row.
  public func exampleKey(of index: Int) -> String {
    let window = plan[index]
    let start = window.rows.lowerBound
    let row = rows.row(start, of: window.sequence)?.rowOrdinal(ofStep: 0) ?? start
    return "\(base.exampleKey(of: window.sequence))@\(row)"
  }

  /// Returns the exact location of one value; `row` is its ordinal in the whole sequence.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: plan[index].sequence, row: row, column: column)
  }

  /// The signature of `base`, and the settings of the windows.
  public var signature: Signature {
    // The keys of all windows follow from those of the sequences, and would take long to hash.
    var signature = base.signature
    signature.add("the number of windows", "\(count)")
    signature.add(plan.options)
    return signature
  }
}

extension WindowPlan {
  /// The settings that a cache of windows depends on.
  fileprivate var options: Signature {
    if let longestGap { return ["the longest gap within a sequence": "\(longestGap) ns"] }
    return [
      "the size of windows": "\(size)", "the stride of windows": "\(stride)",
      "the tails of windows": tail.rawValue,
    ]
  }
}

extension [Int128] {
  /// Returns the ranges of timestamps between which more time passes; one that is missing is as late as the one before.
  fileprivate func pieces(longestGap: Int128) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    var latest: Int128?
    for (step, time) in enumerated() where time != RowTimes.missing {
      if let latest, time - latest > longestGap {
        pieces.append(start..<step)
        start = step
      }
      latest = time
    }
    return pieces + [start..<count]
  }
}

/// Reads windows for one thread: only the rows of the window are read.
private struct WindowCursor: SequenceCursor, RowRangeCursor {
  var base: any RowRangeCursor
  let plan: WindowPlan
  /// Returns the place of a value of a sequence, by its row and column, if windows are parts, each with its own decisions
  /// about faults; otherwise `nil`: the first window of a sequence has them all.
  let position: ((Int, Int, Int) -> SequenceRecord.Position)?
  /// The decisions about the parts of the sequence read last.
  private var divided: (sequence: Int, ledger: DividedLedger)?

  init(
    base: any RowRangeCursor, plan: WindowPlan,
    position: ((Int, Int, Int) -> SequenceRecord.Position)?
  ) {
    (self.base, self.plan, self.position) = (base, plan, position)
  }

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try read(index, rows: 0..<plan[index].rows.count, into: &sequence)
  }

  /// Reads some rows of window `index`, counted from its first row.
  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    let window = plan[index]
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= window.rows.count,
      "rows \(rows) of \(window.rows.count) of window \(index)")
    let start = window.rows.lowerBound
    let ledger = try rows.lowerBound == 0 ? decisions(about: index) : position.map { _ in [] }
    try base.read(
      window.sequence, rows: start + rows.lowerBound..<start + rows.upperBound, into: &sequence)
    if let ledger { sequence.ledger = ledger }
  }

  /// Returns the decisions about the rows of a part; `nil` if windows are no parts.
  private mutating func decisions(about index: Int) throws -> [Ledger.Entry]? {
    guard let position else { return nil }
    let (sequence, pieces) = (plan[index].sequence, plan.windows(of: plan[index].sequence))
    if divided?.sequence != sequence {
      var whole = SequenceRecord()
      try base.read(sequence, rows: 0..<min(1, plan.length(of: sequence)), into: &whole)
      if !whole.ledger.isEmpty { try base.read(sequence, rows: 0..<plan.length(of: sequence), into: &whole) }
      let ledger = DividedLedger(
        whole.ledger, of: whole.rowOrdinals, at: pieces.map { plan[$0].rows.lowerBound },
        columnCount: whole.columnCount
      ) { position(sequence, $0, $1) }
      divided = (sequence, ledger)
    }
    return divided?.ledger[index - pieces.lowerBound]
  }
}

/// The handling of the steps after the last whole window of a sequence.
public enum WindowTail: String, Sendable, Hashable, Codable, CaseIterable {
  /// They are dropped; a sequence shorter than a window has no window.
  case drop
  /// They form a last, shorter window, which begins where the next whole one would; a shorter sequence is one
  /// window.
  case keep
  /// They end a last whole window, which overlaps the previous one; a sequence shorter than a window is one
  /// short window.
  case align
}
