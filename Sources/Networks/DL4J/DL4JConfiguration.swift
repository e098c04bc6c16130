import FoundationEssentials
import Platform

/// The network that `configuration.json` describes.
struct DL4JConfiguration {
  /// Everything but the parameters, in our terms.
  private(set) var network: NetworkConfiguration
  /// The layers, as the file has them.
  let layers: [DL4JLayer]
  /// The number of updates that were made, and the epoch.
  let progress: (iteration: Int, epoch: Int)

  /// Reads the JSON text.
  ///
  /// - Throws: `Fault` if it is damaged, or something in it has no counterpart.
  init(_ text: [UInt8]) throws(Fault) {
    let place = DL4JArchive.Entry.configuration.rawValue
    let value: DL4JValue
    do {
      value = try JSONDecoder().decode(DL4JValue.self, from: Data(text))
    } catch {
      throw .damage(place, expected: "JSON", found: "something else")
    }
    var object = try DL4JObject(value, place, isNamed: false)
    if object.take("vertices") != nil || object.take("networkInputs") != nil {
      throw .unsupported(place, expected: "a MultiLayerNetwork", found: "a ComputationGraph")
    }
    progress = (
      try object.integer("iterationCount", in: 0...1_000_000_000, default: 0),
      try object.integer("epochCount", in: 0...1_000_000_000, default: 0)
    )
    let backpropagation = try Self.backpropagation(&object)
    let preprocessors = object.take("inputPreProcessors")
    try object.require("backprop", ["true"])
    try object.require("dataType", ["FLOAT", "DOUBLE"])
    guard case .list(let values)? = object.take("confs") else {
      throw .damage("\(place): confs", expected: "a list of layers", found: "none")
    }
    object.ignore([
      "cacheMode", "inferenceWorkspaceMode", "trainingWorkspaceMode", "validateOutputLayerConfig", "pretrain",
      "dampingFactor",
    ])
    try object.checkAllTaken()

    var seed: UInt64 = 0
    var descriptions: [DL4JObject] = []
    for (index, value) in values.enumerated() {
      var configuration = try DL4JObject(value, "confs[\(index)]", isNamed: false)
      var description = try configuration.object("layer")
      // Version 0.9.1 states penalties that it does not apply.
      if case .boolean(false)? = configuration.take("useRegularization") {
        description.ignore(["l1", "l2", "l1Bias", "l2Bias"])
      }
      descriptions.append(description)
      let own = try Self.finish(&configuration)
      if index == 0 { seed = own }
    }
    layers = try Self.layers(descriptions, DL4JPreprocessors(preprocessors))
    network = NetworkConfiguration(
      inputs: try Self.inputs(descriptions, DL4JPreprocessors(preprocessors)),
      layers: layers.flatMap(\.layers),
      seed: seed, updater: .sgd(learningRate: 0), weights: .xavier, backpropagation: backpropagation,
      gradientLimit: .none, l1: 0, l2: 0)
    try addLearning()
  }

  /// Reads the layers in order.
  private static func layers(
    _ descriptions: [DL4JObject], _ preprocessors: DL4JPreprocessors
  ) throws(Fault) -> [DL4JLayer] {
    var reader = DL4JLayerReader(inputs: try inputs(descriptions, preprocessors))
    var layers: [DL4JLayer] = []
    for (index, description) in descriptions.enumerated() {
      let preprocessor = try preprocessors.preprocessor(at: index, signal: reader.signal.type)
      layers.append(try reader.layer(description, preprocessor: preprocessor))
    }
    try preprocessors.checkRange(layers.count)
    return layers
  }

  /// Returns the input of the network, which the first layer with a size tells.
  private static func inputs(
    _ descriptions: [DL4JObject], _ preprocessors: DL4JPreprocessors
  ) throws(Fault) -> InputType {
    if let size = try preprocessors.firstSize { return .recurrent(size: size) }
    for description in descriptions {
      var inner = description
      while let value = inner.take("underlying") ?? inner.take("fwd") {
        inner = try DL4JObject(value, inner.place)
      }
      if DL4JLayerReader.kind(of: inner) == "embeddingsequence" { return .recurrent(size: 1) }
      if inner.take("nin") == nil { continue }
      inner = description
      while let value = inner.take("underlying") ?? inner.take("fwd") {
        inner = try DL4JObject(value, inner.place)
      }
      return .recurrent(size: try inner.integer("nin", in: DL4JLayerReader.sizes))
    }
    throw .damage("confs", expected: "a layer with a number of inputs", found: "none")
  }

  /// Takes how far errors flow back.
  private static func backpropagation(
    _ object: inout DL4JObject
  ) throws(Fault) -> NetworkConfiguration.Backpropagation {
    let type = try object.text("backpropType") ?? "Standard"
    let forward = try object.integer("tbpttFwdLength", in: 0...1 << 30, default: 20)
    let backward = try object.integer("tbpttBackLength", in: 0...1 << 30, default: forward)
    switch type {
    case "Standard": return .full
    case "TruncatedBPTT": return .truncated(forward: forward, backward: backward)
    default:
      throw .unsupported("backpropType", expected: "Standard or TruncatedBPTT", found: quoted(type))
    }
  }

  /// Checks the rest of the settings around a layer, and returns the seed.
  private static func finish(_ configuration: inout DL4JObject) throws(Fault) -> UInt64 {
    try configuration.require("miniBatch", ["true"])
    try configuration.require("minimize", ["true"])
    try configuration.require("optimizationAlgo", ["STOCHASTIC_GRADIENT_DESCENT"])
    try configuration.require("useDropConnect", ["false"])
    try configuration.require("learningRatePolicy", ["None"])
    try configuration.require("numIterations", ["1"])
    try configuration.require("dataType", ["FLOAT", "DOUBLE"])
    var seed: UInt64 = 0
    if case .integer(let value)? = configuration.take("seed") { seed = UInt64(bitPattern: value) }
    configuration.ignore([
      "variables", "iterationCount", "epochCount", "maxNumLineSearchIterations", "cacheMode", "pretrain",
      "l1ByParam", "l2ByParam", "learningRateByParam", "leakyreluAlpha", "iterationListeners",
    ])
    try configuration.checkAllTaken()
    return seed
  }

  /// Takes what all layers have in common as that of the network, and the rest as that of each layer.
  private mutating func addLearning() throws(Fault) {
    let learning = layers.compactMap(\.learning)
    guard let first = learning.first else {
      throw .unsupported("confs", expected: "a layer with parameters", found: "none")
    }
    for layer in layers {
      guard let own = layer.learning, own.limit != first.limit else { continue }
      throw .unsupported(
        "\(layer.place).gradientNormalization", expected: "one limit of gradients for all layers",
        found: "another one than in the layers before")
    }
    network.gradientLimit = first.limit
    network.updater = first.updater
    let haveOnePenalty = learning.allSatisfy { $0.regularization == first.regularization }
    if haveOnePenalty { (network.l1, network.l2) = (first.regularization.l1, first.regularization.l2) }
    var index = 0
    for layer in layers {
      if let own = layer.learning {
        let owner = index + layer.owner
        if own.updater != network.updater { network.layers[owner].updater = own.updater }
        if !haveOnePenalty { network.layers[owner].regularization = own.regularization }
      }
      index += layer.layers.count
    }
  }
}
