import Sequences

/// The length of every example before padding, for length buckets and the padding planner.
///
/// Readers that know lengths (`stepCount(of:)`: caches, windows, grouped files) are asked for
/// them; the sequences of other readers are read once.
public struct SequenceLengths: Sendable, Hashable {
  /// The number of steps of each example, the longer of features and labels.
  public let steps: [Int32]

  /// Makes a value from known lengths.
  public init(_ steps: [Int]) { self.steps = steps.map { Int32($0) } }

  init(steps: [Int32]) { self.steps = steps }

  /// The number of examples.
  public var count: Int { steps.count }

  /// A hash of all lengths.
  var fingerprint: Fingerprint {
    var result = Fingerprint()
    for length in steps { result.combine(Int(length)) }
    return result
  }
}
