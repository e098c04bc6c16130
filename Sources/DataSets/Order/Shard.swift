/// One of several readers that share every batch, for data-parallel training.
///
/// A shard takes its slice of each global batch, so all shards have the same number of batches, and the
/// slices together are exactly the batches that a single reader would have made, for any number of shards. A
/// slice may be smaller than others, or empty (N = 0) if a batch has fewer examples than there are shards.
///
/// ```swift
/// let mine = dataSets.sharded(Shard(index: 0, count: 3))
/// ```
public struct Shard: Sendable, Hashable, Codable {
  /// The index of the shard, from 0.
  public let index: Int
  /// The number of shards.
  public let count: Int

  /// Makes shard `index` of `count`.
  public init(index: Int, count: Int) {
    precondition(count > 0 && index >= 0 && index < count, "shard \(index) of \(count)")
    self.index = index
    self.count = count
  }

  /// The shard that takes all of every batch.
  public static let whole = Shard(index: 0, count: 1)

  /// Returns the range of this shard's slice of `size` examples: slices are disjoint, in order and complete,
  /// and their sizes differ by at most one.
  public func slice(of size: Int) -> Range<Int> {
    /// The sizes of the first `shards` slices together: size * shards / count, without overflow.
    func sizeOfFirst(_ shards: Int) -> Int {
      count.dividingFullWidth(size.multipliedFullWidth(by: shards)).quotient
    }
    return sizeOfFirst(index)..<sizeOfFirst(index + 1)
  }
}
