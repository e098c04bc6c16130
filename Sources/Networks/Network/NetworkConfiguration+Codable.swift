import FoundationEssentials

extension NetworkLayer: Codable {
  private enum Key: String, CodingKey {
    case kind, updater, learningRate, weights, regularization, preprocessor, frozen
  }

  /// Reads a layer: its kind, its own fields beside it, and its settings if it has any.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let kind = try container.decode(String.self, forKey: .kind)
    let types = LayerKinds.all + (decoder.userInfo[.layerTypes] as? [any Layer.Type] ?? [])
    guard let type = types.first(where: { $0.kind == kind }) else {
      let known = types.map { $0.kind }.joined(separator: ", ")
      throw NetworkError("holds a layer of the kind \"\(kind)\"; this program knows \(known)")
    }
    layer = try type.init(from: decoder)
    updater = try container.decodeIfPresent(Updater.self, forKey: .updater)
    learningRate = try container.decodeIfPresent(Schedule.self, forKey: .learningRate)
    weights = try container.decodeIfPresent(WeightInitialization.self, forKey: .weights)
    regularization = try container.decodeIfPresent(Regularization.self, forKey: .regularization)
    preprocessor = try container.decodeIfPresent(Preprocessor.self, forKey: .preprocessor)
    isFrozen = try container.decodeIfPresent(Bool.self, forKey: .frozen) ?? false
  }

  /// Writes a layer.
  public func encode(to encoder: any Encoder) throws {
    try layer.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type(of: layer).kind, forKey: .kind)
    try container.encodeIfPresent(updater, forKey: .updater)
    try container.encodeIfPresent(learningRate, forKey: .learningRate)
    try container.encodeIfPresent(weights, forKey: .weights)
    try container.encodeIfPresent(regularization, forKey: .regularization)
    try container.encodeIfPresent(preprocessor, forKey: .preprocessor)
    if isFrozen { try container.encode(true, forKey: .frozen) }
  }
}

extension CodingUserInfoKey {
  /// The key for custom layers, `[any Layer.Type]`, that a model file may hold.
  static let layerTypes: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "timestep.layerTypes") else {
      preconditionFailure("any text is a key")
    }
    return key
  }()
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
    backpropagation = try container.decode(Backpropagation.self, forKey: .backpropagation)
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
