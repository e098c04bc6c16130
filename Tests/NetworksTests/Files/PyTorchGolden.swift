import DataSets
import Networks
import TensorFiles
import Tensors
import TestSupport

/// A state dict in Fixtures/pytorch, and its model's outputs for a batch.
struct PyTorchGolden {
  let state: PyTorchStateDict
  /// Absent cells hold 99, or a class that is not 0.
  let batch: DataSet
  /// `[N, outputs, T]`, 0 at absent steps.
  let output: ReferenceSeries

  static let folder = Repository.fixture("pytorch")

  /// The path of a file in the folder.
  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Opens `NAME.safetensors`, and reads `NAME.expected.safetensors`.
  init(_ name: String) throws {
    state = try PyTorchStateDict(Self.path("\(name).safetensors"))
    let file = try SafetensorsFile(Self.path("\(name).expected.safetensors"))
    let mask = try file.floats("mask")
    batch = DataSet(
      features: try file.floats("features"),
      featuresMask: Mask(rows: mask.shape[0], steps: mask.shape[1]) { mask[$0, $1] > 0 })
    let (shape, values) = try file.doubles("output")
    output = ReferenceSeries(shape[0], shape[1], shape[2], values)
  }

  /// The largest difference of a network's output, in units of the largest output.
  func difference(_ network: MultiLayerNetwork) throws -> Double {
    relativeDifference(try network.output(batch).doubles, output.values)
  }
}

/// A network for a state dict, and where each layer's weights are in it.
struct PyTorchCase: CustomStringConvertible {
  let name: String
  let inputs: InputType
  let layers: [NetworkLayer]
  let sources: [Int: PyTorchStateDict.Source]
  /// The description of the file by `PyTorchStateDict`.
  let contents: String

  init(
    _ name: String, inputs: InputType = .recurrent(size: 3), _ sources: [PyTorchStateDict.Source],
    _ contents: String,
    @MultiLayerNetwork.LayerBuilder layers: () -> [NetworkLayer]
  ) {
    (self.name, self.inputs, self.layers, self.contents) = (name, inputs, layers(), contents)
    self.sources = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($0, $1) })
  }

  var description: String { name }

  /// A network with fresh parameters.
  func network(seed: UInt64 = 1) throws -> MultiLayerNetwork {
    try MultiLayerNetwork(inputs: inputs, seed: seed, updater: .adam(learningRate: 0.01)) {
      for layer in layers { layer }
    }
  }
}

extension PyTorchCase {
  static let output = RNNOutput(2, activation: .identity, loss: .meanSquaredError)
  private static let one: [PyTorchStateDict.Source] = [.recurrent("rnn"), .linear("fc")]
  private static let two: [PyTorchStateDict.Source] = [
    .recurrent("rnn"), .recurrent("rnn", layer: 1), .linear("fc"),
  ]

  static let all: [PyTorchCase] =
    recurrent + bidirectional + [
      PyTorchCase(
        "text", inputs: .recurrent(size: 1),
        [.embedding("embedding"), .recurrent("lstm"), .linear("decoder")],
        """
        decoder: Linear, 4 to 7
        embedding: Linear without bias, or Embedding, 3 to 7
        lstm: LSTM, 3 to 4
        """
      ) {
        Embedding(3, classes: 7)
        LSTM(4)
        RNNOutput(7, activation: .softmax, loss: .multiClassCrossEntropy)
      },
      PyTorchCase(
        "images", inputs: .convolutional(channels: 2, height: 4, width: 5),
        [.convolution("conv"), .linear("dense"), .recurrent("lstm"), .linear("out")],
        """
        conv: Conv2d, 2 to 3 channels, kernel 2 x 3
        dense: Linear, 27 to 5
        lstm: LSTM, 5 to 4
        out: Linear, 4 to 2
        """
      ) {
        Convolution2D(3, kernel: Extent(2, 3), stride: Extent(1, 2), padding: Extent(0, 1), activation: .relu)
        Dense(5, activation: .tanh)
        LSTM(4)
        output
      },
      PyTorchCase(
        "levels",
        [.recurrent("rnn1"), .recurrent("rnn2"), .recurrent("rnn2", layer: 1)]
          + (0...10).map { .linear("head.\($0)") },
        ([0, 1, 10, 2, 3, 4, 5, 6, 7, 8, 9].map { "head.\($0): Linear, 3 to 3" }
          + ["rnn1: LSTM, 3 to 3", "rnn2: LSTM, 3 to 3, layers 0 and 1"]).joined(separator: "\n")
      ) {
        for _ in 0..<3 { LSTM(3) }
        for _ in 0..<10 { Dense(3, activation: .tanh) }
        RNNOutput(3, activation: .identity, loss: .meanSquaredError)
      },
    ]

