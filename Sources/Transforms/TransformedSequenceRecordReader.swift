import Records

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
    position(of: index, TransformCell(step, column), after: pipeline.transforms.count)
  }

  /// What the base did, and every transform in words.
  public func transforms(ofColumn column: Int) -> [String] {
    base.transforms(ofColumn: min(column, max(0, base.columns.count - 1)))
      + pipeline.transforms.map(\.summary)
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
  private func position(of index: Int, _ cell: TransformCell, after count: Int) -> RecordPosition {
    var cell = cell
    for stage in (0..<count).reversed() {
      // The length is not known without reading; groups that reach beyond the end do so behind the first source.
      let sources = pipeline.transforms[stage].sources(of: cell, columns: stages[stage], stepCount: .max)
      cell = sources.first ?? TransformCell(cell.step, min(cell.column, stages[stage].count - 1))
    }
    return base.position(of: index, step: cell.step, column: cell.column)
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
    /// - Throws: What the base throws, and `RecordError` with the place of a value that a transform cannot take.
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
      for (stage, transform) in reader.pipeline.transforms.enumerated() {
        do {
          try transform.applyCarryingMissing(&sequence, columns: reader.stages[stage])
        } catch let fault as TransformFault {
          guard let cell = fault.cell else {
            throw RecordError(fault.kind, path: reader.source(of: index).path, fault.problem)
          }
          let place = reader.position(of: index, cell, after: stage)
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

extension SequenceTransform {
  /// Applies the transform, and brings what counts as missing along with the values.
  func applyCarryingMissing(_ record: inout SequenceRecord, columns: [String]) throws {
    let before = record.missingCells
    if before.isEmpty { return try apply(&record, columns: columns) }
    let (steps, width) = (record.stepCount, record.columnCount)
    record.missingCells = []
    try apply(&record, columns: columns)
    let missing = Set(before)
    var after = Set(record.missingCells)
    for at in record.values.indices where !record.values[at].isNaN {
      let cell = TransformCell(at / record.columnCount, at % record.columnCount)
      let sources = self.sources(of: cell, columns: columns, stepCount: steps)
      func isMissing(_ cell: TransformCell) -> Bool { missing.contains(cell.step * width + cell.column) }
      let counts = needsAllMissing ? sources.allSatisfy(isMissing) : sources.contains(where: isMissing)
      if counts && !sources.isEmpty { after.insert(at) }
    }
    record.missingCells = after.sorted()
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
