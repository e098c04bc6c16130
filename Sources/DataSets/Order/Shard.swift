/// One of several readers that share every pass, for data-parallel training.
///
/// A shard takes its slice of each global batch, so all shards have the same number of batches, and the
/// slices together are exactly the batches that a single reader would have made, for any number of shards. The
/// sizes of a batch's slices differ by at most one, and the shards with one example more are others in the next
/// batch. A slice is empty (N = 0) if a batch has fewer examples than there are shards.
///
/// With `unit: .batch`, a shard takes whole batches instead, each in its turn, and its slices of the others are
/// empty.
///
/// ```swift
/// let mine = dataSets.sharded(Shard(index: 0, count: 3))
/// ```
public struct Shard: Sendable, Hashable, Codable {
  /// What shards share out.
  public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
    /// The examples of every batch.
    case example
    /// The batches of every pass.
    case batch
  }

  /// The index of the shard, from 0.
  public let index: Int
  /// The number of shards.
  public let count: Int
  /// What the shards share out.
  public let unit: Unit

  /// Makes shard `index` of `count`.
  public init(index: Int, count: Int, unit: Unit = .example) {
    precondition(count > 0 && index >= 0 && index < count, "shard \(index) of \(count)")
    (self.index, self.count, self.unit) = (index, count, unit)
  }

  /// Reads a shard; those of older programs have no unit.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    index = try values.decode(Int.self, forKey: .index)
    count = try values.decode(Int.self, forKey: .count)
    unit = try values.decodeIfPresent(Unit.self, forKey: .unit) ?? .example
  }

  /// The shard that takes all of every batch.
  public static let whole = Shard(index: 0, count: 1)

  /// Returns the range of this shard's slice of batch `batch` of pass `epoch`, which has `size` examples: slices
  /// are disjoint, in order and complete.
  public func slice(of size: Int, epoch: Int = 0, batch: Int = 0) -> Range<Int> {
    if unit == .batch { return turn(epoch, batch, 1) == index ? 0..<size : 0..<0 }
    let (share, surplus) = size.quotientAndRemainder(dividingBy: count)
    // The shards from `first` on, and then those from 0 on, have one example more.
    let first = turn(epoch, batch, surplus)
    let wrapped = max(0, surplus - (count - first))
    func start(_ shard: Int) -> Int {
      shard * share + min(shard, wrapped) + min(max(0, shard - first), surplus - wrapped)
    }
    return start(index)..<start(index + 1)
  }

  /// Returns the shard whose turn it is if every batch before has moved it on by `stride`, and every pass by one.
  private func turn(_ epoch: Int, _ batch: Int, _ stride: Int) -> Int {
    let moved = count.dividingFullWidth((batch % count).multipliedFullWidth(by: stride)).remainder
    let begun = epoch % count
    return moved < count - begun ? moved + begun : moved - (count - begun)
  }
}
