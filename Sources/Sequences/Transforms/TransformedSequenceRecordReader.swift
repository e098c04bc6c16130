/// The sequences of another reader, transformed as they are read.
public struct TransformedSequenceRecordReader: SequenceRecordReader {
  /// What is done to the sequences.
  public let pipeline: TransformPipeline
  /// The columns' names after all transforms.
  public var columns: [String] { stages[stages.count - 1] }
  private let base: any SequenceRecordReader
  /// The names before every transform, and after all.
  private let stages: [[String]]
  /// The sequences that the transforms have learned from.
  private let lineage: Lineage

  /// Makes a reader of what `pipeline` makes of the sequences of `base`.
  ///
  /// - Throws: `RecordError` when the transforms do not suit the columns.
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

  /// How texts that are no numbers become numbers, before any transform.
  public var encodings: [String: ColumnEncoding] { base.encodings }

  /// The number of sequences.
  public var count: Int { base.count }

  /// Makes one thread's cursor.
  public func makeCursor() throws -> Cursor {
    Cursor(reader: self, base: try base.makeCursor(), identifies: !lineage.isEmpty)
  }

  /// Makes a cursor that works out the identities of the sequences before all transforms.
  func makeIdentifyingCursor() throws -> Cursor {
    Cursor(reader: self, base: try base.makeCursor(), identifies: true)
  }

  /// Where sequence `index` comes from.
  public func source(of index: Int) -> RecordSource { base.source(of: index) }

  /// The place of the value in the file that a value was worked out from; the first of several.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    // `step` counts the rows that a policy left out; those were not there to be transformed.
    let skipped = skippedRows(of: index)
    return position(
      of: index, TransformCell(step - skipped.count { $0 < step }, column), after: pipeline.transforms.count,
      skipping: skipped)
  }

  /// What the base did, and every transform in words.
  public func transforms(ofColumn column: Int) -> [String] {
    let source = (try? pipeline.sourceColumn(of: column, columns: base.columns)) ?? 0
    return base.transforms(ofColumn: source) + pipeline.transforms.map(\.summary)
  }

  /// What the base's sequences went through, and the pipeline behind it.
  public var appliedTransforms: AppliedTransforms? {
    guard let before = base.appliedTransforms else {
      return AppliedTransforms(columns: base.columns, transformation: pipeline)
    }
    guard let first = before.transformation as? TransformPipeline else { return before }
    return AppliedTransforms(
      columns: before.columns, transformation: TransformPipeline(first.transforms + pipeline.transforms))
  }

  /// The base's options, and what the transforms do.
  public var optionSignature: Signature {
    var signature = base.optionSignature
    signature.add("the transforms", pipeline.summary)
    return signature
  }

  /// The base's, and what the transforms do.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the transforms", pipeline.summary)
    return signature
  }

  /// The number of steps of sequence `index`, where the base knows it without reading.
  public func stepCount(of index: Int) -> Int? {
    (base as? any SizedSequenceRecordReader).map { sized in
      pipeline.transforms.reduce(sized.stepCount(of: index)) { $1.outputStepCount($0) }
    }
  }

  /// The place of a cell after the first `count` transforms.
  fileprivate func position(
    of index: Int, _ cell: TransformCell, after count: Int, skipping skipped: [Int]
  ) -> RecordPosition {
    let cell = origin(of: cell, after: count)
    return base.position(of: index, step: fileRow(cell.step, skipping: skipped), column: cell.column)
  }

  /// The cell of the base that a cell after the first `count` transforms was worked out from; the first of several.
  private func origin(of cell: TransformCell, after count: Int) -> TransformCell {
    var cell = cell
    for stage in (0..<count).reversed() {
      // The length is not known without reading; groups that reach beyond the end do so behind the first source.
      let sources = pipeline.transforms[stage].sources(of: cell, columns: stages[stage], stepCount: .max)
      cell = sources.first ?? TransformCell(cell.step, min(cell.column, stages[stage].count - 1))
    }
    return cell
  }

  /// One thread's cursor.
  public struct Cursor: MeasuredSequenceCursor {
    fileprivate let reader: TransformedSequenceRecordReader
    fileprivate var base: any SequenceCursor
    /// Whether identities are worked out: not where nobody asks for them.
    fileprivate let identifies: Bool
    /// The identity of the sequence that was read last; 0 where none is worked out.
    private(set) var identity: UInt64 = 0

    fileprivate init(reader: TransformedSequenceRecordReader, base: any SequenceCursor, identifies: Bool) {
      (self.reader, self.base, self.identifies) = (reader, base, identifies)
    }

    /// Reads sequence `index` and transforms it.
    ///
    /// - Throws: What the base throws, and `RecordError` with the place of a value that a transform cannot take, or makes
    ///   what is no number of.
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

    /// The cost of reading, where the base measures it.
    public mutating func takeCost() -> ReadingCost { base.takeCostIfMeasured() }
  }
}

extension TransformedSequenceRecordReader: LinedSequences {
  /// The line of the row that row `step` was made of; counted from the first one where the base does not know lines.
  package func line(of index: Int, step: Int, skipping skippedRows: [Int]) -> Int? {
    let step = origin(of: TransformCell(step, 0), after: pipeline.transforms.count).step
    guard let lined = base as? any LinedSequences else {
      return base.source(of: index).firstLine + fileRow(step, skipping: skippedRows)
    }
    return lined.line(of: index, step: step, skipping: skippedRows)
  }

  /// The rows that the base leaves out; found by reading the sequence where it does not know.
  package func skippedRows(of index: Int) -> [Int] {
    if let lined = base as? any LinedSequences { return lined.skippedRows(of: index) }
    return whole(index).skippedRows
  }

  /// What the base decided, likewise.
  package func ledger(of index: Int) -> [LedgerEntry] {
    if let lined = base as? any LinedSequences { return lined.ledger(of: index) }
    return whole(index).ledger
  }

  /// A sequence of the base; one that cannot be read has no rows, and none that were left out.
  private func whole(_ index: Int) -> SequenceRecord {
    var record = SequenceRecord()
    guard var cursor = try? base.makeCursor(), (try? cursor.read(index, into: &record)) != nil else {
      return SequenceRecord()
    }
    return record
  }
}

extension SequenceRecordReader {
  /// The same sequences, transformed as they are read.
  ///
  /// - Throws: `RecordError` when the transforms do not suit the columns.
  public func transformed(by pipeline: TransformPipeline) throws -> TransformedSequenceRecordReader {
    try TransformedSequenceRecordReader(self, pipeline)
  }

  /// The same sequences, transformed as they are read.
  ///
  /// - Throws: `RecordError` when the transforms do not suit the columns.
  public func transformed(by transforms: any SequenceTransform...) throws -> TransformedSequenceRecordReader {
    try transformed(by: TransformPipeline(transforms))
  }
}
