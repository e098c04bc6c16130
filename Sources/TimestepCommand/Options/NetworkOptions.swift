import ArgumentParser
import Platform
import Reports
import Timestep

/// The flags for the network to train and its optimizer.
struct NetworkOptions: ParsableArguments {
  /// The available recurrent layers.
  enum Cell: String, FlagValue, CaseIterable { case lstm, graves, gru, rnn }
  /// The available updaters.
  enum UpdaterName: String, FlagValue, CaseIterable {
    case adam, sgd, nesterovs, adagrad, rmsprop, adadelta, adamw, nadam, amsgrad
  }

  @Option(help: .flag("hidden")) var hidden: LayerSizes?

  @Option(help: .flag("cell")) var cell: Cell?

  @Flag(help: .flag("bidirectional")) var bidirectional = false

  @Option(help: .flag("dropout")) var dropout: Float?

  @Option(help: .flag("loss")) var loss: Loss?

  @Option(help: .flag("init")) var `init`: InitializationArgument?

  @Option(help: .flag("network")) var network: String?

  @Option(help: .flag("learning-rate")) var learningRate: Float?

  @Option(help: .flag("schedule")) var schedule: ScheduleArgument?

  @Option(help: .flag("updater")) var updater = UpdaterName.adam

  @Option(help: .flag("tbptt", .train)) var tbptt: Int?

  @Option(help: .flag("clip")) var clip: GradientClip?

  @Option(help: .flag("clip-norm")) var clipNorm: Float?

  @Option(help: .flag("weight-decay")) var weightDecay: Float?

  @Option(help: .flag("l1")) var l1: Float = 0

  @Option(help: .flag("l2")) var l2: Float = 0

  @Option(help: .flag("class-weights")) var classWeights: ClassWeightList?

  @Option(help: .flag("seed", .train)) var seed: UInt64 = 0

