/// The requirements on a PyTorch module whose weights a layer can take, and their conversion to the layer's
/// parameters.
struct PyTorchTemplate {
  /// A tensor of the module.
  struct Part: Hashable {
    /// The name, such as `weight`; in recurrent modules without the layer's number, such as `weight_ih`.
    var name: String
    var shape: [Int]
    /// True if the tensor is a bias; a module may lack all of its biases.
    var isBias = false
    /// True if the tensor belongs to the backward direction.
    var isReversed = false
  }

  /// The kind of the module.
  let kind: PyTorchModule.Kind
  /// True if the module has a backward direction.
  var isBidirectional = false
  /// The module's tensors.
  let parts: [Part]
  /// The reason why the layer does not compute the same as the module, in words; `nil` if it does.
  var problem: String?
  /// Converts the elements of `parts` to the layer's parameters, as they lie in memory; missing biases are 0.
  let parameters: ([[Float]]) -> [Float]
}

/// A layer that computes the same as a PyTorch module, so that it can take the module's weights.
protocol PyTorchImportable: Layer {
  /// Returns the template of the module for an input of type `input`.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate
}

extension LSTM: PyTorchImportable {
  /// Rearranges the gates: PyTorch's are rows i, f, g, o, ours columns g (a), f, i, o; its two biases are
  /// added.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate {
    PyTorchTemplate(
      kind: .lstm, parts: recurrentParts(input.size, size, gates: 4),
      problem: cellProblem(activation, gateActivation, module: "LSTM"),
      parameters: { [size] values in
        let order = [2, 1, 0, 3]
        return columns(values[0], gates: order, size) + columns(values[1], gates: order, size)
          + columns(sum(values[2], values[3]), gates: order, size)
      })
  }
}

extension GRU: PyTorchImportable {
  /// Rearranges the gates: PyTorch's are rows r, z, n, ours columns in the same order.
  ///
  /// The second bias of n is inside the reset gate.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate {
    PyTorchTemplate(
      kind: .gru, parts: recurrentParts(input.size, size, gates: 3),
      problem: cellProblem(activation, gateActivation, module: "GRU"),
      parameters: { [size] values in
        let order = [0, 1, 2]
        let added = sum(values[2], values[3])
        return columns(values[0], gates: order, size) + columns(values[1], gates: order, size)
          + added[..<(2 * size)] + values[2][(2 * size)...] + values[3][(2 * size)...]
      })
  }
}

extension SimpleRNN: PyTorchImportable {
  /// Adds the two biases.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate {
    PyTorchTemplate(
      kind: .rnn, parts: recurrentParts(input.size, size, gates: 1),
      problem: activation == .tanh || activation == .relu
        ? nil : "has the activation \(activation), but PyTorch's RNN has tanh or relu",
      parameters: { [size] values in
        columns(values[0], gates: [0], size) + columns(values[1], gates: [0], size)
          + sum(values[2], values[3])
      })
  }
}

extension Bidirectional: PyTorchImportable {
  /// Applies the template of the inner layer to both directions.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate {
    guard let layer = layer as? any PyTorchImportable else {
      return PyTorchTemplate(
        kind: .other, parts: [], problem: "runs \(type(of: layer).kind), which PyTorch does not have",
        parameters: { _ in [] })
    }
    let one = layer.pyTorchTemplate(input: input)
    let count = one.parts.count
    let other = one.parts.map { part in
      var part = part
      part.isReversed = true
      return part
    }
    return PyTorchTemplate(
      kind: one.kind, isBidirectional: true, parts: one.parts + other, problem: one.problem,
      parameters: { one.parameters(Array($0[..<count])) + one.parameters(Array($0[count...])) })
  }
}

extension Dense: PyTorchImportable {
  /// Transposes the weights of `nn.Linear`.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate { linearTemplate(input.size, size) }
}

extension RNNOutput: PyTorchImportable {
  /// Transposes the weights of `nn.Linear`.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate { linearTemplate(input.size, size) }
}

extension SeriesOutput: PyTorchImportable {
  /// Transposes the weights of `nn.Linear`.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate { linearTemplate(input.size, size) }
}

extension Embedding: PyTorchImportable {
  /// Takes the weights of `nn.Embedding` unchanged.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate {
    PyTorchTemplate(
      kind: .matrix, parts: [PyTorchTemplate.Part(name: "weight", shape: [classes, size])],
      parameters: { $0[0] })
  }
}

extension Convolution2D: PyTorchImportable {
  /// Takes the weights of `nn.Conv2d` unchanged.
  func pyTorchTemplate(input: InputType) -> PyTorchTemplate {
    PyTorchTemplate(
      kind: .convolution,
      parts: parameters(input: input).map {
        PyTorchTemplate.Part(
          name: $0.name == "W" ? "weight" : "bias", shape: $0.shape, isBias: $0.name == "b")
      },
      parameters: { $0[0] + $0[1] })
  }
}

private func linearTemplate(_ inputs: Int, _ outputs: Int) -> PyTorchTemplate {
  PyTorchTemplate(
    kind: .linear,
    parts: [
      PyTorchTemplate.Part(name: "weight", shape: [outputs, inputs]),
      PyTorchTemplate.Part(name: "bias", shape: [outputs], isBias: true),
    ],
    parameters: { columns($0[0], gates: [0], outputs) + $0[1] })
}

private func recurrentParts(_ inputs: Int, _ n: Int, gates: Int) -> [PyTorchTemplate.Part] {
  [
    PyTorchTemplate.Part(name: "weight_ih", shape: [gates * n, inputs]),
    PyTorchTemplate.Part(name: "weight_hh", shape: [gates * n, n]),
    PyTorchTemplate.Part(name: "bias_ih", shape: [gates * n], isBias: true),
    PyTorchTemplate.Part(name: "bias_hh", shape: [gates * n], isBias: true),
  ]
}

/// Returns the reason why PyTorch's cell computes something else, in words; `nil` if it computes the same.
private func cellProblem(_ activation: Activation, _ gate: Activation, module: String) -> String? {
  guard activation != .tanh || gate != .sigmoid else { return nil }
  return
    "has the activation \(activation) and gates of \(gate), but PyTorch's \(module) always has tanh and sigmoid"
}

/// Returns the sums of two biases, element by element.
private func sum(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b).map { $0 + $1 } }

/// Transposes `[gates * n, columns]` to `[columns, gates * n]`, with block `gates[k]` of rows as block `k` of
/// columns.
private func columns(_ weights: [Float], gates: [Int], _ n: Int) -> [Float] {
  let rows = gates.count * n
  let columnCount = weights.count / rows
  var result: [Float] = []
  result.reserveCapacity(weights.count)
  for column in 0..<columnCount {
    for gate in gates {
      for row in gate * n..<(gate + 1) * n { result.append(weights[row * columnCount + column]) }
    }
  }
  return result
}
