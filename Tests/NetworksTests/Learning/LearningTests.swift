import DataSets
import Networks
import Tensors
import Testing
import Training

/// Small tasks that only a network with working memory, masks and gradients can learn.
@Suite struct LearningTests {
  /// The share of labelled steps at which the largest output is the label.
  private func accuracy(_ network: MultiLayerNetwork, _ batch: DataSet) throws -> Double {
    let output = try network.output(batch)
    let labels = try #require(batch.labels)
    var right = 0
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
        let classes = 0..<output.shape[1]
        let best = classes.max { output[row, $0, step] < output[row, $1, step] }
        if let best, labels[row, best, step] == 1 { right += 1 }
      }
    }
    return Double(right) / Double(batch.labelsMask.count)
  }

  private func classifier(
    inputs: Int, units: Int, outputs: Int, rate: Float,
    backpropagation: NetworkConfiguration.Backpropagation = .full
  ) throws -> MultiLayerNetwork {
    try MultiLayerNetwork(
      inputs: .recurrent(size: inputs), seed: 42, updater: .adam(learningRate: .constant(rate)),
      backpropagation: backpropagation
    ) {
      LSTM(units)
      RNNOutput(outputs, activation: .softmax, loss: .multiClassCrossEntropy)
    }
  }

  /// One input step, ten labels (alignment `.start`): every class k has its own output sequence.
  ///
  /// Steps after the first have no features, so the network must remember the input, and count.
  @Test func oneToMany() throws {
    let (classes, steps, symbols) = (4, 10, 10)
    var features = Tensor(shape: [classes, classes, steps])
    var labels = Tensor(shape: [classes, symbols, steps])
    for k in 0..<classes {
      features[k, k, 0] = 1
      // The contents of absent steps would reveal the class at every step.
      for step in 1..<steps { features[k, k, step] = .nan }
      for step in 0..<steps { labels[k, (3 * k + (k + 1) * step) % symbols, step] = 1 }
    }
    let batch = DataSet(
      features: features, labels: labels,
      featuresMask: Mask(ranges: [Range<Int>](repeating: 0..<1, count: classes), stepCount: steps))
    var network = try classifier(inputs: classes, units: 24, outputs: symbols, rate: 0.02)
    #expect(try accuracy(network, batch) < 0.5)
    for _ in 0..<200 { _ = try network.fit(batch) }
    #expect(try accuracy(network, batch) > 0.99)
  }

  /// Series of 3 to 8 random signs, one label at the last step: the first sign.
  @Test func manyToOne() throws {
    var random = SplitMix64(seed: 5)
    func batch(_ n: Int) -> DataSet {
      let lengths = (0..<n).map { _ in 3 + random.below(6) }
      var features = Tensor(shape: [n, 1, 8])
      var labels = Tensor(shape: [n, 2, 8])
      for (row, length) in lengths.enumerated() {
        for step in 0..<length { features[row, 0, step] = random.flip() ? 1 : -1 }
        labels[row, features[row, 0, 0] > 0 ? 1 : 0, length - 1] = 1
      }
      return DataSet(
        features: features, labels: labels, featuresMask: Mask(ranges: lengths.map { 0..<$0 }, stepCount: 8),
        labelsMask: Mask(ranges: lengths.map { $0 - 1..<$0 }, stepCount: 8))
    }
    var network = try classifier(inputs: 1, units: 8, outputs: 2, rate: 0.03)
    for _ in 0..<150 { _ = try network.fit(batch(32)) }
    #expect(try accuracy(network, batch(200)) > 0.99)
  }

  /// The label at each of 12 steps, in pieces of 4, is the sign at step 0: later, only the carried state
  /// knows it.
  @Test func truncatedWithMemory() throws {
    let (n, steps) = (16, 12)
    var features = Tensor(shape: [n, 1, steps])
    var labels = Tensor(shape: [n, 2, steps])
    for row in 0..<n {
      features[row, 0, 0] = row % 2 == 0 ? 1 : -1
      for step in 0..<steps { labels[row, row % 2, step] = 1 }
    }
    let batch = DataSet(features: features, labels: labels)
    var network = try classifier(
      inputs: 1, units: 8, outputs: 2, rate: 0.03, backpropagation: .truncated(forward: 4, backward: 4))
    var first = BatchLoss()
    var last = BatchLoss()
    for epoch in 0..<60 {
      for piece in batch.pieces(of: network.stepsPerUpdate) {
        let loss = try #require(try network.fit(piece))
        if epoch == 0 { first.addPiece(loss) }
        if epoch == 59 { last.addPiece(loss) }
      }
    }
    #expect(network.iteration == 180)
    #expect(last.score < first.score / 10)
    #expect(try accuracy(network, batch) > 0.99)
    // Without the carried state, the last piece does not determine the class: predictions are guesses.
    let cut = batch.steps(8..<12)
    let blind = DataSet(features: cut.features, labels: cut.labels)
    #expect(try accuracy(network, blind) == 0.5)
  }
}

extension LearningTests {
  static let updaters: [Updater] = [
    .sgd(learningRate: 0.5), .nesterovs(learningRate: 0.1), .adaGrad(learningRate: 0.1),
    .rmsProp(learningRate: 0.01), .adaDelta(learningRate: 20), .adam(learningRate: 0.02),
    .adamW(learningRate: 0.02), .nadam(learningRate: 0.02), .amsGrad(learningRate: 0.02),
    .sgd(learningRate: .cosine(0.75, warmUp: 5, over: 100, last: 0.125, unit: .iterations)),
  ]

  /// With every updater, the network learns which of two signs came first.
  @Test(arguments: updaters)
  func everyUpdaterLearns(updater: Updater) throws {
    var features = Tensor(shape: [4, 1, 3])
    var labels = Tensor(shape: [4, 2, 3])
    for row in 0..<4 {
      features[row, 0, 0] = row % 2 == 0 ? 1 : -1
      features[row, 0, 1] = row < 2 ? 1 : -1
      for step in 0..<3 { labels[row, row % 2, step] = 1 }
    }
    let batch = DataSet(features: features, labels: labels)
    var network = try MultiLayerNetwork(inputs: .recurrent(size: 1), seed: 6, updater: updater) {
      LSTM(8)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    let before = try network.score(batch).score
    for _ in 0..<100 { _ = try network.fit(batch) }
    #expect(try network.score(batch).score < before / 4)
  }
}
