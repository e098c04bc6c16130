import Timestep

/// Writes the model after every epoch, with the state of its updater, so that training can continue from it.
///
/// For runs that must resume bit for bit, use `Checkpoints`, which `CharacterIterator` supports.
final class ModelSaver: TrainingListener {
  private let path: String
  private let contract: DataContract

  /// Makes a saver.
  ///
  /// - Throws: `FileError` if no file can be written at `path`: now, not after the first epoch.
  init(_ path: String, contract: DataContract) throws(FileError) {
    (self.path, self.contract) = (path, contract)
    _ = try FileWriter(path)
  }

  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    guard let network = trainer as? MultiLayerNetwork else { return }
    try ModelFile(network: network, contract: contract).save(to: path, with: .updater)
  }
}
