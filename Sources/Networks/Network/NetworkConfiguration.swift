extension NetworkConfiguration {
  /// The distance that errors flow back in time.
  public enum Backpropagation: Sendable, Hashable, Codable {
    /// Through whole series.
    case full
    /// Truncated back-propagation through time (Williams & Peng 1990).
    ///
    /// There is one update every `forward` steps, and errors flow back over the last `backward` of them. The
    /// state is carried from piece to piece.
    case truncated(forward: Int, backward: Int)
  }
}

/// Everything about a network but its parameters.
public struct NetworkConfiguration: Sendable, Hashable {
  /// The input of the first layer.
  public var inputs: InputType
  /// The layers, from the input on; the last one has the loss.
  public var layers: [NetworkLayer]
  /// The seed for the initial parameter values and the noise of training.
  public var seed: UInt64
  /// The optimizer, unless a layer has its own.
  public var updater: Updater
  /// The initialization of the weights, unless a layer has its own.
  public var weights: WeightInitialization
  /// The distance that errors flow back in time.
  public var backpropagation: Backpropagation
  /// The limit that is applied to gradients first.
  public var gradientLimit: GradientLimit
  /// The L1 factor of the penalty in the score: l1 * sum |w| over weights, not biases.
  public var l1: Float
  /// The L2 factor of the penalty in the score: l2/2 * sum w^2 over weights, not biases.
  public var l2: Float

  /// Makes a configuration, which is checked when a network is made from it.
  public init(
    inputs: InputType, layers: [NetworkLayer], seed: UInt64, updater: Updater, weights: WeightInitialization,
    backpropagation: Backpropagation, gradientLimit: GradientLimit, l1: Float, l2: Float
  ) {
    (self.inputs, self.layers, self.seed, self.updater) = (inputs, layers, seed, updater)
    (self.weights, self.backpropagation, self.gradientLimit) = (weights, backpropagation, gradientLimit)
    (self.l1, self.l2) = (l1, l2)
  }

  /// Returns the name of layer `index` for messages, such as `layer 1 (rnnOutput)`.
  func name(of index: Int) -> String { "layer \(index) (\(type(of: layers[index].layer).kind))" }

  /// Determines the shapes between the layers, and rejects a configuration that cannot work.
  func plan() throws(NetworkError) -> NetworkPlan {
    if let problem = inputs.problem { throw NetworkError("the input \(problem)") }
    try checkEnds()
    var plan = NetworkPlan()
    var signal = LayerShape(inputs, .step)
    for (index, entry) in layers.enumerated() {
      do throws(NetworkError) {
        if let problem = entry.layer.validationError { throw NetworkError(problem) }
        let preprocessor = try preprocessor(of: entry, for: signal.type)
        if let preprocessor { signal.type = try preprocessor.output(of: signal.type) }
        plan.preprocessors.append(preprocessor)
        plan.inputs.append(signal)
        let parameters = entry.layer.parameters(input: signal.type)
        try checkTraining(of: entry, parameters)
        plan.append(parameters)
        signal = try entry.layer.output(of: signal)
        if let problem = signal.type.problem { throw NetworkError(problem) }
        plan.outputs.append(signal)
      } catch {
        throw NetworkError("\(name(of: index)): \(error.problem)")
      }
    }
    try checkBackpropagation()
    try checkTraining()
    return plan
  }

  /// Returns the preprocessor before a layer, `nil` if it needs none.
  private func preprocessor(of entry: NetworkLayer, for type: InputType) throws(NetworkError) -> NetworkLayer
    .Preprocessor?
  {
    if let preprocessor = entry.preprocessor { return preprocessor }
    guard let wanted = entry.layer.inputArrangement, wanted != type.arrangement else { return nil }
    guard let preprocessor = NetworkLayer.Preprocessor.automatic(from: type, to: wanted) else {
      throw NetworkError(
        "requires images, but its input is \(type); specify their size, as in "
          + ".preprocessed(by: .\(type.arrangement.rawValue)ToConvolutional(channels: 1, height: 8, width: 8)), or give "
          + "the network the inputs .convolutional(channels:height:width:)")
    }
    return preprocessor
  }

  private func checkEnds() throws(NetworkError) {
    guard let last = layers.last else {
      throw NetworkError("a network without layers; add at least an output layer")
    }
    guard last.layer is any OutputLayer else {
      throw NetworkError(
        "\(name(of: layers.count - 1)) has no loss; end the network with an RNNOutput, or a SeriesOutput")
    }
    for index in layers.indices.dropLast() where layers[index].layer is any OutputLayer {
      throw NetworkError("\(name(of: index)) is an output layer in the middle; put it at the end")
    }
    for index in layers.indices.dropFirst() where layers[index].layer.inputCheck != nil {
      throw NetworkError(
        "\(name(of: index)) takes the numbers of the data unchanged; put it at the beginning")
    }
  }

