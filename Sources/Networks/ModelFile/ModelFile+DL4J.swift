import DataSets
import Platform
import TensorFiles

extension ModelFile {
  /// Reads a model that Deeplearning4j's `ModelSerializer` wrote: versions 0.9.1 to 1.0.0-M2.1.
  ///
  /// - Throws: `FileError` if the file cannot be read; `TensorFileError` if it is damaged, or something in it has no
  ///   counterpart, which the message names.
  init(dl4j path: String, workers: WorkerPool) throws {
    let archive = try DL4JArchive(path)
    do {
      network = try DL4JNetwork(archive).network(workers: workers)
      let normalizers = try archive[.normalizer].map { bytes throws(Fault) in try DL4JNormalizers(bytes) }
      let contract = Self.contract(of: network, normalizers)
      if let problem = Self.problem(contract, of: network) {
        throw Fault.damage(
          "normalizer.bin", expected: "the columns of the network", found: "a normalizer \(problem)")
      }
      self.contract = contract
    } catch let error as Fault {
      throw TensorFileError(
        path: path, problem: "is a model of Deeplearning4j that cannot be read: \(error.reason)")
    } catch let error as NetworkError {
      throw TensorFileError(
        path: path,
        problem:
          "is a model of Deeplearning4j that cannot be read: expected a network that Timestep can have, found one "
          + "where \(error)")
    }
    origin = .deeplearning4j
    namesAreKnown = false
  }

  /// Returns the contract of a network whose file names no columns and classes: positions stand for them.
  private static func contract(of network: MultiLayerNetwork, _ normalizers: DL4JNormalizers?) -> DataContract
  {
    func positions(_ count: Int) -> [String] { (0..<count).map(String.init) }
    let outputs = network.outputSize
    var labels = DataContract.Labels(encoding: .values, names: positions(outputs))
    let last = network.configuration.layers.last?.layer
    let activation = (last as? any DenseOutputLayer)?.activation ?? (last as? RNNLoss)?.activation
    if normalizers?.labels == nil {
      switch activation {
      case .softmax where outputs > 1: labels.encoding = .oneHot
      case .sigmoid where outputs == 1: labels = .init(encoding: .oneHot, names: positions(2))
      case .sigmoid: labels.encoding = .multiLabel
      default: break
      }
    }
    return DataContract(
      columns: positions(network.configuration.inputs.size), labels: labels,
      alignment: network.predictsOncePerSeries ? .end : .equal, featuresNormalizer: normalizers?.features,
      labelsNormalizer: normalizers?.labels)
  }
}
