import Platform

/// The sequences of another reader, transformed as they are read.
public struct TransformedSequenceRecordReader: SequenceRecordReader {
  /// The transforms applied to the sequences.
  public let pipeline: TransformPipeline
  /// The schema of `base`, with the columns after all transforms, and the transforms.
  public let schema: SequenceSchema
  private let base: any SequenceRecordReader
  /// The column names before every transform, and after all.
  fileprivate let stages: [[String]]
  /// The columns that the columns after each transform come from; empty if no column has timestamps.
  private let origins: [[Int?]]
  /// The attributes among the columns after each transform that makes rows of intervals without any; otherwise empty.
  private let repeatedAttributes: [[Int]]
  /// The sequences that the transforms were fitted on.
  fileprivate let lineage: Lineage

  /// Makes a reader that applies `pipeline` to the sequences of `base`.
  ///
  /// - Throws: `RecordError` if the transforms do not fit the columns.
  public init(_ base: any SequenceRecordReader, _ pipeline: TransformPipeline) throws {
    precondition(
      pipeline.isFitted, "the pipeline has still to learn from training data: pipeline.fitted(on: reader)")
    do {
      let pipeline = try pipeline.adapted(to: base.schema.classes, among: base.columns)
      stages = try pipeline.stages(base.columns)
      repeatedAttributes = try pipeline.transforms.indices.map { stage in
        guard pipeline.transforms[stage] is any RowGrouping else { return [] }
        return try TransformPipeline(Array(pipeline.transforms[...stage])).attributes(of: base.schema)
      }
      origins = base.schema.hasTimes ? pipeline.origins(stages) : []
      schema = base.schema.transformed(by: pipeline, into: stages[stages.count - 1])
      self.pipeline = pipeline
    } catch let fault as TransformFault {
      throw RecordError(fault.kind, path: base.firstPath, fault.problem)
    }
    self.base = base
    lineage = pipeline.lineage
  }

  /// The number of sequences.
  public var count: Int { base.count }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    TransformedSequenceCursor(reader: self, base: try base.makeCursor(), identifies: !lineage.isEmpty)
  }

  /// Makes a cursor that computes the identities of the sequences before all transforms.
  fileprivate func makeIdentifyingCursor() throws -> TransformedSequenceCursor {
    TransformedSequenceCursor(reader: self, base: try base.makeCursor(), identifies: true)
  }

  /// Returns the origin of sequence `index`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: index) }

  /// Returns the location in the file of the value that a value was computed from; the first if there are
  /// several.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let stages = rowOrdinals(of: index)
    let step = stages.last?.step(ofRow: row) ?? row
    return position(of: index, TransformCell(step, column), after: pipeline.transforms.count, stages)
  }

  /// The signature of `base`, and a description of the transforms.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the transforms", pipeline.summary)
    return signature
  }

  /// Returns the number of steps of sequence `index`, if `base` knows it without reading.
  public func stepCount(of index: Int) -> Int? {
    if pipeline.transforms.contains(where: { $0 is any RowGrouping }) { return nil }
    return base.stepCount(of: index).map { count in
      pipeline.transforms.reduce(count) { $1.outputStepCount($0) }
    }
  }

  /// Returns the number of first steps that the example before has too: those of `base` that no transform drops.
  public func repeatedStepCount(of index: Int) -> Int {
    let count = base.repeatedStepCount(of: index)
    guard count > 0, let steps = base.stepCount(of: index), let left = stepCount(of: index) else { return 0 }
    return max(0, count - (steps - left))
  }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: index) }

  /// Returns the location of a cell after the first `count` transforms.
  ///
  /// - Parameter stages: The ordinals of the steps before the first transform, and after each, as far as they are known.
  fileprivate func position(
    of index: Int, _ cell: TransformCell, after count: Int, _ stages: [RowOrdinals]
  ) -> SequenceRecord.Position {
    let cell = origin(of: cell, after: count, stages)
    let isKnown = stages.first.map { $0.count > cell.step } ?? false
    let row = isKnown ? stages[0][cell.step] : nil
    return base.position(of: index, row: row ?? cell.step, column: cell.column)
  }

  /// Returns the ordinals of the steps before the first transform, and after each, by reading and transforming
  /// the sequence again; fewer if that throws.
  fileprivate func rowOrdinals(of index: Int) -> [RowOrdinals] {
    var record = SequenceRecord()
    guard var cursor = try? base.makeCursor(), (try? cursor.read(index, into: &record)) != nil else {
      return []
    }
    var rows = [record.rowOrdinals]
    for stage in pipeline.transforms.indices {
      do { try apply(stage, to: &record) } catch { return rows }
      rows.append(record.rowOrdinals)
    }
    return rows
  }

  /// Applies one transform; exact timestamps move along with their columns.
  fileprivate func apply(_ stage: Int, to record: inout SequenceRecord) throws {
    let transform = pipeline.transforms[stage]
    try transform.applyChecked(&record, columns: stages[stage], to: stages[stage + 1])
    record.repeatAttributes(repeatedAttributes[stage])
    if let times = record.times, !(transform is any TimeCarrying) {
      record.times = origins.isEmpty ? nil : times.moved(to: origins[stage])
    }
  }

  /// Returns the bytes of `stepCount` rows after a transform that adds columns; 0 if it adds none.
  fileprivate func bytesOfWiderRows(_ stepCount: Int, after stage: Int) -> Double {
    let (before, after) = (stages[stage].count, stages[stage + 1].count)
    return after > before ? Double(stepCount) * Double(after * MemoryLayout<Float>.stride) : 0
  }

  /// Returns the cell of `base` that a cell after the first `count` transforms was computed from; the first
  /// if there are several.
  private func origin(of cell: TransformCell, after count: Int, _ rows: [RowOrdinals]) -> TransformCell {
    var cell = cell
    for stage in (0..<count).reversed() {
      if pipeline.transforms[stage] is any RowGrouping {
        guard stage + 1 < rows.count, cell.step < rows[stage + 1].count else { continue }
        cell.step = rows[stage].step(ofRow: rows[stage + 1][cell.step]) ?? cell.step
        continue
      }
      // The length is not known without reading; in a group that extends past the end, only later sources do.
      let sources = pipeline.transforms[stage].sources(of: cell, columns: stages[stage], stepCount: .max)
      cell = sources.first ?? TransformCell(cell.step, min(cell.column, stages[stage].count - 1))
    }
    return cell
  }
}

