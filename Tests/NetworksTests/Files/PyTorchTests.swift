import DataSets
import Networks
import TensorFiles
import Tensors
import Testing
import Training

/// Networks with the weights of PyTorch models give the models' outputs.
@Suite struct PyTorchTests {
  /// No file of the folder is forgotten: 16 models here, one in `aStateDictOfTheModuleItself`.
  @Test func everyModelIsCompared() throws {
    #expect(Set(PyTorchCase.all.map(\.name)).count == 16)
  }

  /// Ragged series, whose absent cells contain 99, which must have no effect.
  @Test(arguments: PyTorchCase.all)
  func namedModules(_ model: PyTorchCase) throws {
    let golden = try PyTorchGolden(model.name)
    #expect(golden.state.description == model.contents)
    var network = try model.network()
    // Fresh parameters give very different outputs: the comparison depends on the weights.
    #expect(try golden.difference(network) > 0.01)
    try network.load(golden.state, model.sources)
    #expect(try golden.difference(network) < 1e-5)
    let output = try network.output(golden.batch)
    for row in 0..<golden.batch.exampleCount {
      for step in 0..<golden.batch.stepCount where !golden.batch.featuresMask[row, step] {
        #expect((0..<output.shape[1]).allSatisfy { output[row, $0, step] == 0 })
      }
    }
  }

  /// Kinds, sizes and numbers determine everything that `sources` states.
  @Test(arguments: PyTorchCase.all)
  func modulesFoundAutomatically(_ model: PyTorchCase) throws {
    let golden = try PyTorchGolden(model.name)
    var (named, found) = (try model.network(seed: 1), try model.network(seed: 2))
    try named.load(golden.state, model.sources)
    try found.load(golden.state)
    for name in named.parameterNames { #expect(named[parameter: name] == found[parameter: name]) }
  }

  /// Without a prefix; the later layers keep their parameters.
  @Test func aStateDictOfTheModuleItself() throws {
    let golden = try PyTorchGolden("bare")
    #expect(golden.state.description == "at the top: LSTM, 3 to 4")
    var network = try MultiLayerNetwork(inputs: .recurrent(size: 3), seed: 1, updater: .sgd(learningRate: 1))
    {
      LSTM(4)
      PyTorchCase.output
    }
    let before = network
    try network.load(golden.state, [0: .recurrent("")])
    let hidden = try network.feedForward(golden.batch)[0]
    #expect(relativeDifference(hidden.doubles, golden.output.values) < 1e-5)
    #expect(network[parameter: "layer1.W"] == before[parameter: "layer1.W"])
    #expect(network[parameter: "layer1.b"] == before[parameter: "layer1.b"])
  }

  /// The body of a model gets another output layer, and the weights stay when only that one learns.
  @Test func aNewHeadOnAForeignBody() throws {
    let golden = try PyTorchGolden("lstm")
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 3), seed: 1, updater: .adam(learningRate: 0.1)
    ) {
      LSTM(4).frozen()
      LSTM(4).frozen()
      Dropout(rate: 0.5)
      RNNOutput(5, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    try network.load(
      golden.state, [0: .recurrent("rnn"), 1: .recurrent("rnn", layer: 1)], ignoring: ["fc"])
    let loaded = network
    var labels = Tensor(shape: [4, 5, 6])
    for row in 0..<4 { for step in 0..<6 { labels[row, (row + step) % 5, step] = 1 } }
    var batch = golden.batch
    (batch.labels, batch.labelsMask) = (labels, batch.featuresMask)
    _ = try network.fit(batch)
    #expect(network[parameter: "layer1.R"] == loaded[parameter: "layer1.R"])
    #expect(network[parameter: "layer3.W"] != loaded[parameter: "layer3.W"])
  }

  /// Parameters converted in memory, without a file, show where each gate goes.
  @Test func gatesAndBiasesByHand() throws {
    let scratch = try ModelScratch()
    func file(_ gates: Int) throws -> PyTorchStateDict {
      func tensor(_ name: String, _ shape: [Int], from first: Float) -> NamedTensor {
        NamedTensor(
          name, Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { first + Float($0) }))
      }
      let tensors = [
        tensor("x.weight_ih_l0", [gates, 2], from: 0), tensor("x.weight_hh_l0", [gates, 1], from: 10),
        tensor("x.bias_ih_l0", [gates], from: 20), tensor("x.bias_hh_l0", [gates], from: 300),
      ]
      let path = scratch.path("gates-\(gates)")
      let writer = try SafetensorsWriter(path, tensors: tensors.map(\.info))
      for tensor in tensors { try writer.append(tensor.value) }
      try writer.commit()
      return try PyTorchStateDict(path)
    }
    func parameters(_ layer: any Layer, _ gates: Int) throws -> [[Float]] {
      var network = try MultiLayerNetwork(
        inputs: .recurrent(size: 2), seed: 1, updater: .sgd(learningRate: 1)
      ) {
        layer
        PyTorchCase.output
      }
      try network.load(file(gates), [0: .recurrent("x")])
      return network.parameterNames.filter { $0.hasPrefix("layer0") }.map { network[parameter: $0].elements }
    }
    // i, f, g, o in rows become g, f, i, o in columns.
    #expect(
      try parameters(LSTM(1), 4)
        == [[4, 2, 0, 6, 5, 3, 1, 7], [12, 11, 10, 13], [324, 322, 320, 326]])
    // r, z, n stay; the second bias of n is separate.
    #expect(try parameters(GRU(1), 3) == [[0, 2, 4, 1, 3, 5], [10, 11, 12], [320, 322, 22], [302]])
    #expect(try parameters(SimpleRNN(1), 1) == [[0, 1], [10], [320]])
  }

  /// The updater's state for the old weights is reset; counts stay, and so does the state of other layers.
  @Test func memoriesOfOldWeights() throws {
    let golden = try PyTorchGolden("lstm-double")
    let model = try #require(PyTorchCase.all.first { $0.name == "lstm-double" })
    var network = try model.network()
    var batch = golden.batch
    batch.labels = Tensor(shape: [4, 2, 6])
    batch.labelsMask = batch.featuresMask
    for _ in 0..<3 { _ = try network.fit(batch) }
    _ = try network.rnnTimeStep(Tensor(shape: [4, 3], elements: [Float](repeating: 1, count: 12)))
    #expect(network.rnnState != nil && network.carriedState != nil)
    var whole = network
    try whole.load(golden.state)
    #expect(whole.rnnState == nil && whole.carriedState == nil && whole.iteration == 3)
    // As in a fresh network with these weights: Adam's first step, not its fourth.
    var fresh = try model.network()
    try fresh.load(golden.state)
    _ = try whole.fit(batch)
    _ = try fresh.fit(batch)
    for name in fresh.parameterNames { #expect(fresh[parameter: name] == whole[parameter: name]) }
    // The output layer was not loaded, and its updater continues.
    try network.load(golden.state, [0: .recurrent("rnn")], ignoring: ["fc"])
    var other = network
    try other.load(golden.state, [1: .linear("fc")], ignoring: ["rnn"])
    other[parameter: "layer1.W"] = network[parameter: "layer1.W"]
    other[parameter: "layer1.b"] = network[parameter: "layer1.b"]
    _ = try network.fit(batch)
    _ = try other.fit(batch)
    #expect(network[parameter: "layer0.W"] == other[parameter: "layer0.W"])
    #expect(network[parameter: "layer1.W"] != other[parameter: "layer1.W"])
  }
}
