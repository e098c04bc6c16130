import Platform
import Sequences
import Tensors

/// Iterates over batches of sequences, prefetched by the threads of a pool.
///
/// ```swift
/// var batches = try SequenceDataSetIterator(
///   features: features, labels: labels, batchSize: 32, labelEncoding: .oneHot(classes: 4), alignment: .end)
/// while let batch = try batches.next() { ... }
/// ```
/// Batches arrive in order, and are the same for any number of threads. Dropping the iterator cancels batches
/// that have not been started. After an error, the iterator stays at the same batch: `next` throws the error
/// again.
///
/// Sequences that the policy of the data sets skips make their batch smaller; a batch that is left empty is
/// omitted. Every decision is reported, in the order of the batches, for any number of threads:
/// ```swift
/// var batches = SequenceDataSetIterator(dataSets, errorBudget: .share(0.001)) { entry in
///   ledger.append(entry)
/// }
/// ```
/// The iterator of a shard omits nothing: all shards have the same number of batches. With an error budget, it reads the
/// data of all shards once more, because the budget is that of the whole pass.
public struct SequenceDataSetIterator: ResumableDataSetIterator, CountedDataSetIterator {
  private var prefetcher: PrefetchingIterator<SequenceBatches>
  private let errorBudget: ErrorBudget
  /// The number of whole sequences; 0 without a budget, for which it is not needed.
  private let sequenceCount: Int
  private let onDecision: @Sendable (Ledger.Entry) -> Void
  /// The number of faulty sequences in this pass so far.
  private var faultyCount = 0
  /// The error that ended the pass; `nil` while the budget is not exceeded.
  private var exceeded: ErrorBudget.Exceeded?
  /// True if the pass had an example, or does not begin with its first batch.
  private var hasExamples = false
  /// The first decision of this pass; `nil` if there is none.
  private var firstDecision: Ledger.Entry?

  /// Makes an iterator over `dataSets`.
  ///
  /// - Parameters:
  ///   - dataSets: The batches to iterate over.
  ///   - workers: The threads that read.
  ///   - prefetchCount: The number of batches made in advance, which bounds memory; by default, two per
  ///     thread.
  ///   - errorBudget: The permitted number of faulty sequences per pass, if the policy does not raise faults.
  ///   - onDecision: Called with every decision about a fault, when `next` returns the batch that it
  ///     concerns.
  public init(
    _ dataSets: SequenceBatches, workers: WorkerPool = .shared, prefetchCount: Int? = nil,
    errorBudget: ErrorBudget = .unlimited, onDecision: @escaping @Sendable (Ledger.Entry) -> Void = { _ in }
  ) {
    self.errorBudget = errorBudget
    sequenceCount = errorBudget == .unlimited ? 0 : dataSets.sequenceCount
    self.onDecision = onDecision
    prefetcher = PrefetchingIterator(dataSets, workers: workers, prefetchCount: prefetchCount)
  }

