/// One of several readers that share every batch: its part of a data-parallel training.
///
/// A shard takes its slice of each global batch, so all shards have the same number of steps, and the slices put
/// together are the very batches that one reader alone would have made, for any number of shards. A slice may be
/// smaller than others, or empty (N = 0) where a batch has fewer examples than there are shards.
///
/// ```swift
/// let mine = dataSets.sharded(Shard(index: 0, count: 3))
/// ```
public struct Shard: Sendable, Hashable, Codable {
  /// Which of the shards, from 0.
  public let index: Int
  /// The number of shards.
  public let count: Int

  /// Makes shard `index` of `count`.
  public init(index: Int, count: Int) {
    precondition(count > 0 && index >= 0 && index < count, "shard \(index) of \(count)")
    self.index = index
    self.count = count
  }

  /// All of every batch.
  public static let whole = Shard(index: 0, count: 1)

  /// Where this shard's slice of `size` examples lies: disjoint, in order, all of them, sizes differing by one at most.
  public func slice(of size: Int) -> Range<Int> {
    // Whole and rest apart: the product of a large size and a large count would not fit.
    let (whole, rest) = size.quotientAndRemainder(dividingBy: count)
    let first = index * whole + index * rest / count
    let end = (index + 1) * whole + (index + 1) * rest / count
    return first..<end
  }
}
