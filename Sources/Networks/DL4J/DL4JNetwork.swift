import Platform

/// A network of Deeplearning4j with its parameters and the memory of its updaters.
struct DL4JNetwork {
  private let configuration: DL4JConfiguration
  private let plan: NetworkPlan
  /// The parameters of our layers.
  private var parameters: [[Float]]
  private var updaterStates: [UpdaterState]

  /// The parameters of a layer in the file.
  private struct Place {
    /// The index of our layer.
    let layer: Int
    let updater: Updater
    /// The range in `coefficients.bin`.
    let range: Range<Int>
    /// The index in this range of each of our parameters.
    let order: [Int]
  }

  /// Reads everything but the normalizer.
  ///
  /// - Throws: `Fault` if something is damaged, or has no counterpart; `NetworkError` if the layers do not form a network.
  init(_ archive: DL4JArchive) throws {
    configuration = try DL4JConfiguration(archive[.configuration] ?? [])
    plan = try configuration.network.plan()
    let count = configuration.layers.reduce(0) { $0 + $1.parameters.count }
    let name = DL4JArchive.Entry.coefficients.rawValue
    guard let bytes = archive[.coefficients] else {
      throw Fault.damage(name, expected: "\(count) parameters", found: "no such entry")
    }
    let values = try Self.vector(bytes, name: name)
    guard values.count == count else {
      throw Fault.damage(name, expected: "\(count) parameters, as the layers have", found: "\(values.count)")
    }
    let places = try Self.places(configuration, plan)
    parameters = [[Float]](repeating: [], count: configuration.network.layers.count)
    updaterStates = [UpdaterState](repeating: UpdaterState(), count: parameters.count)
    for place in places { parameters[place.layer] = place.order.map { values[place.range.lowerBound + $0] } }
    if let bytes = archive[.updaterState] { try readUpdaters(bytes, places) }
  }

  /// Returns the network in our terms.
  func network(workers: WorkerPool) -> MultiLayerNetwork {
    var network = MultiLayerNetwork(configuration.network, plan, parameters: parameters, workers: workers)
    (network.iteration, network.epoch) = configuration.progress
    network.updaterStates = updaterStates
    return network
  }

  /// Reads one array of numbers, and nothing after it.
  private static func vector(_ bytes: [UInt8], name: String) throws(Fault) -> [Float] {
    var input = JavaDataInput(bytes, name: name)
    let values = try input.vector(of: Float.self)
    guard input.isAtEnd else { throw input.damage("the end", "more bytes") }
    return values
  }

  /// Returns the places of the parameters, layer by layer, after a check that they are as many as ours.
  private static func places(_ configuration: DL4JConfiguration, _ plan: NetworkPlan) throws(Fault) -> [Place]
  {
    var (places, index, start): ([Place], Int, Int) = ([], 0, 0)
    for layer in configuration.layers {
      if let learning = layer.learning {
        let own = index + layer.owner
        let count = layer.parameters.count
        let ours = plan.specifications[own].reduce(0) { $0 + $1.count }
        guard ours == count else {
          throw .damage(layer.place, expected: "sizes for \(ours) parameters", found: "sizes for \(count)")
        }
        places.append(
          Place(
            layer: own, updater: learning.updater, range: start..<start + count,
            order: layer.parameters.order()))
        start += count
      }
      index += layer.layers.count
    }
    return places
  }

  /// Reads the memory of the updaters: layers in a row with equal updaters have a block, in which the first slot of all
  /// their parameters is followed by the second one of all.
  private mutating func readUpdaters(_ bytes: [UInt8], _ places: [Place]) throws {
    let name = DL4JArchive.Entry.updaterState.rawValue
    let values = try Self.vector(bytes, name: name)
    let expected = places.reduce(0) { $0 + $1.updater.slotNames.count * $1.range.count }
    guard values.count == expected else {
      throw Fault.damage(
        name, expected: "\(expected) numbers, as the updaters have", found: "\(values.count)")
    }
    var (first, start) = (0, 0)
    while first < places.count {
      let updater = places[first].updater
      let block = places[first...].prefix { $0.updater == updater }
      let size = block.reduce(0) { $0 + $1.range.count }
      for place in block {
        let offset = start + place.range.lowerBound - block[first].range.lowerBound
        let slots = updater.slotNamesOfDL4J.enumerated().map { slot, name in
          (name: name, values: place.order.map { values[offset + slot * size + $0] })
        }
        updaterStates[place.layer] = try state(slots, updater)
      }
      start += updater.slotNames.count * size
      first += block.count
    }
  }

  /// Returns the memory of a layer's updater, in our terms.
  private func state(_ slots: [(name: String, values: [Float])], _ updater: Updater) throws(Fault)
    -> UpdaterState
  {
    if slots.isEmpty { return UpdaterState() }
    let (iteration, epoch) = configuration.progress
    var ordered: [(name: String, values: [Float])] = []
    for name in updater.slotNames { ordered += slots.filter { $0.name == name } }
    var count = iteration
    switch updater {
    case .nesterovs:
      // Their velocity contains the rate, ours does not.
      let rate = updater.learningRate.value(iteration: iteration, epoch: epoch)
      if ordered[0].values.contains(where: { $0 != 0 }) {
        guard rate > 0 else {
          throw .unsupported(
            "updaterState.bin", expected: "a velocity of Nesterovs with a learning rate above 0",
            found: "\(rate)")
        }
        ordered[0].values = ordered[0].values.map { -$0 / rate }
      }
      count = max(1, count)
    case .adaGrad, .rmsProp, .adaDelta:
      // Memory that has not begun with zeros is stored, as it is after an update.
      count = max(1, count)
    case .sgd, .adam, .adamW, .nadam, .amsGrad: break
    }
    guard ordered.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
      throw .unsupported("updaterState.bin", expected: "finite numbers", found: "a velocity that is not")
    }
    return UpdaterState(slots: ordered, updateCount: count)
  }
}
