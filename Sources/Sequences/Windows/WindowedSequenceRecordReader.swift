/// Windows of `size` steps of another reader's sequences, one every `stride` steps, each a separate sequence.
///
/// ```swift
/// let windows = try WindowedSequenceRecordReader(cached, size: 100, stride: 50)
/// windows.source(of: 1).key  // "0@50": steps 50..<150 of the sequence with key "0"
/// ```
/// No window spans sequences. Features and labels that are cut with the same numbers are paired by key,
/// provided that they correspond row by row: not if a policy or a transform dropped rows of one of them.
///
/// Windows of a transformed reader are cut from whole transformed sequences: a difference at the first row of
/// a window sees the row before it.
///
/// A window costs as much as its rows, in any order: a reader that cannot read row ranges is read once, when
/// this value is made, into a temporary file (in `TMPDIR`, 4 bytes per value). Windows have no skipped rows:
/// those belong to whole sequences. The first window of a sequence holds the ledger of the whole sequence, so
/// that every decision appears once per pass. A sequence that cannot be read has one window, and reading it
/// throws the error of the sequence.
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

  /// The number of steps from the beginning of one window to the next.
  public var stride: Int { plan.stride }

  /// The handling of the steps after the last whole window.
  public var tail: WindowTail { plan.tail }

  /// The number of sequences without windows, being shorter than one.
  public var droppedSequenceCount: Int { plan.droppedCount }

  /// The number of windows.
  public var count: Int { plan.count }

  /// The column names.
  public var columns: [String] { base.columns }

  /// All columns of the data.
  public var fileColumns: [String] { base.fileColumns }

  /// The encodings of columns whose texts are not numbers.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// Returns the sequence of window `index`, and its steps that are in the window.
  public func place(of index: Int) -> (sequence: Int, steps: Range<Int>) {
    let window = plan[index]
    return (window.sequence, window.rows)
  }

  /// Returns the number of time steps of sequence `index` of `base`; 0 if it cannot be read.
  public func sequenceStepCount(of index: Int) -> Int { rows.stepCount(of: index) }

  /// Returns the number of time steps of window `index`.
  public func stepCount(of index: Int) -> Int { plan[index].rows.count }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> WindowCursor {
    let rows = rows
    return WindowCursor(base: try rows.makeCursor(), plan: plan) { rows.ledger(of: $0) }
  }

  /// Returns the file, the line of the window's own first row, and `key@start`.
  public func source(of index: Int) -> RecordSource {
    let window = plan[index]
    var source = base.source(of: window.sequence)
    let start = window.rows.lowerBound
    source.key += "@\(start)"
    // The first row of a transformed sequence is not necessarily the first in the file.
    if start > 0 || base.appliedTransforms != nil {
      source.firstLine =
        rows.line(of: window.sequence, step: start)
        ?? base.position(of: window.sequence, step: fileRow(start, of: window.sequence), column: 0).line
    }
    return source
  }

  /// Returns the exact location of one value of a window.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    let window = plan[index]
    return base.position(
      of: window.sequence, step: fileRow(window.rows.lowerBound + step, of: window.sequence), column: column)
  }

  /// Returns the row of the sequence for a row of a window, using the skipped rows of the sequence: windows
  /// have none.
  private func fileRow(_ step: Int, of sequence: Int) -> Int {
    Sequences.fileRow(step, skipping: rows.skippedRows(of: sequence))
  }

  /// Returns the transforms applied to a column before the windows were cut.
  public func transforms(ofColumn column: Int) -> [String] { base.transforms(ofColumn: column) }

  /// The transforms applied to the sequences before they were cut.
  public var appliedTransforms: AppliedTransforms? { base.appliedTransforms }

  /// The options of `base`, and the size, stride and tail of the windows: a cache of windows depends on them
  /// too.
  public var optionSignature: Signature {
    var signature = base.optionSignature
    signature.add(cuts)
    return signature
  }

  /// The signature of `base`, and the settings of the windows.
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

/// Reads windows for one thread: only the rows of the window are read.
public struct WindowCursor: RowRangeSequenceCursor {
  private var base: any RowRangeSequenceCursor
  private let plan: WindowPlan
  /// The decisions about the faults of a sequence.
  private let ledger: (_ sequence: Int) -> [LedgerEntry]

  init(base: any RowRangeSequenceCursor, plan: WindowPlan, ledger: @escaping (Int) -> [LedgerEntry]) {
    (self.base, self.plan, self.ledger) = (base, plan, ledger)
  }

  /// Reads window `index`.
  ///
  /// - Throws: Any error of reading the rows.
  public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let window = plan[index]
    try base.read(window.sequence, rows: window.rows, into: &sequence)
    if window.rows.lowerBound == 0 { sequence.ledger = ledger(window.sequence) }
  }

  /// Reads some rows of window `index`, counted from its first row.
  ///
  /// - Throws: The same errors as reading the whole window.
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
