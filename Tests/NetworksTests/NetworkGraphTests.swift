import DataSets
import Networks
import Testing

/// The real network against the slow graph: every stack whose layers there are, at every size, masks in turn.
@Suite struct NetworkGraphTests {
  /// Stacks whose every layer the bundled trainer has.
  static let built = GraphCase.all.filter { stack in
    var random = SplitMix64(seed: 0)
    let graph = stack.graph(2, using: &random)
    return graph.layers.allSatisfy { $0.real != nil } && graph.reshapes.isEmpty
  }

  /// A layer that stops being tested is missed here; one that is new raises the number.
  @Test func noStackIsLost() {
    #expect(GraphCase.all.count == 10 + 11 + 18 + 5 + 7 + 2 * (2 + 3 * 3 + 4 * 14))
    var losses: [String] = []
    for loss in GraphLoss.allCases {
      for activation in loss.activations where activation.real != nil {
        // Refused: without a smallest value.
        let isRefused = loss == .multiClassCrossEntropy || loss == .kullbackLeibler
        if isRefused && activation == .softplus { continue }
        losses += ["\(loss) \(activation)", "\(loss) \(activation) weighted"]
      }
    }
    #expect(Self.built.map(\.description) == ["lstm", "graves", "lstm graves", "last"] + losses)
  }

  /// Debug builds take a pattern and a few elements of each parameter, release builds everything.
  @Test(arguments: built, GraphCase.sizes)
  func outputsLossAndGradients(stack: GraphCase, size: Int) throws {
    var random = SplitMix64(seed: UInt64(size) + stack.description.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    let turn = random.below(MaskPattern.allCases.count)
    for (number, masks) in MaskPattern.allCases.enumerated() where isRelease || number % 3 == turn % 3 {
      var graph = stack.graph(size, using: &random)
      (graph.l1, graph.l2) = random.flip() ? (0.01, 0.1) : (0, 0)
      let network = try #require(try graph.real())
      // What is left of l1 in a Float.
      graph.l1 = Double(Float(graph.l1))
      graph.l2 = Double(Float(graph.l2))
      let batch = graph.randomBatch(
        rows: GraphCase.sizes[random.below(4)], steps: GraphCase.sizes[random.below(4)], masks: masks,
        starts: random.flip() ? .stepZero : .several, using: &random)
      expectMatches(
        try ObservedPass(network, batch), graph, batch, elementsPerParameter: isRelease ? nil : 6,
        "\(stack) of \(size), \(masks)")
    }
  }

  /// Truncated back-propagation, series that begin inside pieces and pieces without labels among them.
  @Test(
    arguments: built.filter { stack in GraphCase.recurrent.contains { $0.description == stack.description } },
    [(3, 3), (3, 2), (2, 1)])
  func pieces(stack: GraphCase, steps: (forward: Int, backward: Int)) throws {
    var random = SplitMix64(seed: UInt64(steps.forward * 10 + steps.backward))
    for masks in [MaskPattern.full, .gaps, .manyToOne] {
      let graph = stack.graph(3, using: &random)
      let network = try #require(
        try graph.real(backpropagation: .truncated(forward: steps.forward, backward: steps.backward)))
      let batch = graph.randomBatch(rows: 3, steps: 7, masks: masks, starts: .several, using: &random)
      try expectPiecesMatch(
        network, graph, batch, piecesOf: steps.forward, backwardSteps: steps.backward,
        elementsPerParameter: 6,
        "\(stack), \(masks)")
    }
  }
}
