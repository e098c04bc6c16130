import DataSets
import Networks
import Testing

/// The real network against the slow graph: every stack of existing layers, at every size, with all masks.
@Suite struct NetworkGraphTests {
  /// Stacks whose layers all exist in the bundled trainer.
  static let built = GraphCase.all.filter { stack in
    var random = SplitMix64(seed: 0)
    return stack.graph(2, using: &random).isReal
  }

  /// If a layer is no longer tested, the number is too small; a new layer raises it.
  @Test func noStackIsLost() {
    #expect(GraphCase.all.count == 10 + 11 + 18 + 5 + 13 + 2 * (2 + 3 * 3 + 4 * 14))
    let pairs = GraphLoss.allCases.flatMap { loss in
      loss.activations.filter { $0.real != nil && !loss.rejects($0) }.flatMap { activation in
        ["\(loss) \(activation)", "\(loss) \(activation) weighted"]
      }
    }
    let layers =
      GraphCase.recurrent + GraphCase.bothWays + GraphCase.perStep + GraphCase.images + GraphCase.ends
    #expect(Self.built.map(\.description) == layers.map(\.description) + pairs)
  }

  /// Every stack at every size; the many pairs of losses and activations at one size each, in turn.
  static let runs = built.flatMap { stack -> [Run] in
    let isPair = GraphCase.losses.contains { $0.description == stack.description }
    let sizes = isPair ? [GraphCase.sizes[stack.description.utf8.count % 4]] : GraphCase.sizes
    return sizes.map { Run(stack: stack, size: $0) }
  }

  struct Run: Sendable, CustomTestStringConvertible {
    let stack: GraphCase
    let size: Int
    var testDescription: String { "\(stack) of \(size)" }
    /// The same numbers for the same run, and different ones for others.
    var seed: UInt64 { stack.description.utf8.reduce(UInt64(size)) { $0 &* 31 &+ UInt64($1) } }
  }

  /// Debug builds take a pattern of masks and a few elements of each parameter, release builds everything.
  @Test(arguments: runs)
  func outputsLossAndGradients(run: Run) throws {
    var random = SplitMix64(seed: run.seed)
    let turn = random.below(MaskPattern.allCases.count)
    for (number, masks) in MaskPattern.allCases.enumerated() where isRelease || number == turn {
      var graph = run.stack.graph(run.size, using: &random)
      // Eighths, which a Float holds.
      (graph.l1, graph.l2) = random.flip() ? (0.125, 0.25) : (0, 0)
      let network = try graph.real()
      let batch = graph.randomBatch(
        rows: GraphCase.sizes[random.below(4)], steps: GraphCase.sizes[random.below(4)], masks: masks,
        starts: random.flip() ? .stepZero : .several, using: &random)
      expectMatches(
        try ObservedPass(network, batch), graph, batch, elementsPerParameter: isRelease ? nil : 3,
        "\(run.testDescription), \(masks)")
    }
  }

  /// Stacks that truncated back-propagation can train, no layer of which needs whole series; one pair of activation and
  /// loss is enough.
  static let cuttable = built.filter { stack in
    var random = SplitMix64(seed: 0)
    return !GraphCase.losses.contains { $0.description == stack.description }
      && stack.graph(2, using: &random).layers.allSatisfy { layer in
        if case .bidirectional = layer { return false }
        return !layer.endsSeries
      }
  }

  /// Truncated back-propagation: series that begin inside pieces, and pieces without labels.
  @Test(arguments: cuttable, [(3, 3), (3, 2), (2, 1)])
  func pieces(stack: GraphCase, steps: (forward: Int, backward: Int)) throws {
    var random = SplitMix64(seed: UInt64(steps.forward * 10 + steps.backward))
    let patterns: [MaskPattern] = [.full, .gaps, .manyToOne]
    for masks in isRelease ? patterns : [patterns[stack.description.utf8.count % 3]] {
      let graph = stack.graph(3, using: &random)
      let network = try graph.real(
        backpropagation: .truncated(forward: steps.forward, backward: steps.backward))
      let batch = graph.randomBatch(rows: 3, steps: 7, masks: masks, starts: .several, using: &random)
      try expectPiecesMatch(
        network, graph, batch, piecesOf: steps.forward, backwardSteps: steps.backward,
        elementsPerParameter: 3,
        "\(stack), \(masks)")
    }
  }

  /// Files of Fixtures/golden/layers whose layers the bundled trainer has, and whose rows start at step 0.
  static let goldenNames = ReferenceGraphGoldenTests.names.filter { name in
    guard !name.hasSuffix("-starts"), let golden = try? GraphGolden(named: name) else { return false }
    return golden.graph.isReal
  }

  @Test func noGoldenFileIsLost() {
    // All that begin at step 0: the bundled trainer has every layer.
    #expect(Self.goldenNames == ReferenceGraphGoldenTests.names.filter { !$0.hasSuffix("-starts") })
    #expect(Self.goldenNames.count == 92)
    #expect(Self.goldenNames.count { $0.hasPrefix("loss-") } == 14)
  }

  /// PyTorch's own outputs and gradients, without the reference graph in between.
  @Test(arguments: goldenNames)
  func golden(name: String) throws {
    let golden = try GraphGolden(named: name)
    let observed = try ObservedPass(golden.graph.real(), golden.batch.dataSet())
    for (values, series) in zip(observed.activations, golden.expected.activations) {
      #expect(relativeDifference(values, series.values) < 1e-5)
    }
    #expect(relativeDifference([observed.lossSum], [golden.expected.lossSum]) < 1e-5)
    #expect(observed.gradients.keys.sorted() == golden.gradients.keys.sorted())
    for (key, gradient) in golden.gradients {
      let difference = relativeDifference(observed.gradients[key]?.doubles ?? [], gradient)
      #expect(difference < 1e-4, "\(key) \(difference)")
    }
  }
}