  /// Makes an iterator over features and labels with separate readers.
  public init(
    features: some SequenceRecordReader, labels: some SequenceRecordReader, batchSize: Int = 32,
    labelEncoding: LabelSource.Encoding, alignment: Alignment = .equal, order: ExampleOrder = .sequential,
    storageOrder: Tensor.StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceBatches(
        features: features, labels: .reader(labels, labelEncoding), batchSize: batchSize,
        alignment: alignment,
        order: order, storageOrder: storageOrder))
  }

  /// Makes an iterator over sequences that contain their labels as columns.
  public init(
    features: some SequenceRecordReader, labelColumns: Int..., batchSize: Int = 32,
    labelEncoding: LabelSource.Encoding,
    alignment: Alignment = .equal, order: ExampleOrder = .sequential,
    storageOrder: Tensor.StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceBatches(
        features: features, labels: .columns(labelColumns, labelEncoding), batchSize: batchSize,
        alignment: alignment, order: order, storageOrder: storageOrder))
  }

  /// Makes an iterator over sequences without labels.
  public init(
    features: some SequenceRecordReader, batchSize: Int = 32, alignment: Alignment = .equal,
    order: ExampleOrder = .sequential, storageOrder: Tensor.StorageOrder = .timeMajor
  ) throws {
    self.init(
      try SequenceBatches(
        features: features, batchSize: batchSize, alignment: alignment, order: order,
        storageOrder: storageOrder))
  }

  /// The underlying data set; its batches can be made in any order.
  public var dataSets: SequenceBatches { prefetcher.collection }

  /// The number of batches per pass.
  public var batchCount: Int { dataSets.batchCount }

  /// Returns the next batch, or `nil` at the end of the pass and from then on until `begin`.
  ///
  /// - Throws: Any error of reading; `ErrorBudget.Exceeded` if the pass has too many faulty sequences; `RecordError` if the
  ///   policy left out all of them. (A shard cannot know that of the others.)
  public mutating func next() throws -> DataSet? {
    if let exceeded { throw exceeded }
    while let batch = try prefetcher.next() {
      for entry in batch.ledger.entries { onDecision(entry) }
      firstDecision = firstDecision ?? batch.ledger.entries.first
      try count(batch.ledger)
      hasExamples = hasExamples || batch.exampleCount > 0
      if batch.exampleCount > 0 || dataSets.shard != .whole { return batch }
    }
    if !hasExamples, dataSets.shard == .whole, let firstDecision {
      throw RecordError(nothingLeftAfter: firstDecision)
    }
    return nil
  }

  /// Counts the faulty sequences of the batch that was drawn last.
  ///
  /// A shard counts those of all slices, so that every shard ends the pass where a single reader does.
  private mutating func count(_ ledger: Ledger) throws {
    guard errorBudget != .unlimited else {
      faultyCount += ledger.sequenceCount
      return
    }
    let isShard = dataSets.shard != .whole && !dataSets.policy.raisesEverything
    let faults =
      try isShard
      ? dataSets.faults(epoch: prefetcher.epoch, index: prefetcher.index - 1)
      : (ledger.sequenceCount, ledger.entries.last)
    faultyCount += faults.count
    let limit = errorBudget.limit(of: sequenceCount)
    guard faultyCount > limit, let last = faults.last else { return }
    let error = ErrorBudget.Exceeded(
      last: last, faultyCount: faultyCount, limit: limit, sequenceCount: sequenceCount)
    exceeded = error
    throw error
  }

  /// Begins pass `epoch`.
  public mutating func begin(epoch: Int) {
    prefetcher.begin(epoch: epoch)
    (faultyCount, exceeded, hasExamples, firstDecision) = (0, nil, false, nil)
  }

  /// The position before the next batch.
  public var state: IteratorState { state(at: batchIndex) }

  private func state(at batch: Int) -> IteratorState {
    let (data, options) = dataSets.signatures(at: batch)
    return IteratorState(
      epoch: prefetcher.epoch, batch: batch, faultyCount: faultyCount, data: data, options: options)
  }

  /// Moves to the position `state`.
  ///
  /// - Throws: `IteratorState.RestoreError` if the state belongs to other data, other options, or another version.
  public mutating func restore(_ state: IteratorState) throws {
    try state.check(against: self.state(at: state.batch), batchCount: batchCount)
    prefetcher.begin(epoch: state.epoch, index: state.batch)
    (faultyCount, exceeded, hasExamples, firstDecision) = (state.faultyCount, nil, state.batch > 0, nil)
  }

  /// The time spent by this iterator and its copies, such as that of a training loop.
  public var report: PipelineReport { prefetcher.report(cost: dataSets.cost) }
}

extension SequenceDataSetIterator: IndexedDataSetIterator {
  package var batchIndex: Int { prefetcher.index }

  package mutating func begin(epoch: Int, batch: Int) {
    begin(epoch: epoch)
    prefetcher.begin(epoch: epoch, index: batch)
    hasExamples = batch > 0
  }
}

extension SequenceBatches {
  /// Returns an iterator that prefetches batches with the threads of the shared pool.
  ///
  /// It neither limits nor reports the faults that a policy skips or repairs: for that, make a
  /// `SequenceDataSetIterator` with an error budget and a closure.
  public func makeIterator() -> SequenceDataSetIterator { SequenceDataSetIterator(self) }
}

extension RecordError {
  /// Makes the error about data of which a policy has left out every sequence.
  ///
  /// - Parameter decision: The first decision.
  package init(nothingLeftAfter decision: Ledger.Entry) {
    self.init(
      decision.fault, path: decision.file, line: decision.line,
      "every sequence was left out: expected at least one without fault, found none (this is the first decision); fix the "
        + "data, or choose another error policy")
  }
}
