import DataSets
import FoundationEssentials
import Networks
import TensorFiles
import Tensors
import TestSupport
import Testing

/// ONNX's own test vectors of recurrent layers; Fixtures/golden/make_onnx.py shows how they were rearranged.
@Suite struct ONNXVectorTests {
  static let lstms = [
    "lstm_defaults", "lstm_with_initial_bias", "lstm_with_peepholes", "lstm_batchwise",
  ]
  static let all =
    lstms + ["simple_rnn_defaults", "simple_rnn_with_initial_bias", "simple_rnn_batchwise", "rnn_seq_length"]

  private struct Description: Decodable {
    var kind: String
    var size: Int
  }

  private struct Vector {
    var layer: GraphLayer
    var size: Int
    var features: Tensor
    /// Under `layer0.W` ...
    var parameters: [String: Tensor] = [:]
    /// The last step's output, `[N, n]`.
    var last: [Double]
    /// Every step's, `[N, n, T]`, where ONNX gives it.
    var outputs: [Double]?

    init(_ name: String) throws {
      let file = try SafetensorsFile(Repository.fixture("golden/onnx/\(name).safetensors"))
      let json = Data((file.metadata["golden"] ?? "").utf8)
      let description = try JSONDecoder().decode(Description.self, from: json)
      switch description.kind {
      case "lstm": layer = .lstm(size: description.size)
      case "graves": layer = .graves(size: description.size)
      case "simpleRNN": layer = .simpleRNN(size: description.size)
      default: preconditionFailure("a layer of kind \(description.kind)")
      }
      size = description.size
      features = try file.floats("features")
      for name in file.names where name.hasPrefix("layer0.") { parameters[name] = try file.floats(name) }
      last = try file.floats("state.layer0.h").doubles
      outputs = file.names.contains("activation.layer0") ? try file.floats("activation.layer0").doubles : nil
    }

    /// Compares every step with `outputs`, and the last one with `last`.
    func expect(_ activation: ReferenceSeries, within tolerance: Double) {
      let steps = activation.stepCount
      let final = activation.steps(steps - 1..<steps).values
      #expect(relativeDifference(final, last) < tolerance)
      if let outputs { #expect(relativeDifference(activation.values, outputs) < tolerance) }
    }
  }

  /// ONNX computed in single precision, and so did the fast network: a few units of 2^-24.
  @Test(arguments: all)
  func referenceGraph(name: String) throws {
    let vector = try Vector(name)
    let end = GraphLayer.rnnOutput(size: 1, activation: .identity, loss: .meanSquaredError, weights: nil)
    var graph = ReferenceGraph(input: .vector(size: vector.features.shape[1]), layers: [vector.layer, end])
    for (key, tensor) in vector.parameters { graph.parameters[key] = tensor.doubles }
    let labels = ReferenceSeries(vector.features.shape[0], 1, vector.features.shape[2])
    let run = graph.run(ReferenceBatch(features: ReferenceSeries(vector.features), labels: labels))
    vector.expect(run.activations[0], within: 1e-6)
  }

  @Test(arguments: lstms)
  func bundledLayers(name: String) throws {
    let vector = try Vector(name)
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: vector.features.shape[1]), seed: 1, updater: .sgd(learningRate: 1)
    ) {
      if case .graves = vector.layer {
        GravesLSTM(vector.size)
      } else {
        LSTM(vector.size)
      }
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    let names = network.parameterNames.filter { $0.hasPrefix("layer0.") }
    #expect(names.sorted() == vector.parameters.keys.sorted())
    for (key, tensor) in vector.parameters { network[parameter: key] = tensor }
    let activation = try #require(try network.feedForward(DataSet(features: vector.features)).first)
    vector.expect(ReferenceSeries(activation), within: 1e-6)
  }
}
