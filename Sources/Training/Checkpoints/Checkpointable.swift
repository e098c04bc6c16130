import DataSets

/// A trainer that can be written down between two updates and taken up again, in another process too.
///
/// A checkpoint is one file, and a model file at the same time: whoever opens it as a model gets the parameters.
/// ```swift
/// try network.write(to: "best.safetensors", run: nil, contract: contract)
/// ```
public protocol Checkpointable: Trainer {
  /// Writes the trainer to one file, which appears complete and on the disk, or not at all.
  ///
  /// - Parameters:
  ///   - path: The file to write; one that is there is replaced.
  ///   - run: Where the run stands, as text that only the loop understands; it travels in the file. With it the file
  ///     holds everything that is needed to go on bit-identically: parameters, the updater's memory, iteration, epoch,
  ///     and carried states. `nil`: a model alone, equal bytes for equal models.
  ///   - contract: What the model may rely on about its data; `nil`: nothing.
  /// - Throws: When the file cannot be written.
  func write(to path: String, run: String?, contract: DataContract?) throws

  /// Takes up what `write` wrote; the trainer must have been made with the same configuration.
  ///
  /// - Returns: The `run` that was written with it.
  /// - Throws: When the file is missing, damaged, foreign or newer; `TrainingError` when it is sound but of another
  ///   configuration: it is then no reason to look at older checkpoints. The trainer is as it was.
  mutating func restore(from path: String) throws -> String?
}
