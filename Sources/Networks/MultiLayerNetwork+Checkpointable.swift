import DataSets
import TensorFiles
import Training

extension MultiLayerNetwork: Checkpointable {
  /// Writes a model file; with `run` also everything that training needs to go on bit-identically.
  ///
  /// - Throws: `FileError` when it cannot be written.
  public func write(to path: String, run: String?, contract: DataContract?) throws {
    var file = ModelFile(network: self, contract: contract)
    file.run = run
    try file.save(to: path, with: run == nil ? [] : [.updater, .carriedState])
  }

  /// Takes up what `write` wrote: parameters, the updater's memory, iteration, epoch, carried states.
  ///
  /// - Returns: The `run` that was written with it.
  /// - Throws: `FileError` or `TensorFileError` when the file is missing, damaged, foreign, newer, or of a network of
  ///   another configuration; this one is then as it was.
  public mutating func restore(from path: String) throws -> String? {
    let types = configuration.layers.map { type(of: $0.layer) as any Layer.Type }
    let file = try ModelFile(path, layers: types, workers: workers)
    guard file.network.configuration == configuration else {
      throw TensorFileError(
        path: path,
        problem:
          "is a checkpoint of another network: \(configuration.difference(from: file.network.configuration)); go on "
          + "with the settings that the training was begun with, or begin anew")
    }
    self = file.network
    return file.run
  }
}

extension NetworkConfiguration {
  /// The first thing in which `stored` is another configuration, in words.
  fileprivate func difference(from stored: NetworkConfiguration) -> String {
    func words(_ what: String, _ own: some Any, _ other: some Any) -> String {
      "\(what) \(other) there, \(own) here"
    }
    if inputs != stored.inputs { return words("the inputs are", inputs, stored.inputs) }
    if layers.count != stored.layers.count {
      return words("the number of layers is", layers.count, stored.layers.count)
    }
    for (index, (own, other)) in zip(layers, stored.layers).enumerated() where own != other {
      return words("layer \(index) is", own, other)
    }
    if seed != stored.seed { return words("the seed is", seed, stored.seed) }
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
}
