import Platform

extension DL4JLearning {
  /// Takes the updater of a layer: an object, or, where version 0.9.1 has none, single fields.
  static func updater(_ layer: inout DL4JObject) throws(Fault) -> Updater {
    let biasRate = try layer.number("biasLearningRate")
    let rate = try layer.number("learningRate")
    if let biasRate, let rate, biasRate != rate {
      throw .unsupported(
        "\(layer.place).biasLearningRate", expected: "the learning rate of the weights, \(rate)",
        found: "\(biasRate)")
    }
    for key in ["momentumSchedule", "learningRateSchedule"] where layer.take(key) != nil {
      throw .unsupported("\(layer.place).\(key)", expected: "no schedule", found: "one")
    }
    let updater: Updater
    if let value = layer.take("iupdater") {
      updater = try self.updater(value, "\(layer.place).iupdater")
    } else {
      let name = try layer.text("updater") ?? "SGD"
      updater = try self.updater(name.lowercased(), &layer, rate: rate, at: "\(layer.place).updater")
    }
    if let problem = updater.problem {
      throw .damage(
        "\(layer.place).iupdater", expected: "an updater with numbers in their range", found: problem)
    }
    return updater
  }

  /// Returns the updater that an object describes.
  static func updater(_ value: DL4JValue, _ place: String) throws(Fault) -> Updater {
    var object = try DL4JObject(value, place)
    let updater = try self.updater(object.name.lowercased(), &object, at: place)
    try object.checkAllTaken()
    return updater
  }

  /// Takes the constants of an updater from its object, or from the layer.
  ///
  /// - Parameter loose: The learning rate of the layer, in version 0.9.1.
  private static func updater(
    _ name: String, _ object: inout DL4JObject, rate loose: Double? = nil, at place: String
  ) throws(Fault) -> Updater {
    func rate(_ object: inout DL4JObject, _ standard: Float) throws(Fault) -> Schedule {
      let schedule = try self.schedule(&object, "learningRateSchedule")
      let constant = try object.float("learningRate") ?? loose.map { Float($0) } ?? standard
      return schedule ?? .constant(constant)
    }
    func constant(_ object: inout DL4JObject, _ keys: [String], _ standard: Float) throws(Fault) -> Float {
      for key in keys { if let value = try object.float(key) { return value } }
      return standard
    }
    func adam(_ object: inout DL4JObject) throws(Fault) -> (Schedule, Float, Float, Float) {
      (
        try rate(&object, 1e-3), try constant(&object, ["beta1", "adamMeanDecay"], 0.9),
        try constant(&object, ["beta2", "adamVarDecay"], 0.999), try constant(&object, ["epsilon"], 1e-8)
      )
    }
    switch name {
    case "sgd": return .sgd(learningRate: try rate(&object, 1e-3))
    case "nesterovs":
      if let schedule = object.take("momentumISchedule") {
        throw .unsupported(
          "\(place).momentumISchedule", expected: "a constant momentum", found: "\(schedule)")
      }
      return .nesterovs(
        learningRate: try rate(&object, 0.1), momentum: try constant(&object, ["momentum"], 0.9))
    case "adagrad":
      return .adaGrad(learningRate: try rate(&object, 0.1), epsilon: try constant(&object, ["epsilon"], 1e-6))
    case "rmsprop":
      return .rmsProp(
        learningRate: try rate(&object, 0.1), decay: try constant(&object, ["rmsDecay"], 0.95),
        epsilon: try constant(&object, ["epsilon"], 1e-8))
    case "adadelta":
      return .adaDelta(
        decay: try constant(&object, ["rho"], 0.95), epsilon: try constant(&object, ["epsilon"], 1e-6))
    case "adam":
      let (rate, beta1, beta2, epsilon) = try adam(&object)
      return .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    case "nadam":
      let (rate, beta1, beta2, epsilon) = try adam(&object)
      return .nadam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    case "amsgrad":
      let (rate, beta1, beta2, epsilon) = try adam(&object)
      return .amsGrad(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    default:
      throw .unsupported(
        place, expected: "Sgd, Nesterovs, AdaGrad, RmsProp, AdaDelta, Adam, Nadam or AMSGrad",
        found: quoted(object.name.isEmpty ? name : object.name))
    }
  }

  /// Takes a schedule; `nil` if there is none.
  private static func schedule(_ object: inout DL4JObject, _ key: String) throws(Fault) -> Schedule? {
    guard let value = object.take(key) else { return nil }
    var schedule = try DL4JObject(value, "\(object.place).\(key)")
    let unit: Schedule.Unit = try schedule.text("scheduleType") == "EPOCH" ? .epochs : .iterations
    let rate = try schedule.float("initialValue") ?? 0
    let result: Schedule
    switch schedule.name {
    case "FixedSchedule": result = .constant(try schedule.float("value") ?? 0)
    case "StepSchedule":
      result = .step(
        rate, factor: try schedule.float("decayRate") ?? 1,
        every: try schedule.integer("step", in: 1...1_000_000_000),
        unit: unit)
    case "ExponentialSchedule":
      result = .exponential(rate, factor: try schedule.float("gamma") ?? 1, unit: unit)
    case "InverseSchedule":
      result = .inverse(
        rate, gamma: try schedule.float("gamma") ?? 0, power: try schedule.float("power") ?? 1, unit: unit)
    case "PolySchedule":
      result = .polynomial(
        rate, power: try schedule.float("power") ?? 1,
        over: try schedule.integer("maxIter", in: 1...1_000_000_000),
        unit: unit)
    default:
      throw .unsupported(
        schedule.place,
        expected: "FixedSchedule, StepSchedule, ExponentialSchedule, InverseSchedule or PolySchedule",
        found: quoted(schedule.name))
    }
    try schedule.checkAllTaken()
    return result
  }
}

extension Updater {
  /// The slots of the memory in the order of `updaterState.bin`, by our names.
  ///
  /// AdaDelta keeps the mean square of gradients first.
  var slotNamesOfDL4J: [String] {
    if case .adaDelta = self { return ["v", "m"] }
    return slotNames
  }
}
