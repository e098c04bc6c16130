/// Labels from the future of the same sequences: at every step, the values that some columns will have in the next steps.
///
/// ```swift
/// let labels = HorizonLabelReader(series, targets: [0, 2], horizon: 24)
/// let batches = try SequenceBatches(features: series, labels: .reader(labels, .values), alignment: .equal)
/// ```
/// The columns of the labels run target by target: `load+1` ... `load+24`, `price+1` ...: with a lead of 6, `load+7` ... A
/// value that comes after the end of the sequence is missing (NaN), and so is the whole label of its step in a batch.
///
/// The labels of a piece, or of a part of `ChronologicalSplit`, come from that piece: nothing is taken from beyond its end.
public struct HorizonLabelReader<Base: SequenceRecordReader>: SequenceRecordReader {
  /// The reader of the sequences.
  public let base: Base
  /// The columns of `base` whose future values are the labels.
  public let targets: [Int]
  /// The number of future values of each column.
  public let horizon: Int
  /// The number of steps between a step and the first of its labels, beyond the next one.
  public let lead: Int
  /// The columns of the labels, all of which may be missing.
  public let schema: SequenceSchema

  /// Makes the labels of the sequences of `base`.
  ///
  /// - Parameters:
  ///   - base: The sequences, before transforms.
  ///   - targets: The columns whose future values are the labels; at least one.
  ///   - horizon: The number of values of each column, at least 1.
  ///   - lead: The number of steps that are skipped before the first value; default: 0, the next step.
  public init(_ base: Base, targets: [Int], horizon: Int, lead: Int = 0) {
    let names = base.columns
    precondition(
      !targets.isEmpty && targets.allSatisfy(names.indices.contains) && Set(targets).count == targets.count,
      "targets \(targets) of \(names.count) columns: at least one, each once")
    precondition(horizon > 0 && lead >= 0, "a horizon of \(horizon) steps after \(lead)")
    (self.base, self.targets, self.horizon, self.lead) = (base, targets, horizon, lead)
    let columns = targets.flatMap { target in
      (lead + 1...lead + horizon).map { "\(names[target])+\($0)" }
    }
    var schema = SequenceSchema(
      columns: columns, optionalColumns: Set(columns), options: base.schema.options,
      policy: base.schema.policy)
    schema.options.add("the horizon", "\(horizon) after \(lead)")
    self.schema = schema
  }

  /// The number of sequences.
  public var count: Int { base.count }

  /// Returns the number of steps: that of the sequence in `base`.
  public func stepCount(of index: Int) -> Int? { base.stepCount(of: index) }

  /// Returns the location of the sequence in `base`.
  public func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

  /// Returns the key of the example in `base`.
  public func exampleKey(of index: Int) -> String { base.exampleKey(of: index) }

  /// Returns the whole sequence in `base`.
  public func wholeSequence(of index: Int) -> Int { base.wholeSequence(of: index) }

  /// Returns the location of the future value in `base`.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let ahead = lead + 1 + column % horizon
    return base.position(
      of: index, row: laterRow(by: ahead, row, of: index) ?? row + ahead, column: targets[column / horizon])
  }

  /// Returns the row that comes a number of steps after a row, where rows may have been left out; `nil` if there is none.
  private func laterRow(by steps: Int, _ row: Int, of index: Int) -> Int? {
    guard base.schema.policy.skipsRows else { return row + steps }
    var record = SequenceRecord()
    guard var cursor = try? base.makeCursor(), (try? cursor.read(index, into: &record)) != nil,
      let step = record.rowOrdinals.step(ofRow: row), step + steps < record.stepCount
    else { return nil }
    return record.rowOrdinal(ofStep: step + steps)
  }

  /// The signature of `base`, and the settings.
  public var signature: Signature {
    var signature = base.signature
    signature.add("the horizon", "\(horizon) after \(lead), of the columns \(targets)")
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() throws -> some SequenceCursor {
    HorizonCursor(base: try base.makeCursor(), targets: targets, horizon: horizon, lead: lead)
  }
}

/// Reads the sequences whole, and takes their labels from them, for one thread.
private struct HorizonCursor<Base: SequenceCursor>: SequenceCursor {
  var base: Base
  let targets: [Int]
  let horizon: Int
  let lead: Int

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try base.read(index, into: &sequence)
    let (steps, width) = (sequence.stepCount, sequence.columnCount)
    var missing = Set(sequence.missingCells)
    missing = missing.filter { targets.contains($0 % width) }
    var values: [Float] = []
    values.reserveCapacity(steps * targets.count * horizon)
    for step in 0..<steps {
      for target in targets {
        for distance in lead + 1...lead + horizon {
          let cell = (step + distance) * width + target
          // What was filled in was not observed.
          values.append(step + distance < steps && !missing.contains(cell) ? sequence.values[cell] : .nan)
        }
      }
    }
    sequence.values = values
    sequence.columnCount = targets.count * horizon
    sequence.missingCells = []
    sequence.times = nil
    // The decisions about the rows are those of the features.
    sequence.ledger = []
  }

  mutating func takeCost() -> ReadingCost { base.takeCost() }
}
