import Records
import Tensors
import Workers

/// Batches of sequences, one after the other, made ahead by the threads of a pool.
///
/// ```swift
/// var batches = try SequenceDataSetIterator(
///   features: features, labels: labels, batchSize: 32, labelEncoding: .oneHot(classes: 4), alignment: .end)
/// while let batch = try batches.next() { ... }
/// ```
/// Batches come in order, and are the same for any number of threads. Dropping the iterator drops what was not begun.
/// After an error the iterator stays where it is: `next` throws it again.
public struct SequenceDataSetIterator: ResumableDataSetIterator, CountedDataSetIterator {
  private var walk: DataSetWalk<SequenceDataSets>

  /// Makes an iterator over `dataSets`.
  ///
  /// - Parameters:
  ///   - workers: Whose threads read.
  ///   - prefetchCount: How many batches are made ahead, which bounds memory; by default one a thread.
  public init(_ dataSets: SequenceDataSets, workers: WorkerPool = .shared, prefetchCount: Int? = nil) {
    walk = DataSetWalk(dataSets, workers: workers, prefetchCount: prefetchCount)
  }

  /// Makes an iterator over features and labels that have readers of their own.
  public init(
    features: some SequenceRecordReader, labels: some SequenceRecordReader, batchSize: Int = 32,
    labelEncoding: LabelEncoding, alignment: Alignment = .equal, order: Order = .sequential,
    storageOrder: StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceDataSets(
        features: features, labels: .reader(labels, labelEncoding), batchSize: batchSize,
        alignment: alignment,
        order: order, storageOrder: storageOrder))
  }

  /// Makes an iterator over sequences of which some columns are the labels.
  public init(
    features: some SequenceRecordReader, labelColumns: Int..., batchSize: Int = 32,
    labelEncoding: LabelEncoding,
    alignment: Alignment = .equal, order: Order = .sequential, storageOrder: StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceDataSets(
        features: features, labels: .columns(labelColumns, labelEncoding), batchSize: batchSize,
        alignment: alignment, order: order, storageOrder: storageOrder))
  }

  /// Makes an iterator over sequences without labels.
  public init(
    features: some SequenceRecordReader, batchSize: Int = 32, alignment: Alignment = .equal,
    order: Order = .sequential, storageOrder: StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceDataSets(
        features: features, batchSize: batchSize, alignment: alignment, order: order,
        storageOrder: storageOrder))
  }

  /// What the iterator walks through; any batch of it can be made at once.
  public var dataSets: SequenceDataSets { walk.collection }

  /// The number of batches of a pass.
  public var batchCount: Int { dataSets.stepCount }

  /// The next batch, or `nil` at the end of the pass, and ever after until `begin`.
  public mutating func next() throws -> DataSet? { try walk.next() }

  /// Begins pass `epoch`.
  public mutating func begin(epoch: Int) { walk.begin(epoch: epoch) }

  /// The position before the next batch.
  public var state: IteratorState {
    IteratorState(epoch: walk.epoch, step: walk.step, fingerprints: dataSets.fingerprints)
  }

  /// Takes up the position `state`.
  ///
  /// - Throws: `IteratorStateError` when the state belongs to other data, other options, or another version.
  public mutating func restore(_ state: IteratorState) throws {
    try state.check(dataSets.fingerprints, stepCount: dataSets.stepCount)
    walk.begin(epoch: state.epoch, step: state.step)
  }
}
