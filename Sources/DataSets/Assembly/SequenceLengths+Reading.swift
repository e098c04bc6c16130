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
    let policy = dataSets.policy
    var lengths = try Self.scan(recipe.features, policy, workers)
    if case .reader(let labels, _) = recipe.labelSource {
      let others = try Self.scan(labels, policy, workers)
      for index in lengths.indices { lengths[index] = max(lengths[index], others[recipe.pairing[index]]) }
    }
    self.init(steps: lengths)
  }

  private static func scan(
    _ reader: any SequenceRecordReader, _ policy: ErrorPolicy, _ workers: WorkerPool
  ) throws -> [Int32] {
    if let known = reader.knownStepCounts { return known }
    return try inParallel(reader.count, workers) { range in
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

  /// Computes the lengths of `count` examples, a range of them at a time.
  fileprivate static func inParallel(
    _ count: Int, _ workers: WorkerPool, _ lengths: @escaping @Sendable (Range<Int>) throws -> [Int32]
  ) throws -> [Int32] {
    // Several ranges per thread: cursors are expensive, and files differ in length.
    let size = max(1, count / (8 * workers.threadCount))
    let pending = stride(from: 0, to: count, by: size).map { start in
      workers.submit { () throws -> [Int32] in try lengths(start..<min(start + size, count)) }
    }
    return try pending.flatMap { try $0.value() }
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
  /// Checks that any series can be in one batch, if their lengths must be equal and any may meet.
  ///
  /// With alignment `.equal`, label files and a shuffled order, the shuffle decides in which epoch two lengths meet.
  /// This reads all examples once, so that the fault is found before the first epoch. Their lengths are those that they
  /// have in batches: a row that a policy dropped from the features or the labels is missing in both. If no fault is
  /// permitted and the readers know all lengths, nothing is read.
  ///
  /// - Throws: `RecordError` naming two files of different lengths; any error of reading.
  public func checkLengths(workers: WorkerPool = .shared) throws {
    guard recipe.alignment == .equal, let labels = recipe.ownLabelReader, order != .sequential,
      batching == .inOrder, batchSize > 1, policy[.lengths] != .skipSequence
    else { return }
    let lengths: [Int32]
    if policy.raisesEverything, let known = recipe.features.knownStepCounts, labels.knownStepCounts != nil {
      lengths = known
    } else {
      let recipe = recipe
      lengths = try SequenceLengths.inParallel(exampleCount, workers) { range in
        let assembler = try BatchAssembler(recipe)
        return try range.map { Int32(try assembler.length(of: $0)) }
      }
    }
    guard let first = lengths.firstIndex(where: { $0 > 0 }),
      let other = lengths.firstIndex(where: { $0 > 0 && $0 != lengths[first] })
    else { return }
    throw recipe.unequalLengths(
      (other, Int(lengths[other]), recipe.features.source(of: other).firstLine),
      (first, Int(lengths[first]), recipe.features.source(of: first).firstLine))
  }
}
