import DataSets
import Networks
import Tensors
import Testing
import Training

/// Layers of a comparison, without the output layer.
enum Stack: CaseIterable {
  case lstm, graves, lstmGraves

  func slow(_ n: Int) -> [ReferenceLayer] {
    switch self {
    case .lstm: return [.lstm(n)]
    case .graves: return [.graves(n)]
    case .lstmGraves: return [.lstm(n), .graves(n + 1)]
    }
  }
}

extension ReferenceNetwork {
  /// The real network with the same layers and the same parameters.
  func real(
    backpropagation: NetworkConfiguration.Backpropagation = .full, updater: Updater = .sgd(learningRate: 0.1)
  ) throws -> MultiLayerNetwork {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: inputs), seed: 1, updater: updater, backpropagation: backpropagation,
      l1: Float(l1),
      l2: Float(l2)
    ) {
      for layer in layers {
        switch layer {
        case .lstm(let n): LSTM(n)
        case .graves(let n): GravesLSTM(n)
        case .output(let n, .multiClassCrossEntropy):
          RNNOutput(n, activation: .softmax, loss: .multiClassCrossEntropy)
        case .output(let n, .meanSquaredError): RNNOutput(n, activation: .identity, loss: .meanSquaredError)
        case .output(let n, .binaryCrossEntropy):
          RNNOutput(n, activation: .sigmoid, loss: .binaryCrossEntropy)
        }
      }
    }
    for (key, shape) in parameterShapes {
      network[parameter: key] = Tensor(shape: shape, elements: (parameters[key] ?? []).map(Float.init))
    }
    return network
  }
}

@Suite struct MultiLayerNetworkTests {
  /// Every loss and gradient against the slow double-precision network.
  ///
  /// Gradients are compared in units of the largest element of each parameter. Where cancellation leaves a gradient far
  /// smaller than its terms, rounding of the terms (2^-24 each) shows; hence an absolute bound in addition to the relative one.
  private func compare(
    _ stack: Stack, _ loss: ReferenceLoss, _ masks: MaskPattern, n: Int, c: Int, t: Int, units: Int
  ) throws {
    var random = SplitMix64(seed: UInt64(n + 10 * c + 100 * t + 1000 * units))
    let outputs = loss == .multiClassCrossEntropy ? 3 : 2
    var slow = ReferenceNetwork(inputs: c, layers: stack.slow(units) + [.output(outputs, loss)])
    slow.randomizeParameters(using: &random)
    let starts: StartPattern = random.flip() ? .stepZero : .several
    let batch = randomBatch(
      (n, c, t), outputs: outputs, loss: loss, masks: masks, starts: starts, padding: .nan, using: &random)
    let expected = slow.run(ReferenceBatch(batch))
    let network = try slow.real()
    let (score, gradients) = try network.gradients(batch)
    let context = "\(stack) \(loss) \(masks) N\(n) C\(c) T\(t) n\(units)"
    #expect(abs(score.sum - expected.lossSum) <= 1e-5 * max(1, abs(expected.lossSum)), "\(context)")
    for (layer, activation) in try network.feedForward(batch).enumerated() {
      #expect(
        activation.doubles.elementsEqual(expected.activations[layer].values) { abs($0 - $1) < 1e-5 },
        "\(context) activations \(layer)")
    }
    for (key, values) in expected.gradients {
      let scale = max(values.map(abs).max() ?? 0, 1e-2)
      let found = gradients[key]?.doubles ?? []
      let difference = zip(found, values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(
        found.count == values.count && difference <= 1e-4 * scale, "\(context) \(key) \(difference / scale)")
    }
  }

  @Test(arguments: [1, 2, 3, 5])
  func equalsTheSlowNetwork(n: Int) throws {
    for c in [1, 2, 3, 5] {
      for t in [1, 2, 3, 5] {
        for units in [1, 2, 3, 5] {
          for stack in Stack.allCases {
            // All patterns and losses take their turn as the sizes change.
            let turn = n + c + t + units
            try compare(
              stack, ReferenceLoss.allCases[turn % 3], MaskPattern.allCases[(turn * 3 + c) % 7], n: n, c: c,
              t: t,
              units: units)
          }
        }
      }
    }
  }

