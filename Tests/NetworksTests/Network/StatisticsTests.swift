import DataSets
import Networks
import Tensors
import Testing
import Training

/// Statistics of gradients and activations.
@Suite struct StatisticsTests {
  private func batch(_ steps: Int = 5) -> DataSet {
    var random = SplitMix64(seed: 22)
    return randomBatch((4, 3, steps), outputs: 2, loss: .meanSquaredError, masks: .gaps, using: &random)
  }

  @Test(arguments: [NetworkConfiguration.Backpropagation.full, .truncated(forward: 2, backward: 2)])
  func statisticsOfTheNextUpdate(backpropagation: NetworkConfiguration.Backpropagation) throws {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 3), seed: 2, updater: .adam(learningRate: 0.01),
      backpropagation: backpropagation, gradientLimit: .elements(0.125), l1: 0.01, l2: 0.1
    ) {
      LSTM(4).frozen()
      LSTM(3)
      RNNOutput(2, activation: .identity, loss: .meanSquaredError).learningRate(0)
    }
    let whole = batch()
    let piece = whole.pieces(of: network.stepsPerUpdate)[0]
    #expect(piece.labelsMask.count > 0)
    // Not the first update: the updater's memory matters.
    _ = try network.fit(piece)
    let before = network
    let statistics = try network.gradientStatistics(whole)
    #expect(network.bits == before.bits && network.iteration == 1)
    #expect(statistics.parameters.map(\.name) == network.parameterNames)
    let gradients = try network.gradients(piece).gradients
    _ = try network.fit(piece)
    for figures in statistics.parameters {
      let isFrozen = figures.name.hasPrefix("layer0")
      let gradient = try #require(gradients[figures.name]).doubles.map { isFrozen ? 0 : $0 }
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(figures.count == gradient.count)
      #expect((figures.norm - norm).magnitude <= 1e-6 * norm)
      let mean = gradient.reduce(0) { $0 + $1.magnitude } / Double(gradient.count)
      #expect((figures.meanMagnitude - mean).magnitude <= 1e-6 * mean)
      #expect(figures.largestMagnitude == gradient.reduce(0) { max($0, $1.magnitude) })
      #expect(figures.zeroShare == Double(gradient.count { $0 == 0 }) / Double(gradient.count))
      let (old, new) = (before[parameter: figures.name].doubles, network[parameter: figures.name].doubles)
      let moved = zip(old, new).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
      let size = old.reduce(0) { $0 + $1 * $1 }
      let ratio = moved == 0 ? 0 : (moved / size).squareRoot()
      #expect((figures.updateRatio - ratio).magnitude <= 1e-12 * ratio)
      #expect((ratio > 0) == figures.name.hasPrefix("layer1"), "\(figures.name)")
    }
  }

  @Test func asATable() throws {
    let statistics = MultiLayerNetwork.GradientStatistics(parameters: [
      .init(
        name: "layer0.W", count: 12, norm: 0.5, meanMagnitude: 0.125, largestMagnitude: 0.25, zeroShare: 0.25,
        updateRatio: 0.001),
      .init(
        name: "layer10.b", count: 1, norm: 0, meanMagnitude: 0, largestMagnitude: 0, zeroShare: 1,
        updateRatio: .infinity),
    ])
    let expected = """
      parameter  count     norm     mean  largest  zeros  update/parameter
      layer0.W      12  0.50000  0.12500  0.25000    25%         0.0010000
      layer10.b      1   0.0000   0.0000   0.0000   100%               inf
      """
    #expect(statistics.description == expected)
  }

  @Test func withoutLabels() throws {
    let network = try mixedNetwork()
    let error = NetworkError(
      "the batch has no labels, but gradients require them; make the batches with labels")
    #expect(throws: error) {
      try network.gradientStatistics(DataSet(features: Tensor(shape: [1, 3, 2])))
    }
    var masked = batch()
    masked.labelsMask = Mask(rows: 4, steps: 5) { _, _ in false }
    #expect(throws: error) { try network.gradientStatistics(masked) }
    let late = DataSet(
      features: Tensor(shape: [1, 3, 4]), labels: Tensor(shape: [1, 2], elements: [0, 1]))
    let cut = try mixedNetwork(backpropagation: .truncated(forward: 2, backward: 2))
    #expect(
      throws: NetworkError(
        "the first 2 steps of the batch, which are one update, have no labels; give a piece that has some")
    ) { try cut.gradientStatistics(late) }
  }

  @Test func statisticsOfActivations() throws {
    var network = try mixedNetwork(outputs: 2)
    // The second output is always 3.
    network[parameter: "layer2.W"] = Tensor(
      shape: [4, 2], elements: (0..<8).map { $0 % 2 == 0 ? 1 : 0 })
    network[parameter: "layer2.b"] = Tensor(shape: [2], elements: [0, 3])
    let batch = batch()
    let statistics = try network.activationStatistics(batch)
    #expect(
      statistics.layers.map(\.name) == ["layer 0 (lstm)", "layer 1 (graves)", "layer 2 (rnnOutput)"])
    let outputs = try network.feedForward(batch)
    for (layer, output) in zip(statistics.layers, outputs) {
      var values: [Double] = []
      for row in 0..<4 {
        for step in 0..<5 where batch.stepMask[row, step] {
          for unit in 0..<output.shape[1] { values.append(Double(output[row, unit, step])) }
        }
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(layer.unitCount == output.shape[1])
      #expect((layer.mean - mean).magnitude < 1e-12)
      #expect((layer.deviation - variance.squareRoot()).magnitude < 1e-12)
      #expect(layer.largestMagnitude == values.reduce(0) { max($0, $1.magnitude) })
      #expect(layer.zeroShare == Double(values.count { $0 == 0 }) / Double(values.count))
    }
    #expect(statistics.layers.map(\.constantUnitShare) == [0, 0, 0.5])
    let lines = statistics.description.split(separator: "\n")
    #expect(lines.count == 4 && lines[3].hasPrefix("layer 2 (rnnOutput)      2") && lines[3].hasSuffix("50%"))
  }
}
