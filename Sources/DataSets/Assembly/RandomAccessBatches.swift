import Platform
import Sequences
import Synchronization

/// Batches that can be made in any order: by epoch and index, from any thread.
public protocol RandomAccessBatches: DataSetSource, Sendable {
  /// The number of batches per pass.
  var batchCount: Int { get }

  /// Returns batch `index` of pass `epoch`.
  func batch(epoch: Int, index: Int) throws -> DataSet
}

extension RandomAccessBatches {
  /// Returns an iterator that prefetches batches.
  public func makeIterator() -> PrefetchingIterator<Self> { PrefetchingIterator(self) }
}

/// Iterates over the batches of a collection in order, prefetched by the threads of a pool.
///
/// The batches are the same for any number of threads. Dropping the iterator cancels batches that have not
/// been started. After an error, it stays at the same batch: `next` throws the error again.
public struct PrefetchingIterator<Collection: RandomAccessBatches>: CountedDataSetIterator, Sendable {
  /// The collection of batches.
  public let collection: Collection
  /// The current pass.
  public private(set) var epoch = 0
  /// The index of the next batch of the pass.
  public private(set) var index = 0
  private let workers: WorkerPool
  /// The number of batches made in advance; 1 from when there was no memory for them.
  private var prefetchCount: Int
  private let meter = WaitingMeter()
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
    // One batch that a thread is making, and one to start when that is done, even if it has not been taken yet.
    self.prefetchCount = prefetchCount ?? max(1, 2 * workers.threadCount)
    precondition(self.prefetchCount > 0, "at least one batch is on its way")
  }

  /// Returns the next batch, or `nil` at the end of the pass and from then on until `begin`.
  public mutating func next() throws -> DataSet? {
    let start = ContinuousClock.now
    defer { meter.add(from: start) }
    guard index < collection.batchCount else { return nil }
    while prefetchCount > 1 && ahead.count < prefetchCount && index + ahead.count < collection.batchCount {
      let (collection, epoch, index) = (collection, epoch, index + ahead.count)
      ahead.append(
        workers.submit {
          try AvailableMemory.$isInAdvance.withValue(true) {
            try collection.batch(epoch: epoch, index: index)
          }
        })
    }
    let batch = try first() ?? collection.batch(epoch: epoch, index: index)
    index += 1
    return batch
  }

  /// Takes the batch that was made in advance; returns `nil` if there is none, or if there is no memory for making
  /// batches in advance.
  private mutating func first() throws -> DataSet? {
    guard let first = ahead.first else { return nil }
    do {
      let batch = try first.value()
      ahead.removeFirst()
      return batch
    } catch is InsufficientMemory {
      prefetchCount = 1
      // Batches that are being made take memory until they are done.
      while !ahead.isEmpty { _ = try? ahead.removeFirst().value() }
      return nil
    }
  }

  /// The number of batches per pass.
  public var batchCount: Int { collection.batchCount }

  /// Returns a report of the time spent by this iterator and its copies, given the cost of making the
  /// batches.
  public func report(cost: PipelineReport.Cost) -> PipelineReport {
    PipelineReport(cost: cost, waiting: meter.waiting, elapsed: meter.elapsed)
  }

  /// Begins pass `epoch`.
  public mutating func begin(epoch: Int) { begin(epoch: epoch, index: 0) }

  /// Continues at batch `index` of pass `epoch`.
  public mutating func begin(epoch: Int, index: Int) {
    (self.epoch, self.index) = (epoch, index)
    ahead = []
  }
}

/// The time that the copies of an iterator have waited for batches, and the time since their first batch was
/// requested, in nanoseconds.
///
/// A training loop works on a copy of the iterator that it is given, so copies share their meter.
private final class WaitingMeter: Sendable {
  private struct Times {
    var waiting: UInt64 = 0
    var begun: ContinuousClock.Instant?  // nil before the first request
  }

  private let times = Mutex(Times())

  var waiting: UInt64 { times.withLock { $0.waiting } }
  var elapsed: UInt64 { times.withLock { $0.begun?.nanosecondsUntilNow ?? 0 } }

  /// Adds the time from `start`, at which a batch was requested, until now.
  func add(from start: ContinuousClock.Instant) {
    times.withLock {
      $0.begun = $0.begun ?? start
      $0.waiting &+= start.nanosecondsUntilNow
    }
  }
}
