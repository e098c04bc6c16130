import Platform

/// The error about a sequence or a batch that does not fit in memory.
///
/// It is not a `RecordError`: no policy skips the series.
public struct InsufficientMemory: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file of the longest series.
  public let path: String
  /// What does not fit, the available and the required bytes, the remedy.
  public let problem: String

  /// Makes an error.
  package init(path: String, _ problem: String) { (self.path, self.problem) = (path, problem) }

  /// `PATH: what does not fit, the available and the required bytes, the remedy`.
  public var description: String { "\(escapedText(path.utf8, limit: nil)): \(problem)" }
}
