import TensorFiles

extension MultiLayerNetwork {
  /// Takes the weights of a PyTorch model, each layer those of the module that is named for it.
  ///
  /// ```swift
  /// let state = try PyTorchStateDict("model.safetensors")
  /// try network.load(state, [0: .recurrent("lstm"), 1: .recurrent("lstm", layer: 1), 2: .linear("fc")])
  /// ```
  /// Layers that are not named keep their parameters: so the body of a foreign model gets a new output layer. `nn.LSTM` goes
  /// into `LSTM`, `nn.GRU` into `GRU`, `nn.RNN` into `SimpleRNN` (each in both directions into `Bidirectional`), `nn.Linear`
  /// into `Dense`, `RNNOutput` and `Output`, `nn.Embedding` into `Embedding`, `nn.Conv2d` into `Convolution2D`. Gates are
  /// put into our order; biases that a module is without become 0; F64 is rounded to single precision.
  ///
  /// Everything fits and is loaded, or nothing is changed. What the updaters of these layers remember, and all states, are of
  /// other weights and are forgotten; the counts of iterations and epochs stay.
  /// - Parameters:
  ///   - state: The state dict.
  ///   - sources: Where each layer's weights are, by the layer's index; several layers can have the same.
  ///   - ignored: Modules or tensors that no layer takes; a tensor that is neither taken nor ignored is an error.
  /// - Throws: `TensorFileError` with the tensor, what was expected, what the file holds and the remedy.
  public mutating func load(
    _ state: PyTorchStateDict, _ sources: [Int: PyTorchSource], ignoring ignored: [String] = []
  ) throws {
    precondition(
      sources.keys.allSatisfy(parameters.indices.contains),
      "weights for layers \(sources.keys.sorted()) of \(parameters.count)")
    var placements: [Int: PyTorchPlacement] = [:]
    for (index, source) in sources.sorted(by: { $0.key < $1.key }) {
      placements[index] = try PyTorchPlacement(source, in: state, for: index, of: self)
    }
    try state.checkAllUsed(
      Set(placements.values.flatMap { $0.tensors.compactMap { $0?.name } }), ignoring: ignored)
    let loaded = try placements.mapValues { try $0.parameters(state) }
    for (index, values) in loaded {
      precondition(values.count == parameters[index].count, "\(values.count) values for layer \(index)")
      parameters[index] = values
      updaterStates[index] = UpdaterState()
    }
    (carriedState, rnnState) = (nil, nil)
  }

  /// Takes the weights of a PyTorch model, where kinds and sizes say which module belongs to which layer.
  ///
  /// ```swift
  /// try network.load(PyTorchStateDict("model.safetensors"))
  /// ```
  /// Every layer that has parameters gets a module, and every tensor is taken or ignored. Modules that suit several layers
  /// alike must differ in the numbers in their names alone (`lstm1`, `lstm2`; `blocks.0.fc`, `blocks.1.fc`), and are taken in
  /// the order of those numbers. Otherwise, as above.
  /// - Throws: `TensorFileError` also when it is not clear which module belongs to which layer.
  public mutating func load(_ state: PyTorchStateDict, ignoring ignored: [String] = []) throws {
    try load(state, PyTorchMatching(state, self, ignoring: ignored).sources(), ignoring: ignored)
  }
}

extension PyTorchStateDict {
  /// Checks that no tensor is left over, but those of `ignored`, and that all of `ignored` are.
  func checkAllUsed(_ used: Set<String>, ignoring ignored: [String]) throws(TensorFileError) {
    let left = file.tensors.filter { !used.contains($0.name) }
    for name in ignored where !left.contains(where: { Self.isPart($0.name, of: name) }) {
      throw refusal(
        "\(shown(name)) is to be ignored, but there is no tensor of it that no layer takes; leave it out of ignoring:"
      )
    }
    let strangers = left.filter { tensor in !ignored.contains { Self.isPart(tensor.name, of: $0) } }
    guard strangers.isEmpty else {
      let list = strangers.prefix(12).map { "\(shown($0.name)) \($0.shape)" }.joined(separator: ", ")
      throw refusal(
        "holds \(strangers.count == 1 ? "a tensor that no layer takes" : "\(strangers.count) tensors that no layer takes"): "
          + "\(list)\(strangers.count > 12 ? ", ..." : ""); give the network a layer for them, or name them, or their "
          + "modules, in ignoring:; the file holds \(contents)")
    }
  }

  /// Whether a tensor is what `name` names, or lies within it.
  static func isPart(_ tensor: String, of name: String) -> Bool {
    tensor == name || tensor.hasPrefix("\(name).")
  }
}
