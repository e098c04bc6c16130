import ArgumentParser

/// A range of numbers, including both ends: `0...9`.
struct NumberRange: NotatedFlagValue, CustomStringConvertible {
  let first: Int
  let last: Int

  init(flag text: String) throws(ValidationError) {
    let ends = text.split(separator: "...", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, last >= 0 else {
      throw ValidationError("expected FIRST...LAST with three dots and numbers from 0, such as 0...9")
    }
    guard first <= last else {
      throw ValidationError("the first number is greater than the last; write \(last)...\(first)")
    }
    (self.first, self.last) = (first, last)
  }

  var description: String { "\(first)...\(last)" }
}
