import DataSets
import Networks
import Platform
import TensorFiles
import Tensors
import TestSupport
import Testing
import Training

/// Models that Deeplearning4j wrote, of versions 0.9.1, 1.0.0-beta4 and 1.0.0-M2: outputs and scores are the same, and
/// training continues from them.
@Suite struct DL4JModelTests {
  /// Two units in the last place of an output near 1, and their sum in a score.
  private static let bound = 2e-6

  private let expectations = DL4JNetworkTests()

  /// The bounds of continued training; where the updater is defined differently, they are wider.
  ///
  /// The memory of RMSProp is read, so that it does not matter that it has not begun with 0.
  private func bounds(_ updater: String) -> DL4JNetworkTests.Bounds {
    ["adam", "amsgrad"].contains(updater)
      ? DL4JNetworkTests.Bounds(score: 5e-7, parameter: 1e-5) : DL4JNetworkTests.rounding
  }

  @Test(arguments: DL4JNetworkTests.networks.map(\.name))
  func networksContinue(name: String) throws {
    let golden = try DL4JNetwork(named: name)
    let file = try ModelFile("\(DL4JIndex.folder)/networks/\(name).zip")
    var network = file.network
    #expect(file.origin == .deeplearning4j && !file.namesAreKnown)
    #expect(network.iteration == golden.description.epochs * golden.batches.count && network.epoch == 0)
    try expectations.expectParameters(network, golden, "trained", .init(score: 0, parameter: 0))
    try expectations.expectOutputs(network, golden, "trained", within: 5e-7)
    let bounds = bounds(golden.description.updater)
    // The first score is that of the model as it is.
    let first = try network.score(golden.batches[0]).score
    let scores = try expectations.train(&network, golden, epochs: 1)
    expectations.expectScores(scores, try golden.scores(continued: true), bounds)
    #expect(first == scores[0])
    try expectations.expectParameters(network, golden, "continued", bounds)
  }

  /// A file of ours that is made from one of theirs has everything: training continues in the same way.
  @Test(arguments: ["adam", "nesterovs", "adadelta", "rmsprop", "bidirectional"])
  func continuesFromAFileOfOurs(name: String) throws {
    let golden = try DL4JNetwork(named: name)
    let scratch = try ModelScratch()
    var theirs = try ModelFile("\(DL4JIndex.folder)/networks/\(name).zip")
    try theirs.save(to: scratch.path("model"), with: .updater)
    var ours = try ModelFile(scratch.path("model"))
    #expect(ours.origin == .deeplearning4j && ours.namesAreKnown && ours.contract == theirs.contract)
    #expect(ours.network.configuration == theirs.network.configuration)
    _ = try expectations.train(&ours.network, golden, epochs: 1)
    _ = try expectations.train(&theirs.network, golden, epochs: 1)
    #expect(ours.network.bits == theirs.network.bits)
  }

  /// The models of other layers and versions.
  static let models = [
    "0.9.1-graves", "0.9.1-lstm", "0.9.1-regression", "beta4-graves", "beta4-lstm", "beta4-regression",
    "bidirectional-add", "bidirectional-average", "bidirectional-graves", "bidirectional-mul",
    "dense-between",
    "embedding", "hard-sigmoid", "last-step", "loss-layer", "mask-zero", "pool-average", "pool-max",
    "pool-pnorm",
    "pool-sum", "regression-mae", "truncated", "video",
  ]

  @Test func everyModelIsCompared() throws {
    let names = try Directory.names(in: "\(DL4JIndex.folder)/models").filter { $0.hasSuffix(".zip") }
    #expect(names.map { String($0.dropLast(4)) }.sorted() == Self.models)
  }

  /// Their bidirectional LSTM lets padding into its results, so that only its series without any are compared, and no
  /// score.
  private static let padded = ["bidirectional-add", "bidirectional-graves", "bidirectional-mul"]

  /// One more update of theirs is not a reference: truncated back-propagation is wrong, noise is random, padding again,
  /// and version 0.9.1 divides the update by the number of examples, not the gradient.
  private static let updatedDifferently =
    padded + [
      "truncated", "0.9.1-graves", "beta4-graves", "hard-sigmoid", "0.9.1-lstm", "0.9.1-regression",
    ]

