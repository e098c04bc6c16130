import DataSets
import Glibc
import Metrics
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Training as Deeplearning4j 1.0.0-M2 trained: from the same parameters, on the same batches in the same
/// order.
///
/// What it computes incorrectly is not among the files, since there is nothing to compare with: truncated
/// back-propagation, bidirectional layers with padding, and SimpleRnn with labels where no features are.
struct DL4JNetworkTests {
  /// The largest differences that are allowed.
  struct Bounds: Sendable, CustomTestStringConvertible {
    /// Of a score, relative.
    var score: Double
    /// Of a parameter.
    var parameter: Double

    var testDescription: String { "score \(score), parameter \(parameter)" }
  }

  /// Rounding alone: after twelve updates, two units in the last place of a parameter between 1 and 4.
  static let rounding = Bounds(score: 5e-7, parameter: 5e-7)
  /// Deeplearning4j adds epsilon before it corrects the bias of v, so that it is up to 31 times as strong.
  static let epsilon = Bounds(score: 5e-6, parameter: 2e-4)
  /// The mean square of Deeplearning4j's RMSProp starts at 1e-8, not at 0.
  static let firstMeanSquare = Bounds(score: 5e-4, parameter: 1e-2)

  /// The networks with updaters of the same definition, and those with others, for which
  /// `withTheirDefinitionOfTheUpdater` shows that there is no further difference.
  static let networks: [(name: String, bounds: Bounds)] =
    [
      "lstm", "lstm-each", "lstm-longer", "graves", "graves-two", "rnn", "two", "nesterovs", "adadelta",
      "clip",
      "l1-l2", "regression", "values", "bidirectional", "normalized",
    ].map { ($0, rounding) } + [("adam", epsilon), ("amsgrad", epsilon), ("rmsprop", firstMeanSquare)]

  @Test func everyNetworkIsCompared() {
    #expect(Self.networks.map(\.name).sorted() == DL4JIndex.shared.networks.keys.sorted())
  }

  @Test(arguments: networks)
  func trainsAlike(name: String, bounds: Bounds) throws {
    let golden = try DL4JNetwork(named: name)
    var network = try golden.network()
    try expectOutputs(network, golden, "initial", within: Self.rounding.parameter)
    var scores = try train(&network, golden, epochs: golden.description.epochs)
    expectScores(scores, try golden.scores(), bounds)
    try expectParameters(network, golden, "trained", bounds)
    try expectOutputs(network, golden, "trained", within: bounds.parameter)
    try expectEvaluation(network, golden)
    scores = try train(&network, golden, epochs: 1)
    expectScores(scores, try golden.scores(continued: true), bounds)
    try expectParameters(network, golden, "continued", bounds)
  }

