import DataSets
import Networks
import Testing

/// Recurrent layers with every activation of candidates and gates, against the reference graph.
@Suite struct CellActivationTests {
  static let activations = GraphActivation.allCases.filter { $0 != .softmax }

  /// The cells, with one activation for the candidate and another for the gates.
  private func cells(_ activation: GraphActivation, _ gate: GraphActivation, _ n: Int) -> [GraphLayer] {
    [
      .lstm(size: n, activation: activation, gate: gate),
      .graves(size: n, activation: activation, gate: gate),
      .simpleRNN(size: n, activation: activation), .gru(size: n, activation: activation, gate: gate),
    ]
  }

  @Test(arguments: activations)
  func everyPair(activation: GraphActivation) throws {
    var random = SplitMix64(seed: 41)
    let place = try #require(Self.activations.firstIndex(of: activation))
    for distance in isRelease ? Array(0..<13) : [0, 1, 5] {
      let gate = distance == 0 ? .sigmoid : Self.activations[(place + distance) % 13]
      for (number, cell) in cells(activation, gate, 3).enumerated() {
        let masks = MaskPattern.allCases[(place + distance + number) % MaskPattern.allCases.count]
        var graph = ReferenceGraph(
          input: .vector(size: 2),
          layers: [cell, .rnnOutput(size: 2, activation: .identity, loss: .meanSquaredError, weights: nil)])
        // Small, so that unbounded functions stay near 1 and do not cross corners.
        graph.randomizeParameters(0.5, using: &random)
        let batch = graph.randomBatch(
          rows: 3, steps: 4, masks: masks, starts: .several, using: &random)
        expectMatches(
          try ObservedPass(graph.real(), batch), graph, batch, elementsPerParameter: 6,
          "\(cell), \(masks)")
      }
    }
  }

  /// Errors that flow back over the last steps only, and carried states.
  @Test(arguments: [GraphActivation.swish, .gelu, .hardTanh, .softplus])
  func pieces(activation: GraphActivation) throws {
    var random = SplitMix64(seed: 42)
    for cell in cells(activation, .hardSigmoid, 2) + cells(activation, .swish, 2) {
      var graph = ReferenceGraph(
        input: .vector(size: 2),
        layers: [cell, .rnnOutput(size: 2, activation: .identity, loss: .meanSquaredError, weights: nil)])
      graph.randomizeParameters(0.5, using: &random)
      let network = try graph.real(backpropagation: .truncated(forward: 3, backward: 2))
      let batch = graph.randomBatch(rows: 3, steps: 5, masks: .gaps, starts: .several, using: &random)
      try expectPiecesMatch(
        network, graph, batch, piecesOf: 3, backwardSteps: 2, elementsPerParameter: 6, "\(cell)")
    }
  }
}
