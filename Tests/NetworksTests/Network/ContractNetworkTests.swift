import DataSets
import Networks
import Testing

/// Networks whose inputs and output layer follow from the properties of the data.
struct ContractNetworkTests {
  private func contract(_ encoding: DataContract.Labels.Encoding, _ names: [String]) -> DataContract {
    DataContract(
      columns: ["a", "b", "c"], labels: .init(encoding: encoding, names: names), alignment: .equal)
  }

  @Test func classesGiveSoftmaxAndCrossEntropy() throws {
    let network = try MultiLayerNetwork(
      for: contract(.oneHot, ["x", "y"]), seed: 7, updater: .sgd(learningRate: 0.1),
      gradientLimit: .elements(1),
      l2: 0.5, classWeights: [1, 5]
    ) {
      LSTM(4)
    }
    let same = try MultiLayerNetwork(
      inputs: .recurrent(size: 3), seed: 7, updater: .sgd(learningRate: 0.1), gradientLimit: .elements(1),
      l2: 0.5
    ) {
      LSTM(4)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy, classWeights: [1, 5])
    }
    #expect(network.configuration == same.configuration)
    #expect(network[parameter: "layer1.W"] == same[parameter: "layer1.W"])
  }

  @Test func numbersGiveTheIdentityAndTheMeanSquaredError() throws {
    let network = try MultiLayerNetwork(for: contract(.values, ["u", "v", "w"])) { LSTM(4) }
    let same = try MultiLayerNetwork(
      inputs: .recurrent(size: 3), seed: 0, updater: .adam(learningRate: 0.001)
    ) {
      LSTM(4)
      RNNOutput(3, activation: .identity, loss: .meanSquaredError)
    }
    #expect(network.configuration == same.configuration)
  }

  @Test func oneValuePerSeriesGivesOnePrediction() throws {
    let network = try MultiLayerNetwork(for: contract(.oneHot, ["x", "y"])) {
      LSTM(4)
      LastTimeStep()
      Dense(3, activation: .relu)
    }
    let output = SeriesOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    #expect(network.configuration.layers.last == NetworkLayer(output))
  }

  @Test func anOutputLayerIsKept() throws {
    for encoding in [DataContract.Labels.Encoding.none, .oneHot] {
      let network = try MultiLayerNetwork(for: contract(encoding, ["x", "y"])) {
        LSTM(4)
        RNNOutput(2, activation: .sigmoid, loss: .binaryCrossEntropy).learningRate(0.5)
      }
      #expect(network.configuration.layers.count == 2)
      #expect(
        network.configuration.layers[1]
          == RNNOutput(2, activation: .sigmoid, loss: .binaryCrossEntropy).learningRate(0.5))
    }
  }

  @Test func dataThatDoesNotDetermineAnOutputIsAnError() {
    let noLabels = #expect(throws: NetworkError.self) {
      try MultiLayerNetwork(for: contract(.none, [])) { LSTM(4) }
    }
    #expect(
      noLabels?.problem
        == "the output layer follows from the labels, but the data has none; give the data labels, or end the network "
        + "with an output layer of your own")
    let weights = #expect(throws: NetworkError.self) {
      try MultiLayerNetwork(for: contract(.oneHot, ["x", "y"]), classWeights: [1]) { LSTM(4) }
    }
    #expect(weights?.problem == "1 class weights for 2 outputs; give one weight for each output")
  }
}
