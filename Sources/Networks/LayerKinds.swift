/// The layers that model files can hold, by the name of their kind.
enum LayerKinds {
  /// Adding a layer adds its type here.
  static let all: [any Layer.Type] = [LSTM.self, GravesLSTM.self, RNNOutput.self]
}

/// A layer in a model file: its kind, and its own fields beside it.
struct StoredLayer: Codable {
  var layer: any Layer

  private enum Key: String, CodingKey { case kind }

  init(_ layer: any Layer) { self.layer = layer }

  init(from decoder: any Decoder) throws {
    let kind = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .kind)
    guard let type = LayerKinds.all.first(where: { $0.kind == kind }) else {
      let known = LayerKinds.all.map { $0.kind }.joined(separator: ", ")
      throw NetworkError("holds a layer of the kind \"\(kind)\"; this program knows \(known)")
    }
    layer = try type.init(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try layer.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type(of: layer).kind, forKey: .kind)
  }
}

extension NetworkConfiguration: Codable {
  private enum Key: String, CodingKey {
    case inputs, layers, seed, updater, backpropagation, gradientLimit, l1, l2
  }

  /// Reads a configuration; what it describes is checked when a network is made of it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    inputs = try container.decode(InputType.self, forKey: .inputs)
    layers = try container.decode([StoredLayer].self, forKey: .layers).map(\.layer)
    seed = try container.decode(UInt64.self, forKey: .seed)
    updater = try container.decode(Updater.self, forKey: .updater)
    backpropagation = try container.decode(Backpropagation.self, forKey: .backpropagation)
    gradientLimit = try container.decode(GradientLimit.self, forKey: .gradientLimit)
    l1 = try container.decode(Float.self, forKey: .l1)
    l2 = try container.decode(Float.self, forKey: .l2)
  }

  /// Writes a configuration.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(layers.map(StoredLayer.init), forKey: .layers)
    try container.encode(seed, forKey: .seed)
    try container.encode(updater, forKey: .updater)
    try container.encode(backpropagation, forKey: .backpropagation)
    try container.encode(gradientLimit, forKey: .gradientLimit)
    try container.encode(l1, forKey: .l1)
    try container.encode(l2, forKey: .l2)
  }
}
