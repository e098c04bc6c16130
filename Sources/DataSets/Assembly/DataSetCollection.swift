import Platform

/// Batches of which any can be made at once: by pass and step, from any thread.
public protocol DataSetCollection: Sendable {
  /// The number of batches a pass.
  var stepCount: Int { get }

  /// Batch `step` of pass `epoch`.
  func batch(epoch: Int, step: Int) throws -> DataSet
}

/// Walks through a collection's batches in order, made ahead by the threads of a pool.
///
/// The batches are the same for any number of threads. Dropping the walk drops what was not begun. After an
/// error it stays where it is: `next` throws it again.
public struct DataSetWalk<Collection: DataSetCollection>: Sendable {
  /// What the walk goes through.
  public let collection: Collection
  /// The pass.
  public private(set) var epoch = 0
  /// The next batch of the pass.
  public private(set) var step = 0
  private let workers: WorkerPool
  private let prefetchCount: Int
  /// How long `next` has waited, and when it was called first; `nil` before.
  private var waiting: UInt64 = 0
  private var begun: ContinuousClock.Instant?
  /// What is on its way: batch `step` of this pass and the next ones.
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
    while ahead.count < prefetchCount && step + ahead.count < collection.stepCount {
      let (collection, epoch, step) = (collection, epoch, step + ahead.count)
      ahead.append(workers.submit { try collection.batch(epoch: epoch, step: step) })
    }
    guard let first = ahead.first else { return nil }
    let batch = try first.value()
    ahead.removeFirst()
    step += 1
    return batch
  }

  /// Where the time went, given what making the batches cost.
  public func report(cost: BatchCost) -> PipelineReport {
    PipelineReport(cost: cost, waiting: waiting, elapsed: begun?.nanosecondsUntilNow ?? 0)
  }

  /// Goes on at batch `step` of pass `epoch`.
  public mutating func begin(epoch: Int, step: Int = 0) {
    (self.epoch, self.step) = (epoch, step)
    ahead = []
  }
}