  @Test(arguments: MaskPattern.allCases)
  func masks(_ masks: MaskPattern) throws {
    for loss in ReferenceLoss.allCases {
      for stack in Stack.allCases { try compare(stack, loss, masks, n: 3, c: 2, t: 5, units: 3) }
    }
  }

  /// More rows than one share holds, so that the shares' gradients are added.
  @Test func manyRows() throws {
    for n in [15, 16, 17, 64, 65, 100] {
      try compare(.lstmGraves, .multiClassCrossEntropy, .gaps, n: n, c: 3, t: 4, units: 3)
    }
  }

  @Test func regularization() throws {
    var random = SplitMix64(seed: 5)
    var slow = ReferenceNetwork(inputs: 2, layers: [.lstm(3), .output(2, .meanSquaredError)])
    slow.l1 = 0.01
    slow.l2 = 0.1
    slow.randomizeParameters(using: &random)
    let batch = randomBatch((3, 2, 4), outputs: 2, loss: .meanSquaredError, using: &random)
    let expected = slow.run(ReferenceBatch(batch))
    let (score, gradients) = try slow.real().gradients(batch)
    #expect(abs(score.score - expected.score) < 1e-5)
    for (key, values) in expected.gradients {
      #expect(relativeDifference(gradients[key]?.doubles ?? [], values) < 1e-4, "\(key)")
    }
  }

  /// Truncated back-propagation: pieces, carried states, and errors that flow back over the last steps only.
  @Test(arguments: [(2, 2), (3, 1), (3, 2), (4, 4), (9, 9)])
  func truncated(forward: Int, backward: Int) throws {
    for masks in MaskPattern.allCases {
      var random = SplitMix64(seed: 8)
      var slow = ReferenceNetwork(inputs: 2, layers: [.lstm(3), .graves(2), .output(2, .meanSquaredError)])
      slow.randomizeParameters(using: &random)
      let batch = randomBatch(
        (3, 2, 7), outputs: 2, loss: .meanSquaredError, masks: masks, starts: .several, padding: .nan,
        using: &random)
      let rate = 0.1
      var network = try slow.real(
        backpropagation: .truncated(forward: forward, backward: backward),
        updater: .sgd(learningRate: .constant(Float(rate))))
      let loss = try network.fit(batch)
      var sum = 0.0
      var updates = 0
      var states = slow.zeroStates(3)
      for start in stride(from: 0, to: 7, by: forward) {
        let piece = ReferenceBatch(batch).steps(start..<min(start + forward, 7))
        let run = slow.run(piece, from: states, backwardSteps: backward)
        states = run.states
        if piece.labelsMask.count == 0 { continue }
        sum += run.lossSum
        updates += 1
        for (key, gradient) in run.gradients {
          slow.parameters[key] = zip(slow.parameters[key] ?? [], gradient).map { $0 - rate * $1 }
        }
      }
      #expect(abs((loss?.sum ?? 0) - sum) < 1e-4, "\(masks)")
      #expect(network.iteration == updates)
      for key in slow.parameters.keys {
        let difference = relativeDifference(network[parameter: key].doubles, slow.parameters[key] ?? [])
        #expect(difference < 1e-4, "\(masks) \(key) \(difference)")
      }
    }
  }

  @Test func aPieceWithoutLabelsMakesNoUpdate() throws {
    var random = SplitMix64(seed: 3)
    let slow = ReferenceNetwork(inputs: 2, layers: [.lstm(3), .output(2, .meanSquaredError)])
    var batch = randomBatch((3, 2, 4), outputs: 2, loss: .meanSquaredError, using: &random)
    batch.labelsMask = .empty(3, 4)
    var network = try slow.real()
    let before = network.parameterNames.map { network[parameter: $0] }
    #expect(try network.fit(batch) == nil)
    #expect(network.iteration == 0)
    #expect(network.parameterNames.map { network[parameter: $0] } == before)
  }
}
