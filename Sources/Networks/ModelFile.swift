import DataSets
import FoundationEssentials
import TensorFiles
import Tensors
import Workers

/// A network and the contract of the data it was trained on, as one safetensors file holds them.
///
/// Every tool that reads safetensors can read the weights: `layer0.W`, ... The configuration and the data contract are
/// JSON strings in the file's metadata.
public struct ModelFile: Sendable {
  /// The network.
  public var network: MultiLayerNetwork
  /// What the network may rely on about its data; `nil` when it was saved without.
  public var contract: DataContract?

  /// The version of this format.
  static let version = "1"
  private static let format = "timestep-model"

  private struct Progress: Codable { var iteration: Int }

  /// Puts a network and a contract together.
  public init(network: MultiLayerNetwork, contract: DataContract?) {
    (self.network, self.contract) = (network, contract)
  }

  /// Writes the model; the file appears complete or not at all.
  ///
  /// - Throws: `FileError` when it cannot be written.
  public func save(to path: String) throws {
    var metadata = [
      "format": Self.format, "version": Self.version, "network": try jsonText(network.configuration),
      "progress": try jsonText(Progress(iteration: network.iteration)),
    ]
    if let contract { metadata["contract"] = try jsonText(contract) }
    let tensors = network.parameterNames.map { NamedTensor($0, network[parameter: $0]) }
    let writer = try SafetensorsWriter(path, tensors: tensors.map(\.info), metadata: metadata)
    for tensor in tensors { try writer.append(tensor.value) }
    try writer.commit()
  }

  /// Reads a model.
  ///
  /// - Throws: `FileError` or `TensorFileError` when the file is missing, damaged, foreign or newer, with the reason.
  public init(_ path: String, workers: WorkerPool = .shared) throws {
    let file = try SafetensorsFile(path)
    func refuse(_ problem: String) -> TensorFileError { TensorFileError(path: path, problem: problem) }
    guard file.metadata["format"] == Self.format else {
      throw refuse(
        "is a safetensors file but no model of this program; name a file that \"timestep train\" wrote")
    }
    guard let version = file.metadata["version"], version == Self.version else {
      throw refuse(
        "has model format version \(file.metadata["version"] ?? "none"), this program knows version \(Self.version); "
          + "use the program that wrote it, or a newer one")
    }
    func decode<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
      guard let text = file.metadata[key] else { throw refuse("lacks its \(key); it is damaged") }
      do {
        return try JSONDecoder().decode(type, from: Data(text.utf8))
      } catch let error as NetworkError {
        throw refuse(error.description)
      } catch {
        throw refuse("has a \(key) that cannot be understood (\(error)); it is damaged")
      }
    }
    let configuration = try decode(NetworkConfiguration.self, "network")
    try Self.check(configuration, file, refuse)
    network = try MultiLayerNetwork(configuration, workers: workers)
    network.iteration = try decode(Progress.self, "progress").iteration
    // A billion updates are more than anybody makes; counting on from a damaged number must not overflow.
    guard (0...1_000_000_000).contains(network.iteration) else {
      throw refuse("has an iteration count of \(network.iteration); it is damaged")
    }
    contract = file.metadata["contract"] == nil ? nil : try decode(DataContract.self, "contract")
    if let problem = contract.flatMap({ Self.problem($0, of: network) }) {
      throw refuse("has a contract \(problem); it is damaged")
    }
    for name in network.parameterNames {
      let tensor = try file.floats(name)
      guard tensor.elements.allSatisfy(\.isFinite) else {
        throw refuse("has values in \(name) that are not finite")
      }
      network[parameter: name] = tensor
    }
  }

  /// In what a contract does not go with the network, in words; `nil` when it does.
  private static func problem(_ contract: DataContract, of network: MultiLayerNetwork) -> String? {
    func normalizes(_ normalizer: AffineNormalizer?, _ count: Int) -> Bool {
      normalizer.map { $0.shift.count == count && $0.scale.count == count } ?? true
    }
    let inputs = network.configuration.inputs.size
    if contract.columns.count != inputs { return "of \(contract.columns.count) columns for \(inputs) inputs" }
    if !normalizes(contract.featuresNormalizer, inputs) { return "that normalizes other columns than it has" }
    if !normalizes(contract.labelsNormalizer, network.outputSize) {
      return "that normalizes other label columns than it has"
    }
    return nil
  }

  /// Refuses a file whose tensors are not those of its configuration, before memory is taken for them.
  private static func check(
    _ configuration: NetworkConfiguration, _ file: SafetensorsFile, _ refuse: (String) -> TensorFileError
  ) throws {
    let plan: NetworkPlan
    do {
      plan = try configuration.plan()
    } catch {
      throw refuse("describes no network: \(error)")
    }
    let places = plan.places
    for place in places {
      guard let shape = file.shape(of: place.name) else {
        throw refuse("lacks the parameter \(place.name); it is damaged")
      }
      guard shape == place.specification.shape else {
        throw refuse(
          "has the parameter \(place.name) of shape \(shape) where \(place.specification.shape) was expected")
      }
    }
    guard file.names.count == places.count else {
      throw refuse(
        "holds \(file.names.count) tensors where its layers have \(places.count) parameters; it is damaged")
    }
  }
}
