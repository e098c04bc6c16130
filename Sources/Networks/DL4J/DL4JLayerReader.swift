import Platform

/// A layer of Deeplearning4j in terms of ours.
struct DL4JLayer {
  /// Where it is in the text, such as `confs[0].layer`.
  let place: String
  /// Our layers, in order: what is one layer there, with its dropout or its last step, can be several here.
  var layers: [NetworkLayer] = []
  /// The index among `layers` of the one that has the parameters.
  var owner = 0
  /// The parameters as the file has them.
  var parameters = DL4JParameters.none
  /// How the parameters learn; `nil` if there are none.
  var learning: DL4JLearning?
}

/// Reads the layers of a network one after the other, with the shapes between them.
struct DL4JLayerReader {
  /// A layer of ours, with its parameters in the file.
  struct Part {
    var layer: any Layer
    var parameters = DL4JParameters.none
    var learning: DL4JLearning?
  }

  /// The shape of the values that the next layer gets.
  private(set) var signal: LayerShape

  /// Begins with series of `inputs` values.
  init(inputs: InputType) { signal = LayerShape(inputs, .step) }

  /// Reads the next layer.
  ///
  /// - Parameter preprocessor: The conversion of its input, if it makes images.
  mutating func layer(
    _ object: DL4JObject, preprocessor: NetworkLayer.Preprocessor?
  ) throws(Fault) -> DL4JLayer {
    var result = DL4JLayer(place: object.place)
    var object = object
    if let preprocessor {
      do throws(NetworkError) {
        signal.type = try preprocessor.output(of: signal.type)
      } catch {
        throw Self.misfit(object, error)
      }
    }
    try read(&object, into: &result)
    result.layers[0].preprocessor = preprocessor
    return result
  }

  private mutating func read(_ object: inout DL4JObject, into result: inout DL4JLayer) throws(Fault) {
    if Self.kind(of: object) == "lasttimestep" {
      var inner = try object.object("underlying")
      try read(&inner, into: &result)
    }
    let (part, dropout) = try part(&object)
    // It applies to the input of a layer.
    if let dropout { try append(Dropout(rate: dropout), object, to: &result) }
    try append(part.layer, object, to: &result)
    if let learning = part.learning {
      (result.owner, result.parameters, result.learning) = (
        result.layers.count - 1, part.parameters, learning
      )
    }
    if part.layer is Embedding, let activation = try Self.activation(&object, default: .identity),
      activation != .identity
    {
      try append(ActivationLayer(activation), object, to: &result)
    }
    try Self.finish(&object)
  }

  /// Adds a layer of ours, whose input is converted as in our networks.
  private mutating func append(
    _ layer: any Layer, _ object: DL4JObject, to result: inout DL4JLayer
  ) throws(Fault) {
    do throws(NetworkError) {
      if let wanted = layer.inputArrangement, wanted != signal.type.arrangement {
        guard let preprocessor = NetworkLayer.Preprocessor.automatic(from: signal.type, to: wanted) else {
          throw NetworkError("requires images, but its input is \(signal.type)")
        }
        signal.type = try preprocessor.output(of: signal.type)
      }
      signal = try layer.output(of: signal)
      if let problem = signal.type.problem { throw NetworkError(problem) }
    } catch {
      throw Self.misfit(object, error)
    }
    result.layers.append(NetworkLayer(layer))
  }

  /// Returns the error about a layer that does not suit those before it.
  private static func misfit(_ object: DL4JObject, _ error: NetworkError) -> Fault {
    .unsupported(
      object.place, expected: "a layer that suits series and the layers before it",
      found: "\(quoted(object.name)), which \(error.problem)")
  }

  /// Returns the name of a layer's class in one spelling for all versions.
  static func kind(of object: DL4JObject) -> String {
    let name = object.name.lowercased()
    return name.hasSuffix("layer") ? String(name.dropLast(5)) : name
  }

  /// Checks that nothing else is in a layer but what only says how parameters were made, or how Deeplearning4j computes.
  static func finish(_ object: inout DL4JObject) throws(Fault) {
    object.ignore([
      "layerName", "biasInit", "gainInit", "forgetGateBiasInit", "weightInit", "weightInitFn", "dist",
      "weightInitRecurrent", "weightInitFnRecurrent", "distRecurrent", "cacheMode", "cudnnAlgoMode",
      "cudnnFwdMode",
      "cudnnFwdAlgo", "cudnnBwdFilterMode", "cudnnBwdFilterAlgo", "cudnnBwdDataMode", "cudnnBwdDataAlgo",
      "cudnnAllowFallback", "helperAllowFallback", "lossFunction",
    ])
    for key in ["rnnDataFormat", "rnndataFormat", "timeDistributedFormat", "outputFormat"] {
      try object.require(key, ["NCW"])
    }
    try object.require("cnn2dDataFormat", ["NCHW"])
    try object.checkAllTaken()
  }

  /// Checks that a size that a layer says its input has is the one that comes in.
  func inputs(_ object: inout DL4JObject) throws(Fault) -> Int {
    let inputs = try object.integer("nin", in: Self.sizes)
    let size: Int
    if case .convolutional(let channels, _, _) = signal.type, Self.kind(of: object).hasPrefix("convolution") {
      size = channels
    } else {
      size = signal.type.size
    }
    guard inputs == size else {
      throw .damage("\(object.place).nin", expected: "\(size), as many as come in", found: "\(inputs)")
    }
    return inputs
  }

  /// The possible sizes of a layer, as in `sizeProblem`.
  static let sizes = 1...1 << 20
}
