import Platform

// Activations, losses and dropout.
extension DL4JLayerReader {
  /// Our activations by their names, which have varied in case.
  private static let activations: [String: Activation] = [
    "identity": .identity, "sigmoid": .sigmoid, "hardsigmoid": .hardSigmoid, "tanh": .tanh,
    "hardtanh": .hardTanh,
    "relu": .relu, "lrelu": .leakyReLU, "elu": .elu, "selu": .selu, "softplus": .softplus,
    "softsign": .softsign,
    "softmax": .softmax, "swish": .swish,
  ]

  /// Our losses by their names.
  private static let losses: [String: Loss] = [
    "mcxent": .multiClassCrossEntropy, "negativeloglikelihood": .multiClassCrossEntropy,
    "binaryxent": .binaryCrossEntropy, "mse": .meanSquaredError, "l2": .sumOfSquares,
    "mae": .meanAbsoluteError,
    "l1": .sumOfAbsolutes, "kld": .kullbackLeibler, "poisson": .poisson,
  ]

  /// Takes an activation; `standard` if it is missing.
  static func activation(
    _ layer: inout DL4JObject, _ key: String = "activationFn", default standard: Activation?
  ) throws(Fault) -> Activation? {
    guard let value = layer.take(key) else { return standard }
    var object = try DL4JObject(value, "\(layer.place).\(key)")
    var name = object.name.lowercased()
    if name.hasPrefix("activation") { name = String(name.dropFirst(10)) }
    // With another slope, ours is another function.
    let slopes: [Activation: Double] = [.leakyReLU: 0.01, .elu: 1]
    guard let activation = activations[name] else {
      throw .unsupported(
        object.place,
        expected:
          "Identity, Sigmoid, HardSigmoid, TanH, HardTanH, ReLU, LReLU, ELU, SELU, SoftPlus, SoftSign, Softmax or "
          + "Swish", found: quoted(object.name))
    }
    if let slope = slopes[activation], let alpha = try object.number("alpha"), alpha != slope {
      throw .unsupported("\(object.place).alpha", expected: "\(slope)", found: "\(alpha)")
    }
    try object.checkAllTaken()
    return activation
  }

  /// Takes the activation of a recurrent cell.
  static func cellActivation(
    _ layer: inout DL4JObject, _ key: String, default standard: Activation
  ) throws(Fault) -> Activation {
    let activation = try activation(&layer, key, default: standard) ?? standard
    if activation.cellProblem != nil {
      throw .unsupported(
        "\(layer.place).\(key)", expected: "an activation of single values", found: "\"\(activation)\"")
    }
    return activation
  }

  /// Takes the activation and the loss of an output layer.
  static func output(_ layer: inout DL4JObject, size: Int) throws(Fault) -> OutputSettings {
    let activation = try activation(&layer, default: .softmax) ?? .softmax
    var object = try layer.object("lossFn")
    var name = object.name.lowercased()
    if name.hasPrefix("loss") { name = String(name.dropFirst(4)) }
    guard let loss = losses[name] else {
      throw .unsupported(
        object.place,
        expected: "MCXENT, NegativeLogLikelihood, BinaryXENT, MSE, L2, MAE, L1, KLD or Poisson",
        found: quoted(object.name))
    }
    // Probabilities are kept away from 0 and 1 in another way.
    object.ignore(["softmaxClipEps", "clipEps"])
    var weights: [Float] = []
    if let value = object.take("weights") {
      guard case .list(let list) = value else {
        throw .damage("\(object.place).weights", expected: "a list of numbers", found: "\(value)")
      }
      weights = list.compactMap { $0.asNumber.map { Float($0) } }
      guard weights.count == list.count else {
        throw .damage("\(object.place).weights", expected: "a list of numbers", found: "\(value)")
      }
    }
    try object.checkAllTaken()
    let settings = OutputSettings(size: size, activation: activation, loss: loss, classWeights: weights)
    if let problem = settings.validationError {
      throw .unsupported(
        object.place, expected: "a loss that suits the activation and the outputs", found: problem)
    }
    return settings
  }

  /// Takes the dropout of a layer's input, and returns the share of values that are dropped; `nil` if there is none.
  ///
  /// Theirs is the share that is kept.
  static func dropout(_ layer: inout DL4JObject) throws(Fault) -> Float? {
    var kept: Double?
    if let value = layer.take("idropout") {
      var object = try DL4JObject(value, "\(layer.place).idropout")
      guard object.name == "Dropout" else {
        throw .unsupported(object.place, expected: "Dropout", found: quoted(object.name))
      }
      kept = try object.number("p")
      object.ignore(["helperAllowFallback"])
      try object.checkAllTaken()
    } else if let number = try layer.number("dropOut"), number != 0 {
      // In version 0.9.1, 0 means none.
      kept = number
    }
    guard let kept, kept != 1 else { return nil }
    guard kept > 0, kept < 1, Float(1 - kept) < 1 else {
      throw .damage("\(layer.place).idropout", expected: "a share from 0 to 1 that is kept", found: "\(kept)")
    }
    return Float(1 - kept)
  }
}
