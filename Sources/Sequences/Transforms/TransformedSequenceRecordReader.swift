/// The sequences of another reader, transformed as they are read.
public struct TransformedSequenceRecordReader: SequenceRecordReader {
  /// The transforms applied to the sequences.
  public let pipeline: TransformPipeline
  /// The column names after all transforms.
  public var columns: [String] { stages[stages.count - 1] }
  private let base: any SequenceRecordReader
  /// The column names before every transform, and after all.
  private let stages: [[String]]
  /// The sequences that the transforms were fitted on.
  private let lineage: Lineage

  /// Makes a reader that applies `pipeline` to the sequences of `base`.
  ///
  /// - Throws: `RecordError` if the transforms do not fit the columns.
  public init(_ base: any SequenceRecordReader, _ pipeline: TransformPipeline) throws {
    precondition(
      pipeline.isFitted, "the pipeline has still to learn from training data: pipeline.fitted(on: reader)")
    do {
      stages = try pipeline.stages(base.columns)
    } catch let fault as TransformFault {
      throw RecordError(fault.kind, path: base.firstPath, fault.problem)
    }
    self.base = base
    self.pipeline = pipeline
    lineage = pipeline.lineage
  }

  /// The encodings of columns whose texts are not numbers, before any transform.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// The number of sequences.
  public var count: Int { base.count }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> Cursor {
    Cursor(reader: self, base: try base.makeCursor(), identifies: !lineage.isEmpty)
  }

  /// Makes a cursor that computes the identities of the sequences before all transforms.
  func makeIdentifyingCursor() throws -> Cursor {
    Cursor(reader: self, base: try base.makeCursor(), identifies: true)
  }

  /// Returns the origin of sequence `index`.
  public func source(of index: Int) -> RecordSource { base.source(of: index) }

  /// Returns the location in the file of the value that a value was computed from; the first if there are
  /// several.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    // `step` also counts the rows that a policy skipped; those were never transformed.
    let skipped = skippedRows(of: index)
    return position(
      of: index, TransformCell(step - skipped.count { $0 < step }, column), after: pipeline.transforms.count,
      skipping: skipped)
  }

  /// Returns the transforms of `base`, followed by a description of every transform.
  public func transforms(ofColumn column: Int) -> [String] {
    let source = (try? pipeline.sourceColumn(of: column, columns: base.columns)) ?? 0
    return base.transforms(ofColumn: source) + pipeline.transforms.map(\.summary)
  }

  /// The transforms of `base`, followed by this pipeline.
  public var appliedTransforms: AppliedTransforms? {
    guard let before = base.appliedTransforms else {
      return AppliedTransforms(columns: base.columns, transformation: pipeline)
    }
    guard let first = before.transformation as? TransformPipeline else { return before }
    return AppliedTransforms(
      columns: before.columns, transformation: TransformPipeline(first.transforms + pipeline.transforms))
  }

  /// The options of `base`, and a description of the transforms.
  public var optionSignature: Signature {
    var signature = base.optionSignature
    signature.add("the transforms", pipeline.summary)
    return signature
  }

  /// The signature of `base`, and a description of the transforms.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the transforms", pipeline.summary)
    return signature
  }

  /// Returns the number of steps of sequence `index`, if `base` knows it without reading.
  public func stepCount(of index: Int) -> Int? {
    (base as? any SizedSequenceRecordReader).map { sized in
      pipeline.transforms.reduce(sized.stepCount(of: index)) { $1.outputStepCount($0) }
    }
  }

  /// Returns the location of a cell after the first `count` transforms.
  fileprivate func position(
    of index: Int, _ cell: TransformCell, after count: Int, skipping skipped: [Int]
  ) -> RecordPosition {
    let cell = origin(of: cell, after: count)
    return base.position(of: index, step: fileRow(cell.step, skipping: skipped), column: cell.column)
  }

  /// Returns the cell of `base` that a cell after the first `count` transforms was computed from; the first
  /// if there are several.
  private func origin(of cell: TransformCell, after count: Int) -> TransformCell {
    var cell = cell
    for stage in (0..<count).reversed() {
      // The length is not known without reading; in a group that extends past the end, only later sources do.
      let sources = pipeline.transforms[stage].sources(of: cell, columns: stages[stage], stepCount: .max)
      cell = sources.first ?? TransformCell(cell.step, min(cell.column, stages[stage].count - 1))
    }
    return cell
  }

  /// A cursor for one thread.
  public struct Cursor: MeasuredSequenceCursor {
    fileprivate let reader: TransformedSequenceRecordReader
    fileprivate var base: any SequenceCursor
    /// True if identities are computed, which is skipped if they are not needed.
    fileprivate let identifies: Bool
    /// The identity of the sequence read last; 0 if none is computed.
    private(set) var identity: UInt64 = 0

    fileprivate init(reader: TransformedSequenceRecordReader, base: any SequenceCursor, identifies: Bool) {
      (self.reader, self.base, self.identifies) = (reader, base, identifies)
    }

    /// Reads sequence `index` and transforms it.
    ///
    /// - Throws: Any error of `base`, and `RecordError` with the location of a value that a transform does
    ///   not accept, or turns into NaN or infinity.
    public mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
      sequence.missingCells = []
      sequence.isFittedExample = false
      try base.read(index, into: &sequence)
      if identifies {
        var identity = ExampleIdentity(of: reader.source(of: index))
        identity.add(sequence, columns: Array(0..<sequence.columnCount))
        self.identity = identity.value
        if reader.lineage.contains(identity.value) { sequence.isFittedExample = true }
      }
      let stages = reader.stages
      for (stage, transform) in reader.pipeline.transforms.enumerated() {
        do {
          try transform.applyChecked(&sequence, columns: stages[stage], to: stages[stage + 1])
        } catch let fault as TransformFault {
          guard let cell = fault.cell else {
            throw RecordError(fault.kind, path: reader.source(of: index).path, fault.problem)
          }
          let place = reader.position(of: index, cell, after: stage, skipping: sequence.skippedRows)
          throw RecordError(
            fault.kind, path: place.path, line: place.line, column: place.column, text: place.text,
            fault.problem)
        }
      }
    }

    /// Returns the cost of reading, if `base` measures it.
    public mutating func takeCost() -> ReadingCost { base.takeCostIfMeasured() }
  }
}

