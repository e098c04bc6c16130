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

  fileprivate static func scan(
    _ reader: any SequenceRecordReader, _ policy: ErrorPolicy, _ workers: WorkerPool
  ) throws -> [Int32] {
    let known = (0..<reader.count).compactMap { reader.stepCount(of: $0).map { Int32($0) } }
    if known.count == reader.count { return known }
    // Several ranges per thread: cursors are expensive, and files differ in length.
    let size = max(1, reader.count / (8 * max(1, workers.threadCount)))
    let pending = stride(from: 0, to: reader.count, by: size).map { start in
      workers.submit { () throws -> [Int32] in
        var cursor = try reader.makeCursor()
        var record = SequenceRecord()
        return try (start..<min(start + size, reader.count)).map { index in
          do {
            try read(&cursor, index, into: &record)
            return Int32(record.stepCount)
          } catch let error as RecordError where policy[error.kind] == .skipSequence {
            return 0
          }
        }
      }
    }
    return try pending.flatMap { try $0.value() }
  }

  private static func read(
    _ cursor: inout some SequenceCursor, _ index: Int, into record: inout SequenceRecord
  ) throws { try cursor.read(index, into: &record) }
}

extension SequenceBatches {
  /// Checks that any series can be in one batch, if their lengths must be equal and any may meet.
  ///
  /// With alignment `.equal`, label files and a shuffled order, the shuffle decides in which epoch two lengths meet.
  /// This reads all features once, unless their lengths are known, so that the fault is found before the first epoch.
  ///
  /// - Throws: `RecordError` naming two files of different lengths; any error of reading.
  public func checkLengths(workers: WorkerPool = .shared) throws {
    guard recipe.alignment == .equal, recipe.ownLabelReader != nil, order != .sequential,
      batching == .inOrder,
      batchSize > 1
    else { return }
    let lengths = try SequenceLengths.scan(recipe.features, policy, workers)
    guard let first = lengths.firstIndex(where: { $0 > 0 }),
      let other = lengths.firstIndex(where: { $0 > 0 && $0 != lengths[first] })
    else { return }
    throw recipe.unequalLengths(
      (other, Int(lengths[other]), recipe.features.source(of: other).firstLine),
      (first, Int(lengths[first]), recipe.features.source(of: first).firstLine))
  }
}