  @Test(arguments: models)
  func outputsAndScores(name: String) throws {
    let golden = try TensorFileFormat.npz.open("\(DL4JIndex.folder)/models/\(name).npz")
    var network = try ModelFile("\(DL4JIndex.folder)/models/\(name).zip").network
    let batch = try batch(golden)
    let isPadded = Self.padded.contains(name)
    let theirs = try golden.floats("output")
    try expectOutputs(network, batch, theirs, fullRowsOnly: isPadded, within: Self.bound)
    if !isPadded {
      let (score, expected) = (try network.score(batch).score, try golden.doubles("score").elements[0])
      #expect((score - expected).magnitude <= Self.bound * max(1, expected), "\(score) and \(expected)")
    }
    guard !Self.updatedDifferently.contains(name) else { return }
    _ = try network.fit(batch)
    try expectOutputs(
      network, batch, try golden.floats("outputAfterUpdate"), fullRowsOnly: false, within: 5e-5)
  }

  private func batch(_ golden: any TensorFile) throws -> DataSet {
    func mask(_ name: String) throws -> Mask? {
      guard golden.names.contains(name) else { return nil }
      let tensor = try golden.floats(name)
      return Mask(rows: tensor.shape[0], steps: tensor.shape[1]) { tensor[$0, $1] > 0 }
    }
    let (features, labels) = (try golden.floats("features"), try golden.floats("labels"))
    let featuresMask = try mask("featuresMask")
    // One label per series: at its last step.
    guard labels.rank == 3 else {
      return DataSet(features: features, labels: labels, featuresMask: featuresMask)
    }
    return DataSet(
      features: features, labels: labels, featuresMask: featuresMask, labelsMask: try mask("labelsMask"))
  }

  private func expectOutputs(
    _ network: MultiLayerNetwork, _ batch: DataSet, _ theirs: Tensor, fullRowsOnly: Bool, within bound: Double
  ) throws {
    let ours = try network.output(batch)
    var (largest, count) = (0.0, 0)
    for row in 0..<batch.exampleCount {
      let steps = (0..<batch.stepCount).filter { batch.labelsMask[row, $0] }
      if fullRowsOnly, batch.featuresMask.lengths[row] < batch.stepCount { continue }
      for step in steps {
        for unit in 0..<network.outputSize {
          let their = theirs.rank == 3 ? theirs[row, unit, step] : theirs[row, unit]
          let difference = (ours[row, unit, step] - their).magnitude
          largest = max(largest, difference.isNaN ? .infinity : Double(difference))
          count += 1
        }
      }
    }
    #expect(count > 0 && largest <= bound, "\(largest)")
  }

  /// The settings of training, layer by layer.
  @Test func settings() throws {
    func file(_ name: String) throws -> NetworkConfiguration {
      try ModelFile("\(DL4JIndex.folder)/\(name).zip").network.configuration
    }
    let truncated = try file("models/truncated")
    #expect(truncated.backpropagation == .truncated(forward: 3, backward: 3) && truncated.seed == 790)
    #expect(truncated.updater == .adam(learningRate: 0.01))
    #expect(try file("networks/clip").gradientLimit == .elements(0.05))
    let penalties = try file("networks/l1-l2")
    #expect((penalties.l1, penalties.l2) == (0.001, 0.01))
    #expect(try file("networks/nesterovs").updater == .nesterovs(learningRate: 0.02, momentum: 0.9))
    // Version 0.9.1 states penalties that it does not apply.
    #expect(try file("models/0.9.1-graves").l2 == 0)
    let graves = try file("models/beta4-graves")
    #expect(graves.l2 == 0.001 && (graves.layers[0].layer as? GravesLSTM)?.regularizesPeepholes == true)
    #expect((graves.layers[1].layer as? GravesLSTM)?.base.activation == .softsign)
    let noisy = try file("models/hard-sigmoid").layers.map(\.layer)
    #expect((noisy[0] as? LSTM)?.gateActivation == .hardSigmoid && (noisy[1] as? Dropout)?.rate == 0.3)
    #expect(
      try file("models/video").layers.map { type(of: $0.layer).kind }
        == ["convolution2D", "subsampling", "dense", "lstm", "rnnOutput"])
  }
}
