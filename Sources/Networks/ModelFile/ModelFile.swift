import DataSets
import FoundationEssentials
import Platform
import TensorFiles
import Tensors
import Training

/// A network and the contract of the data it was trained on, as stored in one safetensors file.
///
/// Every tool that reads safetensors can read the weights: `layer0.W`, ... The configuration and the data
/// contract are JSON strings in the file's metadata. The state that training needs to continue is stored with
/// the weights if requested: `updater.m.layer0.W`, ..., `carried.h.layer0`, ...
///
/// A zip that Deeplearning4j's `ModelSerializer` wrote can be read too.
public struct ModelFile: Sendable {
  /// The network.
  public var network: MultiLayerNetwork
  /// The properties of its data that the network may rely on; `nil` if the model was saved without them.
  public var contract: DataContract?
  /// The position of a training run, as text that its loop understands; `nil` for a model alone.
  public var run: String?
  /// The program that trained the network first, unless it is Timestep.
  public var origin: Origin?
  /// False if the file does not name columns and classes, and says nothing of alignment, as a zip of Deeplearning4j:
  /// positions then stand for names in `contract`.
  public internal(set) var namesAreKnown = true

  /// A program that trains networks, other than Timestep.
  public enum Origin: String, Sendable, Hashable, CaseIterable {
    /// Deeplearning4j.
    case deeplearning4j = "Deeplearning4j"
  }

  /// The parts that a file can hold besides parameters, iteration and epoch.
  public struct Contents: OptionSet, Sendable, Hashable {
    /// The set's bits.
    public let rawValue: Int

    /// Makes a set of bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The updaters' memory: with it, training continues as if it had never been interrupted.
    public static let updater = Contents(rawValue: 1)
    /// The state after the last piece that was trained on: with it, training can also continue inside series.
    public static let carriedState = Contents(rawValue: 2)
    /// The state after the last `rnnTimeStep`.
    public static let stepState = Contents(rawValue: 4)
  }

  /// The version of this format.
  static let version = "4"
  /// The versions that can be read.
  static let knownVersions = ["1", "2", "3", "4"]
  /// The versions that need no checksum.
  static let versionsWithoutChecksum = ["1", "2"]
  static let format = "timestep-model"

  /// The progress of the training.
  struct Progress: Codable {
    var iteration: Int
    /// The epoch; absent in version 1.
    var epoch: Int?
    /// The number of updates in each layer's updater memory; `nil` if it was not requested.
    var updates: [Int]?
    /// The number of rows of the carried state; `nil` if it was not requested.
    var carriedRows: Int?
    var stepRows: Int?
  }

  /// Makes a model file from a network and a contract.
  public init(network: MultiLayerNetwork, contract: DataContract?) {
    (self.network, self.contract) = (network, contract)
  }

  /// Writes the model; the file appears complete or not at all.
  ///
  /// A contract has as many columns as the network has inputs, and as many label names as it has outputs.
  ///
  /// - Parameters:
  ///   - path: The file; it is replaced if it exists.
  ///   - contents: The parts to write besides the model itself; by default none.
  /// - Throws: `FileError` if the file cannot be written; `TrainingError`, before anything is written, if a
  ///   number in it is NaN or infinite: such a model could not be read.
  public func save(to path: String, with contents: Contents = []) throws {
    // Reading would reject the file.
    if let problem = contract.flatMap({ Self.problem($0, of: network) }) {
      preconditionFailure("a model with a contract \(problem)")
    }
    var progress = Progress(iteration: network.iteration, epoch: network.epoch)
    var tensors = network.parameterNames.map { NamedTensor($0, network[parameter: $0]) }
    if contents.contains(.updater) {
      progress.updates = network.updaterStates.map(\.updateCount)
      tensors += network.updaterTensors
    }
    // After a batch without rows, as a shard may have, nothing is carried.
    if contents.contains(.carriedState), let state = network.carriedState, state.rows > 0 {
      progress.carriedRows = state.rows
      tensors += state.tensors("carried")
    }
    if contents.contains(.stepState), let state = network.rnnState {
      progress.stepRows = state.rows
      tensors += state.tensors("step")
    }
    // The last update of a training may have diverged; no later update has checked its numbers.
    func isFinite(_ value: TensorValue) -> Bool {
      guard case .floats(let tensor) = value else { return true }
      return tensor.elements.allSatisfy(\.isFinite)
    }
    if let tensor = tensors.first(where: { !isFinite($0.value) }) {
      throw TrainingError(
        .notFinite,
        FileError(
          path: path,
          problem: "is not written: \(tensor.name) has values that are not finite, so the model is useless"
        ).description, remedy: TrainingError.smallerSteps)
    }
    var metadata = [
      "format": Self.format, "version": Self.version, "network": try jsonText(network.configuration),
      "progress": try jsonText(progress),
    ]
    if let contract { metadata["contract"] = try jsonText(contract) }
    metadata["run"] = run
    metadata["origin"] = origin?.rawValue
    let writer = try SafetensorsWriter(path, tensors: tensors.map(\.info), metadata: metadata)
    for tensor in tensors { try writer.append(tensor.value) }
    try writer.commit()
  }
}

extension MultiLayerNetwork {
  /// The updaters' memory, `updater.m.layer0.W`, ..., in the shape of the parameters.
  var updaterTensors: [NamedTensor] {
    plan.places.flatMap { place in
      updaterStates[place.layer].slots.map { slot in
        NamedTensor(
          "updater.\(slot.name).\(place.name)",
          Tensor(shape: place.specification.shape, elements: Array(slot.values[place.range])))
      }
    }
  }
}

extension MultiLayerNetwork.State {
  /// Returns the states as tensors `[N, n]`: `carried.h.layer0`, `carried.c.layer0`, ...
  func tensors(_ prefix: String) -> [NamedTensor] {
    layers.enumerated().flatMap { index, state -> [NamedTensor] in
      guard let state else { return [] }
      let shape = [state.rows, state.size]
      var tensors = [
        NamedTensor("\(prefix).h.layer\(index)", Tensor(shape: shape, elements: state.h))
      ]
      if !state.c.isEmpty {
        tensors.append(NamedTensor("\(prefix).c.layer\(index)", Tensor(shape: shape, elements: state.c)))
      }
      return tensors
    }
  }
}
