import DataSets
import Networks
import TensorFiles
import Tensors
import Testing
import Training

/// Losses and their gradients with respect to pre-activations match PyTorch's, for every pair that the
/// trainer accepts.
@Suite struct GoldenLossTests {
  /// A network whose pre-activations are its bias, because everything else is 0, so both have the same
  /// gradient.
  private func network(_ layer: RNNOutput, _ logits: [Float]) throws -> MultiLayerNetwork {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 1), weights: .zero
    ) { layer }
    network[parameter: "layer0.b"] = Tensor(shape: [logits.count], elements: logits)
    return network
  }

  /// The pairs in the file in which the outputs of the activation are valid for the loss.
  static let pairs: [(loss: Loss, activation: Activation)] = Loss.named.flatMap { loss in
    Activation.allCases.compactMap { activation in
      switch loss {
      case .multiClassCrossEntropy, .kullbackLeibler, .binaryCrossEntropy:
        return [.softmax, .sigmoid].contains(activation) ? (loss, activation) : nil
      case .poisson:
        return [.softmax, .sigmoid].contains(activation) || activation == .softplus
          ? (loss, activation) : nil
      default: return (loss, activation)
      }
    }
  }

  @Test(arguments: pairs)
  func pair(loss: Loss, activation: Activation) throws {
    let file = try SafetensorsFile("\(GraphGolden.folder)/losses.safetensors")
    func rows(_ name: String) throws -> [[Double]] {
      let tensor = try file.doubles(name)
      #expect(tensor.shape == [4, 4])
      return (0..<4).map { Array(tensor.elements[$0 * 4..<$0 * 4 + 4]) }
    }
    let (z, labels) = (try rows("z"), try rows("\(loss).labels"))
    for kind in ["plain", "weighted"] {
      let key = "\(loss).\(activation).\(kind)"
      let weights = kind == "plain" ? [] : try file.doubles("weights").elements.map { Float($0) }
      let (values, slopes) = (try file.doubles("\(key).value").elements, try rows("\(key).derivative"))
      for row in 0..<4 {
        let layer = RNNOutput(4, activation: activation, loss: loss, classWeights: weights)
        let batch = DataSet(
          features: Tensor(shape: [1, 1, 1]),
          labels: Tensor(shape: [1, 4, 1], elements: labels[row].map { Float($0) }))
        let (found, gradients) = try network(layer, z[row].map { Float($0) }).gradients(batch)
        // z and the outputs are rounded to 2^-24, and errors are small differences: a few dozen roundings.
        let scale = max(1, values[row].magnitude)
        #expect((found.sum - values[row]).magnitude < 4e-6 * scale, "\(key), row \(row)")
        let gradient = try #require(gradients["layer0.b"]).doubles
        // If all errors have the same sign, the terms of a softmax's derivative cancel to nothing.
        let largest = slopes[row].reduce(0) { max($0, $1.magnitude) }
        let difference = zip(gradient, slopes[row]).reduce(0.0) { max($0, ($1.0 - $1.1).magnitude) }
        #expect(gradient.count == 4 && difference <= 1e-5 * largest + 2e-7, "\(key), row \(row)")
      }
    }
  }
}
