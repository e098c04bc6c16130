/// The labels of windows, from label sequences that are not cut themselves.
///
/// ```swift
/// let windows = try WindowedSequenceRecordReader(features, size: 100, stride: 50)
/// let labels = try windows.labels(from: labels)
/// ```
/// A label belongs to a row of the data. So a window and its labels have the same rows, even if a policy or a
/// transform dropped rows of the features. If a sequence has one label, each of its windows has it.
///
/// Label sequences without a feature sequence follow the windows, whole, so that pairing reports them.
public struct WindowedLabelReader<Features: SequenceRecordReader, Labels: SequenceRecordReader>:
  SequenceRecordReader
{
  /// The reader of the whole label sequences.
  public let base: Labels
  /// The schema of `base`, whose options include the size, stride and tail of the windows.
  public let schema: SequenceSchema
  fileprivate let windows: WindowedSequenceRecordReader<Features>
  fileprivate let rows: WindowSource<Labels>
  /// The label sequence of every feature sequence; `nil` if there is none.
  private let partners: [Int?]
  /// The windows whose sequences have labels.
  private let labelled: [Int32]
  /// The label sequences without a feature sequence.
  private let lonely: [Int]

  init(_ windows: WindowedSequenceRecordReader<Features>, _ labels: Labels) throws {
    (self.windows, base, rows) = (windows, labels, try WindowSource(labels))
    var schema = labels.schema
    schema.options.add(windows.options)
    self.schema = schema
    var indices = Dictionary(
      (0..<labels.count).map { (labels.source(of: $0).key, $0) }, uniquingKeysWith: { first, _ in first })
    let partners = (0..<windows.base.count).map { indices[windows.base.source(of: $0).key] }
    self.partners = partners
    labelled = (0..<windows.count).filter { partners[windows.location(of: $0).sequence] != nil }.map {
      Int32($0)
    }
    for index in 0..<windows.base.count { indices[windows.base.source(of: index).key] = nil }
    lonely = indices.values.sorted()
  }

  /// The number of windows whose sequences have labels, and of label sequences without features.
  public var count: Int { labelled.count + lonely.count }

  /// Returns the file of the labels, and the key of the window.
  public func source(of index: Int) -> SequenceRecord.Source {
    var source = base.source(of: sequence(of: index))
    if let window = window(of: index) { source.key = windows.source(of: window).key }
    return source
  }

  /// Returns the key of the window.
  public func exampleKey(of index: Int) -> String {
    window(of: index).map { windows.exampleKey(of: $0) } ?? base.exampleKey(of: sequence(of: index))
  }

  /// Returns the exact location of one value; `row` is its ordinal in the whole sequence.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    base.position(of: sequence(of: index), row: row, column: column)
  }

  /// The signatures of `base` and of the windows.
  public var signature: Signature {
    var signature = base.signature
    signature.add(windows.signature, suffix: " of windows")
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    WindowedLabelCursor(features: try windows.rows.makeCursor(), labels: try rows.makeCursor(), reader: self)
  }

  /// Returns the label sequence that labels are from.
  fileprivate func sequence(of index: Int) -> Int {
    guard let window = window(of: index) else { return lonely[index - labelled.count] }
    guard let partner = partners[windows.location(of: window).sequence] else {
      preconditionFailure("window \(window) has no labels")
    }
    return partner
  }

  /// Returns the window that labels belong to; `nil` for those without a feature sequence.
  fileprivate func window(of index: Int) -> Int? { index < labelled.count ? Int(labelled[index]) : nil }
}

extension WindowedSequenceRecordReader {
  /// Returns the labels of the windows, paired with them by key.
  ///
  /// - Parameter labels: Whole label sequences, paired with those of `base` by key.
  /// - Throws: Any error of reading if the label sequences have to be copied; see `init`.
  public func labels<Labels: SequenceRecordReader>(
    from labels: Labels
  ) throws -> WindowedLabelReader<Base, Labels> { try WindowedLabelReader(self, labels) }
}

