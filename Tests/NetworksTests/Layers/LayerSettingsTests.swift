import DataSets
import FoundationEssentials
import Networks
import Tensors
import Testing
import Training

/// The settings of a single layer: regularization, updater, learning rate, frozen parameters.
@Suite struct LayerSettingsTests {
  private func batch() -> DataSet {
    var random = SplitMix64(seed: 8)
    return randomBatch((4, 3, 5), outputs: 2, loss: .meanSquaredError, masks: .gaps, using: &random)
  }

  private func network(
    updater: Updater = .sgd(learningRate: 0.5), limit: NetworkConfiguration.GradientLimit = .none,
    l1: Float = 0, l2: Float = 0,
    _ first: (LSTM) -> NetworkLayer = { NetworkLayer($0) }
  ) throws -> MultiLayerNetwork {
    let first = first(LSTM(4))
    return try MultiLayerNetwork(
      inputs: .recurrent(size: 3), seed: 3, updater: updater, gradientLimit: limit, l1: l1, l2: l2
    ) {
      first
      GravesLSTM(2)
      RNNOutput(2, activation: .identity, loss: .meanSquaredError)
    }
  }

  private func penalty(_ network: MultiLayerNetwork, _ names: [String], l1: Double, l2: Double) -> Double {
    var sum = 0.0
    for name in names {
      for weight in network[parameter: name].doubles {
        sum += l1 * weight.magnitude + l2 / 2 * weight * weight
      }
    }
    return sum
  }

  @Test func regularizationByLayer() throws {
    let batch = batch()
    let plain = try network()
    let both = try network(l1: 0.25, l2: 0.5) { $0.regularization(l1: 0.125, l2: 2) }
    let (bare, costly) = (try plain.gradients(batch), try both.gradients(batch))
    let expected =
      penalty(both, ["layer0.W", "layer0.R"], l1: 0.125, l2: 2)
      + penalty(both, ["layer1.W", "layer1.R", "layer2.W"], l1: 0.25, l2: 0.5)
    #expect((costly.loss.penalty / expected - 1).magnitude < 1e-6)
    #expect(bare.loss.penalty == 0 && costly.loss.sum == bare.loss.sum)
    for name in both.parameterNames {
      let (a, b) = (try #require(bare.gradients[name]).doubles, try #require(costly.gradients[name]).doubles)
      let isWeight = name.hasSuffix("W") || name.hasSuffix("R")
      let (l1, l2) = !isWeight ? (0, 0) : name.hasPrefix("layer0") ? (0.125, 2) : (0.25, 0.5)
      let weights = both[parameter: name].doubles
      for (index, weight) in weights.enumerated() {
        let slope = (weight > 0 ? l1 : -l1) + l2 * weight
        #expect((b[index] - a[index] - slope).magnitude < 1e-6, "\(name)")
      }
    }
    // A layer without settings among others with settings.
    let free = try network(l1: 0.25, l2: 0.5) { $0.regularization() }
    let rest = penalty(free, ["layer1.W", "layer1.R", "layer2.W"], l1: 0.25, l2: 0.5)
    #expect((try free.score(batch).penalty / rest - 1).magnitude < 1e-6)
  }

  @Test(arguments: [(Float(-1), Float(0), "l1"), (0, .nan, "l2")])
  func impossibleRegularization(l1: Float, l2: Float, name: String) {
    let problem = "an \(name) of \(name == "l1" ? l1 : l2); it must be finite and not negative"
    #expect(throws: NetworkError(problem)) { try network(l1: l1, l2: l2) }
    #expect(throws: NetworkError("layer 0 (lstm): \(problem)")) {
      try network { $0.regularization(l1: l1, l2: l2) }
    }
  }

  @Test(arguments: [
    NetworkConfiguration.GradientLimit.elements(0), .layerNorm(-1), .parameterNorm(.nan),
    .globalNorm(.infinity),
  ])
  func impossibleLimit(limit: NetworkConfiguration.GradientLimit) throws {
    let error = #expect(throws: NetworkError.self) { try network(limit: limit) }
    #expect(error?.problem.hasSuffix("; it must be finite and above 0") == true)
    #expect(error?.problem.hasPrefix("a gradient limit of ") == true)
  }