  private static let recurrent = [
    PyTorchCase("lstm", two, "fc: Linear, 4 to 2\nrnn: LSTM, 3 to 4, layers 0 and 1") {
      LSTM(4)
      LSTM(4)
      output
    },
    PyTorchCase(
      "lstm-no-bias", two,
      "fc: Linear without bias, or Embedding, 4 to 2\nrnn: LSTM, 3 to 4, layers 0 and 1"
    ) {
      LSTM(4)
      LSTM(4)
      output
    },
    PyTorchCase("lstm-double", one, "fc: Linear, 4 to 2\nrnn: LSTM, 3 to 4") {
      LSTM(4)
      output
    },
    PyTorchCase("cell", [.recurrent("cell"), .linear("fc")], "cell: LSTM, 3 to 4\nfc: Linear, 4 to 2") {
      LSTM(4)
      output
    },
    PyTorchCase("gru", two, "fc: Linear, 4 to 2\nrnn: GRU, 3 to 4, layers 0 and 1") {
      GRU(4)
      GRU(4)
      output
    },
    PyTorchCase("gru-no-bias", one, "fc: Linear without bias, or Embedding, 4 to 2\nrnn: GRU, 3 to 4") {
      GRU(4)
      output
    },
    PyTorchCase("rnn", two, "fc: Linear, 4 to 2\nrnn: RNN, 3 to 4, layers 0 and 1") {
      SimpleRNN(4)
      SimpleRNN(4)
      output
    },
    PyTorchCase("rnn-relu", one, "fc: Linear, 4 to 2\nrnn: RNN, 3 to 4") {
      SimpleRNN(4, activation: .relu)
      output
    },
    PyTorchCase("rnn-no-bias", one, "fc: Linear without bias, or Embedding, 4 to 2\nrnn: RNN, 3 to 4") {
      SimpleRNN(4)
      output
    },
  ]

  private static let bidirectional = [
    PyTorchCase(
      "both-lstm", two, "fc: Linear, 8 to 2\nrnn: LSTM, 3 to 4, layers 0 and 1, both directions"
    ) {
      Bidirectional(LSTM(4), .concatenate)
      Bidirectional(LSTM(4), .concatenate)
      output
    },
    PyTorchCase(
      "both-lstm-no-bias", one,
      "fc: Linear without bias, or Embedding, 8 to 2\nrnn: LSTM, 3 to 4, both directions"
    ) {
      Bidirectional(LSTM(4), .concatenate)
      output
    },
    PyTorchCase("both-gru", two, "fc: Linear, 8 to 2\nrnn: GRU, 3 to 4, layers 0 and 1, both directions") {
      Bidirectional(GRU(4), .concatenate)
      Bidirectional(GRU(4), .concatenate)
      output
    },
    PyTorchCase("both-rnn", one, "fc: Linear, 8 to 2\nrnn: RNN, 3 to 4, both directions") {
      Bidirectional(SimpleRNN(4), .concatenate)
      output
    },
  ]
}
