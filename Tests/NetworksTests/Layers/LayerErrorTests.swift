import DataSets
import Networks
import Tensors
import Testing

/// Invalid stacks with their error messages, and stacks that preprocessors make valid.
@Suite struct LayerErrorTests {
  private static let classes = RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
  private static let series = SeriesOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)

  private func network(
    _ inputs: InputType, backpropagation: NetworkConfiguration.Backpropagation = .full,
    _ layers: [NetworkLayer]
  ) throws -> MultiLayerNetwork {
    try MultiLayerNetwork(
      inputs: inputs, seed: 1, updater: .sgd(learningRate: 1), backpropagation: backpropagation
    ) {
      for layer in layers { layer }
    }
  }

  private func expectRejection(
    _ problem: String, _ inputs: InputType, backpropagation: NetworkConfiguration.Backpropagation = .full,
    _ layers: [any Layer],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: NetworkError(problem), sourceLocation: sourceLocation) {
      try network(inputs, backpropagation: backpropagation, layers.map(NetworkLayer.init))
    }
  }

  @Test func kernelsThatDoNotFit() {
    let image = InputType.convolutional(channels: 2, height: 4, width: 6)
    expectRejection(
      "layer 0 (convolution2D): a kernel 7 high does not fit an image 4 high with a padding of 1: 4 + 2 * 1 = 6 < 7; "
        + "take a smaller kernel, or more padding",
      image, [Convolution2D(3, kernel: 7, padding: 1), Self.classes])
    expectRejection(
      "layer 1 (subsampling): a kernel 3 wide does not fit an image 2 wide with a padding of 0: 2 + 2 * 0 = 2 < 3; "
        + "take a smaller kernel, or more padding",
      image, [Convolution2D(3, kernel: Extent(1, 5)), Subsampling(.max, kernel: 3), Self.classes])
  }

  @Test func kernelsOfTooManyWeights() {
    let image = InputType.convolutional(channels: 256, height: 64, width: 64)
    expectRejection(
      "layer 0 (convolution2D): a kernel of 64 x 65 over convolutional(256 x 64 x 64) has 1064960 weights an output; "
        + "1048576 are possible",
      image, [Convolution2D(1, kernel: Extent(64, 65), padding: Extent(0, 1)), Self.classes])
  }

  @Test func imagesOfUnknownSides() {
    expectRejection(
      "layer 1 (convolution2D): requires images, but its input is recurrent(12); specify their size, as in "
        + ".preprocessed(by: .recurrentToConvolutional(channels: 1, height: 8, width: 8)), or give the network the "
        + "inputs .convolutional(channels:height:width:)",
      .recurrent(size: 3), [LSTM(12), Convolution2D(1, kernel: 2), Self.classes])
  }

  @Test func embeddings() throws {
    expectRejection(
      "layer 0 (embedding): requires one column, the class index, but its input is recurrent(3); give the network "
        + "the inputs .recurrent(size: 1)",
      .recurrent(size: 3), [Embedding(4, classes: 5), Self.classes])
    expectRejection(
      "layer 1 (embedding) takes the numbers of the data unchanged; put it at the beginning",
      .recurrent(size: 1), [LSTM(1), Embedding(4, classes: 5), Self.classes])
    let network = try network(
      .recurrent(size: 1), [NetworkLayer(Embedding(4, classes: 5)), NetworkLayer(Self.classes)])
    for value in [-1, 5, 2.5, -0.5, 1e30, .nan, .infinity] as [Float] {
      var features = Tensor(shape: [2, 1, 3])
      features[1, 0, 2] = value
      #expect(
        throws: NetworkError(
          "feature 0 at step 2 of example 1 is \(value): not a class index; an embedding of 5 classes expects "
            + "whole numbers from 0 to 4")
      ) { try network.output(DataSet(features: features)) }
      // If masked, it is not checked.
      let mask = Mask(rows: 2, steps: 3) { $0 == 0 || $1 < 2 }
      let output = try network.output(DataSet(features: features, featuresMask: mask))
      #expect(output.doubles.allSatisfy { $0.isFinite })
    }
  }

  @Test func stepsThatAreAbsent() {
    for layer in [LastTimeStep(), GlobalPooling(.max)] as [any Layer] {
      expectRejection(
        "layer 1 (gru): requires values at every step, but its input has only one value per series; put it before "
          + "LastTimeStep or GlobalPooling", .recurrent(size: 2),
        [layer, GRU(3), Self.series])
      expectRejection(
        "layer 1 (bidirectional): requires values at every step, but its input has only one value per series; put "
          + "it before LastTimeStep or GlobalPooling", .recurrent(size: 2),
        [layer, Bidirectional(SimpleRNN(3)), Self.series])
      expectRejection(
        "layer 1 (globalPooling): requires values at every step, but its input has only one value per series; put "
          + "it before LastTimeStep or GlobalPooling", .recurrent(size: 2),
        [layer, GlobalPooling(.sum), Self.series])
    }
  }

  /// Layers that need whole series are rejected with truncated back-propagation, and in steps.
  @Test(arguments: [Bidirectional(LSTM(2)), GlobalPooling(.mean), LastTimeStep()] as [any Layer])
  func wholeSeries(layer: any Layer) throws {
    let isStep = layer is Bidirectional
    let layers: [any Layer] = [LSTM(2), layer, isStep ? Self.classes : Self.series]
    expectRejection(
      "layer 1 (\(type(of: layer).kind)) needs whole series, but truncated back-propagation cuts them; train with "
        + "full back-propagation, or leave the layer out",
      .recurrent(size: 2), backpropagation: .truncated(forward: 2, backward: 2), layers)
    let network = try network(.recurrent(size: 2), layers.map(NetworkLayer.init))
    #expect(throws: NetworkError.self) { try network.session(rows: 1) }
  }

  /// Preprocessors are inserted where they are needed, and those set by hand are kept.
  @Test func preprocessors() throws {
    let image = InputType.convolutional(channels: 1, height: 4, width: 4)
    let automatic = try network(
      image,
      [
        NetworkLayer(Convolution2D(3, kernel: 2, activation: .relu)),
        NetworkLayer(Subsampling(.max, kernel: 3)),
        NetworkLayer(Dense(5, activation: .tanh)), NetworkLayer(LSTM(2)), NetworkLayer(Self.classes),
      ])
    #expect(automatic[parameter: "layer0.W"].shape == [3, 1, 2, 2])
    #expect(automatic[parameter: "layer2.W"].shape == [3, 5])
    #expect(automatic[parameter: "layer3.W"].shape == [5, 8])
    // The shapes that flow: 3 x 3 x 3, 3 x 1 x 1, 5, 2, 2.
    let activations = try automatic.feedForward(DataSet(features: Tensor(shape: [2, 16, 3])))
    #expect(activations.map(\.shape) == [[2, 27, 3], [2, 3, 3], [2, 5, 3], [2, 2, 3], [2, 2, 3]])
    let byHand = try network(
      .recurrent(size: 12),
      [
        Convolution2D(2, kernel: Extent(2, 1))
          .preprocessed(by: .recurrentToConvolutional(channels: 2, height: 2, width: 3)),
        NetworkLayer(Self.classes),
      ])
    #expect(byHand[parameter: "layer0.W"].shape == [2, 2, 2, 1])
    #expect(byHand[parameter: "layer1.W"].shape == [6, 2])
    #expect(throws: NetworkError.self) {
      try network(
        .recurrent(size: 13),
        [
          Convolution2D(2, kernel: 1)
            .preprocessed(by: .recurrentToConvolutional(channels: 2, height: 2, width: 3)),
          NetworkLayer(Self.classes),
        ])
    }
  }
}