  /// Each layer uses its own updater and rate, like two networks that use them for all layers.
  @Test func updatersByLayer() throws {
    let batch = batch()
    var mixed = try network(updater: .sgd(learningRate: 0.5)) { $0.updater(.adam(learningRate: 0.25)) }
    var slow = try network(updater: .sgd(learningRate: 0.5)) { $0.learningRate(0.125) }
    var (sgd, adam) = (try network(), try network(updater: .adam(learningRate: 0.25)))
    let start = sgd
    for network in [mixed, slow, adam] { #expect(network.bits == start.bits) }
    _ = try (mixed.fit(batch), slow.fit(batch), sgd.fit(batch), adam.fit(batch))
    for name in mixed.parameterNames {
      let isFirst = name.hasPrefix("layer0")
      #expect(mixed[parameter: name] == (isFirst ? adam : sgd)[parameter: name], "\(name)")
      if isFirst {
        let moved = zip(start[parameter: name].elements, slow[parameter: name].elements).map { $0 - $1 }
        let other = zip(start[parameter: name].elements, sgd[parameter: name].elements).map { ($0 - $1) / 4 }
        #expect(relativeDifference(moved.map(Double.init), other.map(Double.init)) < 1e-4)
        #expect(moved.contains { $0 != 0 })
      } else {
        #expect(slow[parameter: name] == sgd[parameter: name])
      }
    }
  }

  /// AdamW shrinks only weights, by the rate of the layer.
  @Test func decayOfWeightsOnly() throws {
    let batch = batch()
    var (with, without) = (
      try network(updater: .adamW(learningRate: 0.25, weightDecay: 0.5)),
      try network(updater: .adam(learningRate: 0.25))
    )
    let start = with
    _ = try (with.fit(batch), without.fit(batch))
    for name in with.parameterNames {
      let isWeight = name.hasSuffix("W") || name.hasSuffix("R")
      let moved = zip(without[parameter: name].doubles, with[parameter: name].doubles).map { $0 - $1 }
      let expected = start[parameter: name].doubles.map { isWeight ? 0.125 * $0 : 0 }
      #expect(zip(moved, expected).allSatisfy { ($0 - $1).magnitude < 1e-6 }, "\(name)")
    }
  }

  /// Frozen layers stay bit-identical under any limits and penalties; the others move as if nothing were
  /// frozen.
  @Test(arguments: [NetworkConfiguration.GradientLimit.none, .globalNorm(0.0625), .layerNorm(0.0625)])
  func frozen(limit: NetworkConfiguration.GradientLimit) throws {
    let batch = batch()
    var frozen = try network(limit: limit, l2: 0.5) { $0.frozen() }
    var free = try network(limit: limit, l2: 0.5)
    let start = frozen
    // A gradient of the frozen layer left over from another pass must not count in a limit.
    _ = try frozen.gradients(batch)
    let loss = try #require(try frozen.fit(batch))
    let other = try #require(try free.fit(batch))
    #expect(loss == other)
    for name in frozen.parameterNames {
      if name.hasPrefix("layer0") {
        #expect(frozen[parameter: name].bits == start[parameter: name].bits)
        #expect(free[parameter: name].bits != start[parameter: name].bits)
      } else if limit != .globalNorm(0.0625) {
        #expect(frozen[parameter: name].bits == free[parameter: name].bits)
      }
    }
    // The penalty of frozen layers is still in the score.
    let all = ["layer0.W", "layer0.R", "layer1.W", "layer1.R", "layer2.W"]
    #expect((loss.penalty / penalty(start, all, l1: 0, l2: 0.5) - 1).magnitude < 1e-6)
    if limit == .globalNorm(0.0625) {
      // Everything that learns is moved by the rate times the limit, and by the penalty.
      var moved = 0.0
      for name in frozen.parameterNames where !name.hasPrefix("layer0") {
        let isWeight = name.hasSuffix("W") || name.hasSuffix("R")
        for (before, after) in zip(start[parameter: name].doubles, frozen[parameter: name].doubles) {
          let step = before - after - (isWeight ? 0.5 * 0.5 * before : 0)
          moved += step * step
        }
      }
      #expect((moved.squareRoot() / (0.5 * 0.0625) - 1).magnitude < 1e-4)
    }
  }

  @Test func inFiles() throws {
    let network = try network(
      updater: .amsGrad(learningRate: .step(0.1, factor: 0.5, every: 3, unit: .epochs)), l1: 0.25
    ) {
      $0.regularization(l1: 0.5, l2: 0.25).updater(.nadam(learningRate: 0.5)).learningRate(0.25)
        .weights(.orthogonal()).frozen()
    }
    let data = try JSONEncoder().encode(network.configuration)
    let read = try JSONDecoder().decode(NetworkConfiguration.self, from: data)
    #expect(read.layers == network.configuration.layers && read.updater == network.configuration.updater)
    #expect(read.layers[0].regularization == NetworkLayer.Regularization(l1: 0.5, l2: 0.25))
  }
}
