import DataSets
import FoundationEssentials
import Platform
import Sequences
import TensorFiles
import Tensors

extension ModelFile {
  /// Reads a model and everything that was saved with it.
  ///
  /// - Parameters:
  ///   - path: The file: one of ours, or a zip that Deeplearning4j's `ModelSerializer` wrote.
  ///   - layers: Custom layers that the model may hold, in addition to those that come with Timestep.
  ///   - transforms: Custom transforms that its data may have gone through, in addition to those that come
  ///     with Timestep.
  ///   - workers: The pool whose threads compute.
  /// - Throws: `FileError` or `TensorFileError` if the file is missing, damaged, foreign or newer, with the
  ///   reason.
  public init(
    _ path: String, layers: [any Layer.Type] = [], transforms: [any SequenceTransform.Type] = [],
    workers: WorkerPool = .shared
  ) throws {
    if try DL4JArchive.isOne(path) {
      try self.init(dl4j: path, workers: workers)
      return
    }
    let file = ModelFileReader(file: try SafetensorsFile(path), layers: layers, transforms: transforms)
    try self.init(reading: file, workers: workers)
    contract = file.metadata("contract") == nil ? nil : try file.decode(DataContract.self, "contract")
    if let problem = contract.flatMap({ Self.problem($0, of: network) }) {
      throw file.refusal("has a contract \(problem); it is damaged: make it again")
    }
  }

  /// Reads a network and its run, without the contract: a caller that continues a training already has one.
  init(withoutContract path: String, layers: [any Layer.Type], workers: WorkerPool) throws {
    let file = ModelFileReader(file: try SafetensorsFile(path), layers: layers, transforms: [])
    try self.init(reading: file, workers: workers)
  }

  private init(reading file: ModelFileReader, workers: WorkerPool) throws {
    try file.checkFormat()
    let configuration = try file.decode(NetworkConfiguration.self, "network")
    let plan: NetworkPlan
    do {
      plan = try configuration.plan()
    } catch {
      throw file.refusal("does not describe a valid network: \(error)")
    }
    let progress = try file.progress()
    try file.checkTensors(plan, configuration, progress)

    var parameters = [[Float]](repeating: [], count: configuration.layers.count)
    for place in plan.places {
      parameters[place.layer] += try file.finite(place.name).ordered(.c).elements
    }
    network = MultiLayerNetwork(configuration, plan, parameters: parameters, workers: workers)
    (network.iteration, network.epoch) = (progress.iteration, progress.epoch ?? 0)
    if let updates = progress.updates {
      network.updaterStates = try file.updaterStates(plan, configuration, updates)
    }
    network.carriedState = try progress.carriedRows.flatMap { rows in
      rows == 0 ? nil : try file.state("carried", rows: rows, configuration)
    }
    network.rnnState = try progress.stepRows.map { try file.state("step", rows: $0, configuration) }

    run = file.metadata("run")
    origin = file.metadata("origin").flatMap(Origin.init)
  }

  /// Returns the reason why a contract does not match the network, in words; `nil` if it does.
  static func problem(_ contract: DataContract, of network: MultiLayerNetwork) -> String? {
    func normalizes(_ normalizer: AffineNormalizer?, _ count: Int) -> Bool {
      normalizer.map { $0.shift.count == count && $0.scale.count == count } ?? true
    }
    let inputs = network.configuration.inputs.size
    if contract.version > DataContract.currentVersion {
      return "of version \(contract.version), which this program does not know"
    }
    if contract.columns.count != inputs { return "of \(contract.columns.count) columns for \(inputs) inputs" }
    if let transforms = contract.transforms, !transforms.isFitted {
      return "with transforms that have not learned from any data"
    }
    if !normalizes(contract.featuresNormalizer, inputs) {
      return "with a normalizer of other columns than it has"
    }
    let names = contract.labels.names.count
    // One output is enough to distinguish two classes.
    let isOneOfTwo = contract.labels.encoding == .oneHot && names == 2 && network.outputSize == 1
    if contract.labels.encoding != .none && names != network.outputSize && !isOneOfTwo {
      return "with the names of \(names) labels for \(network.outputSize) outputs"
    }
    if !normalizes(contract.labelsNormalizer, network.outputSize) {
      return "with a normalizer of other label columns than it has"
    }
    return nil
  }
}

/// A model file that is being read; nothing in it is trusted.
private struct ModelFileReader {
  let file: SafetensorsFile
  let layers: [any Layer.Type]
  let transforms: [any SequenceTransform.Type]

  func refusal(_ problem: String) -> TensorFileError { TensorFileError(path: file.path, problem: problem) }

  func metadata(_ key: String) -> String? { file.metadata[key] }

