import DataSets
import Networks
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A network that Deeplearning4j trained, and its batches; Fixtures/dl4j/README.md has the names.
struct DL4JNetwork {
  let description: DL4JIndex.Network
  /// The batches in the order of training.
  let batches: [DataSet]
  private let file: any TensorFile

  /// Reads `Fixtures/dl4j/networks/NAME.npz`, and its batches.
  init(named name: String) throws {
    description = try #require(DL4JIndex.shared.networks[name])
    file = try TensorFileFormat.npz.open("\(DL4JIndex.folder)/networks/\(name).npz")
    let stored = try TensorFileFormat.npz.open("\(DL4JIndex.folder)/batches/\(description.data).npz")
    let count = try #require(DL4JIndex.shared.batches[description.data]).batches
    batches = try (0..<count).map { index in
      func mask(_ part: String) throws -> Mask? {
        let name = "\(Self.number(index)).\(part)"
        guard stored.names.contains(name) else { return nil }
        let tensor = try stored.floats(name)
        return Mask(rows: tensor.shape[0], steps: tensor.shape[1]) { tensor[$0, $1] > 0 }
      }
      return DataSet(
        features: try stored.floats("\(Self.number(index)).features"),
        labels: try stored.floats("\(Self.number(index)).labels"), featuresMask: try mask("featuresMask"),
        labelsMask: try mask("labelsMask"))
    }
  }

  private static func number(_ index: Int) -> String { String("00\(index)".suffix(3)) }

  /// Returns the scores of the updates: those of the training, or with `continued` those of one more epoch.
  func scores(continued: Bool = false) throws -> [Double] {
    try file.doubles(continued ? "continuedScores" : "scores").elements
  }

  /// Returns the outputs for batch `index`, at a stage: `initial` or `trained`.
  func output(_ stage: String, _ index: Int) throws -> Tensor {
    try file.floats("\(stage)Output.\(Self.number(index))")
  }

  /// Makes the network with its first parameters.
  func network() throws -> MultiLayerNetwork {
    let settings = description
    let isRegression = settings.reg == 1
    let outputs = batches[0].labels?.shape[1] ?? 0
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: batches[0].features.shape[1]), seed: 1, updater: try updater(),
      gradientLimit: settings.clip.map { .elements($0) } ?? .none, l1: settings.l1 ?? 0, l2: settings.l2 ?? 0
    ) {
      for size in sizes {
        NetworkLayer(settings.bi == 1 ? Bidirectional(cell(size), .concatenate) : cell(size))
      }
      if isRegression {
        RNNOutput(outputs, activation: .identity, loss: .meanSquaredError)
      } else {
        RNNOutput(outputs, activation: .softmax, loss: .multiClassCrossEntropy)
      }
    }
    for (name, values) in try parameters("initial") { network[parameter: name] = values }
    return network
  }

  private var sizes: [Int] { description.hidden.split(separator: "/").compactMap { Int($0) } }

  private func cell(_ size: Int) -> any RecurrentLayer {
    switch description.cell {
    case "lstm": return LSTM(size)
    case "graves": return GravesLSTM(size)
    case "rnn": return SimpleRNN(size)
    default: preconditionFailure("a cell called \(description.cell)")
    }
  }

  /// The constants are the defaults on both sides.
  private func updater() throws -> Updater {
    let rate = Schedule.constant(description.lr)
    let updaters: [String: Updater] = [
      "sgd": .sgd(learningRate: rate), "nesterovs": .nesterovs(learningRate: rate),
      "adadelta": .adaDelta(learningRate: rate), "adam": .adam(learningRate: rate),
      "amsgrad": .amsGrad(learningRate: rate), "rmsprop": .rmsProp(learningRate: rate),
    ]
    return try #require(updaters[description.updater])
  }

  /// Returns the parameters of a stage (`initial`, `trained` or `continued`), with our names and order of columns.
  func parameters(_ stage: String) throws -> [String: Tensor] {
    var parameters: [String: Tensor] = [:]
    for (layer, size) in sizes.enumerated() {
      for (prefix, theirs) in description.bi == 1 ? [("forward.", "f"), ("backward.", "b")] : [("", "")] {
        func tensor(_ name: String) throws -> Tensor { try file.floats("\(stage).\(layer)_\(theirs)\(name)") }
        let (w, r, b) = (try tensor("W"), try tensor("RW"), try tensor("b"))
        let ours = "layer\(layer).\(prefix)"
        parameters["\(ours)W"] = reordered(w, size)
        parameters["\(ours)R"] = reordered(r, size)
        let biases = reordered(b, size)
        parameters["\(ours)b"] = Tensor(shape: [biases.shape[1]], elements: biases.elements)
        if description.cell == "graves" {
          // The last columns of RW are the peepholes of the forget, output and input gates; ours: forget, input, output.
          let peepholes = [0, 2, 1].flatMap { gate in (0..<size).map { r[$0, 4 * size + gate] } }
          parameters["\(ours)p"] = Tensor(shape: [3 * size], elements: peepholes)
        }
      }
    }
    let last = sizes.count
    parameters["layer\(last).W"] = try file.floats("\(stage).\(last)_W").ordered(.c)
    let biases = try file.floats("\(stage).\(last)_b").ordered(.c)
    parameters["layer\(last).b"] = Tensor(shape: [biases.shape[1]], elements: biases.elements)
    return parameters
  }

  /// Returns a matrix with our order of column blocks.
  ///
  /// Theirs is candidate, forget, output, input; ours is candidate, forget, input, output. A simple RNN has one block.
  private func reordered(_ matrix: Tensor, _ size: Int) -> Tensor {
    let blocks = description.cell == "rnn" ? [0] : [0, 1, 3, 2]
    let rows = matrix.shape[0]
    var elements: [Float] = []
    for row in 0..<rows {
      for block in blocks {
        for unit in 0..<size { elements.append(matrix[row, block * size + unit]) }
      }
    }
    return Tensor(shape: [rows, blocks.count * size], elements: elements)
  }
}
