/// A division of the rows of every sequence into consecutive parts: training, validation and test, in the order of time.
///
/// ```swift
/// let split = ChronologicalSplit(["train": 8, "validation": 1, "test": 1], gap: 24)
/// split.ranges(of: 1000)   // train: 0..<776, validation: 800..<876, test: 900..<1000
/// ```
/// A part ends `gap` rows before the next one begins, so that nothing in it can know what comes then.
public struct ChronologicalSplit: Sendable, Hashable, CustomStringConvertible {
  /// The rule by which rows are divided.
  private enum Rule: Sendable, Hashable {
    case weights([Double])
    /// Fold `index` of `count`: see `init(fold:of:)`.
    case fold(Int, Int)
  }

  /// The names of the parts, in the order of time.
  public let names: [String]
  /// The number of rows that are left out at the end of a part, before another one.
  public let gap: Int
  private let rule: Rule

  /// Makes parts with these shares of the rows of every sequence; what does not divide evenly goes to later parts.
  public init(_ weights: KeyValuePairs<String, Double>, gap: Int = 0) {
    self.init(names: weights.map(\.key), weights: weights.map(\.value), gap: gap)
  }

  /// Makes parts called `names`.
  public init(names: [String], weights: [Double], gap: Int = 0) {
    precondition(names.count == weights.count && !names.isEmpty, "parts \(names) of \(weights)")
    precondition(
      weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.contains { $0 > 0 } && gap >= 0,
      "weights \(weights) and a gap of \(gap) rows: numbers of 0 or more, one of the weights above")
    (self.names, self.gap, rule) = (names, gap, .weights(weights))
  }

  /// Makes the parts "train" and "test" of one fold of a cross-validation in the order of time.
  ///
  /// The last rows of a sequence are divided into `count` blocks of equal length, rows / (count + 1). Block `index` is the
  /// test part, and all rows before it the training part. (scikit-learn: `TimeSeriesSplit`)
  public init(fold index: Int, of count: Int, gap: Int = 0) {
    precondition((0..<count).contains(index) && gap >= 0, "fold \(index) of \(count), with a gap of \(gap)")
    (names, self.gap, rule) = (["train", "test"], gap, .fold(index, count))
  }

  /// The names of the parts that have rows if a sequence is long enough.
  package var usedNames: [String] {
    guard case .weights(let weights) = rule else { return names }
    return zip(names, weights).filter { $0.1 > 0 }.map(\.0)
  }

  /// The parts and the gap, equal for equal divisions.
  public var description: String {
    let parts =
      switch rule {
      case .weights(let weights): zip(names, weights).map { "\($0) \($1)" }.joined(separator: ", ")
      case .fold(let index, let count): "fold \(index) of \(count)"
      }
    return gap == 0 ? parts : "\(parts), gap \(gap)"
  }

  /// Returns the rows of each part of a sequence of `rowCount` rows, without parts that have none.
  public func ranges(of rowCount: Int) -> [(part: String, rows: Range<Int>)] {
    let ranges: [Range<Int>]
    switch rule {
    case .weights(let weights):
      let total = weights.reduce(0, +)
      var (sum, start) = (0.0, 0)
      ranges = weights.map { weight in
        sum += weight
        let exact = Double(rowCount) * sum / total
        // Sums of decimals such as 0.1 are rounded: 62.999... of 63 rows is 63.
        let end = min(rowCount, Int(exact + 8 * exact.ulp))
        defer { start = end }
        return start..<max(start, end)
      }
    case .fold(let index, let count):
      let size = rowCount / (count + 1)
      let start = rowCount - (count - index) * size
      ranges = size == 0 ? [0..<0, 0..<0] : [0..<start, start..<start + size]
    }
    let last = ranges.lastIndex { !$0.isEmpty } ?? 0
    return zip(names, ranges).enumerated().compactMap { place, part in
      let end = place < last ? max(part.1.lowerBound, part.1.upperBound - gap) : part.1.upperBound
      return part.1.lowerBound < end ? (part.0, part.1.lowerBound..<end) : nil
    }
  }
}
