import DataSets

/// Any stack of layers in double precision, forwards only, one example at a time: the reference for the fast
/// ones.
///
/// ```swift
/// var graph = ReferenceGraph(
///   input: .vector(size: 3),
///   layers: [.gru(size: 5), .rnnOutput(size: 2, activation: .softmax, loss: .multiClassCrossEntropy, weights: nil)])
/// graph.randomizeParameters(using: &random)
/// graph.run(ReferenceBatch(batch)).activations[0]       // [N, 5, T]
/// graph.slopes(ReferenceBatch(batch))["layer0.rb"]      // the expected gradient of the score
/// ```
/// There is no backward pass that could be wrong: gradients are central differences of the score. Masks,
/// starts, score and penalty have the meaning that they have in the library. Where features are absent inside
/// the step mask the input is 0, for an embedding too: class 0.
struct ReferenceGraph {
  let input: GraphShape
  let layers: [GraphLayer]
  /// The interpretation of a step's values before a layer, if specified by hand.
  let reshapes: [Int: GraphShape]
  /// The input of each layer, followed by the output.
  let shapes: [GraphShape]
  /// Row-major values under `layer0.W`, `layer1.forward.R` ...
  var parameters: [String: [Double]] = [:]
  /// The factors of dropout layers, `[N, size, T]`, by layer; 1 unless specified.
  var dropoutFactors: [Int: ReferenceSeries] = [:]
  /// Penalty = l1 sum |w| + l2/2 sum w^2 over every W and R.
  var l1 = 0.0
  var l2 = 0.0

  /// Makes a network of zeros.
  init(input: GraphShape, layers: [GraphLayer], reshapes: [Int: GraphShape] = [:]) {
    (self.input, self.layers, self.reshapes) = (input, layers, reshapes)
    var shapes = [input]
    for (index, layer) in layers.enumerated() {
      if let reshape = reshapes[index] {
        precondition(reshape.size == shapes[index].size, "\(shapes[index]) is no \(reshape)")
        shapes[index] = reshape
      }
      shapes.append(layer.outputShape(shapes[index]))
    }
    self.shapes = shapes
    for (key, shape) in parameterShapes {
      parameters[key] = [Double](repeating: 0, count: shape.reduce(1, *))
    }
  }

  /// Every parameter's key and shape, in the order they lie in memory.
  var parameterShapes: [(key: String, shape: [Int])] {
    zip(layers, shapes).enumerated().flatMap { index, pair in
      pair.0.parameterShapes(pair.1).map { ("layer\(index).\($0.name)", $0.shape) }
    }
  }

  /// Returns true if the penalty counts the parameter, and decoupled decay shrinks it: weights, not biases or peepholes.
  static func isWeight(_ key: String) -> Bool { key.hasSuffix(".W") || key.hasSuffix(".R") }

  /// l1 sum |w| + l2/2 sum w^2.
  var penalty: Double {
    if l1 == 0 && l2 == 0 { return 0 }
    return parameters.sorted { $0.key < $1.key }.filter { Self.isWeight($0.key) }.flatMap(\.value)
      .reduce(0) { $0 + l1 * $1.magnitude + l2 / 2 * $1 * $1 }
  }

  /// The parameters of one layer under their own names.
  func weights(of layer: Int) -> [String: [Double]] {
    var result: [String: [Double]] = [:]
    for (name, shape) in layers[layer].parameterShapes(shapes[layer]) {
      let values = parameters["layer\(layer).\(name)"] ?? []
      precondition(values.count == shape.reduce(1, *), "layer\(layer).\(name) has \(values.count) values")
      result[name] = values
    }
    return result
  }

  /// The zero states of `exampleCount` rows of every layer that carries one, by layer.
  func zeroStates(_ exampleCount: Int) -> [Int: [ReferenceState]] {
    var states: [Int: [ReferenceState]] = [:]
    for (index, layer) in layers.enumerated() where layer.stateSizes != nil {
      states[index] = [ReferenceState](repeating: layer.zeroState, count: exampleCount)
    }
    return states
  }

  /// Fills every parameter with random numbers that a Float holds exactly.
  mutating func randomizeParameters(_ bound: Double = 0.8, using random: inout SplitMix64) {
    for (key, shape) in parameterShapes {
      parameters[key] = (0..<shape.reduce(1, *)).map { _ in
        // The penalty l1 |w| has a corner at 0, which the central differences must not cross.
        var value = random.symmetric(bound)
        while value.magnitude < 10 * Self.slopeStep { value = random.symmetric(bound) }
        return value
      }
    }
  }

  /// Random states of `exampleCount` rows, by layer.
  func randomStates(_ exampleCount: Int, using random: inout SplitMix64) -> [Int: [ReferenceState]] {
    var states = zeroStates(exampleCount)
    for index in states.keys.sorted() {
      states[index] = states[index]?.map { state in
        ReferenceState(
          h: state.h.map { _ in random.symmetric(1) }, c: state.c.map { _ in random.symmetric(1) })
      }
    }
    return states
  }
}
