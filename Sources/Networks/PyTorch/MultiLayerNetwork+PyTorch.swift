import TensorFiles

extension MultiLayerNetwork {
  /// Loads the weights of a PyTorch model, with a named module for each layer.
  ///
  /// ```swift
  /// let state = try PyTorchStateDict("model.safetensors")
  /// try network.load(state, [0: .recurrent("lstm"), 1: .recurrent("lstm", layer: 1), 2: .linear("fc")])
  /// ```
  /// Layers that are not named keep their parameters, so that the body of a foreign model can get a new
  /// output layer. `nn.LSTM` is loaded into `LSTM`, `nn.GRU` into `GRU`, `nn.RNN` into `SimpleRNN` (each in
  /// both directions into `Bidirectional`), `nn.Linear` into `Dense`, `RNNOutput` and `SeriesOutput`,
  /// `nn.Embedding` into `Embedding`, `nn.Conv2d` into `Convolution2D`. Gates are rearranged to our order;
  /// missing biases of a module become 0; F64 is rounded to single precision.
  ///
  /// Either everything fits and is loaded, or nothing is changed. The updater memory of these layers and all
  /// states belong to other weights and are cleared; the counts of iterations and epochs stay.
  /// - Parameters:
  ///   - state: The state dict.
  ///   - sources: The source of each layer's weights, by the layer's index; several layers can have the same.
  ///   - ignored: Modules or tensors that no layer takes; a tensor that is neither taken nor ignored is an
  ///     error.
  /// - Throws: `TensorFileError` with the tensor, what was expected, what the file holds and the remedy.
  public mutating func load(
    _ state: PyTorchStateDict, _ sources: [Int: PyTorchStateDict.Source], ignoring ignored: [String] = []
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

  /// Loads the weights of a PyTorch model, if kinds and sizes determine which module belongs to which layer.
  ///
  /// ```swift
  /// try network.load(PyTorchStateDict("model.safetensors"))
  /// ```
  /// Every layer with parameters gets a module, and every tensor is taken or ignored. If modules suit several
  /// layers equally, their names must differ only in numbers (`lstm1`, `lstm2`; `blocks.0.fc`,
  /// `blocks.1.fc`), and they are taken in the order of those numbers. The rest is as above.
  /// - Throws: `TensorFileError` also if it is not clear which module belongs to which layer.
  public mutating func load(_ state: PyTorchStateDict, ignoring ignored: [String] = []) throws {
    try load(state, PyTorchMatching(state, self, ignoring: ignored).sources(), ignoring: ignored)
  }
}

extension PyTorchStateDict {
  /// Checks that every tensor is used or in `ignored`, and that everything in `ignored` exists.
  func checkAllUsed(_ used: Set<String>, ignoring ignored: [String]) throws(TensorFileError) {
    let left = file.tensors.filter { !used.contains($0.name) }
    for name in ignored where !left.contains(where: { Self.isPart($0.name, of: name) }) {
      throw refusal(
        "\(shown(name)) is named in ignoring:, but all of its tensors belong to layers, or there are none; remove it from ignoring:"
      )
    }
    let strangers = left.filter { tensor in !ignored.contains { Self.isPart(tensor.name, of: $0) } }
    guard strangers.isEmpty else {
      let list = strangers.prefix(12).map { "\(shown($0.name)) \($0.shape)" }.joined(separator: ", ")
      throw refusal(
        "contains \(strangers.count == 1 ? "a tensor that no layer takes" : "\(strangers.count) tensors that no layer takes"): "
          + "\(list)\(strangers.count > 12 ? ", ..." : ""); give the network a layer for them, or name them, or their "
          + "modules, in ignoring:; the file contains \(contents)")
    }
  }

  /// Returns true if `name` is a tensor's name, or that of a module that contains it.
  static func isPart(_ tensor: String, of name: String) -> Bool {
    tensor == name || tensor.hasPrefix("\(name).")
  }
}
