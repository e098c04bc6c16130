import Reports
import Timestep

// Training with the settings of a model of another program, or of a file that describes a network.
extension NetworkOptions {
  /// Changes the settings of a model of another program, or of a file, where flags say something else: what the model says
  /// of its training holds otherwise, the memory of its updater included.
  func change(_ configuration: inout NetworkConfiguration) {
    func isGiven(_ names: String...) -> Bool {
      GivenFlags.current.flags.contains { names.contains($0.definition.name) }
    }
    if isGiven("updater") {
      configuration.updater = namedUpdater
      for index in configuration.layers.indices { configuration.layers[index].updater = nil }
    } else if learningRate != nil || schedule != nil {
      let rate = schedule?.schedule(rate) ?? .constant(rate)
      configuration.updater = configuration.updater.replacingLearningRate(rate)
      for index in configuration.layers.indices {
        configuration.layers[index].updater = configuration.layers[index].updater?.replacingLearningRate(
          rate)
      }
    }
    if let tbptt { configuration.backpropagation = .truncated(forward: tbptt, backward: tbptt) }
    if clip != nil || clipNorm != nil { configuration.gradientLimit = gradientLimit }
    if isGiven("l1", "l2") {
      for index in configuration.layers.indices { configuration.layers[index].regularization = nil }
    }
    if isGiven("l1") { configuration.l1 = l1 }
    if isGiven("l2") { configuration.l2 = l2 }
    if isGiven("seed") { configuration.seed = seed }
  }

  /// Returns the settings of an optimizer that are not those of flags, as a report lists them.
  ///
  /// - Parameters:
  ///   - given: The settings of a model whose training continues, or of a file.
  ///   - source: Where they are from: "as the model's".
  func facts(changing given: NetworkConfiguration, _ source: String) -> [Page.Fact] {
    var configuration = given
    change(&configuration)
    var steps = "through whole series"
    if case .truncated(let forward, _) = configuration.backpropagation {
      steps = "truncated, \(forward) steps"
    }
    return [
      Page.Fact("updater", "\(configuration.updater.name), \(source)"),
      Page.Fact("learning rate", configuration.updater.rateText), Page.Fact("back-propagation", steps),
      Page.Fact("gradient limit", "\(configuration.gradientLimit)"), Page.Fact("l1", "\(configuration.l1)"),
      Page.Fact("l2", "\(configuration.l2)"),
    ]
  }
}

extension Updater {
  /// The name, as the command line has it.
  fileprivate var name: String {
    switch self {
    case .sgd: "sgd"
    case .nesterovs: "nesterovs"
    case .adaGrad: "adagrad"
    case .rmsProp: "rmsprop"
    case .adaDelta: "adadelta"
    case .adam: "adam"
    case .adamW: "adamw"
    case .nadam: "nadam"
    case .amsGrad: "amsgrad"
    }
  }

  /// The learning rate in words.
  fileprivate var rateText: String {
    if case .constant(let rate) = learningRate { "\(rate)" } else { "as scheduled" }
  }

  /// The updater in words, such as `adam, learning rate 0.01`.
  var words: String { "\(name), learning rate \(rateText)" }
}