/// Reads and transforms sequences for one thread.
private struct TransformedSequenceCursor: SequenceCursor {
  let reader: TransformedSequenceRecordReader
  var base: any SequenceCursor
  /// True if identities are computed, which is skipped if they are not needed.
  let identifies: Bool
  /// The identity of the sequence read last; 0 if none is computed.
  var identity: UInt64 = 0

  /// Reads sequence `index` and transforms it.
  ///
  /// - Throws: Any error of `base`, and `RecordError` with the location of a value that a transform does
  ///   not accept, or turns into NaN or infinity; `InsufficientMemory` if its wider rows do not fit in memory.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    let rows = sequence.rowOrdinals
    if identifies {
      var identity = ExampleIdentity(of: reader.source(of: index))
      identity.add(sequence, columns: Array(0..<sequence.columnCount))
      self.identity = identity.value
      if reader.lineage.contains(identity.value) { sequence.isFittedExample = true }
    }
    let stages = reader.stages
    for (stage, transform) in reader.pipeline.transforms.enumerated() {
      do {
        try AvailableMemory.allocate(reader.bytesOfWiderRows(sequence.stepCount, after: stage)) { sizes in
          InsufficientMemory(
            path: reader.source(of: index).path,
            "its rows of \(stages[stage + 1].count) columns (\(transform.summary)) do not fit in memory: \(sizes) for "
              + "\(sequence.stepCount) rows; make fewer columns, or, in train and stream, lay series on lanes (\(Remedy.lanesInPieces))"
          )
        } _: {
          try reader.apply(stage, to: &sequence)
        }
      } catch let fault as TransformFault {
        guard let cell = fault.cell else {
          let source = reader.source(of: index)
          throw RecordError(
            fault.kind, path: source.path, line: reader.sharesFile(index) ? source.firstLine : nil,
            fault.problem)
        }
        // Where rows were merged by their contents, the sequence is transformed again to find the row.
        let isMerged = reader.pipeline.transforms.contains { $0 is any RowGrouping }
        let location = reader.position(
          of: index, cell, after: stage, isMerged ? reader.rowOrdinals(of: index) : [rows])
        throw RecordError(
          fault.kind, path: location.path, line: location.line, column: location.column, text: location.text,
          fault.problem)
      }
    }
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}

