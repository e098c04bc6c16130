/// The rule that finds the row of another file by its time: that of an as-of join.
///
/// ```swift
/// TimeMatch(.previous, tolerance: 20_000_000)   // at most 20 ms before
/// ```
/// It gives the rows of pandas' `merge_asof`.
public struct TimeMatch: Sendable, Hashable {
  /// The side on which a row is looked for.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// The last row that is not later; a later one is never used.
    case previous
    /// The nearest row; of two that are equally near, the earlier one.
    case nearest
  }

  /// The side on which a row is looked for.
  public let direction: Direction
  /// The longest time between the two rows, in nanoseconds; `nil`: any.
  public let tolerance: Int?

  /// Makes a rule.
  public init(_ direction: Direction = .previous, tolerance: Int? = nil) {
    precondition(tolerance ?? 0 >= 0, "a tolerance of \(tolerance ?? 0) ns")
    (self.direction, self.tolerance) = (direction, tolerance)
  }

  /// Returns, for each of `times`, the index of the row in `others` that belongs to it; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - times: Timestamps, some of which may be missing: such a row has no partner.
  ///   - others: Timestamps; rows without one are no partners. Of equal ones, the last row counts.
  func steps(of times: [Int128], in others: [Int128]) -> [Int?] {
    let known = others.indices.filter { others[$0] != RowTimes.missing }.sorted {
      (others[$0], $0) < (others[$1], $1)
    }
    return times.map { time -> Int? in
      guard time != RowTimes.missing else { return nil }
      // The number of rows of `known` that are not later than the time.
      var (count, end) = (0, known.count)
      while count < end {
        let middle = (count + end) / 2
        if others[known[middle]] <= time { count = middle + 1 } else { end = middle }
      }
      let before = count > 0 ? known[count - 1] : nil
      let after = direction == .nearest && count < known.count ? known[count] : nil
      func distance(_ row: Int?) -> Int128 { row.map { abs(others[$0] - time) } ?? .max }
      let nearest = distance(before) <= distance(after) ? before : after
      return distance(nearest) <= tolerance.map { Int128($0) } ?? .max ? nearest : nil
    }
  }
}

extension TimeMatch: CustomStringConvertible {
  /// The rule in words, equal for equal rules.
  public var description: String {
    "the \(direction) row" + (tolerance.map { ", at most \($0) ns away" } ?? "")
  }
}
