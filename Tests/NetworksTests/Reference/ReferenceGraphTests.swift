import DataSets
import Testing

/// The reference graph against the reference network, which also has a backward pass; and its own promises.
@Suite struct ReferenceGraphTests {
  /// A graph of the slow network's layers and parameters.
  private func graph(_ network: ReferenceNetwork) -> ReferenceGraph {
    let losses: [ReferenceLoss: (GraphActivation, GraphLoss)] = [
      .multiClassCrossEntropy: (.softmax, .multiClassCrossEntropy),
      .meanSquaredError: (.identity, .meanSquaredError), .binaryCrossEntropy: (.sigmoid, .binaryCrossEntropy),
    ]
    var graph = ReferenceGraph(
      input: .vector(size: network.inputs),
      layers: network.layers.map { layer in
        switch layer {
        case .lstm(let size): return .lstm(size: size)
        case .graves(let size): return .graves(size: size)
        case .output(let size, let loss):
          let (activation, its) = losses[loss] ?? (.identity, .poisson)
          return .rnnOutput(size: size, activation: activation, loss: its, weights: nil)
        }
      })
    graph.parameters = network.parameters
    (graph.l1, graph.l2) = (network.l1, network.l2)
    return graph
  }

  /// Continuing rows, every start, errors over the last steps alone.
  @Test(arguments: MaskPattern.allCases, StartPattern.allCases)
  func agreesWithTheSlowNetwork(masks: MaskPattern, starts: StartPattern) {
    var random = SplitMix64(seed: 21)
    for (loss, backwardSteps) in zip(ReferenceLoss.allCases, [5, 2, 1]) {
      var network = ReferenceNetwork(inputs: 2, layers: [.lstm(3), .graves(2), .output(2, loss)])
      network.randomizeParameters(using: &random)
      (network.l1, network.l2) = (0.01, 0.1)
      let batch = ReferenceBatch(
        randomBatch(
          (3, 2, 5), outputs: 2, loss: loss, masks: masks, starts: starts, padding: .nan, using: &random))
      let states = network.randomStates(3, using: &random)
      let byLayer = [0: states[0], 1: states[1]]
      let (graph, expected) = (graph(network), network.run(batch, from: states, backwardSteps: backwardSteps))
      let run = graph.run(batch, from: byLayer)
      for (a, b) in zip(run.activations, expected.activations) {
        #expect(relativeDifference(a.values, b.values) < 1e-13)
      }
      #expect((run.score - expected.score).magnitude < 1e-12)
      for layer in 0..<2 {
        let (a, b) = (run.states[layer] ?? [], expected.states[layer])
        #expect(relativeDifference(a.flatMap { $0.h + $0.c }, b.flatMap { $0.h + $0.c }) < 1e-13)
      }
      let slopes = graph.slopes(batch, from: byLayer, backwardSteps: backwardSteps, elementsPerParameter: 8)
      #expect(slopes.count == expected.gradients.count)
      for (key, slopes) in slopes {
        for (element, slope) in zip(slopes.elements, slopes.values) {
          let gradient = expected.gradients[key]?[element] ?? .nan
          #expect(
            (slope - gradient).magnitude < 1e-8, "\(loss) \(key)[\(element)]: \(slope), not \(gradient)")
        }
      }
    }
  }

  /// Every stack of the table, at the sizes in turn, with poisoned padding: finite everywhere, and 0 at
  /// absent steps.
  @Test(arguments: GraphCase.all)
  func everyStackRuns(stack: GraphCase) {
    var random = SplitMix64(seed: 22)
    for (size, masks) in zip(GraphCase.sizes, MaskPattern.allCases.shuffled(using: &random)) {
      let graph = stack.graph(size, using: &random)
      let batch = graph.randomBatch(rows: 3, steps: 4, masks: masks, using: &random)
      let run = graph.run(ReferenceBatch(batch))
      #expect(run.score.isFinite)
      #expect(run.lossSum != 0 || (0..<3).allSatisfy { batch.labelsMask.lengths[$0] == 0 } || size == 1)
      for (index, series) in run.activations.enumerated() {
        #expect(series.values.allSatisfy { $0.isFinite }, "layer \(index)")
        guard series.stepCount == 4 else { continue }
        for row in 0..<3 {
          for step in 0..<4 where !batch.stepMask[row, step] {
            #expect((0..<series.size).allSatisfy { series[row, $0, step] == 0 }, "layer \(index)")
          }
        }
      }
    }
  }

  /// A factor of 0 has the effect of removing a row of W, a factor of 2 that of doubling it.
  @Test func dropoutFactorsScaleWeights() {
    var random = SplitMix64(seed: 23)
    let end = GraphLayer.rnnOutput(size: 2, activation: .softmax, loss: .multiClassCrossEntropy, weights: nil)
    var graph = ReferenceGraph(input: .vector(size: 2), layers: [.gru(size: 2), .dropout, end])
    graph.randomizeParameters(using: &random)
    let batch = ReferenceBatch(graph.randomBatch(rows: 2, steps: 3, using: &random))
    var scaled = graph
    for (row, factor) in [0.0, 2].enumerated() {
      for column in 0..<2 { scaled.parameters["layer2.W"]?[row * 2 + column] *= factor }
    }
    let plain = graph.run(batch)
    #expect(plain.activations[1] == plain.activations[0])
    var factors = ReferenceSeries(2, 2, 3)
    for row in 0..<2 { for step in 0..<3 { factors[row, 1, step] = 2 } }
    graph.dropoutFactors[1] = factors
    #expect(
      relativeDifference(graph.run(batch).activations[2].values, scaled.run(batch).activations[2].values)
        < 1e-15)
    #expect(graph.run(batch).lossSum != plain.lossSum)
  }
}
