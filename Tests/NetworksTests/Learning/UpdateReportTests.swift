import DataSets
import Tensors
import TestSupport
import Testing
import Training

@testable import Networks

struct UpdateReportTests {
  private func batch() -> DataSet {
    let values = (0..<24).map { Float($0 * 7 % 11) / 5 - 1 }
    return DataSet(
      features: Tensor(shape: [3, 2, 4], elements: values),
      labels: Tensor(shape: [3, 1, 4], elements: Array(values.dropLast(12))))
  }

  /// The norms are those of `gradients`, whatever limits there are, and 0 for frozen layers.
  @Test(arguments: [NetworkConfiguration.GradientLimit.none, .elements(0.001), .globalNorm(0.001)])
  func theNormsAreThoseOfTheGradients(limit: NetworkConfiguration.GradientLimit) throws {
    let batch = batch()
    let contract = batch.features.shape[1]
    for frozen in [false, true] {
      var network = try MultiLayerNetwork(
        inputs: .recurrent(size: contract), seed: 2, updater: .sgd(learningRate: 0.5), gradientLimit: limit
      ) {
        LSTM(3)
        RNNOutput(batch.labels?.shape[1] ?? 1, activation: .identity, loss: .meanSquaredError)
      }
      if frozen { network = try network.freezing(layers: 0...0) }
      _ = try network.fit(batch)
      #expect(network.lastUpdate == nil)
      network.reportsUpdates = true
      let next = try network.gradients(batch).gradients
      _ = try network.fit(batch)
      let report = try #require(network.lastUpdate)
      #expect(report.learningRate == 0.5)
      for layer in 0..<2 {
        let squares = next.filter { $0.key.hasPrefix("layer\(layer).") }.values.reduce(0.0) { sum, tensor in
          sum + tensor.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
        }
        let expected = frozen && layer == 0 ? 0 : squares.squareRoot()
        #expect(abs(report.gradientNorms[layer] - expected) <= 1e-5 * max(1, expected))
      }
    }
  }
}
