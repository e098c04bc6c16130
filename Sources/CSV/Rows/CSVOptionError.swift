import Sequences

/// An invalid option of a CSV reader.
public struct CSVOptionError: UsageError, Hashable, Sendable {
  /// What is wrong, what was expected, what was found, the remedy.
  public var problem: String

  /// Makes an error.
  public init(_ problem: String) { self.problem = problem }

  /// What is wrong, what was expected, what was found, the remedy.
  public var description: String { problem }
}
