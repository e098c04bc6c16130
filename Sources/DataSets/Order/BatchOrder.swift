import Sequences
import Synchronization

/// Computes the examples of batch `index` of pass `epoch`: integer arithmetic, the same for any number of
/// threads.
struct BatchOrder: Sendable {
  let exampleCount: Int
  let batchSize: Int
  let order: ExampleOrder
  let batching: Batching
  let firstBatch: Batching.FirstBatch
  /// True if a pass leaves out the examples at its end that do not fill a batch.
  let dropsLast: Bool
  /// The number of examples that a pass visits.
  private let visitedCount: Int
  /// The batch size, or the number of all examples if that is less, so that sums with it stay small.
  private let size: Int
  /// The number of batches per pass; the same in every pass.
  let batchCount: Int
  /// The length of every example; empty if batches do not depend on length.
  private let lengths: [Int32]
  /// A hash of the lengths; `nil` if batches do not depend on length.
  let lengthsFingerprint: Fingerprint?
  private let buckets: [Bucket]
  private let largest = LargestBatch()

  /// One bucket of lengths.
  private struct Bucket: Sendable {
    /// Its examples, in ascending order.
    var members: [Int32] = []
    var batchSize: Int
    /// The number of batches in the preceding buckets.
    var firstBatch = 0
    var batchCount: Int { (members.count + batchSize - 1) / batchSize }
  }

  init(
    exampleCount: Int, batchSize: Int, order: ExampleOrder, batching: Batching = .inOrder,
    lengths: SequenceLengths? = nil, firstBatch: Batching.FirstBatch = .inOrder, dropsLast: Bool = false
  ) {
    precondition(batchSize > 0, "a batch size of \(batchSize)")
    batching.check()
    precondition(
      lengths?.count ?? exampleCount == exampleCount,
      "\(lengths?.count ?? 0) lengths for \(exampleCount) examples")
    precondition(
      lengths != nil || batching == .inOrder && firstBatch == .inOrder,
      "batches by length need the examples' lengths")
    precondition(!dropsLast || !batching.hasBuckets, "every bucket has a last batch of its own")
    (self.exampleCount, self.batchSize, self.order) = (exampleCount, batchSize, order)
    (self.batching, self.firstBatch, self.dropsLast) = (batching, firstBatch, dropsLast)
    visitedCount = dropsLast ? exampleCount - exampleCount % batchSize : exampleCount
    self.lengths = lengths?.steps ?? []
    let size = min(batchSize, max(1, exampleCount))
    self.size = size
    lengthsFingerprint = lengths?.fingerprint
    switch batching {
    case .inOrder, .sortedWindows:
      buckets = []
      batchCount = (visitedCount + size - 1) / size
    case .buckets(let edges):
      buckets = Self.buckets(self.lengths, edges) { _ in size }
      batchCount = buckets.last.map { $0.firstBatch + $0.batchCount } ?? 0
    case .budget(let cells, let edges):
      buckets = Self.buckets(self.lengths, edges) { min(max(1, exampleCount), max(1, cells / max(1, $0))) }
      batchCount = buckets.last.map { $0.firstBatch + $0.batchCount } ?? 0
    }
  }

  /// Returns the buckets that have members, with the batch size that `size` gives for the longest possible
  /// length of a bucket.
  private static func buckets(_ lengths: [Int32], _ edges: [Int], size: (Int) -> Int) -> [Bucket] {
    let longest = lengths.max().map(Int.init) ?? 0
    var buckets = (edges + [max(longest, edges.last ?? 0)]).map { Bucket(batchSize: size($0)) }
    for (index, length) in lengths.enumerated() {
      buckets[firstIndex(edges.count) { edges[$0] >= Int(length) }].members.append(Int32(index))
    }
    buckets.removeAll { $0.members.isEmpty }
    for number in buckets.indices.dropFirst() {
      buckets[number].firstBatch = buckets[number - 1].firstBatch + buckets[number - 1].batchCount
    }
    return buckets
  }

  /// Returns the same batches in another order.
  func with(order: ExampleOrder) -> BatchOrder {
    BatchOrder(
      exampleCount: exampleCount, batchSize: batchSize, order: order, batching: batching,
      lengths: lengths.isEmpty ? nil : SequenceLengths(steps: lengths), firstBatch: firstBatch,
      dropsLast: dropsLast)
  }

  /// Returns the same batches without the last one of a pass if it is not full.
  func droppingLast() -> BatchOrder {
    BatchOrder(
      exampleCount: exampleCount, batchSize: batchSize, order: order, batching: batching,
      lengths: lengths.isEmpty ? nil : SequenceLengths(steps: lengths), firstBatch: firstBatch,
      dropsLast: true)
  }

  /// The number of examples of the largest batch.
  var largestSize: Int {
    if buckets.isEmpty { return min(size, visitedCount) }
    return buckets.reduce(0) { max($0, min($1.batchSize, $1.members.count)) }
  }

  /// The sets of examples of which any two may meet in a batch of some pass.
  var meetings: [[Int]] {
    if order == .sequential { return (0..<batchCount).map { unmoved(0, $0) } }
    if !buckets.isEmpty { return buckets.filter { $0.batchSize > 1 }.map { $0.members.map(Int.init) } }
    return size > 1 ? [Array(0..<exampleCount)] : []
  }

