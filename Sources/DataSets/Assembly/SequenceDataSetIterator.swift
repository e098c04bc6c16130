import Platform
import Sequences
import Tensors

/// Batches of sequences, one after the other, made ahead by the threads of a pool.
///
/// ```swift
/// var batches = try SequenceDataSetIterator(
///   features: features, labels: labels, batchSize: 32, labelEncoding: .oneHot(classes: 4), alignment: .end)
/// while let batch = try batches.next() { ... }
/// ```
/// Batches come in order, and are the same for any number of threads. Dropping the iterator drops what was
/// not begun. After an error the iterator stays where it is: `next` throws it again.
///
/// Sequences that the data sets' policy leaves out make their batch smaller; one that is left empty is passed over.
/// Every decision is told as it is come to, in the order of the batches, for any number of threads:
/// ```swift
/// var batches = SequenceDataSetIterator(dataSets, errorBudget: .share(0.001)) { entry in ledger.append(entry) }
/// ```
/// A shard's iterator passes over nothing: all shards have the same number of steps.
public struct SequenceDataSetIterator: ResumableDataSetIterator, CountedDataSetIterator {
  private var walk: PrefetchingIterator<SequenceBatches>
  private let errorBudget: ErrorBudget
  private let onDecision: @Sendable (LedgerEntry) -> Void
  /// The sequences of this pass that were at fault so far.
  private var faultyCount = 0
  /// What ended the pass; `nil` while its budget lasts.
  private var exceeded: ErrorBudgetExceeded?

  /// Makes an iterator over `dataSets`.
  ///
  /// - Parameters:
  ///   - dataSets: Whose batches it gives.
  ///   - workers: Whose threads read.
  ///   - prefetchCount: How many batches are made ahead, which bounds memory; by default two a thread.
  ///   - errorBudget: How many sequences of a pass may be at fault, where the policy does not raise faults.
  ///   - onDecision: Is told every decision about a fault, when the batch that it concerns is drawn.
  public init(
    _ dataSets: SequenceBatches, workers: WorkerPool = .shared, prefetchCount: Int? = nil,
    errorBudget: ErrorBudget = .unlimited, onDecision: @escaping @Sendable (LedgerEntry) -> Void = { _ in }
  ) {
    self.errorBudget = errorBudget
    self.onDecision = onDecision
    walk = PrefetchingIterator(dataSets, workers: workers, prefetchCount: prefetchCount)
  }

  /// Makes an iterator over features and labels that have readers of their own.
  public init(
    features: some SequenceRecordReader, labels: some SequenceRecordReader, batchSize: Int = 32,
    labelEncoding: LabelEncoding, alignment: Alignment = .equal, order: ExampleOrder = .sequential,
    storageOrder: StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceBatches(
        features: features, labels: .reader(labels, labelEncoding), batchSize: batchSize,
        alignment: alignment,
        order: order, storageOrder: storageOrder))
  }

  /// Makes an iterator over sequences of which some columns are the labels.
  public init(
    features: some SequenceRecordReader, labelColumns: Int..., batchSize: Int = 32,
    labelEncoding: LabelEncoding,
    alignment: Alignment = .equal, order: ExampleOrder = .sequential, storageOrder: StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceBatches(
        features: features, labels: .columns(labelColumns, labelEncoding), batchSize: batchSize,
        alignment: alignment, order: order, storageOrder: storageOrder))
  }

  /// Makes an iterator over sequences without labels.
  public init(
    features: some SequenceRecordReader, batchSize: Int = 32, alignment: Alignment = .equal,
    order: ExampleOrder = .sequential, storageOrder: StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceBatches(
        features: features, batchSize: batchSize, alignment: alignment, order: order,
        storageOrder: storageOrder))
  }

  /// What the iterator walks through; any batch of it can be made at once.
  public var dataSets: SequenceBatches { walk.collection }

  /// The number of batches of a pass.
  public var batchCount: Int { dataSets.batchCount }

  /// The next batch, or `nil` at the end of the pass, and ever after until `begin`.
  ///
  /// - Throws: What reading throws; `ErrorBudgetExceeded` when the pass has too many sequences at fault.
  public mutating func next() throws -> DataSet? {
    if let exceeded { throw exceeded }
    while let batch = try walk.next() {
      try note(batch.ledger)
      if batch.exampleCount > 0 || dataSets.shard != .whole { return batch }
    }
    return nil
  }

  private mutating func note(_ ledger: Ledger) throws {
    guard let last = ledger.entries.last else { return }
    for entry in ledger.entries { onDecision(entry) }
    faultyCount += ledger.sequenceCount
    let limit = errorBudget.limit(of: dataSets.exampleCount)
    guard faultyCount > limit else { return }
    let error = ErrorBudgetExceeded(
      last: last, faultyCount: faultyCount, limit: limit, exampleCount: dataSets.exampleCount)
    exceeded = error
    throw error
  }

  /// Begins pass `epoch`.
  public mutating func begin(epoch: Int) {
    walk.begin(epoch: epoch)
    (faultyCount, exceeded) = (0, nil)
  }

  /// The position before the next batch.
  public var state: IteratorState {
    let (data, options) = dataSets.signatures
    return IteratorState(
      epoch: walk.epoch, step: walk.index, faultyCount: faultyCount, data: data, options: options)
  }

  /// Takes up the position `state`.
  ///
  /// - Throws: `IteratorStateError` when the state belongs to other data, other options, or another version.
  public mutating func restore(_ state: IteratorState) throws {
    try state.check(against: self.state, batchCount: batchCount)
    walk.begin(epoch: state.epoch, index: state.step)
    (faultyCount, exceeded) = (state.faultyCount, nil)
  }

  /// Where the time went since the iterator was made.
  public var report: PipelineReport { walk.report(cost: dataSets.cost) }
}
