/// Numbers that are the same in every run, so that a failing case can be repeated (Steele, Lea and Flood,
/// 2014).
///
/// The library's own generator is in a higher module than some of the tested code.
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  /// Makes the generator with the given state.
  public init(state: UInt64) { self.state = state }

  /// The next number of the stream.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `0..<bound`.
  public mutating func next(below bound: UInt64) -> UInt64 { next() % bound }
}
