import DataSets
import Tensors
import Testing

/// The reference is tested first: by finite differences, and by the results that masks and starts must not
/// change.
struct ReferenceNetworkTests {
  /// Sizes at which a wrong stride or a swapped axis shows: 1, and numbers without common factors.
  static let sizes = [1, 2, 3, 5]

  static func layers(_ n: Int, _ outputs: Int, _ loss: ReferenceLoss) -> [[ReferenceLayer]] {
    let output = ReferenceLayer.output(outputs, loss)
    return [
      [.lstm(n), output], [.graves(n), output], [.lstm(n), .graves(n + 1), output],
      [.graves(n), .lstm(2), output],
    ]
  }

  /// Every N, T, C and n of `sizes`; layers, loss, masks and starts take turns at random.
  @Test(arguments: sizes, sizes)
  func gradientsAreFiniteDifferences(rows: Int, steps: Int) {
    var random = SplitMix64(seed: UInt64(100 * rows + steps))
    for channels in Self.sizes {
      for size in Self.sizes {
        let loss = ReferenceLoss.allCases[random.below(3)]
        let outputs = 1 + random.below(3)
        let layers = Self.layers(size, outputs, loss)[random.below(4)]
        let masks = MaskPattern.allCases[random.below(MaskPattern.allCases.count)]
        let starts = StartPattern.allCases[random.below(StartPattern.allCases.count)]
        var network = ReferenceNetwork(inputs: channels, layers: layers)
        network.randomizeParameters(using: &random)
        let batch = randomBatch(
          (rows, channels, steps), outputs: outputs, loss: loss, masks: masks, starts: starts, padding: .nan,
          using: &random)
        let states = network.randomStates(rows, using: &random)
        expectFiniteDifferences(
          network, ReferenceBatch(batch), states, samples: 2, "\(layers) \(masks) \(starts)", using: &random)
      }
    }
  }

  /// Every pattern of masks and starts, with every loss, at one awkward size.
  @Test(arguments: MaskPattern.allCases, StartPattern.allCases)
  func everyMaskAndStart(masks: MaskPattern, starts: StartPattern) {
    var random = SplitMix64(seed: 7)
    for loss in ReferenceLoss.allCases {
      var network = ReferenceNetwork(inputs: 2, layers: [.lstm(3), .graves(2), .output(3, loss)])
      network.randomizeParameters(using: &random)
      (network.l1, network.l2) = (0.01, 0.1)
      let batch = randomBatch(
        (3, 2, 5), outputs: 3, loss: loss, masks: masks, starts: starts, padding: .nan, using: &random)
      let states = network.randomStates(3, using: &random)
      expectFiniteDifferences(
        network, ReferenceBatch(batch), states, samples: 6, "\(loss)", using: &random)
    }
  }

