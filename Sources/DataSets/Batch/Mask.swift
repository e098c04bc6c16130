/// The steps at which each example is present, `[N, T]`: one bit each, or no storage if all are present.
///
/// Every batch has a mask, so that no code path can ignore it. `isFull` is true exactly if nothing is
/// padding: a mask whose bits are all set is stored, and compares, as `.full`.
public struct Mask: Sendable, Hashable {
  /// The number of examples, N.
  public let exampleCount: Int
  /// The number of time steps, T.
  public let stepCount: Int
  /// One bit per step, row by row; `nil` if every step is present.
  private var words: [UInt64]?

  /// Returns a mask in which every step is present.
  public static func full(_ exampleCount: Int, _ stepCount: Int) -> Mask {
    Mask(exampleCount: exampleCount, stepCount: stepCount, words: nil)
  }

  /// Returns a mask in which no step is present.
  public static func empty(_ exampleCount: Int, _ stepCount: Int) -> Mask {
    Mask(rows: exampleCount, steps: stepCount) { _, _ in false }
  }

  /// Makes a mask in which row `n` is present during `ranges[n]`.
  public init(ranges: [Range<Int>], stepCount: Int) {
    precondition(
      ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= stepCount },
      "a range outside \(stepCount) steps")
    if ranges.allSatisfy({ $0.count == stepCount }) {
      self = .full(ranges.count, stepCount)
    } else {
      // Sets whole words at a time.
      var words = [UInt64](repeating: 0, count: (ranges.count * stepCount + 63) / 64)
      for (row, range) in ranges.enumerated() {
        var bit = row * stepCount + range.lowerBound
        let end = row * stepCount + range.upperBound
        while bit < end {
          let count = min(64 - bit & 63, end - bit)
          words[bit >> 6] |= (UInt64.max >> UInt64(64 - count)) << UInt64(bit & 63)
          bit += count
        }
      }
      self.init(exampleCount: ranges.count, stepCount: stepCount, words: words)
    }
  }

  /// Makes a mask from `isPresent(n, t)`.
  public init(rows: Int, steps: Int, isPresent: (_ example: Int, _ step: Int) -> Bool) {
    var words = [UInt64](repeating: 0, count: (rows * steps + 63) / 64)
    var present = 0
    var bit = 0
    for row in 0..<rows {
      for step in 0..<steps {
        if isPresent(row, step) {
          words[bit >> 6] |= 1 << UInt64(bit & 63)
          present += 1
        }
        bit += 1
      }
    }
    self.init(exampleCount: rows, stepCount: steps, words: present == bit ? nil : words)
  }

  private init(exampleCount: Int, stepCount: Int, words: [UInt64]?) {
    precondition(exampleCount >= 0 && stepCount >= 0, "a negative size")
    self.exampleCount = exampleCount
    self.stepCount = stepCount
    self.words = words
  }

  /// True if nothing is padding.
  public var isFull: Bool { words == nil }

  /// True if the step of the example is present.
  public subscript(example: Int, step: Int) -> Bool {
    precondition(example >= 0 && example < exampleCount && step >= 0 && step < stepCount, "outside the mask")
    guard let words else { return true }
    let bit = example * stepCount + step
    return words[bit >> 6] >> UInt64(bit & 63) & 1 == 1
  }

  /// The number of present steps of all examples.
  public var count: Int {
    words?.reduce(0) { $0 + $1.nonzeroBitCount } ?? exampleCount * stepCount
  }

  /// The number of present steps of each example.
  public var lengths: [Int] {
    if isFull { return [Int](repeating: stepCount, count: exampleCount) }
    return (0..<exampleCount).map { row in (0..<stepCount).reduce(0) { $0 + (self[row, $1] ? 1 : 0) } }
  }

  /// The last present step of each example; `nil` if it has none.
  public var lastSteps: [Int?] {
    (0..<exampleCount).map { row in (0..<stepCount).last { self[row, $0] } }
  }

  /// Returns the steps `range` of every example.
  public func steps(_ range: Range<Int>) -> Mask {
    precondition(range.lowerBound >= 0 && range.upperBound <= stepCount, "steps outside the mask")
    if isFull { return .full(exampleCount, range.count) }
    return Mask(rows: exampleCount, steps: range.count) { self[$0, range.lowerBound + $1] }
  }

  /// Returns the given examples, in the given order.
  public func rows(_ indices: [Int]) -> Mask {
    if isFull { return .full(indices.count, stepCount) }
    return Mask(rows: indices.count, steps: stepCount) { self[indices[$0], $1] }
  }

  /// Returns a mask of the steps that are present in either mask.
  public func union(_ other: Mask) -> Mask {
    precondition(
      exampleCount == other.exampleCount && stepCount == other.stepCount, "masks of different shapes")
    guard let words, let others = other.words else { return .full(exampleCount, stepCount) }
    let either = zip(words, others).map { $0 | $1 }
    let isFull = either.reduce(0) { $0 + $1.nonzeroBitCount } == exampleCount * stepCount
    return Mask(exampleCount: exampleCount, stepCount: stepCount, words: isFull ? nil : either)
  }

  /// Present steps as 1, others as 0, `[N, T]` with steps fastest: a mask array in other tools.
  public var floats: [Float] {
    if isFull { return [Float](repeating: 1, count: exampleCount * stepCount) }
    // Allocated once: appending would need up to three times as much memory.
    var floats = [Float](repeating: 0, count: exampleCount * stepCount)
    for row in 0..<exampleCount {
      for step in 0..<stepCount where self[row, step] { floats[row * stepCount + step] = 1 }
    }
    return floats
  }
}