/// Reads the labels of windows for one thread, at the cost of their rows.
private struct WindowedLabelCursor<Features: SequenceRecordReader, Labels: SequenceRecordReader>:
  SequenceCursor
{
  private var features: any RowRangeCursor
  private var labels: any RowRangeCursor
  private let reader: WindowedLabelReader<Features, Labels>
  /// A row, read for its ordinal alone.
  private var row = SequenceRecord()
  /// The steps of the label sequence read last by the ranks of their rows, if it is sorted.
  private var sorted: (sequence: Int, steps: [Int: Int])?
  /// The decisions about the labels of each part of the label sequence read last.
  private var divided: (sequence: Int, decisions: [[Ledger.Entry]])?

  init(
    features: any RowRangeCursor, labels: any RowRangeCursor, reader: WindowedLabelReader<Features, Labels>
  ) {
    (self.features, self.labels, self.reader) = (features, labels, reader)
  }

  private var windows: WindowedSequenceRecordReader<Features> { reader.windows }

  mutating func read(_ index: Int, into record: inout SequenceRecord) throws {
    let sequence = reader.sequence(of: index)
    let steps = try labelSteps(of: index, sequence)
    try labels.read(sequence, rows: steps, into: &record)
    guard let window = reader.window(of: index) else { return }
    if !windows.partNames.isEmpty {
      let parts = windows.windows(ofSequence: windows.location(of: window).sequence)
      let part = window - parts.lowerBound
      if divided?.sequence != sequence {
        // The labels of the parts follow each other as the parts do.
        let own = index - part..<index - part + parts.count
        divided = (sequence, try decisions(aboutLabels: own, of: sequence))
      }
      record.ledger = divided?.decisions[part] ?? []
      return
    }
    guard steps.lowerBound > 0, isFirst(window) else { return }
    // The decisions about a sequence come with its first label, which no window may have.
    try labels.read(sequence, rows: 0..<1, into: &row)
    record.ledger = row.ledger
  }

  /// Returns the decisions about the labels of each part; about all of the sequence if its parts have the same labels.
  private mutating func decisions(
    aboutLabels parts: Range<Int>, of sequence: Int
  ) throws -> [[Ledger.Entry]] {
    let all = 0..<reader.rows.stepCount(of: sequence)
    try labels.read(sequence, rows: 0..<min(1, all.count), into: &row)
    // Labels that are joined to the rows of the features bring the decisions about these, which the features have.
    let path = reader.base.source(of: sequence).path
    let ledger = row.ledger.filter { $0.file == path }
    if ledger.isEmpty { return parts.map { _ in [] } }
    var starts: [Int] = []
    for part in parts { starts.append(try labelSteps(of: part, sequence).lowerBound) }
    guard Set(starts).count == starts.count else { return parts.map { _ in ledger } }
    try labels.read(sequence, rows: all, into: &row)
    let divided = DividedLedger(
      ledger, of: row.rowOrdinals, at: starts, columnCount: row.columnCount
    ) { reader.base.position(of: sequence, row: $0, column: $1) }
    return parts.indices.map { divided[$0 - parts.lowerBound] }
  }

  /// Returns true if a window is the first one of its sequence.
  private func isFirst(_ window: Int) -> Bool {
    window == 0 || windows.location(of: window - 1).sequence != windows.location(of: window).sequence
  }

  /// Returns the steps of label sequence `sequence` that belong to the rows of the window.
  private mutating func labelSteps(of index: Int, _ sequence: Int) throws -> Range<Int> {
    let all = 0..<reader.rows.stepCount(of: sequence)
    guard let window = reader.window(of: index), !all.isEmpty else { return all }
    let (whole, steps) = windows.location(of: window)
    try labels.read(sequence, rows: 0..<1, into: &row)
    let labelRows = row.rowOrdinals
    guard !steps.isEmpty, all.count > 1 else { return all }
    // The place of a row among those that were not skipped.
    func rank(_ number: Int) -> Int { number - labelRows.skippedCount(before: number) }
    let firstRank = rank(labelRows[0])
    if labelRows.order == nil, labelRows.counts.kept != all.count {
      // A piece of a sequence, unless labels were left out of it.
      try labels.read(sequence, rows: all.upperBound - 1..<all.upperBound, into: &row)
      guard rank(row.rowOrdinals[0]) - firstRank == all.count - 1 else { return all }
    }
    try features.read(whole, rows: steps.lowerBound..<steps.lowerBound + 1, into: &row)
    let first = row.rowOrdinals
    // Without a rule, all labels are read, and the counts are reported together with those of the features.
    let pairing = RowPairing(features: first.counts, labels: labelRows.counts)
    guard pairing == .ordinals || pairing == .ranks else { return all }
    var stepOfRank: [Int: Int]?
    if labelRows.order != nil {
      // Labels that are sorted themselves, as those that come from the sequence.
      stepOfRank = try stepsByRank(of: sequence, all, rank)
    }
    func step(_ number: Int) -> Int? {
      let own = pairing == .ranks ? number : rank(number)
      return stepOfRank == nil ? max(0, own - firstRank) : stepOfRank?[own]
    }
    if first.order != nil || first.ends != nil || stepOfRank != nil {
      // The rows may be anywhere in the label file, and a step may stand for several.
      try features.read(whole, rows: steps, into: &row)
      let own = row.rowOrdinals
      let isMerged = windows.schema.transforms?.transforms.contains { $0 is any RowMerging } ?? false
      let numbers = (isMerged ? own.rowsOfSteps.joined().map { $0 } : (0..<own.count).map { own[$0] })
        .compactMap {
          step(pairing.number(of: $0, in: own))
        }
      guard let least = numbers.min(), let greatest = numbers.max() else { return all }
      return min(least, all.upperBound)..<min(greatest + 1, all.upperBound)
    }
    func beginning(of rows: RowOrdinals) -> Int {
      min(step(pairing.number(of: rows[0], in: rows)) ?? 0, all.upperBound)
    }
    let begin = beginning(of: first)
    // Up to the row after the window: the last step may stand for several rows.
    guard steps.upperBound < windows.sequenceStepCount(of: whole) else { return begin..<all.upperBound }
    try features.read(whole, rows: steps.upperBound..<steps.upperBound + 1, into: &row)
    return begin..<max(begin, beginning(of: row.rowOrdinals))
  }

  /// Returns the steps of a label sequence by the ranks of their rows.
  private mutating func stepsByRank(
    of sequence: Int, _ all: Range<Int>, _ rank: (Int) -> Int
  ) throws -> [Int: Int] {
    if let sorted, sorted.sequence == sequence { return sorted.steps }
    try labels.read(sequence, rows: all, into: &row)
    let rows = row.rowOrdinals
    let steps = Dictionary((0..<rows.count).map { (rank(rows[$0]), $0) }) { first, _ in first }
    sorted = (sequence, steps)
    return steps
  }
}
