import Platform

/// Batches that can be made in any order: by epoch and index, from any thread.
public protocol RandomAccessBatches: Sendable {
  /// The number of batches per pass.
  var batchCount: Int { get }

  /// Returns batch `index` of pass `epoch`.
  func batch(epoch: Int, index: Int) throws -> DataSet
}

/// Iterates over the batches of a collection in order, prefetched by the threads of a pool.
///
/// The batches are the same for any number of threads. Dropping the iterator cancels batches that have not
/// been started. After an error, it stays at the same batch: `next` throws the error again.
public struct PrefetchingIterator<Collection: RandomAccessBatches>: Sendable {
  /// The collection of batches.
  public let collection: Collection
  /// The current pass.
  public private(set) var epoch = 0
  /// The index of the next batch of the pass.
  public private(set) var index = 0
  private let workers: WorkerPool
  private let prefetchCount: Int
  /// The time that `next` has waited, and the time of its first call; `nil` before.
  private var waiting: UInt64 = 0
  private var begun: ContinuousClock.Instant?
  /// The pending batches: batch `index` of this pass, and those after it.
  private var ahead: [Pending<DataSet>] = []

  /// Makes an iterator that begins with the first batch of the first pass.
  ///
  /// - Parameters:
  ///   - collection: The batches to iterate over.
  ///   - workers: The threads that make batches.
  ///   - prefetchCount: The number of batches made in advance, which bounds memory; by default, two per
  ///     thread.
  public init(_ collection: Collection, workers: WorkerPool = .shared, prefetchCount: Int? = nil) {
    self.collection = collection
    self.workers = workers
    // One batch that a thread is making, and one to start when that is done, even if nobody has taken it yet.
    self.prefetchCount = prefetchCount ?? 2 * workers.threadCount
    precondition(self.prefetchCount > 0, "at least one batch is on its way")
  }

  /// Returns the next batch, or `nil` at the end of the pass and from then on until `begin`.
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

  /// Returns a report of the time spent, given the cost of making the batches.
  public func report(cost: BatchCost) -> PipelineReport {
    PipelineReport(cost: cost, waiting: waiting, elapsed: begun?.nanosecondsUntilNow ?? 0)
  }

  /// Continues at batch `index` of pass `epoch`.
  public mutating func begin(epoch: Int, index: Int = 0) {
    (self.epoch, self.index) = (epoch, index)
    ahead = []
  }
}