  func train(
    _ network: inout MultiLayerNetwork, _ golden: DL4JNetwork, epochs: Int
  ) throws -> [Double] {
    var scores: [Double] = []
    for _ in 0..<epochs {
      for batch in golden.batches { scores.append(try #require(try network.fit(batch)).score) }
    }
    return scores
  }

  func expectScores(_ scores: [Double], _ theirs: [Double], _ bounds: Bounds) {
    #expect(scores.count == theirs.count)
    for (update, (score, their)) in zip(scores, theirs).enumerated() {
      let difference = (score - their).magnitude / their.magnitude
      #expect(difference <= bounds.score, "update \(update): \(score) and \(their)")
    }
  }

  func expectParameters(
    _ network: MultiLayerNetwork, _ golden: DL4JNetwork, _ stage: String, _ bounds: Bounds
  ) throws {
    let theirs = try golden.parameters(stage)
    #expect(theirs.keys.sorted() == network.parameterNames.sorted())
    for (name, tensor) in theirs {
      let difference = largestDifference(network[parameter: name].doubles, tensor.doubles)
      #expect(difference <= bounds.parameter, "\(stage) \(name)")
    }
  }

  /// Expects equal outputs at labelled steps; at others, theirs are 0.
  func expectOutputs(
    _ network: MultiLayerNetwork, _ golden: DL4JNetwork, _ stage: String, within bound: Double
  ) throws {
    for (index, batch) in golden.batches.enumerated() {
      let (ours, theirs) = (try network.output(batch), try golden.output(stage, index))
      try #require(ours.shape == theirs.shape)
      var comparedCount = 0
      var largest = 0.0
      for row in 0..<batch.exampleCount {
        for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
          comparedCount += 1
          for column in 0..<ours.shape[1] {
            let difference = (ours[row, column, step] - theirs[row, column, step]).magnitude
            largest = max(largest, difference.isNaN ? .infinity : Double(difference))
          }
        }
      }
      #expect(comparedCount > 0 && largest <= bound, "\(stage) outputs of batch \(index)")
    }
  }

  private func expectEvaluation(_ network: MultiLayerNetwork, _ golden: DL4JNetwork) throws {
    var found: [String: Double?] = [:]
    if golden.description.reg == 1 {
      var evaluation = RegressionEvaluation(columns: ["a", "b"])
      for batch in golden.batches {
        try evaluation.add(
          labels: try #require(batch.labels), predictions: try network.output(batch), mask: batch.labelsMask)
      }
      let averages = try evaluation.averages
      found = [
        "mse": averages.meanSquaredError, "mae": averages.meanAbsoluteError,
        "rmse": averages.rootMeanSquaredError, "r2": averages.rSquared.value,
        "corr": averages.correlation.value,
      ]
    } else {
      var evaluation = Evaluation(classCount: 3)
      for batch in golden.batches {
        try evaluation.add(
          labels: try #require(batch.labels), predictions: try network.output(batch), mask: batch.labelsMask)
      }
      // Their F1 is the mean over the classes that were predicted, and their correlation is NaN if it is for
      // a class.
      let classes = evaluation.classes
      let predicted = classes.filter { $0.predictedCount > 0 }.map { $0.f1 ?? .nan }
      let correlations = classes.compactMap(\.matthewsCorrelation)
      found = [
        "accuracy": try evaluation.accuracy, "precision": try evaluation.precision,
        "recall": try evaluation.recall, "f1": predicted.reduce(0, +) / Double(predicted.count),
        "mcc": correlations.count == 3 ? correlations.reduce(0, +) / 3 : nil,
      ]
    }
    let theirs = golden.description.evaluation
    #expect(found.keys.sorted() == theirs.keys.sorted())
    for (figure, value) in theirs {
      guard let value else {
        #expect(found[figure] == .some(nil), "\(figure)")
        continue
      }
      let ours = try #require(found[figure] ?? nil, "\(figure)")
      // Outputs differ by roundings; the classes that they predict, and figures made from these, are the
      // same.
      let bound = golden.description.reg == 1 ? 2e-7 : 1e-12
      #expect((ours - value).magnitude <= bound, "\(figure): \(ours) and \(value)")
    }
  }

  /// With their definition of an updater, and our gradients, the parameters are the same.
  @Test(arguments: ["adam", "amsgrad", "rmsprop"])
  func withTheirDefinitionOfTheUpdater(name: String) throws {
    let golden = try DL4JNetwork(named: name)
    var network = try golden.network()
    var memories: [String: [DL4JUpdater]] = [:]
    var scores: [Double] = []
    for _ in 0..<golden.description.epochs {
      for batch in golden.batches {
        let (loss, gradients) = try network.gradients(batch)
        scores.append(loss.score)
        for (name, gradient) in gradients {
          var parameter = network[parameter: name]
          let count = parameter.elements.count
          var memory = memories[name] ?? Array(repeating: DL4JUpdater(golden.description), count: count)
          let moves = zip(memory.indices, gradient.ordered(.c).elements).map { memory[$0].move(Double($1)) }
          let values = zip(parameter.ordered(.c).elements, moves).map { Float(Double($0) - $1) }
          parameter = Tensor(shape: parameter.shape, elements: values)
          network[parameter: name] = parameter
          memories[name] = memory
        }
      }
    }
    expectScores(scores, try golden.scores(), Self.rounding)
    try expectParameters(network, golden, "trained", Self.rounding)
  }
}

/// Deeplearning4j's updaters that are defined differently here, for one parameter.
private struct DL4JUpdater {
  let kind: String
  let rate: Double
  var (m, v, largest, count) = (0.0, 0.0, 0.0, 0.0)

  init(_ network: DL4JIndex.Network) {
    kind = network.updater
    rate = Double(network.lr)
    // The history of RMSProp starts at epsilon.
    v = kind == "rmsprop" ? 1e-8 : 0
  }

  /// Returns how far a gradient moves the parameter down.
  mutating func move(_ gradient: Double) -> Double {
    count += 1
    if kind == "rmsprop" {
      v = 0.95 * v + 0.05 * gradient * gradient
      return rate * gradient / (v.squareRoot() + 1e-8)
    }
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient * gradient
    largest = max(largest, v)
    // Epsilon is added to the root before it is corrected.
    let corrected = rate * (1 - pow(0.999, count)).squareRoot() / (1 - pow(0.9, count))
    return corrected * m / ((kind == "amsgrad" ? largest : v).squareRoot() + 1e-8)
  }
}

/// The largest |a - b|; infinite if the counts differ or a value is not a number.
private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let difference = (pair.0 - pair.1).magnitude
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