extension TransformPipeline {
  /// Returns the same pipeline, fitted on all sequences of `reader`, which must contain training data only.
  ///
  /// It makes one pass over the data per transform that learns; each sees the data as the transforms before
  /// it leave it, and records which sequences it has seen, as they are in `reader`.
  ///
  /// - Parameters:
  ///   - reader: The training data.
  ///   - policy: The handling of faults: sequences that it leaves out are not learned from. `nil`: that of the reader.
  /// - Throws: Any error of reading that the policy raises, and `RecordError` if the data does not suffice.
  public func fitted(on reader: some SequenceRecordReader, policy: ErrorPolicy? = nil) throws
    -> TransformPipeline
  {
    let policy = policy ?? reader.schema.policy
    var result = TransformPipeline([])
    for transform in transforms {
      guard let learning = transform as? any FittedSequenceTransform, !learning.isFitted else {
        result.transforms.append(transform)
        continue
      }
      let before = try TransformedSequenceRecordReader(reader, result)
      let columns = before.columns
      var identities: [UInt64] = []
      var (current, record) = (0, SequenceRecord())
      do {
        let statics = Set(columns.indices.filter(before.schema.isStatic))
        var seen: Set<Int> = []
        let learned = try learning.fitted(
          columns: columns, encodings: before.schema.currentEncodings, statics: statics
        ) { body in
          var cursor = try before.makeIdentifyingCursor()
          for index in 0..<before.count {
            current = index
            do {
              try cursor.read(index, into: &record)
            } catch let error as RecordError where policy[error.kind] == .skipSequence {
              continue
            }
            identities.append(cursor.identity)
            if !statics.isEmpty, !seen.insert(reader.wholeSequence(of: index)).inserted {
              // Another piece of the series has told its attributes.
              for at in record.values.indices where statics.contains(at % record.columnCount) {
                record.values[at] = .nan
              }
            }
            try body(record)
          }
        }
        result.transforms.append(learned.remembering(Lineage(identities)))
      } catch let fault as TransformFault {
        guard let cell = fault.cell else {
          throw RecordError(fault.kind, path: reader.firstPath, fault.problem)
        }
        let location = before.position(
          of: current, row: record.rowOrdinal(ofStep: cell.step), column: cell.column)
        throw RecordError(
          fault.kind, path: location.path, line: location.line, column: location.column, text: location.text,
          fault.problem)
      }
    }
    return result
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

extension TransformPipeline {
  /// Returns the columns after all transforms that attributes have become.
  ///
  /// - Parameter schema: That of the sequences before the transforms, with further transforms or without.
  fileprivate func attributes(of schema: SequenceSchema) throws -> [Int] {
    guard let columns = try stages(schema.columns).last, !schema.staticColumns.isEmpty else { return [] }
    return try columns.indices.filter { schema.isStatic(try sourceColumn(of: $0, columns: schema.columns)) }
  }
}

extension SequenceRecord {
  /// Gives every step without a value of an attribute that of the step before: it is constant.
  fileprivate mutating func repeatAttributes(_ columns: [Int]) {
    guard !columns.isEmpty else { return }
    var missing = Set(missingCells)
    for step in stride(from: 1, to: stepCount, by: 1) {
      for column in columns {
        let at = step * columnCount + column
        guard values[at].isNaN else { continue }
        values[at] = values[at - columnCount]
        if missing.contains(at - columnCount) {
          missing.insert(at)
        } else if !values[at].isNaN {
          missing.remove(at)
        }
      }
    }
    missingCells = missing.sorted()
  }
}

extension TransformPipeline {
  /// Checks that no transform computes with the class numbers in some columns as if they were quantities.
  ///
  /// - Parameters:
  ///   - classNumbers: The names of these columns.
  ///   - reader: The sequences.
  /// - Throws: `RecordError` about the first transform that does.
  package func check(classNumbers: [String], in reader: any SequenceRecordReader) throws {
    do {
      var columns = reader.columns
      for transform in transforms {
        try transform.checkQuantities(besides: classNumbers, [:], columns)
        columns = try transform.outputColumns(columns)
      }
    } catch let fault as TransformFault {
      throw RecordError(fault.kind, path: reader.firstPath, fault.problem)
    }
  }
}
