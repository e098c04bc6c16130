import DataSets
import Networks
import Tensors
import Testing

/// Activations far from 0, where tails vanish and powers grow: an output layer with the identity as its weights.
@Suite struct NetworkActivationTests {
  /// A loss that the bundled trainer may have together with the activation.
  static func loss(_ activation: GraphActivation) -> GraphLoss {
    switch activation {
    case .softmax: return .multiClassCrossEntropy
    case .sigmoid: return .binaryCrossEntropy
    default: return .meanSquaredError
    }
  }

  static let built = GraphActivation.allCases.filter {
    GraphLayer.rnnOutput(size: 1, activation: $0, loss: loss($0), weights: nil).real != nil
  }

  @Test func noActivationIsLost() {
    #expect(Self.built == GraphActivation.allCases)
  }

  /// Beyond 14 the slow loss itself, made of probabilities, would lose its digits; no corner of a function is hit.
  @Test(arguments: built)
  func farFromZero(activation: GraphActivation) throws {
    let values: [Float] = [-14, -6, -3.25, -1.5, -0.375, 0.75, 1.75, 4, 14]
    let n = values.count
    var graph = ReferenceGraph(
      input: .vector(size: n),
      layers: [.rnnOutput(size: n, activation: activation, loss: Self.loss(activation), weights: nil)])
    graph.parameters["layer0.W"] = (0..<n * n).map { $0 / n == $0 % n ? 1 : 0 }
    var random = SplitMix64(seed: 41)
    var batch = graph.randomBatch(rows: 2, steps: n, masks: .emptyEnds, using: &random)
    // Every value in every column, one per step.
    for row in 0..<2 {
      for step in 0..<n where batch.featuresMask[row, step] {
        for column in 0..<n { batch.features[row, column, step] = values[(step + column) % n] }
      }
    }
    let network = try graph.real()
    expectMatches(try ObservedPass(network, batch), graph, batch)
    let outputs = try network.output(batch).doubles
    let expected = graph.run(ReferenceBatch(batch)).activations[0].values
    for (output, value) in zip(outputs, expected) {
      // The tails too: 1e-5 of themselves, or a few roundings of 14 where 1 + erf or 1 + tanh cancels.
      #expect((output - value).magnitude <= 1e-5 * value.magnitude + 0x1p-20, "\(output), not \(value)")
    }
  }
}
