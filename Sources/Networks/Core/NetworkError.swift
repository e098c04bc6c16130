/// An error about a batch or a setting that does not suit a network.
public struct NetworkError: Error, Hashable, CustomStringConvertible {
  /// The problem: what is wrong, what was expected and found, and the remedy.
  public var problem: String

  /// Makes an error.
  public init(_ problem: String) { self.problem = problem }

  /// The same as `problem`.
  public var description: String { problem }
}
