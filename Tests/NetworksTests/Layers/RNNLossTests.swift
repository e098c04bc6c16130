import DataSets
import FoundationEssentials
import Networks
import Tensors
import Testing
import Training

/// A loss without parameters.
@Suite struct RNNLossTests {
  /// It is an output layer whose matrix leaves every value as it is: outputs, losses and gradients before it.
  @Test(arguments: MaskPattern.allCases)
  func isAnOutputLayerThatMultipliesByOne(masks: MaskPattern) throws {
    let pairs: [(Activation, Loss, ReferenceLoss)] = [
      (.softmax, .multiClassCrossEntropy, .multiClassCrossEntropy),
      (.tanh, .meanSquaredError, .meanSquaredError),
      (.sigmoid, .binaryCrossEntropy, .binaryCrossEntropy), (.identity, .sumOfAbsolutes, .meanSquaredError),
    ]
    var random = SplitMix64(seed: 95)
    for (activation, loss, kind) in pairs {
      let batch = randomBatch((3, 2, 4), outputs: 3, loss: kind, masks: masks, padding: .nan, using: &random)
      let network = try MultiLayerNetwork(
        inputs: .recurrent(size: 2), seed: 6, updater: .sgd(learningRate: 1)
      ) {
        GRU(3)
        RNNLoss(activation: activation, loss: loss)
      }
      var other = try network.reconfigured {
        $0.layers[1] = NetworkLayer(RNNOutput(3, activation: activation, loss: loss))
      }
      other[parameter: "layer1.W"] = Tensor(shape: [3, 3], elements: [1, 0, 0, 0, 1, 0, 0, 0, 1])
      #expect(try network.output(batch).doubles == other.output(batch).doubles)
      let ((ownLoss, gradients), (otherLoss, others)) = (
        try network.gradients(batch), try other.gradients(batch)
      )
      #expect(ownLoss == otherLoss)
      #expect(gradients.keys.sorted() == ["layer0.R", "layer0.W", "layer0.b", "layer0.rb"])
      for (name, gradient) in gradients {
        let difference = relativeDifference(gradient.doubles, try #require(others[name]).doubles)
        #expect(difference < 1e-6, "\(activation) \(name): \(difference)")
      }
    }
  }

  @Test func invalidOnes() {
    #expect(
      throws: NetworkError(
        "layer 2 (rnnLoss): predicts at every step, but its input has only one value per series; use SeriesOutput"
      )
    ) {
      try MultiLayerNetwork(inputs: .recurrent(size: 2), seed: 1, updater: .sgd(learningRate: 1)) {
        LSTM(2)
        LastTimeStep()
        RNNLoss(activation: .softmax, loss: .multiClassCrossEntropy)
      }
    }
    let text = #"{"kind":"rnnLoss","activation":"tanh","loss":"multiClassCrossEntropy"}"#
    let layer = try? JSONDecoder().decode(NetworkLayer.self, from: Data(text.utf8)).layer
    #expect(
      layer?.validationError
        == "the loss multiClassCrossEntropy requires outputs between 0 and 1, but tanh gives others; use softmax"
    )
  }

  /// Peepholes are weights where a network says so: the penalty and its gradient contain them.
  @Test func peepholesInThePenalty() throws {
    func network(_ regularizes: Bool) throws -> MultiLayerNetwork {
      var network = try MultiLayerNetwork(
        inputs: .recurrent(size: 1), seed: 2, updater: .sgd(learningRate: 1), l1: 0.5, l2: 0.25
      ) {
        GravesLSTM(2, regularizesPeepholes: regularizes)
        RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
      }
      network[parameter: "layer0.p"] = Tensor(shape: [6], elements: [1, -2, 0, 3, 0, 0])
      return network
    }
    var random = SplitMix64(seed: 96)
    let batch = randomBatch((2, 1, 3), outputs: 2, loss: .multiClassCrossEntropy, using: &random)
    let ((with, slopes), (without, others)) = (
      try network(true).gradients(batch), try network(false).gradients(batch)
    )
    // 0.5 (1 + 2 + 3) + 0.25 / 2 (1 + 4 + 9)
    #expect(abs(with.penalty - without.penalty - 4.75) < 1e-6)
    let difference = zip(try #require(slopes["layer0.p"]).doubles, try #require(others["layer0.p"]).doubles)
      .map(-)
    for (own, expected) in zip(difference, [0.75, -1, 0, 1.25, 0, 0]) { #expect(abs(own - expected) < 1e-6) }
  }
}
