import DataSets

/// A trainer that can be saved between two updates and restored later, in another process too.
///
/// A checkpoint is one file, and at the same time a model file: opening it as a model gives the parameters.
/// ```swift
/// try network.write(to: "best.safetensors", run: nil, contract: contract)
/// ```
public protocol Checkpointable: Trainer {
  /// Writes the trainer to one file, which appears complete and on the disk, or not at all.
  ///
  /// - Parameters:
  ///   - path: The file to write; an existing file is replaced.
  ///   - run: The position of the run, as text that only the loop understands; it is stored in the file. With
  ///     it, the file holds everything that is needed to continue bit-identically: parameters, the updater's
  ///     memory, iteration, epoch, and carried states. `nil`: a model alone, equal bytes for equal models.
  ///   - contract: The properties of its data that the model may rely on; `nil`: none.
  /// - Throws: An error if the file cannot be written.
  func write(to path: String, run: String?, contract: DataContract?) throws

  /// Restores the state that `write` wrote; the trainer must have been made with the same configuration.
  ///
  /// - Returns: The `run` that was written with it.
  /// - Throws: An error if the file is missing, damaged, foreign or newer; `TrainingError` if it is valid but
  ///   of another configuration, in which case older checkpoints need not be tried. The trainer is then
  ///   unchanged.
  mutating func restore(from path: String) throws -> String?
}
