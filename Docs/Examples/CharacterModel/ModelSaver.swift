import Timestep

/// Writes the model after every epoch, with what its updater remembers: whoever loads it can go on training.
///
/// For runs that must survive anything, bit for bit, there are `Checkpoints`, which `CharacterIterator` is fit for.
final class ModelSaver: TrainingListener {
  private let path: String
  private let contract: DataContract

  /// Makes a saver.
  ///
  /// - Throws: `FileError` when there can be no file at `path`: now, and not after the first epoch.
  init(_ path: String, contract: DataContract) throws(FileError) {
    (self.path, self.contract) = (path, contract)
    _ = try FileWriter(path)
  }

  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    guard let network = trainer as? MultiLayerNetwork else { return }
    try ModelFile(network: network, contract: contract).save(to: path, with: .updater)
  }
}