extension TransformedSequenceRecordReader: LinedSequences {
  /// Returns the line of the row that row `step` was made from, counted from the first one if `base` does not
  /// know lines.
  package func line(of index: Int, step: Int, skipping skippedRows: [Int]) -> Int? {
    let step = origin(of: TransformCell(step, 0), after: pipeline.transforms.count).step
    guard let lined = base as? any LinedSequences else {
      return base.source(of: index).firstLine + fileRow(step, skipping: skippedRows)
    }
    return lined.line(of: index, step: step, skipping: skippedRows)
  }

  /// Returns the rows that `base` skips, by reading the sequence if `base` does not know them.
  package func skippedRows(of index: Int) -> [Int] {
    if let lined = base as? any LinedSequences { return lined.skippedRows(of: index) }
    return whole(index).skippedRows
  }

  /// Returns the decisions of `base` about faults, in the same way.
  package func ledger(of index: Int) -> [LedgerEntry] {
    if let lined = base as? any LinedSequences { return lined.ledger(of: index) }
    return whole(index).ledger
  }

  /// Returns a sequence of `base`; one that cannot be read has no rows and no skipped rows.
  private func whole(_ index: Int) -> SequenceRecord {
    var record = SequenceRecord()
    guard var cursor = try? base.makeCursor(), (try? cursor.read(index, into: &record)) != nil else {
      return SequenceRecord()
    }
    return record
  }
}

extension SequenceRecordReader {
  /// Returns a reader that transforms the same sequences as they are read.
  ///
  /// - Throws: `RecordError` if the transforms do not fit the columns.
  public func transformed(by pipeline: TransformPipeline) throws -> TransformedSequenceRecordReader {
    try TransformedSequenceRecordReader(self, pipeline)
  }

  /// Returns a reader that transforms the same sequences as they are read.
  ///
  /// - Throws: `RecordError` if the transforms do not fit the columns.
  public func transformed(by transforms: any SequenceTransform...) throws -> TransformedSequenceRecordReader {
    try transformed(by: TransformPipeline(transforms))
  }
}