  func validate() throws {
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate \(learningRate): a number above 0 is needed")
    }
    if let tbptt, tbptt < 1 { throw ValidationError("--tbptt \(tbptt): at least 1 step is needed") }
    if let clipNorm, !(clipNorm > 0 && clipNorm.isFinite) {
      throw ValidationError("--clip-norm \(clipNorm): a number above 0 is needed")
    }
    if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
      throw ValidationError("--weight-decay \(weightDecay): a number of 0 or above is needed")
    }
    if let dropout, !(0..<1).contains(dropout) {
      throw ValidationError("--dropout \(dropout): a share from 0 to below 1 is needed")
    }
    for (name, value) in [("--l1", l1), ("--l2", l2)] where !(value >= 0 && value.isFinite) {
      throw ValidationError("\(name) \(value): a number of 0 or above is needed")
    }
  }

  /// The settings of the optimizer, as a report lists them.
  var facts: [Page.Fact] {
    var facts = [
      Page.Fact("updater", updater.rawValue),
      Page.Fact("learning rate", "\(rate)\(schedule.map { ", \($0.words)" } ?? "")"),
      Page.Fact("back-propagation", tbptt.map { "truncated, \($0) steps" } ?? "through whole series"),
      Page.Fact("gradient limit", gradientLimitText ?? "none"),
    ]
    if updater == .adamw { facts.insert(Page.Fact("weight decay", "\(decay)"), at: 2) }
    for (name, value) in [("dropout", dropout ?? 0), ("l1", l1), ("l2", l2)] where value > 0 {
      facts.append(Page.Fact(name, "\(value)"))
    }
    return facts
  }

  /// The weight decay of AdamW.
  private var decay: Float { weightDecay ?? 0.01 }

  /// The limit of gradients.
  var gradientLimit: NetworkConfiguration.GradientLimit {
    clip?.limit.map { .elements($0) } ?? clipNorm.map { .globalNorm($0) } ?? .none
  }

  /// The limit of gradients in words; `nil` if there is none.
  private var gradientLimitText: String? {
    clip?.limit.map { "elements in \u{B1}\($0)" } ?? clipNorm.map { "norm at most \($0)" }
  }

  /// The optimizer in words, such as `adamw, learning rate 0.001, weight decay 0.01`.
  var optimizerText: String {
    let rate = learningRate ?? (updater == .adadelta ? 1 : 0.001)
    return [
      updater.rawValue, "learning rate \(rate)", schedule?.words,
      updater == .adamw ? "weight decay \(decay)" : nil,
      gradientLimitText.map { "gradient limit: \($0)" },
    ].compactMap { $0 }.joined(separator: ", ")
  }

  /// Returns the line about a network to train, and how.
  ///
  /// - Parameter isContinued: True if the optimizer is that of a model of another program.
  func line(about network: MultiLayerNetwork, isContinued: Bool = false) -> String {
    let optimizer =
      isContinued
      ? "\(network.configuration.updater.words), as the model's"
      : self.network.map {
        "\(network.configuration.updater.words), as in \(escapedText($0.utf8, limit: nil))"
      }
        ?? optimizerText
    return "network: \(network.layersInWords); \(optimizer)"
  }

  /// Returns a network for data of a contract, and what is said about it.
  ///
  /// - Parameters:
  ///   - classWeights: The factor of each class's loss; if empty, every factor is 1.
  ///   - hasOneLabelPerSeries: True if every series has one label. Layers in both directions are then read at
  ///     both ends of a series.
  func network(
    for contract: DataContract, classWeights: [Float], hasOneLabelPerSeries: Bool
  ) throws -> (network: MultiLayerNetwork, notes: [String]) {
    if let network {
      return try NetworkFile(network).network(for: contract, self, classWeights: classWeights)
    }
    let network = try MultiLayerNetwork(
      for: contract, seed: seed, updater: namedUpdater, weights: self.`init`?.weights ?? .xavier,
      backpropagation: tbptt.map { .truncated(forward: $0, backward: $0) } ?? .full,
      gradientLimit: gradientLimit, l1: l1, l2: l2, loss: loss, classWeights: classWeights
    ) {
      for size in hidden?.sizes ?? [64] {
        recurrentLayer(size)
        if let dropout, dropout > 0 { Dropout(rate: dropout) }
      }
      if bidirectional && hasOneLabelPerSeries { LastTimeStep() }
    }
    return (network, [])
  }

  /// Rejects a model for further training if it cannot take the features of the data.
  ///
  /// - Parameter path: The model's file, for messages.
  func checkFit(of file: ModelFile, _ path: String, to contract: DataContract) throws {
    var features = contract
    (features.labels, features.labelsNormalizer) = (.none, nil)
    if let known = file.contract, let violation = known.violation(by: features) {
      throw TensorFileError(
        path: path,
        problem:
          "does not fit the data: \(violation); \(known.remedy(for: contract))train it on data of the same form"
      )
    }
  }

  /// Returns the network of a model for further training on data of a contract, what happens to its output
  /// layer, and what happens to each layer that has parameters, in words.
  ///
  /// - Parameters:
  ///   - path: The model's file, for messages.
  ///   - count: The number of first recurrent layers that keep their parameters; `nil`: none.
  ///   - classWeights: The factor of each class's loss; if empty, the factors stay.
  func network(
    of file: ModelFile, _ path: String, freezing count: Int?, for contract: DataContract,
    classWeights: [Float]
  ) throws -> (network: MultiLayerNetwork, output: ModelFile.OutputChange, notes: [String]) {
    let frozen = try frozenLayers(of: file.network, path, count)
    var file = file
    do {
      file.network = try file.network.reconfigured { configuration in
        if file.origin == nil {
          configuration.updater = namedUpdater
          configuration.backpropagation = tbptt.map { .truncated(forward: $0, backward: $0) } ?? .full
          configuration.gradientLimit = gradientLimit
          (configuration.l1, configuration.l2, configuration.seed) = (l1, l2, seed)
        } else {
          change(&configuration)
        }
        for index in configuration.layers.indices {
          configuration.layers[index].isFrozen = frozen.contains(index)
        }
      }
      let (network, output, reason) = try file.network(for: contract, classWeights: classWeights)
      let summary = network.summary().layers
      let notes = network.configuration.layers.enumerated().compactMap { index, entry -> String? in
        guard summary[index].parameterCount > 0 else { return nil }
        var note = "\(path): layer \(index) (\(type(of: entry.layer).kind)): "
        if index == summary.count - 1 {
          note += "\(output)" + (reason.isEmpty ? "" : ": \(reason)")
        } else {
          note += "kept"
        }
        return note + (entry.isFrozen ? ", frozen" : "")
      }
      return (network, output, notes)
    } catch let error as NetworkError {
      throw TensorFileError(path: path, problem: "cannot be trained with these settings: \(error)")
    }
  }

  /// Returns the layers to freeze: all up to the recurrent layer `count`.
  private func frozenLayers(
    of network: MultiLayerNetwork, _ path: String, _ count: Int?
  ) throws -> Range<Int> {
    guard let count else { return 0..<0 }
    let layers = network.configuration.layers.map(\.layer)
    let recurrent = layers.indices.filter { layers[$0] is any RecurrentLayer || layers[$0] is Bidirectional }
    if count <= recurrent.count { return 0..<recurrent[count - 1] + 1 }
    throw TensorFileError(
      path: path,
      problem: recurrent.isEmpty
        ? "has no recurrent layer to freeze: leave --freeze out"
        : "has \(pluralized(recurrent.count, "recurrent layer")) to freeze: expected --freeze "
          + (recurrent.count == 1 ? "1" : "1 to \(recurrent.count)")
          + ", found --freeze \(count); freeze fewer layers")
  }

  private func recurrentLayer(_ size: Int) -> any Layer {
    func layer(_ cell: some RecurrentLayer) -> any Layer {
      bidirectional ? Bidirectional(cell, .concatenate) : cell
    }
    switch cell ?? .lstm {
    case .lstm: return layer(LSTM(size))
    case .graves: return layer(GravesLSTM(size))
    case .gru: return layer(GRU(size))
    case .rnn: return layer(SimpleRNN(size))
    }
  }

  /// The learning rate; by default, it is 1 for AdaDelta, because it determines its own.
  var rate: Float { learningRate ?? (updater == .adadelta ? 1 : 0.001) }

  /// The updater with its rate.
  var namedUpdater: Updater {
    let rate = schedule?.schedule(rate) ?? .constant(rate)
    switch updater {
    case .adam: return .adam(learningRate: rate)
    case .sgd: return .sgd(learningRate: rate)
    case .nesterovs: return .nesterovs(learningRate: rate)
    case .adagrad: return .adaGrad(learningRate: rate)
    case .rmsprop: return .rmsProp(learningRate: rate)
    case .adadelta: return .adaDelta(learningRate: rate)
    case .adamw: return .adamW(learningRate: rate, weightDecay: decay)
    case .nadam: return .nadam(learningRate: rate)
    case .amsgrad: return .amsGrad(learningRate: rate)
    }
  }
}

