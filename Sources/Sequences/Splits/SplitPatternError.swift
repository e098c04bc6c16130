/// An invalid pattern or range of numbers for a split.
public struct SplitPatternError: UsageError, Hashable, Sendable {
  /// The pattern as it was given.
  public var pattern: String
  /// What is wrong, what was expected, what was found, the remedy.
  public var problem: String

  /// Makes an error about `pattern`.
  public init(_ pattern: String, _ problem: String) {
    self.pattern = pattern
    self.problem = problem
  }

  /// `pattern "PATTERN": what is wrong, what was expected, what was found, the remedy`.
  public var description: String { "pattern \"\(escapedText(pattern.utf8, limit: nil))\": \(problem)" }
}
