import DataSets
import Platform
import Training

extension MultiLayerNetwork: Checkpointable {
  /// Writes a model file; with `run`, it also holds everything that training needs to continue
  /// bit-identically.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func write(to path: String, run: String?, contract: DataContract?) throws {
    var file = ModelFile(network: self, contract: contract)
    file.run = run
    try file.save(to: path, with: run == nil ? [] : [.updater, .carriedState])
  }

  /// Restores the state that `write` wrote: parameters, the updater's memory, iteration, epoch, carried
  /// states.
  ///
  /// The state of `rnnTimeStep` is not part of training: it is cleared. With `acceptsOtherLearningRate`, the
  /// learning rate of the updater may be another one there; this network keeps its own.
  ///
  /// - Returns: The `run` that was written with it.
  /// - Throws: `FileError` or `TensorFileError` if the file is missing, damaged, foreign or newer;
  ///   `TrainingError` if it holds a network of another configuration. This network is then unchanged.
  public mutating func restore(from path: String) throws -> String? {
    let types = configuration.layers.map { type(of: $0.layer) as any Layer.Type }
    let file = try ModelFile(withoutContract: path, layers: types, workers: workers)
    var stored = file.network.configuration
    if acceptsOtherLearningRate {
      stored.updater = stored.updater.replacingLearningRate(configuration.updater.learningRate)
    }
    guard stored == configuration else {
      let isOtherRate =
        stored.updater != configuration.updater
        && stored.updater.replacingLearningRate(configuration.updater.learningRate) == configuration.updater
      throw TrainingError(
        .checkpoint,
        "\(path): is a checkpoint of another network: \(configuration.difference(from: stored)); resume with the settings "
          + "that the training was started with, "
          + (isOtherRate ? "or with another learning rate from here on (\(Remedy.changeLearningRate)), " : "")
          + "or start again in another directory")
    }
    var restored = self
    (restored.parameters, restored.updaterStates) = (file.network.parameters, file.network.updaterStates)
    (restored.iteration, restored.epoch) = (file.network.iteration, file.network.epoch)
    (restored.carriedState, restored.rnnState) = (file.network.carriedState, nil)
    restored.lastUpdate = nil
    self = restored
    return file.run
  }
}

extension NetworkConfiguration {
  /// Returns the first difference between this configuration and `stored`, in words.
  fileprivate func difference(from stored: NetworkConfiguration) -> String {
    func text(_ rate: Schedule) -> String {
      if case .constant(let rate) = rate { return "\(rate)" }
      return "\(rate)"
    }
    if inputs != stored.inputs { return words("the inputs are", inputs, stored.inputs) }
    if layers.count != stored.layers.count {
      return words("the number of layers is", layers.count, stored.layers.count)
    }
    for (index, (own, other)) in zip(layers, stored.layers).enumerated() where own != other {
      let (kind, otherKind) = (type(of: own.layer).kind, type(of: other.layer).kind)
      if kind != otherKind { return "layer \(index) is \(otherKind) there, \(kind) here" }
      return firstDifference("of \(name(of: index))", own, other)
    }
    if seed != stored.seed { return words("the seed is", seed, stored.seed) }
    if updater != stored.updater, stored.updater.replacingLearningRate(updater.learningRate) == updater {
      return words("the learning rate is", text(updater.learningRate), text(stored.updater.learningRate))
    }
    if updater != stored.updater { return words("the updater is", updater, stored.updater) }
    if weights != stored.weights { return words("the initialization is", weights, stored.weights) }
    if backpropagation != stored.backpropagation {
      return words("back-propagation is", backpropagation, stored.backpropagation)
    }
    if gradientLimit != stored.gradientLimit {
      return words("the gradient limit is", gradientLimit, stored.gradientLimit)
    }
    return words("l1 and l2 are", "\(l1), \(l2)", "\(stored.l1), \(stored.l2)")
  }

  private func words(_ what: String, _ own: some Any, _ other: some Any) -> String {
    "\(what) \(inWords(other)) there, \(inWords(own)) here"
  }

  /// Returns the innermost property in which `own` and `other` differ, such as `the size of layer 0 (lstm) is
  /// 4 there, 5 here`.
  private func firstDifference(_ owner: String, _ own: Any, _ other: Any) -> String {
    for (mine, theirs) in zip(Mirror(reflecting: own).children, Mirror(reflecting: other).children) {
      guard let label = mine.label, "\(mine.value)" != "\(theirs.value)" else { continue }
      // Layers are compared property by property, inner layers too; other settings are shown whole.
      if mine.value is any Layer || mine.value is OutputSettings {
        return firstDifference(owner, mine.value, theirs.value)
      }
      return words("the \(inWords(label)) \(owner) is", mine.value, theirs.value)
    }
    return "the settings \(owner) differ"
  }
}
