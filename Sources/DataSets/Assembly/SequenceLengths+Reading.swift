import Platform
import Sequences

extension SequenceLengths {
  /// Determines the lengths of the examples of `dataSets`.
  ///
  /// A sequence that the policy of the data sets skips has length 0.
  ///
  /// - Throws: Any error of reading.
  public init(of dataSets: SequenceBatches, workers: WorkerPool = .shared) throws {
    let recipe = dataSets.recipe
    guard let labels = recipe.ownLabelReader else {
      self.init(steps: try Self.scan(recipe.features, dataSets.policy, workers))
      return
    }
    // Labels of rows that transforms or windows drop are dropped too.
    if !recipe.dropsFeatureRows, let known = recipe.features.knownStepCounts,
      let others = labels.knownStepCounts
    {
      self.init(steps: known.indices.map { max(known[$0], others[recipe.pairing[$0]]) })
    } else {
      // Labels are read with their features: which of them belong to an example, its rows tell.
      self.init(steps: try dataSets.lengthsInBatches(workers))
    }
  }

  private static func scan(
    _ reader: any SequenceRecordReader, _ policy: ErrorPolicy, _ workers: WorkerPool
  ) throws -> [Int32] {
    if let known = reader.knownStepCounts { return known }
    return try workers.map(rangesOf: reader.count) { range in
      var cursor = try reader.makeCursor()
      var record = SequenceRecord()
      return try range.map { index in
        do {
          try read(&cursor, index, into: &record)
          return Int32(record.stepCount)
        } catch let error as RecordError where policy[error.kind] == .skipSequence {
          return 0
        }
      }
    }
  }

  private static func read(
    _ cursor: inout some SequenceCursor, _ index: Int, into record: inout SequenceRecord
  ) throws { try cursor.read(index, into: &record) }
}

extension SequenceRecordReader {
  /// The number of steps of every sequence, if all are known.
  fileprivate var knownStepCounts: [Int32]? {
    let known = (0..<count).lazy.compactMap { stepCount(of: $0).map { Int32($0) } }
    return known.count == count ? Array(known) : nil
  }
}

extension SequenceBatches {
  /// Reads the lengths of all examples in batches; 0 of those that the policy skips.
  fileprivate func lengthsInBatches(_ workers: WorkerPool) throws -> [Int32] {
    let recipe = recipe
    return try workers.map(rangesOf: exampleCount) { range in
      let assembler = try BatchAssembler(recipe)
      return try range.map { Int32(try assembler.length(of: $0)) }
    }
  }

  /// Checks that series that may meet in a batch are of the same length, if they must be.
  ///
  /// With alignment `.equal` and label files, the shuffle decides in which epoch two lengths meet. This reads all
  /// examples once, so that the fault is found before the first batch, whatever policies say: a length that differs is
  /// not a fault of the series. Lengths are those in batches: a row that a policy dropped from the features or the
  /// labels is missing in both, and a sequence that a policy skips has none. If no fault is permitted and the readers
  /// know all lengths, nothing is read.
  ///
  /// - Throws: `RecordError` naming two files of different lengths; any error of reading.
  public func checkLengths(workers: WorkerPool = .shared) throws {
    guard recipe.alignment == .equal, let labels = recipe.ownLabelReader, largestBatchSize > 1 else { return }
    let lengths: [Int32]
    if policy.raisesEverything, let known = recipe.features.knownStepCounts, labels.knownStepCounts != nil {
      lengths = known
    } else {
      lengths = try lengthsInBatches(workers)
    }
    for examples in batches.meetings {
      guard let first = examples.first(where: { lengths[$0] > 0 }),
        let other = examples.first(where: { lengths[$0] > 0 && lengths[$0] != lengths[first] })
      else { continue }
      throw recipe.unequalLengths(
        (other, Int(lengths[other]), recipe.features.source(of: other).firstLine),
        (first, Int(lengths[first]), recipe.features.source(of: first).firstLine))
    }
  }
}
