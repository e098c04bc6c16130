/// The order in which a pass visits the examples; stateless integer arithmetic.
public enum ExampleOrder: Sendable, Hashable, Codable {
  /// By index: the order of the split.
  case sequential
  /// By a permutation keyed by the seed and the epoch: different in every epoch, but always the same for one
  /// epoch.
  case shuffled(seed: UInt64)

  /// Returns the indices at positions `range` of pass `epoch` over `count` examples, for the batches of a
  /// custom iterator.
  public func indices(_ range: Range<Int>, of count: Int, epoch: Int) -> [Int] {
    switch self {
    case .sequential: return Array(range)
    case .shuffled(let seed):
      let permutation = KeyedPermutation(count: count, seed: seed, epoch: epoch)
      return range.map { permutation[$0] }
    }
  }
}
