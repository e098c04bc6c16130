import Platform

// Recurrent layers.
extension DL4JLayerReader {
  /// A recurrent layer, with its parameters in the file.
  struct Recurrent {
    var layer: any RecurrentLayer
    let parameters: DL4JParameters
    var learning: DL4JLearning
    /// The rate of the dropout of its input; `nil` if there is none.
    var dropout: Float?
  }

  /// Reads a recurrent layer for one direction.
  func recurrent(_ object: inout DL4JObject) throws(Fault) -> Recurrent {
    let kind = Self.kind(of: object)
    if kind == "maskzero" { return try maskZero(&object) }
    let dropout = try Self.dropout(&object)
    let size = try object.integer("nout", in: Self.sizes)
    let inputs = try inputs(&object)
    try object.require("hasLayerNorm", ["false"])
    let learning = try DL4JLearning(&object)
    let activation = try Self.cellActivation(
      &object, "activationFn", default: kind == "simplernn" ? .tanh : .sigmoid)
    var layer: any RecurrentLayer
    var gates = DL4JParameters.Gates.simple
    switch kind {
    case "simplernn": layer = SimpleRNN(size, activation: activation)
    case "lstm", "graveslstm":
      let gate = try Self.cellActivation(&object, "gateActivationFn", default: .sigmoid)
      let forgetBias = try object.float("forgetGateBiasInit") ?? 1
      gates = .lstm
      layer = LSTM(size, activation: activation, gateActivation: gate, forgetBias: forgetBias)
      if kind == "graveslstm" {
        gates = .graves
        layer = GravesLSTM(
          size, activation: activation, gateActivation: gate, forgetBias: forgetBias,
          regularizesPeepholes: !learning.regularization.isNone)
        if learning.limitsParameters {
          throw .unsupported(
            "\(object.place).gradientNormalization",
            expected: "a limit that does not take peepholes and recurrent weights together",
            found: "one for each parameter")
        }
      }
    default:
      throw .unsupported(
        object.place, expected: "LSTM, GravesLSTM, SimpleRnn or MaskZeroLayer", found: quoted(object.name))
    }
    return Recurrent(
      layer: layer, parameters: .recurrent(inputs: inputs, size: size, gates), learning: learning,
      dropout: dropout)
  }

  private func maskZero(_ object: inout DL4JObject) throws(Fault) -> Recurrent {
    var inner = try object.object("underlying")
    var recurrent = try self.recurrent(&inner)
    try Self.finish(&inner)
    guard recurrent.dropout == nil else {
      throw .unsupported(
        "\(inner.place).idropout", expected: "no dropout between the mask and its layer", found: "one")
    }
    recurrent.layer = MaskZero(recurrent.layer, value: try object.float("maskingValue") ?? 0)
    object.ignore(["gradientNormalization", "gradientNormalizationThreshold", "iupdater"])
    return recurrent
  }

  /// Reads a layer in both directions.
  ///
  /// Deeplearning4j drops inputs of each direction independently; here, both get the same.
  func bidirectional(_ object: inout DL4JObject) throws(Fault) -> (part: Part, dropout: Float?) {
    var (forward, backward) = (try object.object("fwd"), try object.object("bwd"))
    var one = try recurrent(&forward)
    let other = try recurrent(&backward)
    try Self.finish(&forward)
    try Self.finish(&backward)
    guard AnyHashable(one.layer) == AnyHashable(other.layer), one.learning == other.learning,
      one.dropout == other.dropout
    else {
      throw .unsupported("\(object.place).bwd", expected: "the settings of fwd", found: "others")
    }
    // The limit of gradients is that of the layer around them.
    one.learning.limit = try DL4JLearning.limit(&object)
    if one.learning.limitsParameters, one.layer is GravesLSTM {
      throw .unsupported(
        "\(object.place).gradientNormalization",
        expected: "a limit that does not take peepholes and recurrent weights together",
        found: "one for each parameter")
    }
    object.ignore(["nin", "nout", "iupdater"])
    let modes: [String: Bidirectional.Merge] = [
      "CONCAT": .concatenate, "ADD": .sum, "AVERAGE": .mean, "MUL": .product,
    ]
    let mode = try object.text("mode") ?? "CONCAT"
    guard let merge = modes[mode] else {
      throw .unsupported("\(object.place).mode", expected: "CONCAT, ADD, AVERAGE or MUL", found: quoted(mode))
    }
    let part = Part(
      layer: Bidirectional(one.layer, merge), parameters: .bothDirections(one.parameters),
      learning: one.learning)
    return (part, one.dropout)
  }
}