extension MultiLayerNetwork {
  /// The layers with their sizes, and the number of parameters, such as `lstm 64, rnnOutput 9; 20297 parameters`.
  var layersInWords: String {
    let layers = summary().layers.map { layer in
      "\(layer.name.drop { $0 != " " }.dropFirst()) \(layer.output.type.size)"
    }
    return "\(layers.joined(separator: ", ")); \(parameterCount) parameters"
  }
}

/// The factors of classes: `1,5,1`, or `balanced`.
enum ClassWeightList: NotatedFlagValue {
  case balanced
  case weights([Float])

  init(flag text: String) throws(ValidationError) {
    if text == "balanced" {
      self = .balanced
      return
    }
    let weights = text.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
    let known = weights.compactMap { $0 }.filter { $0 >= 0 && $0.isFinite }
    guard !known.isEmpty, known.count == weights.count, known.contains(where: { $0 > 0 }) else {
      throw ValidationError(
        "expected balanced, or a weight for each class, such as 1,5,1, each at least 0 and one of them above 0"
      )
    }
    self = .weights(known)
  }

  /// Returns the factor of each class's loss.
  ///
  /// - Parameter observe: Is called with every batch that is read for balanced factors.
  /// - Throws: `ValidationError` if the labels are no classes, or others; any error of the batches.
  func weights(for source: BatchSource, observe: @escaping (DataSet) -> Void) throws -> [Float] {
    let labels = source.contract.labels
    guard labels.encoding == .oneHot else {
      throw ValidationError("--class-weights is for classes; the labels are numbers")
    }
    switch self {
    case .balanced:
      let batches: any DataSetIterator = source.iterator
      func observed(_ batches: some DataSetIterator) -> any DataSetSource {
        ObservedIterator(base: batches, observe: observe)
      }
      return try ClassWeights.balanced(over: observed(batches))
    case .weights(let weights):
      guard weights.count == labels.names.count else {
        throw ValidationError("--class-weights: \(weights.count) factors for \(labels.names.count) classes")
      }
      return weights
    }
  }
}

/// A limit of the elements of gradients: a number, or `none`.
struct GradientClip: NotatedFlagValue {
  /// The largest magnitude; `nil`: there is no limit.
  let limit: Float?

  init(flag text: String) throws(ValidationError) {
    if text == "none" {
      limit = nil
      return
    }
    guard let value = Float(text), value > 0, value.isFinite else {
      throw ValidationError("expected a number above 0, or none")
    }
    limit = value
  }

  /// Makes a limit.
  init(_ limit: Float) { self.limit = limit }
}

/// The sizes of layers: `64` or `64,64`.
struct LayerSizes: NotatedFlagValue, CustomStringConvertible {
  let sizes: [Int]

  init(sizes: [Int]) { self.sizes = sizes }

  init(flag text: String) throws(ValidationError) {
    let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = sizes.compactMap { $0 }.filter { (1...65536).contains($0) }
    guard !known.isEmpty, known.count == sizes.count else {
      throw ValidationError(
        "expected the units of each layer, such as 64 or 64,64: whole numbers from 1 to 65536")
    }
    self.sizes = known
  }

  var description: String { sizes.map(String.init).joined(separator: ",") }
  var defaultValueDescription: String { description }
}
