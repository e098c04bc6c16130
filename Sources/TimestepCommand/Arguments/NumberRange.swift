import ArgumentParser

/// A range of numbers, including both ends: `0...9`.
struct NumberRange: ExpressibleByArgument, CustomStringConvertible {
  let first: Int
  let last: Int

  init?(argument: String) {
    let ends = argument.split(separator: "...", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, first <= last else {
      return nil
    }
    (self.first, self.last) = (first, last)
  }

  var description: String { "\(first)...\(last)" }
}