  /// Returns the examples of batch `index` of pass `epoch`, or of a shard's slice of it.
  ///
  /// If the largest batch is the first one, it is the largest slice for a shard.
  func examples(epoch: Int, index: Int, shard: Shard = .whole) -> [Int] {
    precondition(index >= 0 && index < batchCount, "batch \(index) of \(batchCount)")
    guard firstBatch == .largest else { return unmoved(epoch, index, shard) }
    // The largest batch and the first one are swapped.
    let place = largest.places(of: shard, epoch) {
      (0..<batchCount).map { cells(unmoved(epoch, $0, shard)) }
    }
    return unmoved(
      epoch, index == place.first ? place.largest : index == place.largest ? place.first : index, shard)
  }

  /// Returns the number of cells, including padding, in a batch of these examples: their number times the
  /// greatest length.
  func cells(_ examples: [Int]) -> Int { examples.count * Int(examples.reduce(0) { max($0, lengths[$1]) }) }

  private func unmoved(_ epoch: Int, _ index: Int, _ shard: Shard) -> [Int] {
    let all = unmoved(epoch, index)
    return shard == .whole ? all : Array(all[shard.slice(of: all.count, epoch: epoch, batch: index)])
  }

  private func unmoved(_ epoch: Int, _ index: Int) -> [Int] {
    switch batching {
    case .inOrder:
      let first = index * size
      return order.indices(first..<min(first + size, visitedCount), of: exampleCount, epoch: epoch)
    case .sortedWindows(let batches): return inWindow(epoch, index, batches)
    case .buckets, .budget: return inBucket(epoch, index)
    }
  }

  private func inWindow(_ epoch: Int, _ index: Int, _ batches: Int) -> [Int] {
    let batches = min(batches, batchCount)
    let (window, place) = index.quotientAndRemainder(dividingBy: batches)
    let first = window * batches * size
    let end = min(first + batches * size, visitedCount)
    let examples = order.indices(first..<end, of: exampleCount, epoch: epoch)
    // Ties are broken by index, so the order of equal lengths stays random.
    let sorted = examples.indices.sorted {
      (lengths[examples[$0]], $0) < (lengths[examples[$1]], $1)
    }
    let count = (examples.count + size - 1) / size
    let batch = shuffled(place, of: count, epoch, salt: UInt64(window) + 1)
    let range = batch * size..<min((batch + 1) * size, examples.count)
    return sorted[range].map { examples[$0] }
  }

  private func inBucket(_ epoch: Int, _ index: Int) -> [Int] {
    let batch = shuffled(index, of: batchCount, epoch, salt: 0)
    let number = firstIndex(buckets.count) { buckets[$0].firstBatch + buckets[$0].batchCount > batch }
    let bucket = buckets[number]
    let first = (batch - bucket.firstBatch) * bucket.batchSize
    let count = bucket.members.count
    return (first..<min(first + bucket.batchSize, count)).map {
      Int(bucket.members[shuffled($0, of: count, epoch, salt: UInt64(number) + 1)])
    }
  }

  /// Returns the element at `place` of a separate permutation for each `salt`; sequential order permutes
  /// nothing.
  private func shuffled(_ place: Int, of count: Int, _ epoch: Int, salt: UInt64) -> Int {
    guard case .shuffled(let seed) = order else { return place }
    let key = SplitMix64(seed: seed &+ salt &* 0xD1B5_4A32_D192_ED03).first
    return KeyedPermutation(count: count, seed: key, epoch: epoch)[place]
  }
}

extension SplitMix64 {
  /// The first number of the stream.
  fileprivate var first: UInt64 {
    var generator = self
    return generator.next()
  }
}

/// Returns the first of `count` indices that satisfies `isBehind`, as all later ones do; returns `count` if
/// none does.
private func firstIndex(_ count: Int, _ isBehind: (Int) -> Bool) -> Int {
  var range = 0..<count
  while !range.isEmpty {
    let middle = range.lowerBound + range.count / 2
    range = isBehind(middle) ? range.lowerBound..<middle : middle + 1..<range.upperBound
  }
  return range.lowerBound
}

/// The places of a pass's first batch and of its largest one, for each shard; computed once per pass, for all callers.
private final class LargestBatch: Sendable {
  typealias Places = (first: Int, largest: Int)

  private let known = Mutex<[Shard: (epoch: Int, places: Places)]>([:])

  /// Returns the places of pass `epoch`.
  ///
  /// - Parameter cells: Returns the cells of the shard's slice of every batch; those of an empty one are none.
  func places(of shard: Shard, _ epoch: Int, cells: () -> [Int]) -> Places {
    known.withLock { known in
      if let known = known[shard], known.epoch == epoch { return known.places }
      let cells = cells()
      let largest = cells.indices.max { (cells[$0], $1) < (cells[$1], $0) } ?? 0
      let places = (first: cells.firstIndex { $0 > 0 } ?? largest, largest: largest)
      known[shard] = (epoch, places)
      return places
    }
  }
}
