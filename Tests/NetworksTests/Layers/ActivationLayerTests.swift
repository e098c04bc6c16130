import DataSets
import Networks
import Tensors
import Testing
import Training

/// An activation as a layer of its own.
@Suite struct ActivationLayerTests {
  /// A dense layer with an activation is one without it and the activation after it: outputs, losses and gradients.
  @Test(arguments: Activation.allCases, MaskPattern.allCases)
  func isTheActivationOfTheLayerBefore(activation: Activation, masks: MaskPattern) throws {
    var random = SplitMix64(seed: 91)
    let batch = randomBatch(
      (3, 2, 4), outputs: 2, loss: .meanSquaredError, masks: masks, padding: .nan, using: &random)
    let whole = try MultiLayerNetwork(inputs: .recurrent(size: 2), seed: 5, updater: .sgd(learningRate: 1)) {
      SimpleRNN(3)
      Dense(4, activation: activation)
      RNNOutput(2, activation: .identity, loss: .meanSquaredError)
    }
    var split = try MultiLayerNetwork(inputs: .recurrent(size: 2), seed: 5, updater: .sgd(learningRate: 1)) {
      SimpleRNN(3)
      Dense(4, activation: .identity)
      ActivationLayer(activation)
      RNNOutput(2, activation: .identity, loss: .meanSquaredError)
    }
    for (name, other) in [
      ("layer0.W", "layer0.W"), ("layer0.R", "layer0.R"), ("layer1.W", "layer1.W"), ("layer3.W", "layer2.W"),
    ] { split[parameter: name] = whole[parameter: other] }
    #expect(try split.output(batch).bits == whole.output(batch).bits)
    let (loss, gradients) = try split.gradients(batch)
    let (otherLoss, others) = try whole.gradients(batch)
    #expect(loss == otherLoss)
    for name in ["layer0.W", "layer0.R", "layer0.b", "layer1.W", "layer1.b"] {
      #expect(gradients[name]?.bits == others[name]?.bits, "\(name)")
    }
    #expect(gradients["layer3.W"]?.bits == others["layer2.W"]?.bits)
  }

  /// After a layer that leaves one value per series, it has that scope too.
  @Test func ofSeries() throws {
    let network = try MultiLayerNetwork(inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 1))
    {
      SimpleRNN(2)
      LastTimeStep()
      ActivationLayer(.relu)
      SeriesOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    let shape = network.summary().layers[2].output
    #expect(shape == LayerShape(.feedForward(size: 2), .series))
  }

  /// Both directions of a layer before it can still be read at their own ends.
  @Test func betweenBothDirectionsAndTheLastStep() throws {
    var random = SplitMix64(seed: 92)
    let batch = randomBatch(
      (2, 1, 5), outputs: 2, loss: .multiClassCrossEntropy, masks: .manyToOne, using: &random)
    func network(_ activation: Activation?) throws -> MultiLayerNetwork {
      try MultiLayerNetwork(inputs: .recurrent(size: 1), seed: 3, updater: .sgd(learningRate: 1)) {
        Bidirectional(LSTM(2))
        if let activation { ActivationLayer(activation) }
        LastTimeStep()
        SeriesOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
      }
    }
    var (plain, with) = (try network(nil), try network(.identity))
    with[parameter: "layer3.W"] = plain[parameter: "layer2.W"]
    plain[parameter: "layer2.b"] = with[parameter: "layer3.b"]
    #expect(try with.output(batch).bits == plain.output(batch).bits)
  }
}
