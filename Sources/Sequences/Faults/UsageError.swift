import Platform

/// An invalid request rather than a fault in the data: a pattern, a range, an option.
///
/// The command line exits with code 64 on such an error, and with 1 on all others.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, what was expected, what was found, the remedy.
  public var problem: String

  /// Makes an error.
  public init(_ problem: String) { self.problem = problem }

  /// Makes an error about the pattern of a split.
  init(pattern: String, _ problem: String) {
    self.init("pattern \"\(escapedText(pattern.utf8, limit: nil))\": \(problem)")
  }

  /// The same as `problem`.
  public var description: String { problem }
}
