import Sequences

/// A permutation of the numbers below a count, computed from a key, with O(1) memory and random access.
///
/// A balanced Feistel network (Luby & Rackoff 1988) over the smallest power of four that holds the count,
/// with cycle walking (Black & Rogaway 2002): results outside the range are permuted again, fewer than four
/// times on average. Round function: the finalizer of SplitMix64 (Steele, Lea & Flood 2014).
package struct KeyedPermutation: Sendable, Hashable {
  /// The number of permuted elements.
  package let count: Int
  private let halfBits: UInt64
  private let keys: [UInt64]

  /// Makes the permutation of `0..<count` determined by (`seed`, `epoch`).
  package init(count: Int, seed: UInt64, epoch: Int) {
    precondition(count >= 0, "a negative count")
    self.count = count
    let bits = UInt64(UInt64.bitWidth - UInt64(max(0, count - 1)).leadingZeroBitCount)
    halfBits = max(1, (bits + 1) / 2)
    var generator = SplitMix64(
      seed: seed.mixed ^ (UInt64(bitPattern: Int64(epoch)) &+ SplitMix64.increment).mixed)
    // Four rounds make a strong pseudo-random permutation; the extra two compensate for the small domains.
    keys = (0..<6).map { _ in generator.next() }
  }

  /// The element at `position`.
  package subscript(position: Int) -> Int {
    precondition(position >= 0 && position < count, "position \(position) outside a permutation of \(count)")
    var value = UInt64(position)
    repeat { value = encrypt(value) } while value >= UInt64(count)
    return Int(value)
  }

  private func encrypt(_ value: UInt64) -> UInt64 {
    let mask = (1 << halfBits) - 1 as UInt64
    var left = value >> halfBits
    var right = value & mask
    for key in keys { (left, right) = (right, left ^ ((right ^ key).mixed & mask)) }
    return left << halfBits | right
  }
}

/// A small generator whose entire state is one number (Steele, Lea & Flood 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  /// The step from one state to the next: 2^64 divided by the golden ratio.
  static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var state: UInt64

  /// Makes the generator determined by `seed`.
  public init(seed: UInt64) { state = seed }

  /// Returns the next number of the stream.
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return state.mixed
  }
}
