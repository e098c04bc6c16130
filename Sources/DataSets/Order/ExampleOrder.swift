/// The order in which a pass visits the examples; arithmetic on integers, no state.
public enum ExampleOrder: Sendable, Hashable, Codable {
  /// By index: the order of the split.
  case sequential
  /// By a permutation keyed by the seed and the epoch: another one every epoch, the same one for the same
  /// epoch.
  case shuffled(seed: UInt64)

  /// The indices at positions `range` of pass `epoch` over `count` examples: what an iterator of your own puts into a batch.
  public func indices(_ range: Range<Int>, of count: Int, epoch: Int) -> [Int] {
    switch self {
    case .sequential: return Array(range)
    case .shuffled(let seed):
      let permutation = KeyedPermutation(count: count, seed: seed, epoch: epoch)
      return range.map { permutation[$0] }
    }
  }
}
