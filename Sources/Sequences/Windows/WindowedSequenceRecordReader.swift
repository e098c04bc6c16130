/// Windows of `size` steps of another reader's sequences, every `stride` steps, each a sequence of its own.
///
/// ```swift
/// let windows = try WindowedSequenceRecordReader(cached, size: 100, stride: 50)
/// windows.source(of: 1).key  // "0@50": steps 50..<150 of the sequence with key "0"
/// ```
/// No window reaches across sequences. Features and labels cut with the same numbers pair by their keys, where row for row
/// belongs together: not when rows of one of them were left out, by a policy or by a transform.
///
/// Windows of a transformed reader are cut from whole transformed sequences: a difference at a window's first row sees the
/// row before it.
///
/// A window costs what its rows cost, in any order: readers that cannot read some rows alone are read once, when this value
/// is made, into a temporary file (in `TMPDIR`, 4 bytes a value). Windows hold no skipped rows: those are of whole sequences.
/// The first window of a sequence holds the ledger of all of it, so that a pass tells every decision once. A sequence that
/// cannot be read has one window, and reading it throws what reading the sequence does.
public struct WindowedSequenceRecordReader<Base: SequenceRecordReader>: SizedSequenceRecordReader {
  /// The reader whose sequences are cut.
  public let base: Base
  private let plan: WindowPlan
  private let rows: WindowSource<Base>

  /// Makes the windows of `base`.
  ///
  /// - Parameters:
  ///   - base: The reader whose sequences are cut.
  ///   - size: The number of steps of a window, at least 1.
  ///   - stride: The number of steps from one window's beginning to the next one's, at least 1; default: `size`.
  ///   - tail: What becomes of the steps behind the last whole window.
  /// - Throws: What reading throws when the sequences have to be copied; `RecordError` when there is no window at all.
  public init(_ base: Base, size: Int, stride: Int? = nil, tail: WindowTail = .drop) throws {
    let stride = stride ?? size
    precondition(size > 0 && stride > 0, "windows of \(size) steps every \(stride) steps")
    let rows = try WindowSource(base)
    (self.base, self.rows) = (base, rows)
    plan = WindowPlan(
      lengths: (0..<base.count).map { rows.stepCount(of: $0) }, size: size, stride: stride, tail: tail)
    guard plan.count > 0 else {
      let longest = (0..<base.count).map { rows.stepCount(of: $0) }.max() ?? 0
      throw RecordError(
        .lengths, path: base.count == 0 ? "windows" : base.source(of: 0).path,
        "no sequence is as long as a window: expected at least \(size) steps, found \(longest) at most; make "
          + "windows shorter, or keep the tails")
    }
  }

  /// The number of steps of a whole window.
  public var size: Int { plan.size }

  /// The number of steps from one window's beginning to the next one's.
  public var stride: Int { plan.stride }

  /// What becomes of the steps behind the last whole window.
  public var tail: WindowTail { plan.tail }

  /// The number of sequences that have no window, being shorter than one.
  public var droppedSequenceCount: Int { plan.droppedCount }

  /// The number of windows.
  public var count: Int { plan.count }

  /// The columns' names.
  public var columns: [String] { base.columns }

  /// All columns that the data has.
  public var fileColumns: [String] { base.fileColumns }

  /// How texts that are no numbers become numbers.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// The sequence that window `index` is of, and the steps of it that are in the window.
  public func place(of index: Int) -> (sequence: Int, steps: Range<Int>) {
    let window = plan[index]
    return (window.sequence, window.rows)
  }

  /// The number of time steps of sequence `index` of `base`; 0 where it cannot be read.
  public func sequenceStepCount(of index: Int) -> Int { rows.stepCount(of: index) }

  /// The number of time steps of window `index`.
  public func stepCount(of index: Int) -> Int { plan[index].rows.count }

  /// Makes one thread's cursor.
  public func makeCursor() throws -> WindowCursor {
    let rows = rows
    return WindowCursor(base: try rows.makeCursor(), plan: plan) { rows.ledger(of: $0) }
  }

  /// The file, the line of the window's own first row, and `key@start`.
  public func source(of index: Int) -> RecordSource {
    let window = plan[index]
    var source = base.source(of: window.sequence)
    let start = window.rows.lowerBound
    source.key += "@\(start)"
    // The first row of a transformed sequence need not be the first in the file.
    if start > 0 || base.appliedTransforms != nil {
      source.firstLine =
        rows.line(of: window.sequence, step: start)
        ?? base.position(of: window.sequence, step: fileRow(start, of: window.sequence), column: 0).line
    }
    return source
  }

  /// The exact place of one value of a window.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    let window = plan[index]
    return base.position(
      of: window.sequence, step: fileRow(window.rows.lowerBound + step, of: window.sequence), column: column)
  }

  /// Windows hold no skipped rows: they are found again by those of the sequence.
  private func fileRow(_ step: Int, of sequence: Int) -> Int {
    Sequences.fileRow(step, skipping: rows.skippedRows(of: sequence))
  }

  /// What was done to the values of a column before they were cut.
  public func transforms(ofColumn column: Int) -> [String] { base.transforms(ofColumn: column) }

  /// What was done to the sequences before they were cut.
  public var appliedTransforms: AppliedTransforms? { base.appliedTransforms }

  /// The base's options, and the size, stride and tails of the windows: a cache of windows depends on them too.
  public var optionSignature: Signature {
    var signature = base.optionSignature
    signature.add(cuts)
    return signature
  }

  /// The base's signature, and how the sequences are cut.
  public var signature: Signature {
    // The keys of all windows follow from those of the sequences, and would take long to hash.
    var signature = base.signature
    signature.add("the number of windows", "\(count)")
    signature.add(cuts)
    return signature
  }

  private var cuts: Signature {
    var signature = Signature()
    signature.add("the size of windows", "\(size)")
    signature.add("the stride of windows", "\(stride)")
    signature.add("the tails of windows", tail.rawValue)
    return signature
  }
}

/// One thread's way through windows: only the rows of the window are read.
public struct WindowCursor: RowRangeSequenceCursor {
  private var base: any RowRangeSequenceCursor
  private let plan: WindowPlan
  /// What was decided about the faults of a sequence.
  private let ledger: (_ sequence: Int) -> [LedgerEntry]

  init(base: any RowRangeSequenceCursor, plan: WindowPlan, ledger: @escaping (Int) -> [LedgerEntry]) {
    (self.base, self.plan, self.ledger) = (base, plan, ledger)
  }

  /// Reads window `index`.
  ///
  /// - Throws: What reading the rows throws.
  public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let window = plan[index]
    try base.read(window.sequence, rows: window.rows, into: &sequence)
    if window.rows.lowerBound == 0 { sequence.ledger = ledger(window.sequence) }
  }

  /// Reads some rows of window `index`, counted from its first.
  ///
  /// - Throws: As reading all of it does.
  public mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    let window = plan[index]
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= window.rows.count,
      "rows \(rows) of \(window.rows.count) of window \(index)")
    let start = window.rows.lowerBound
    try base.read(
      window.sequence, rows: start + rows.lowerBound..<start + rows.upperBound, into: &sequence)
  }
}
