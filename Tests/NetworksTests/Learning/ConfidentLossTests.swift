import DataSets
import Glibc
import Networks
import Tensors
import Testing
import Training

/// The loss of confident but wrong outputs, whose probabilities have rounded to 0 or 1.
@Suite struct ConfidentLossTests {
  /// A network whose logits are its bias: zero weights everywhere.
  private func network(_ loss: ReferenceLoss, bias: [Float]) throws -> MultiLayerNetwork {
    let slow = ReferenceNetwork(inputs: 1, layers: [.lstm(1), .output(bias.count, loss)])
    var network = try slow.real()
    network[parameter: "layer1.b"] = Tensor(shape: [bias.count], elements: bias)
    return network
  }

  private func batch(_ labels: [Float]) -> DataSet {
    DataSet(
      features: Tensor(shape: [1, 1, 1]), labels: Tensor(shape: [1, labels.count, 1], elements: labels))
  }

  @Test(arguments: [0, 5, 15, 20, 50, 100, 300, 1e6] as [Float])
  func softmax(logit: Float) throws {
    // -ln softmax of class 1 where class 0 has `logit` and class 1 has 0.
    let expected = Double(logit) + log1p(exp(-Double(logit)))
    let loss = try network(.multiClassCrossEntropy, bias: [logit, 0]).score(batch([0, 1]))
    #expect(abs(loss.sum - expected) <= 1e-6 * max(1, expected), "\(loss.sum) \(expected)")
  }

  @Test(arguments: [-300, -20, -15, 0, 15, 20, 100] as [Float])
  func sigmoid(logit: Float) throws {
    for label in [0, 1, 0.25] as [Double] {
      let z = Double(logit)
      let expected = max(z, 0) - z * label + log1p(exp(-abs(z)))
      let loss = try network(.binaryCrossEntropy, bias: [logit]).score(batch([Float(label)]))
      #expect(abs(loss.sum - expected) <= 1e-6 * max(1, expected), "\(loss.sum) \(expected)")
    }
  }

  @Test func infiniteLogitsGiveANonFiniteLoss() throws {
    let loss = try network(.multiClassCrossEntropy, bias: [.infinity, 0]).score(batch([0, 1]))
    #expect(!loss.sum.isFinite)
  }
}
