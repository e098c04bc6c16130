import DataSets

/// The common part of `RNNOutput` and `SeriesOutput`: a product, an activation, a loss.
///
/// Parameters: `W` [inputs, outputs], `b` [outputs].
public protocol DenseOutputLayer: OutputLayer {
  /// The size, activation and loss.
  var settings: OutputSettings { get }

  /// Makes a layer from settings, which may be invalid.
  init(settings: OutputSettings)
}

extension DenseOutputLayer {
  /// Makes an output layer.
  ///
  /// `Loss` lists the activations that go with each loss. Class weights give rare classes more weight:
  /// ```swift
  /// RNNOutput(4, activation: .softmax, loss: .multiClassCrossEntropy, classWeights: [1, 5, 1, 1])
  /// ```
  /// - Parameters:
  ///   - size: The number of outputs.
  ///   - activation: The activation of the outputs.
  ///   - loss: The loss to minimize.
  ///   - classWeights: The factor of each output's term in the loss; if empty, every factor is 1.
  ///     `ClassWeights.balanced` computes them from counts.
  public init(_ size: Int, activation: Activation, loss: Loss, classWeights: [Float] = []) {
    self.init(
      settings: OutputSettings(size: size, activation: activation, loss: loss, classWeights: classWeights))
    if let validationError { preconditionFailure(validationError) }
  }

  /// Makes the output layer for the labels of a contract: softmax and multi-class cross-entropy for classes,
  /// sigmoid and binary cross-entropy for classes of which several may be present, the identity and the mean squared
  /// error for numbers.
  ///
  /// With a loss, the activation is the one for these labels if the loss can use it, otherwise the one that goes with the
  /// loss.
  ///
  /// - Parameters:
  ///   - contract: The properties of the data.
  ///   - loss: The loss; `nil`: the one that is usual for such labels.
  ///   - classWeights: The factor of each class's term in the loss; if empty, every factor is 1.
  /// - Throws: `NetworkError` if the data has no labels, or the class weights do not suit them.
  public init(for contract: DataContract, loss: Loss? = nil, classWeights: [Float] = []) throws(NetworkError)
  {
    let usual: (activation: Activation, loss: Loss)
    switch contract.labels.encoding {
    case .none:
      throw NetworkError(
        "the output layer follows from the labels, but the data has none; give the data labels, or end the network with "
          + "an output layer of your own")
    case .oneHot: usual = (.softmax, .multiClassCrossEntropy)
    case .multiLabel: usual = (.sigmoid, .binaryCrossEntropy)
    case .values: usual = (.identity, .meanSquaredError)
    }
    let loss = loss ?? usual.loss
    if contract.labels.names.count == 1, loss != usual.loss, loss.activation == .softmax {
      throw NetworkError(
        "the loss \(loss) compares shares of several outputs, but the labels are one column; choose another loss, such as "
          + "\(usual.loss)")
    }
    self.init(
      settings: OutputSettings(
        size: contract.labels.names.count,
        activation: loss.problem(with: usual.activation) == nil ? usual.activation : loss.activation,
        loss: loss,
        classWeights: classWeights))
    if let validationError { throw NetworkError(validationError) }
  }

  /// Returns the layer with other class weights.
  func weighted(_ classWeights: [Float]) -> Self {
    Self(settings: OutputSettings(size: size, activation: activation, loss: loss, classWeights: classWeights))
  }

  /// Reads an output layer.
  public init(from decoder: any Decoder) throws { self.init(settings: try OutputSettings(from: decoder)) }

  /// Writes the output layer.
  public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }

  /// The number of outputs.
  public var size: Int { settings.size }

  /// The activation.
  public var activation: Activation { settings.activation }

  /// The loss.
  public var loss: Loss { settings.loss }

  /// The factor of each output's term in the loss; if empty, every factor is 1.
  public var classWeights: [Float] { settings.classWeights }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? { settings.validationError }

  /// The label check of the loss.
  public var labelCheck: ((_ label: Float) -> String?)? { loss.labelCheck }

  /// Returns `W` and `b`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [.weights("W", [input.size, size], fanIn: input.size, fanOut: size), .biases("b", size)]
  }

  /// Makes the computation.
  public func makeOutputComputation(input: InputType) -> any OutputComputation {
    OutputLayerComputation(
      inputSize: input.size, size: size, activation: activation, loss: loss, classWeights: classWeights)
  }
}

/// The size, activation and loss of an output layer, as model files store them.
public struct OutputSettings: Sendable, Hashable, Codable {
  /// The number of outputs.
  public let size: Int
  /// The activation.
  public let activation: Activation
  /// The loss.
  public let loss: Loss
  /// The factor of each output's term in the loss; if empty, every factor is 1.
  public let classWeights: [Float]

  init(size: Int, activation: Activation, loss: Loss, classWeights: [Float]) {
    (self.size, self.activation, self.loss) = (size, activation, loss)
    self.classWeights = classWeights
  }

  private enum CodingKeys: String, CodingKey {
    case size, activation, loss, classWeights
  }

  /// Reads settings; files older than class weights have none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    size = try values.decode(Int.self, forKey: .size)
    activation = try values.decode(Activation.self, forKey: .activation)
    loss = try values.decode(Loss.self, forKey: .loss)
    classWeights = try values.decodeIfPresent([Float].self, forKey: .classWeights) ?? []
  }

  /// Writes settings, without class weights if there are none.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(size, forKey: .size)
    try values.encode(activation, forKey: .activation)
    try values.encode(loss, forKey: .loss)
    try values.encodeIfPresent(classWeights.isEmpty ? nil : classWeights, forKey: .classWeights)
  }

  /// The reason why the settings are invalid, in words; `nil` if they are valid.
  var validationError: String? {
    if let problem = sizeProblem(size) ?? loss.problem(with: activation) { return problem }
    if loss.quantiles.count > 1, size % loss.quantiles.count != 0 {
      return "\(size) outputs for \(loss.quantiles.count) quantiles; give each quantile as many outputs"
    }
    if classWeights.isEmpty { return nil }
    if classWeights.count != size {
      return "\(classWeights.count) class weights for \(size) outputs; give one weight for each output"
    }
    if let bad = classWeights.first(where: { !($0 >= 0 && $0.isFinite) }) {
      return "a class weight of \(bad); it must be finite and not negative"
    }
    return classWeights.contains { $0 > 0 }
      ? nil
      : "class weights that are all 0, so that nothing can be learned; give at least one class a weight above 0"
  }
}
