import DataSets
import Platform

/// A directory in which a run keeps its best and its latest model.
///
/// ```swift
/// let summary = try loop.fit(&network, &batches, models: ModelDirectory("models", contract: contract))
/// summary.bestModel   // "models/best.safetensors"
/// ```
/// The latest is written after every epoch and at the end, the best after every epoch whose figure is better than all
/// before it. Both are models alone: equal trainings write equal bytes. One run at a time writes there: another is
/// refused as long as it lasts.
public struct ModelDirectory: Sendable, Hashable {
  /// The directory; it is made when it is missing.
  public let path: String
  /// What the models may rely on about their data; `nil`: nothing.
  public let contract: DataContract?
  /// What the files' names end with, without the point.
  public let fileExtension: String

  /// Makes the description of a directory; nothing is looked at or written.
  ///
  /// - Parameters:
  ///   - path: The directory; it is made when it is missing, its parent is not.
  ///   - contract: What the models may rely on about their data.
  ///   - fileExtension: What the files' names end with, without the point.
  public init(_ path: String, contract: DataContract? = nil, fileExtension: String = "safetensors") {
    precondition(!fileExtension.contains("/"), "a file extension with a slash")
    self.path = path
    self.contract = contract
    self.fileExtension = fileExtension
  }

  /// Where the best model is, once an epoch was best.
  public var best: String { "\(path)/best.\(fileExtension)" }

  /// Where the latest model is, once an epoch is done.
  public var latest: String { "\(path)/latest.\(fileExtension)" }

  /// Removes what a killed process has left behind.
  func removeLeftovers() throws {
    try Directory.removeLeftovers(in: path) {
      $0 == "best.\(fileExtension)" || $0 == "latest.\(fileExtension)"
    }
  }
}
