import Platform

/// How the parameters of a layer learn: what Timestep keeps for a network, Deeplearning4j keeps for each layer.
struct DL4JLearning: Equatable {
  /// The optimizer.
  var updater: Updater
  /// The penalties on weights.
  var regularization: NetworkLayer.Regularization
  /// The limit of gradients.
  var limit: NetworkConfiguration.GradientLimit
  /// True if the limit is applied to each parameter alone.
  var limitsParameters: Bool {
    switch limit {
    case .parameterNorm, .renormalizedParameter: true
    default: false
    }
  }

  /// Takes the fields of a layer about its learning.
  init(_ layer: inout DL4JObject) throws(Fault) {
    regularization = try Self.regularization(&layer)
    limit = try Self.limit(&layer)
    let bias = try layer.take("biasUpdater").map { value throws(Fault) in
      try Self.updater(value, "\(layer.place).biasUpdater")
    }
    updater = try Self.updater(&layer)
    if let bias, bias != updater {
      throw .unsupported(
        "\(layer.place).biasUpdater", expected: "the updater of the weights", found: "another one")
    }
    layer.ignore([
      "updater", "learningRate", "momentum", "rho", "rmsDecay", "epsilon", "adamMeanDecay", "adamVarDecay",
    ])
  }

  /// Takes l1 and l2: a list of regularizations, or, in versions before 1.0.0-beta4, numbers.
  private static func regularization(_ layer: inout DL4JObject) throws(Fault) -> NetworkLayer.Regularization {
    var result = NetworkLayer.Regularization(l1: try layer.float("l1") ?? 0, l2: try layer.float("l2") ?? 0)
    for key in ["l1Bias", "l2Bias"] {
      guard let value = try layer.number(key), value != 0 else { continue }
      throw .unsupported("\(layer.place).\(key)", expected: "no penalty on biases", found: "\(value)")
    }
    if let value = layer.take("regularizationBias") {
      throw .unsupported(
        "\(layer.place).regularizationBias", expected: "no penalty on biases", found: "\(value)")
    }
    let place = "\(layer.place).regularization"
    guard let value = layer.take("regularization") else { return try checked(result, place) }
    guard case .list(let list) = value else { throw .damage(place, expected: "a list", found: "\(value)") }
    for (index, value) in list.enumerated() {
      var object = try DL4JObject(value, "\(place)[\(index)]")
      switch object.name {
      case "L1Regularization": result.l1 += try fixed(&object, "l1")
      case "L2Regularization": result.l2 += try fixed(&object, "l2")
      default:
        throw .unsupported(
          object.place, expected: "L1Regularization or L2Regularization", found: quoted(object.name))
      }
      try object.checkAllTaken()
    }
    return try checked(result, place)
  }

  private static func checked(
    _ regularization: NetworkLayer.Regularization, _ place: String
  ) throws(Fault) -> NetworkLayer.Regularization {
    if let problem = regularization.problem {
      throw .damage(place, expected: "finite numbers that are not negative", found: problem)
    }
    return regularization
  }

  /// Takes a number that does not change with time.
  private static func fixed(_ object: inout DL4JObject, _ key: String) throws(Fault) -> Float {
    guard let value = object.take(key) else { return 0 }
    if let number = value.asNumber { return Float(number) }
    var schedule = try DL4JObject(value, "\(object.place).\(key)")
    guard schedule.name == "FixedSchedule" else {
      throw .unsupported(schedule.place, expected: "FixedSchedule", found: quoted(schedule.name))
    }
    let number = try schedule.float("value") ?? 0
    try schedule.checkAllTaken()
    return number
  }

  /// Takes the limit of gradients.
  static func limit(_ layer: inout DL4JObject) throws(Fault) -> NetworkConfiguration.GradientLimit {
    let threshold = try layer.float("gradientNormalizationThreshold") ?? 1
    let name = try layer.text("gradientNormalization") ?? "None"
    let limit: NetworkConfiguration.GradientLimit
    switch name {
    case "None": limit = .none
    case "RenormalizeL2PerLayer": limit = .renormalizedLayer
    case "RenormalizeL2PerParamType": limit = .renormalizedParameter
    case "ClipElementWiseAbsoluteValue": limit = .elements(threshold)
    case "ClipL2PerLayer": limit = .layerNorm(threshold)
    case "ClipL2PerParamType": limit = .parameterNorm(threshold)
    default:
      throw .unsupported(
        "\(layer.place).gradientNormalization", expected: "a limit that Timestep has", found: quoted(name))
    }
    if limit.problem != nil {
      throw .damage(
        "\(layer.place).gradientNormalizationThreshold", expected: "a number above 0", found: "\(threshold)")
    }
    return limit
  }
}
