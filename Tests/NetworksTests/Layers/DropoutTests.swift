import DataSets
import Networks
import Platform
import Tensors
import Testing
import Training

/// Dropout has no effect outside training, and in training exactly the effect of its noise.
@Suite struct DropoutTests {
  private static let rate: Float = 0.375

  /// An LSTM, dropout and a dense layer; the graph's dropout factors are those of the network's first update.
  private func graph(rows: Int, steps: Int, shares: [Range<Int>], seed: UInt64) -> ReferenceGraph {
    var graph = ReferenceGraph(
      input: .vector(size: 2),
      layers: [
        .lstm(size: 5), .dropout, .dense(size: 3, activation: .tanh),
        .rnnOutput(size: 2, activation: .softmax, loss: .multiClassCrossEntropy, weights: nil),
      ])
    var random = SplitMix64(seed: 5)
    graph.randomizeParameters(using: &random)
    var factors = ReferenceSeries(rows, 5, steps)
    for share in shares {
      var generator = LayerPass.Noise(seed: seed, iteration: 0, layer: 1, firstRow: share.lowerBound)
        .generator
      for step in 0..<steps {
        for row in share {
          for unit in 0..<5 {
            let isDropped = Double(generator.next() >> 40) * 0x1p-24 < Double(Self.rate)
            factors[row, unit, step] = isDropped ? 0 : 1 / (1 - Double(Self.rate))
          }
        }
      }
    }
    graph.dropoutFactors[1] = factors
    return graph
  }

  private func network(
    of graph: ReferenceGraph, seed: UInt64 = 9, workers: WorkerPool = .shared
  ) throws -> MultiLayerNetwork {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 2), seed: seed, updater: .sgd(learningRate: 1), workers: workers
    ) {
      LSTM(5)
      Dropout(rate: Self.rate)
      Dense(3, activation: .tanh)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    graph.giveParameters(to: &network)
    return network
  }

  /// One share of rows, and two.
  @Test(arguments: MaskPattern.allCases, [3, 17])
  func trainingFollowsTheNoise(masks: MaskPattern, rows: Int) throws {
    let shares = rows < 16 ? [0..<rows] : [0..<8, 8..<17]
    var random = SplitMix64(seed: 6)
    let graph = graph(rows: rows, steps: 4, shares: shares, seed: 9)
    let batch = graph.randomBatch(rows: rows, steps: 4, masks: masks, using: &random)
    var trained = try network(of: graph)
    let before = trained
    let loss = try #require(try trained.fit(batch))
    var gradients: [String: Tensor] = [:]
    for key in before.parameterNames {
      let (old, new) = (before[parameter: key], trained[parameter: key])
      gradients[key] = Tensor(shape: old.shape, elements: zip(old.elements, new.elements).map { $0 - $1 })
    }
    expectMatches(
      ObservedPass(lossSum: loss.sum, penalty: 0, gradients: gradients), graph, batch,
      elementsPerParameter: isRelease ? nil : 6, "\(masks)")
  }

  @Test func nothingOutsideTraining() throws {
    var random = SplitMix64(seed: 7)
    var graph = graph(rows: 3, steps: 4, shares: [0..<3], seed: 9)
    graph.dropoutFactors = [:]
    let batch = graph.randomBatch(rows: 3, steps: 4, masks: .gaps, using: &random)
    let network = try network(of: graph)
    expectMatches(try ObservedPass(network, batch), graph, batch)
    let activations = try network.feedForward(batch)
    #expect(activations[0].bits == activations[1].bits)
  }

  /// Every update has its own noise, the same for the same seed and any number of threads.
  @Test func noiseIsRepeatable() throws {
    var random = SplitMix64(seed: 8)
    let graph = graph(rows: 40, steps: 3, shares: [0..<20, 20..<40], seed: 9)
    let batch = graph.randomBatch(rows: 40, steps: 3, masks: .gaps, using: &random)
    func trained(_ seed: UInt64, threads: Int) throws -> [UInt32] {
      var network = try network(of: graph, seed: seed, workers: WorkerPool(threads: threads))
      for _ in 0..<3 { _ = try network.fit(batch) }
      return network.bits
    }
    let expected = try trained(9, threads: 1)
    #expect(try trained(9, threads: 2) == expected)
    #expect(try trained(9, threads: 5) == expected)
    #expect(try trained(10, threads: 1) != expected)
    let draws = [0, 1].map { iteration -> UInt64 in
      var generator = LayerPass.Noise(seed: 1, iteration: iteration, layer: 0, firstRow: 0).generator
      return generator.next()
    }
    #expect(draws[0] != draws[1])
  }

  /// The share of dropped values is the rate: of 20,000 values, within five standard deviations.
  @Test(arguments: [0, 0.1, 0.5, 0.9] as [Float])
  func rates(rate: Float) throws {
    // The gradient of a mean squared error against 0 with identity weights shows which inputs went through.
    let (columns, steps) = (4, 5_000)
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: columns), seed: 3, updater: .sgd(learningRate: 1)
    ) {
      Dropout(rate: rate)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    let ones = Tensor(shape: [4, columns, 1])
    var kept = 0
    for _ in 0..<(steps / 4) {
      network[parameter: "layer1.W"] = Tensor(shape: [columns, 1])
      network[parameter: "layer1.b"] = Tensor(shape: [1], elements: [0])
      var features = ones
      var labels = Tensor(shape: [4, 1, 1])
      // Each row is a power of two, so the sum over rows shows which of them were kept.
      for row in 0..<4 {
        labels[row, 0, 0] = 1
        for column in 0..<columns { features[row, column, 0] = Float(1 << row) }
      }
      _ = try network.fit(DataSet(features: features, labels: labels))
      for moved in network[parameter: "layer1.W"].elements {
        // W moves by the mean over 4 rows of 2 * x * factor.
        let rows = Int((moved * 2 * (1 - rate)).rounded())
        kept += rows.nonzeroBitCount
      }
    }
    let count = Double(columns * steps)
    let (mean, deviation) = (count * Double(1 - rate), (count * Double(rate * (1 - rate))).squareRoot())
    #expect((Double(kept) - mean).magnitude <= 5 * deviation, "\(kept) of \(count)")
  }
}
