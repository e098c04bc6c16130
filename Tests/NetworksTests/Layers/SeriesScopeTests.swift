import DataSets
import Networks
import Tensors
import Testing

/// Layers after one that leaves a single value per series, and layers that learn from some steps only.
@Suite struct SeriesScopeTests {
  private static let classes = GraphLayer.output(
    size: 2, activation: .softmax, loss: .multiClassCrossEntropy, weights: nil)

  /// Heads of several layers, images among them, over the last step or a pool.
  static let heads: [GraphCase] = [
    GraphCase("last dense dropout dense") { n, c in
      ReferenceGraph(
        input: .vector(size: c),
        layers: [
          .simpleRNN(size: n), .lastTimeStep, .dense(size: n, activation: .softplus), .dropout,
          .dense(size: 2, activation: .softmax), classes,
        ])
    },
    GraphCase("dense both pooled dense") { n, c in
      ReferenceGraph(
        input: .vector(size: c),
        layers: [
          .dense(size: n, activation: .swish), .bidirectional(of: .lstm(size: 2), merge: .product),
          .globalPooling(by: .mean, order: 0), .dense(size: 3, activation: .leakyReLU), classes,
        ])
    },
    GraphCase("conv pooled dense") { n, c in
      ReferenceGraph(
        input: .image(channels: c, height: 3, width: 2),
        layers: [
          .convolution(channels: n, window: GraphWindow(kernel: [2, 2]), activation: .gelu),
          .globalPooling(by: .pNorm, order: 2.5), .dense(size: 2, activation: .tanh), classes,
        ])
    },
    GraphCase("embedding gru max") { n, _ in
      ReferenceGraph(
        input: .vector(size: 1),
        layers: [.embedding(classes: 4, size: n), .gru(size: n), .globalPooling(by: .max, order: 0), classes])
    },
  ]

  @Test(arguments: heads, GraphCase.sizes)
  func headsMatch(stack: GraphCase, size: Int) throws {
    var random = SplitMix64(seed: UInt64(size) + 60)
    for masks in MaskPattern.allCases {
      let graph = stack.graph(size, using: &random)
      let batch = graph.randomBatch(
        rows: GraphCase.sizes[random.below(4)], steps: GraphCase.sizes[random.below(4)], masks: masks,
        starts: random.flip() ? .stepZero : .several, using: &random)
      expectMatches(
        try ObservedPass(graph.real(), batch), graph, batch, elementsPerParameter: isRelease ? nil : 6,
        "\(stack) of \(size), \(masks)")
    }
  }

  /// A convolution over the value of a whole series: its size is given by hand, since it cannot be inferred.
  @Test func imagesOfSeries() throws {
    var random = SplitMix64(seed: 61)
    var graph = ReferenceGraph(
      input: .vector(size: 2),
      layers: [
        .gru(size: 6), .lastTimeStep,
        .convolution(channels: 2, window: GraphWindow(kernel: [2, 2]), activation: .tanh),
        .subsampling(by: .max, window: GraphWindow(kernel: [1, 2], stride: [1, 1])), Self.classes,
      ], reshapes: [2: .image(channels: 1, height: 2, width: 3)])
    graph.randomizeParameters(using: &random)
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 2), seed: 1, updater: .sgd(learningRate: 1)
    ) {
      GRU(6)
      LastTimeStep()
      Convolution2D(2, kernel: 2, activation: .tanh)
        .preprocessed(by: .feedForwardToConvolutional(channels: 1, height: 2, width: 3))
      Subsampling(.max, kernel: Extent(1, 2), stride: 1)
      SeriesOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    graph.giveParameters(to: &network)
    for masks in MaskPattern.allCases {
      let batch = graph.randomBatch(rows: 3, steps: 4, masks: masks, using: &random)
      expectMatches(try ObservedPass(network, batch), graph, batch, "\(masks)")
    }
  }

  /// Patches are processed block by block; blocks that end inside an image give the same result.
  @Test func manyPatches() throws {
    // With 16 channels and 16 x 16 kernels, a block holds 256 patches; an image has 81.
    var random = SplitMix64(seed: 62)
    var graph = ReferenceGraph(
      input: .image(channels: 16, height: 16, width: 16),
      layers: [
        .convolution(
          channels: 1, window: GraphWindow(kernel: [16, 16], padding: [4, 4]), activation: .identity),
        .rnnOutput(size: 2, activation: .softmax, loss: .multiClassCrossEntropy, weights: nil),
      ])
    graph.randomizeParameters(0.05, using: &random)
    let batch = graph.randomBatch(rows: 2, steps: 2, using: &random)
    expectMatches(try ObservedPass(graph.real(), batch), graph, batch, elementsPerParameter: 1)
  }
}
