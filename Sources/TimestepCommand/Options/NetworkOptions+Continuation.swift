import Reports
import Timestep

// Training that continues as the program that trained the model first would continue it.
extension NetworkOptions {
  /// Changes the settings of a model of another program where flags say something else: what the model says of its
  /// training holds otherwise, the memory of its updater included.
  func change(_ configuration: inout NetworkConfiguration) {
    func isGiven(_ names: String...) -> Bool {
      GivenFlags.current.flags.contains { names.contains($0.definition.name) }
    }
    if isGiven("updater") {
      configuration.updater = namedUpdater
      for index in configuration.layers.indices { configuration.layers[index].updater = nil }
    } else if isGiven("learning-rate", "schedule") {
      let rate = schedule?.schedule(rate) ?? .constant(rate)
      configuration.updater = configuration.updater.replacingLearningRate(rate)
      for index in configuration.layers.indices {
        configuration.layers[index].updater = configuration.layers[index].updater?.replacingLearningRate(
          rate)
      }
    }
    if let tbptt { configuration.backpropagation = .truncated(forward: tbptt, backward: tbptt) }
    if isGiven("clip", "clip-norm") { configuration.gradientLimit = gradientLimit }
    if isGiven("l1", "l2") {
      for index in configuration.layers.indices { configuration.layers[index].regularization = nil }
    }
    if isGiven("l1") { configuration.l1 = l1 }
    if isGiven("l2") { configuration.l2 = l2 }
    if isGiven("seed") { configuration.seed = seed }
  }

  /// Returns the settings of the optimizer of a model whose training continues, as a report lists them.
  func facts(continuing model: NetworkConfiguration) -> [Page.Fact] {
    var configuration = model
    change(&configuration)
    var steps = "through whole series"
    if case .truncated(let forward, _) = configuration.backpropagation {
      steps = "truncated, \(forward) steps"
    }
    return [
      Page.Fact("updater", "\(configuration.updater.name), as the model's"),
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