  func checkFormat() throws {
    guard metadata("format") == ModelFile.format else {
      throw refusal(
        "is a safetensors file, but not a model of this program; name a file that \"timestep train\" wrote")
    }
    guard let version = metadata("version"), ModelFile.knownVersions.contains(version) else {
      throw refusal(
        "has model format version \(metadata("version") ?? "none"), this program knows versions 1 to "
          + "\(ModelFile.version); use the program that wrote it, or a newer one")
    }
    guard file.checksum() != nil || ModelFile.versionsWithoutChecksum.contains(version) else {
      throw refusal("has no checksum, as version \(version) must; it is damaged: make it again")
    }
  }

  func decode<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
    guard let text = metadata(key) else { throw refusal("lacks its \(key); it is damaged: make it again") }
    let decoder = JSONDecoder()
    decoder.userInfo[.layerTypes] = layers
    decoder.userInfo[.transformTypes] = transforms
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch let error as NetworkError {
      throw refusal(error.description)
    } catch let unknown as UnknownTransform {
      throw refusal(unknown.description)
    } catch {
      throw refusal(
        "has a \(key) that cannot be understood (\(decodingProblem(error))); it is damaged: make it again")
    }
  }

  func progress() throws -> ModelFile.Progress {
    let progress = try decode(ModelFile.Progress.self, "progress")
    // A billion updates are more than anyone makes; counting on from a damaged number must not overflow.
    func check(_ count: Int?, _ what: String) throws {
      guard (0...1_000_000_000).contains(count ?? 0) else {
        throw refusal("has \(what) of \(count ?? 0); it is damaged: make it again")
      }
    }
    try check(progress.iteration, "an iteration count")
    try check(progress.epoch, "an epoch count")
    try check(progress.carriedRows, "a row count")
    try check(progress.stepRows, "a row count")
    for count in progress.updates ?? [] { try check(count, "an update count") }
    return progress
  }

  /// Rejects a file whose tensors are not those of its configuration, before memory is allocated for them.
  func checkTensors(
    _ plan: NetworkPlan, _ configuration: NetworkConfiguration, _ progress: ModelFile.Progress
  ) throws {
    for place in plan.places {
      guard let shape = file.shape(of: place.name) else {
        throw refusal("lacks the parameter \(place.name); it is damaged: make it again")
      }
      guard shape == place.specification.shape else {
        throw refusal(
          "has the parameter \(place.name) of shape \(shape) where \(place.specification.shape) was expected; it is damaged: make it again"
        )
      }
    }
    let extras = file.names.filter { name in
      (progress.updates != nil && name.hasPrefix("updater."))
        || (progress.carriedRows != nil && name.hasPrefix("carried."))
        || (progress.stepRows != nil && name.hasPrefix("step."))
    }
    guard file.names.count == plan.places.count + extras.count else {
      throw refusal(
        "contains \(file.names.count) tensors where its layers have \(plan.places.count) parameters; it is damaged: make it again"
      )
    }
  }

  func finite(_ name: String) throws -> Tensor {
    let tensor = try file.floats(name)
    guard tensor.elements.allSatisfy(\.isFinite) else {
      throw refusal("has values in \(name) that are not finite; it is damaged: make it again")
    }
    return tensor
  }

  private func finite(_ name: String, shape: [Int]) throws -> [Float] {
    guard let found = file.shape(of: name) else {
      throw refusal("lacks \(name); it is damaged: make it again")
    }
    guard found == shape else {
      throw refusal("has \(name) of shape \(found) where \(shape) was expected; it is damaged: make it again")
    }
    return try finite(name).elements
  }

  func updaterStates(_ plan: NetworkPlan, _ configuration: NetworkConfiguration, _ updates: [Int]) throws
    -> [UpdaterState]
  {
    guard updates.count == configuration.layers.count else {
      throw refusal(
        "has \(updates.count) update counts for \(configuration.layers.count) layers; it is damaged: make it again"
      )
    }
    return try configuration.layers.enumerated().map { index, entry in
      let updater = entry.updater ?? configuration.updater
      let places = plan.places.filter { $0.layer == index }
      // A layer that has never learned, because it is frozen, has no memory.
      let names = updates[index] == 0 ? [] : updater.slotNames
      let slots = try names.map { slot in
        (
          name: slot,
          values: try places.flatMap {
            try finite("updater.\(slot).\($0.name)", shape: $0.specification.shape)
          }
        )
      }
      return UpdaterState(slots: slots, updateCount: updates[index])
    }
  }

  func state(_ prefix: String, rows: Int, _ configuration: NetworkConfiguration) throws
    -> MultiLayerNetwork.State
  {
    let layers = try configuration.layers.enumerated().map { index, entry -> RecurrentState? in
      guard let layer = entry.layer as? any RecurrentLayer else { return nil }
      let shape = [rows, layer.size]
      return RecurrentState(
        rows: rows, h: try finite("\(prefix).h.layer\(index)", shape: shape),
        c: layer.hasCellMemory ? try finite("\(prefix).c.layer\(index)", shape: shape) : [])
    }
    return MultiLayerNetwork.State(rows: rows, layers: layers)
  }
}
