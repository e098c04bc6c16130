import Platform

/// Batches of which any can be made at once: by epoch and index, from any thread.
public protocol RandomAccessBatches: Sendable {
  /// The number of batches a pass.
  var batchCount: Int { get }

  /// Batch `index` of pass `epoch`.
  func batch(epoch: Int, index: Int) throws -> DataSet
}

/// Walks through a collection's batches in order, made ahead by the threads of a pool.
///
/// The batches are the same for any number of threads. Dropping the walk drops what was not begun. After an
/// error it stays where it is: `next` throws it again.
public struct PrefetchingIterator<Collection: RandomAccessBatches>: Sendable {
  /// What the walk goes through.
  public let collection: Collection
  /// The pass.
  public private(set) var epoch = 0
  /// The next batch of the pass.
  public private(set) var index = 0
  private let workers: WorkerPool
  private let prefetchCount: Int
  /// How long `next` has waited, and when it was called first; `nil` before.
  private var waiting: UInt64 = 0
  private var begun: ContinuousClock.Instant?
  /// What is on its way: batch `index` of this pass and the next ones.
  private var ahead: [Pending<DataSet>] = []

  /// Makes a walk from the first batch of the first pass on.
  ///
  /// - Parameters:
  ///   - collection: Whose batches it gives.
  ///   - workers: Whose threads make batches.
  ///   - prefetchCount: How many batches are made ahead, which bounds memory; by default two a thread.
  public init(_ collection: Collection, workers: WorkerPool = .shared, prefetchCount: Int? = nil) {
    self.collection = collection
    self.workers = workers
    // The one that a thread makes, and one to begin when that is done, though nobody has drawn it yet.
    self.prefetchCount = prefetchCount ?? 2 * workers.threadCount
    precondition(self.prefetchCount > 0, "at least one batch is on its way")
  }

  /// The next batch, or `nil` at the end of the pass, and ever after until `begin`.
  public mutating func next() throws -> DataSet? {
    let start = ContinuousClock.now
    begun = begun ?? start
    defer { waiting &+= start.nanosecondsUntilNow }
    while ahead.count < prefetchCount && index + ahead.count < collection.batchCount {
      let (collection, epoch, index) = (collection, epoch, index + ahead.count)
      ahead.append(workers.submit { try collection.batch(epoch: epoch, index: index) })
    }
    guard let first = ahead.first else { return nil }
    let batch = try first.value()
    ahead.removeFirst()
    index += 1
    return batch
  }

  /// Where the time went, given what making the batches cost.
  public func report(cost: BatchCost) -> PipelineReport {
    PipelineReport(cost: cost, waiting: waiting, elapsed: begun?.nanosecondsUntilNow ?? 0)
  }

  /// Goes on at batch `index` of pass `epoch`.
  public mutating func begin(epoch: Int, index: Int = 0) {
    (self.epoch, self.index) = (epoch, index)
    ahead = []
  }
}
