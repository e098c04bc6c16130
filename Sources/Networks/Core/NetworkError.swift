/// A batch or a setting that does not suit a network.
public struct NetworkError: Error, Hashable, CustomStringConvertible {
  /// What is wrong, what was expected and found, the remedy.
  public var problem: String

  /// Makes an error.
  public init(_ problem: String) { self.problem = problem }

  /// What is wrong, what was expected and found, the remedy.
  public var description: String { problem }
}