  /// Compares some elements of every gradient with central differences of the score.
  ///
  /// With a step of 1e-5 the differences are off by about 1e-10 * f'''/6 for the curvature, and by
  /// 1e-16 * score / 1e-5 < 1e-9 for the rounding of scores below 100: 1e-6 of gradients above 1e-2, and 1e-8
  /// of smaller ones.
  func expectFiniteDifferences(
    _ network: ReferenceNetwork, _ batch: ReferenceBatch, _ states: [[ReferenceState]], samples: Int,
    _ what: String,
    using random: inout SplitMix64
  ) {
    let gradients = network.run(batch, from: states).gradients
    for (key, shape) in network.parameterShapes {
      for _ in 0..<samples {
        let element = random.below(shape.reduce(1, *))
        let gradient = gradients[key]?[element] ?? .nan
        let slope = network.slope(key, element, batch, states)
        #expect(
          (gradient - slope).magnitude <= 1e-6 * max(slope.magnitude, 1e-2),
          "\(what) \(key)[\(element)]: \(gradient), not \(slope)")
      }
    }
  }

  @Test(arguments: [0, 1, 2, 3])
  func paddingChangesNothing(index: Int) {
    var random = SplitMix64(seed: 11)
    let layers = Self.layers(3, 2, .multiClassCrossEntropy)[index]
    var network = ReferenceNetwork(inputs: 2, layers: layers)
    network.randomizeParameters(using: &random)
    let compact = ReferenceBatch(
      randomBatch((2, 2, 4), outputs: 2, loss: .multiClassCrossEntropy, using: &random))
    // The same four steps at 1, 2, 4 and 6 of seven.
    let places = [1, 2, 4, 6]
    var spread = ReferenceBatch(
      features: ReferenceSeries(2, 2, 7, [Double](repeating: .nan, count: 28)),
      labels: ReferenceSeries(2, 2, 7, [Double](repeating: .nan, count: 28)),
      featuresMask: Mask(rows: 2, steps: 7) { places.contains($1) },
      labelsMask: Mask(rows: 2, steps: 7) { places.contains($1) })
    for n in 0..<2 {
      for channel in 0..<2 {
        for (from, to) in places.enumerated() {
          spread.features[n, channel, to] = compact.features[n, channel, from]
          spread.labels[n, channel, to] = compact.labels[n, channel, from]
        }
      }
    }
    let (a, b) = (network.run(compact), network.run(spread))
    #expect(a.score == b.score)
    #expect(a.gradients == b.gradients)
    #expect(a.states == b.states)
    for (a, b) in zip(a.activations, b.activations) {
      for t in 0..<7 {
        for n in 0..<2 {
          for unit in 0..<a.size {
            let expected = places.firstIndex(of: t).map { a[n, unit, $0] } ?? 0
            #expect(b[n, unit, t] == expected)
          }
        }
      }
    }
  }

  @Test
  func startsSeparateSeries() {
    var random = SplitMix64(seed: 12)
    var network = ReferenceNetwork(inputs: 2, layers: [.lstm(3), .graves(2), .output(2, .meanSquaredError)])
    network.randomizeParameters(using: &random)
    var batch = ReferenceBatch(randomBatch((1, 2, 5), outputs: 2, loss: .meanSquaredError, using: &random))
    batch.seriesStarts = Mask(rows: 1, steps: 5) { $1 == 0 || $1 == 3 }
    var second = batch.steps(3..<5)
    second.seriesStarts = Mask(rows: 1, steps: 2) { $1 == 0 }
    let (whole, first, last) = (network.run(batch), network.run(batch.steps(0..<3)), network.run(second))
    #expect((whole.lossSum - first.lossSum - last.lossSum).magnitude < 1e-14)
    for (key, gradients) in whole.gradients {
      let sum = zip(first.gradients[key] ?? [], last.gradients[key] ?? []).map { $0 + $1 }
      #expect(relativeDifference(gradients, sum) < 1e-13, "\(key)")
    }
  }

  /// Pieces pass the state on as a constant; errors over the last steps only are those of a separate piece.
  @Test
  func piecesContinue() {
    var random = SplitMix64(seed: 13)
    let layers: [ReferenceLayer] = [.lstm(3), .graves(2), .output(2, .binaryCrossEntropy)]
    var network = ReferenceNetwork(inputs: 2, layers: layers)
    network.randomizeParameters(using: &random)
    let batch = ReferenceBatch(
      randomBatch((3, 2, 5), outputs: 2, loss: .binaryCrossEntropy, masks: .gaps, using: &random))
    let whole = network.run(batch)
    let first = network.run(batch.steps(0..<3))
    let last = network.run(batch.steps(3..<5), from: first.states)
    #expect(whole.states == last.states)
    #expect((whole.lossSum - first.lossSum - last.lossSum).magnitude < 1e-14)
    for (index, series) in whole.activations.enumerated() {
      #expect(series.steps(0..<3) == first.activations[index])
      #expect(series.steps(3..<5) == last.activations[index])
    }
    let truncated = network.run(batch, backwardSteps: 2)
    for key in ["layer0.W", "layer0.R", "layer0.b", "layer1.W", "layer1.R", "layer1.b", "layer1.p"] {
      #expect(truncated.gradients[key] == last.gradients[key], "\(key)")
    }
    #expect(truncated.gradients["layer2.W"] == whole.gradients["layer2.W"])
    #expect(network.run(batch, backwardSteps: 5).gradients == whole.gradients)
  }

  @Test(arguments: Tensor.StorageOrder.allCases)
  func batchesSurviveBothWays(order: Tensor.StorageOrder) {
    var random = SplitMix64(seed: 14)
    let batch = randomBatch(
      (2, 3, 4), outputs: 2, loss: .meanSquaredError, masks: .gaps, starts: .anywhere, using: &random)
    let twin = ReferenceBatch(batch).dataSet(order: order)
    #expect(twin == batch)
    #expect(twin.features.order == order)
    #expect(ReferenceBatch(twin).features == ReferenceBatch(batch).features)
  }

  /// LSTM: 4n(inputs + n + 1); Graves 3n more.
  @Test
  func parameterCounts() {
    let network = ReferenceNetwork(
      inputs: 3, layers: [.lstm(5), .graves(2), .output(4, .multiClassCrossEntropy)])
    let count = network.parameters.values.reduce(0) { $0 + $1.count }
    #expect(count == 4 * 5 * (3 + 5 + 1) + 4 * 2 * (5 + 2 + 1) + 3 * 2 + 2 * 4 + 4)
  }
}

extension ReferenceNetwork {
  /// The central difference of the score by one parameter.
  func slope(_ key: String, _ element: Int, _ batch: ReferenceBatch, _ states: [[ReferenceState]]) -> Double {
    let step = 1e-5
    var moved = self
    moved.parameters[key]?[element] += step
    let above = moved.score(batch, from: states)
    moved.parameters[key]?[element] -= 2 * step
    return (above - moved.score(batch, from: states)) / (2 * step)
  }
}
