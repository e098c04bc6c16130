import DataSets

/// One layer of a slow network.
enum ReferenceLayer: Equatable {
  case lstm(Int)
  case graves(Int)
  case output(Int, ReferenceLoss)

  var size: Int {
    switch self {
    case .lstm(let size), .graves(let size), .output(let size, _): return size
    }
  }
}

/// Recurrent layers and an output layer in double precision: slow, plain, and the reference for the fast
/// ones.
///
/// ```swift
/// var slow = ReferenceNetwork(inputs: 3, layers: [.lstm(5), .graves(4), .output(2, .meanSquaredError)])
/// slow.parameters["layer0.W"] = ...          // or slow.randomizeParameters(using: &random)
/// let run = slow.run(ReferenceBatch(batch))
/// run.gradients["layer1.p"]                  // of the score
/// ```
/// Masks, starts, score and penalty have the meaning that they have in the library.
struct ReferenceNetwork {
  let inputs: Int
  /// Recurrent layers, then one output layer.
  let layers: [ReferenceLayer]
  /// Row-major values under `layer0.W`, `layer0.R`, `layer0.b`, `layer0.p` (Graves), `layer1.W` ...
  var parameters: [String: [Double]]
  /// Penalty = l1 sum |w| + l2/2 sum w^2 over every W and R.
  var l1 = 0.0
  var l2 = 0.0

  /// Makes a network of zeros.
  init(inputs: Int, layers: [ReferenceLayer]) {
    precondition(
      layers.enumerated().allSatisfy { index, layer in
        if case .output = layer { return index == layers.count - 1 }
        return index < layers.count - 1
      }, "recurrent layers and one output layer behind them")
    self.inputs = inputs
    self.layers = layers
    parameters = [:]
    for (key, shape) in parameterShapes {
      parameters[key] = [Double](repeating: 0, count: shape.reduce(1, *))
    }
  }

  /// Every parameter's key and shape, in the order of the layers, then W, R, b, p.
  var parameterShapes: [(key: String, shape: [Int])] {
    var shapes: [(key: String, shape: [Int])] = []
    for (index, layer) in layers.enumerated() {
      let (before, n) = (inputs(of: index), layer.size)
      switch layer {
      case .lstm, .graves:
        shapes += [("layer\(index).W", [before, 4 * n]), ("layer\(index).R", [n, 4 * n])]
        shapes.append(("layer\(index).b", [4 * n]))
        if case .graves = layer { shapes.append(("layer\(index).p", [3 * n])) }
      case .output:
        shapes += [("layer\(index).W", [before, n]), ("layer\(index).b", [n])]
      }
    }
    return shapes
  }

  /// Returns true if the penalty counts the parameter: weights, not biases or peepholes.
  func isPenalized(_ key: String) -> Bool { key.hasSuffix(".W") || key.hasSuffix(".R") }

  /// l1 sum |w| + l2/2 sum w^2.
  var penalty: Double {
    parameters.sorted { $0.key < $1.key }.filter { isPenalized($0.key) }.flatMap(\.value)
      .reduce(0) { $0 + l1 * $1.magnitude + l2 / 2 * $1 * $1 }
  }

  /// The input of a layer.
  func inputs(of layer: Int) -> Int { layer == 0 ? inputs : layers[layer - 1].size }

  /// The parameters of every layer as separate arrays, which the loops index.
  var weights: [ReferenceWeights] {
    layers.enumerated().map { index, layer in
      func values(_ name: String, count: Int) -> [Double] {
        let values = parameters["layer\(index).\(name)"] ?? []
        precondition(values.count == count, "layer\(index).\(name): \(values.count) values, not \(count)")
        return values
      }
      let (before, n) = (inputs(of: index), layer.size)
      switch layer {
      case .output:
        return ReferenceWeights(w: values("W", count: before * n), r: [], b: values("b", count: n), p: [])
      case .lstm, .graves:
        let noPeepholes = [Double](repeating: 0, count: 3 * n)
        return ReferenceWeights(
          w: values("W", count: before * 4 * n), r: values("R", count: n * 4 * n),
          b: values("b", count: 4 * n), p: layer == .graves(n) ? values("p", count: 3 * n) : noPeepholes)
      }
    }
  }

  /// The zero state of every recurrent layer for `exampleCount` rows: `[layer][n]`.
  func zeroStates(_ exampleCount: Int) -> [[ReferenceState]] {
    layers.dropLast().map { [ReferenceState](repeating: .zero($0.size), count: exampleCount) }
  }
}