  private func checkBackpropagation() throws(NetworkError) {
    guard case .truncated(let forward, let backward) = backpropagation else { return }
    guard backward > 0, backward <= forward else {
      throw NetworkError(
        "truncated back-propagation of \(forward) steps forward and \(backward) backward; "
          + "backward must be at least 1 and at most forward")
    }
    for index in layers.indices where layers[index].layer.needsWholeSeries {
      throw NetworkError(
        "\(name(of: index)) needs whole series, but truncated back-propagation cuts them; train "
          + "with full back-propagation, or leave the layer out")
    }
  }
}

extension NetworkConfiguration {
  /// Makes the computation of layer `index`, which is not an output layer.
  func makeComputation(of index: Int, input: InputType) -> any LayerComputation {
    let layer = layers[index].layer
    guard let both = layer as? Bidirectional else { return layer.makeComputation(input: input) }
    return both.makeComputation(input: input, isReadAtEnds: readsEnds(of: index))
  }

  /// Returns true if only the end of each direction of the bidirectional layer `index` is read.
  private func readsEnds(of index: Int) -> Bool {
    for entry in layers[(index + 1)...] {
      if let last = entry.layer as? LastTimeStep { return last.backward == .first }
      // Layers that treat every step alone, so that the ends may as well be read after them.
      guard entry.layer is Dropout || entry.layer is Dense || entry.layer is ActivationLayer else {
        return false
      }
    }
    return false
  }
}

/// The shapes and parameters of a network, derived from its configuration.
struct NetworkPlan: Sendable {
  /// The preprocessor before each layer; `nil` if its input needs no conversion.
  var preprocessors: [NetworkLayer.Preprocessor?] = []
  /// The input shape of each layer, preprocessed.
  var inputs: [LayerShape] = []
  /// The output shape of each layer.
  var outputs: [LayerShape] = []
  /// The parameters of each layer.
  private(set) var specifications: [[ParameterSpecification]] = []
  /// The ranges of all parameters, in the order they lie in memory; stored, because every update uses them.
  private(set) var places: [ParameterPlace] = []

  /// Adds the parameters of the next layer.
  mutating func append(_ parameters: [ParameterSpecification]) {
    let layer = specifications.count
    var start = 0
    for specification in parameters {
      places.append(
        ParameterPlace(
          name: "layer\(layer).\(specification.name)", layer: layer,
          range: start..<start + specification.count, specification: specification))
      start += specification.count
    }
    specifications.append(parameters)
  }

  /// The output shape of the network.
  var output: LayerShape {
    guard let last = outputs.last else { preconditionFailure("a planned network has layers") }
    return last
  }
}

extension NetworkConfiguration {
  /// Returns the penalty on the weights of a layer.
  func regularization(of layer: Int) -> NetworkLayer.Regularization {
    layers[layer].regularization ?? NetworkLayer.Regularization(l1: l1, l2: l2)
  }

  /// Rejects numbers with which nothing can be learned; configurations are also read from model files.
  func checkTraining() throws(NetworkError) {
    let problem =
      updater.problem ?? weights.problem ?? NetworkLayer.Regularization(l1: l1, l2: l2).problem
      ?? gradientLimit.problem
    if let problem { throw NetworkError(problem) }
  }

  /// Rejects invalid settings of a layer.
  func checkTraining(of entry: NetworkLayer, _ parameters: [ParameterSpecification]) throws(NetworkError) {
    let problem =
      entry.updater?.problem ?? entry.learningRate?.problem ?? entry.weights?.problem
      ?? entry.regularization?.problem
    if let problem { throw NetworkError(problem) }
    let weights = entry.weights ?? self.weights
    for parameter in parameters {
      guard case .weights(let fanIn, let fanOut) = parameter.initialization else { continue }
      let matrix = WeightMatrix(shape: parameter.shape, fanIn: fanIn, fanOut: fanOut)
      if let problem = weights.problem(for: matrix, parameter.name) { throw NetworkError(problem) }
    }
  }
}

extension NetworkConfiguration: Codable {
  private enum Key: String, CodingKey {
    case inputs, layers, seed, updater, weights, backpropagation, gradientLimit, l1, l2
  }

  /// Reads a configuration; it is checked when a network is made from it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    inputs = try container.decode(InputType.self, forKey: .inputs)
    layers = try container.decode([NetworkLayer].self, forKey: .layers)
    seed = try container.decode(UInt64.self, forKey: .seed)
    updater = try container.decode(Updater.self, forKey: .updater)
    // Version 1 had only one initialization.
    weights = try container.decodeIfPresent(WeightInitialization.self, forKey: .weights) ?? .xavier
    backpropagation = try container.decode(
      Backpropagation.self, forKey: .backpropagation)
    gradientLimit = try container.decode(GradientLimit.self, forKey: .gradientLimit)
    l1 = try container.decode(Float.self, forKey: .l1)
    l2 = try container.decode(Float.self, forKey: .l2)
  }

  /// Writes a configuration.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(layers, forKey: .layers)
    try container.encode(seed, forKey: .seed)
    try container.encode(updater, forKey: .updater)
    try container.encode(weights, forKey: .weights)
    try container.encode(backpropagation, forKey: .backpropagation)
    try container.encode(gradientLimit, forKey: .gradientLimit)
    try container.encode(l1, forKey: .l1)
    try container.encode(l2, forKey: .l2)
  }
}
