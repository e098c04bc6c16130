import DataSets
import Platform

/// A directory in which a run stores its best and its latest model.
///
/// ```swift
/// let summary = try loop.fit(&network, batches, models: ModelDirectory("models", contract: contract))
/// summary.bestModel   // "models/best.safetensors"
/// ```
/// The latest model is written after every epoch and at the end, the best one after every epoch whose metric
/// is better than all before it. Both are models alone: identical training runs write identical bytes. Only
/// one run at a time can write to the directory: another one is rejected in the meantime.
public struct ModelDirectory: Sendable, Hashable {
  /// The directory; it is created if it is missing.
  public let path: String
  /// The properties of their data that the models may rely on; `nil`: none.
  public let contract: DataContract?
  /// The extension of the files' names, without the dot.
  public let fileExtension: String

  /// Makes the description of a directory; nothing is read or written.
  ///
  /// - Parameters:
  ///   - path: The directory; it is created if it is missing, but its parent is not.
  ///   - contract: The properties of their data that the models may rely on.
  ///   - fileExtension: The extension of the files' names, without the dot.
  public init(_ path: String, contract: DataContract? = nil, fileExtension: String = "safetensors") {
    precondition(
      !fileExtension.contains("/"),
      "the file extension \(fileExtension) contains a slash; give a name without one")
    self.path = path
    self.contract = contract
    self.fileExtension = fileExtension
  }

  /// The path of the best model, which exists once an epoch was best.
  public var best: String { "\(path)/best.\(fileExtension)" }

  /// The path of the latest model, which exists once an epoch is done.
  public var latest: String { "\(path)/latest.\(fileExtension)" }

  /// Removes temporary files that a killed process has left.
  func removeLeftovers() throws {
    try Directory.removeLeftovers(in: path) {
      $0 == "best.\(fileExtension)" || $0 == "latest.\(fileExtension)"
    }
  }
}
