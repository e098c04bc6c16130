import Networks
import Platform
import TensorFiles
import Tensors
import Testing

/// State dicts that do not suit a network are rejected with the reason, and the network is unchanged.
@Suite struct PyTorchErrorTests {
  private static let output = PyTorchCase.output
  private static let held = "fc: Linear, 4 to 2; rnn: LSTM, 3 to 4, layers 0 and 1"
  private static let stacked: [Int: PyTorchStateDict.Source] = [
    0: .recurrent("rnn"), 1: .recurrent("rnn", layer: 1), 2: .linear("fc"),
  ]

  private func network(inputs: Int = 3, @MultiLayerNetwork.LayerBuilder _ layers: () -> [NetworkLayer]) throws
    -> MultiLayerNetwork
  {
    try MultiLayerNetwork(
      inputs: .recurrent(size: inputs), seed: 1, updater: .sgd(learningRate: 1), layers: layers)
  }

  private func stackedNetwork() throws -> MultiLayerNetwork {
    try network {
      LSTM(4)
      LSTM(4)
      Self.output
    }
  }

  /// Expects an error about the file of `state`, and a network that nothing has changed.
  private func expect(
    _ problem: String, _ network: MultiLayerNetwork, _ state: PyTorchStateDict,
    _ sources: [Int: PyTorchStateDict.Source]? = nil, ignoring: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var changed = network
    #expect(throws: TensorFileError(path: state.path, problem: problem), sourceLocation: sourceLocation) {
      if let sources {
        try changed.load(state, sources, ignoring: ignoring)
      } else {
        try changed.load(state, ignoring: ignoring)
      }
    }
    for name in network.parameterNames {
      #expect(network[parameter: name] == changed[parameter: name], sourceLocation: sourceLocation)
    }
  }

  private func lstm() throws -> PyTorchStateDict {
    try PyTorchStateDict(PyTorchGolden.path("lstm.safetensors"))
  }

  /// The state dict `lstm` with its tensors changed.
  private func changed(_ scratch: ModelScratch, _ change: (inout [NamedTensor]) -> Void) throws
    -> PyTorchStateDict
  {
    try PyTorchStateDict(
      scratch.rewrite(PyTorchGolden.path("lstm.safetensors")) { _, tensors in change(&tensors) })
  }

  @Test func missingModules() throws {
    let network = try stackedNetwork()
    var sources = Self.stacked
    sources[2] = .linear("head")
    try expect(
      "has no module \"head\"; it contains \(Self.held)", network, try lstm(), sources)
    sources = Self.stacked
    sources[1] = .recurrent("rnn", layer: 2)
    try expect(
      "has no layer 2 in rnn: LSTM, 3 to 4, layers 0 and 1; name one that exists", network, try lstm(),
      sources)
  }

  @Test func missingTensors() throws {
    let scratch = try ModelScratch()
    let state = try changed(scratch) { $0.removeAll { $0.name == "rnn.bias_hh_l1" } }
    let problem =
      "lacks the tensor \"rnn.bias_hh_l1\" [16], which layer 1 (lstm) of the network requires; it contains \"rnn.bias_hh_l0\" "
      + "[16], \"rnn.bias_ih_l0\" [16], \"rnn.bias_ih_l1\" [16], \"rnn.weight_hh_l0\" [16, 4], \"rnn.weight_hh_l1\" [16, 4], "
      + "\"rnn.weight_ih_l0\" [16, 3], \"rnn.weight_ih_l1\" [16, 4]; save the whole state dict"
    try expect(problem, stackedNetwork(), state, Self.stacked)
  }

  @Test func otherSizes() throws {
    let network = try network(inputs: 5) {
      LSTM(4)
      LSTM(4)
      Self.output
    }
    try expect(
      "tensor \"rnn.weight_ih_l0\" has the shape [16, 3], but layer 0 (lstm) of the network requires [16, 5]; make "
        + "the network with the sizes of the file, which contains rnn: LSTM, 3 to 4, layers 0 and 1", network,
      try lstm(),
      Self.stacked)
    let wide = try self.network {
      LSTM(4)
      LSTM(4)
      RNNOutput(3, activation: .identity, loss: .meanSquaredError)
    }
    func problem(_ tensor: String, _ found: [Int], _ wanted: [Int], _ outputs: Int) -> String {
      "tensor \"fc.\(tensor)\" has the shape \(found), but layer 2 (rnnOutput) of the network requires \(wanted); "
        + "make the network with the sizes of the file, which contains fc: Linear, 4 to \(outputs)"
    }
    let weight = problem("weight", [2, 4], [3, 4], 2)
    try expect(weight, wide, try lstm(), Self.stacked)
    try expect(weight, wide, try lstm())
    // A matrix that fits, and biases that do not.
    let scratch = try ModelScratch()
    let state = try changed(scratch) { tensors in
      tensors.removeAll { $0.name == "fc.weight" }
      tensors.append(NamedTensor("fc.weight", Tensor(shape: [3, 4])))
    }
    try expect(problem("bias", [2], [3], 3), wide, state, Self.stacked)
  }

  @Test func layersWithoutCounterpartOrMatch() throws {
    try expect(
      "has nothing for layer 1 (lstm) of the network, which requires the weights of an LSTM, .recurrent(NAME, "
        + "layer: NUMBER), with weight_ih [20, 4], weight_hh [20, 5]; make the network with the sizes of the file, "
        + "which contains \(Self.held)",
      try network {
        LSTM(4)
        LSTM(5)
        Self.output
      }, try lstm())
    try expect(
      "has nothing for layer 0 (bidirectional) of the network, which requires the weights of a GRU, "
        + ".recurrent(NAME, layer: NUMBER) in both directions, with weight_ih [12, 3], weight_hh [12, 4]; make the "
        + "network with the sizes of the file, which contains \(Self.held)",
      try network {
        Bidirectional(GRU(4))
        Self.output
      }, try lstm())
    try expect(
      "layer 0 (graves) of the network is not a layer that PyTorch has; make it another one, or name no module for "
        + "it",
      try network {
        GravesLSTM(4)
        Self.output
      }, try lstm())
    try expect(
      "layer 0 (bidirectional) of the network runs graves, which PyTorch does not have; change the layer, or name "
        + "no module for it",
      try network {
        Bidirectional(GravesLSTM(4))
        Self.output
      }, try lstm())
    try expect(
      "layer 1 (dropout) of the network has no parameters; name no module for it",
      try network {
        LSTM(4)
        Dropout(rate: 0.5)
        Self.output
      }, try lstm(), [0: .recurrent("rnn"), 1: .linear("fc")])
  }

  @Test func otherKinds() throws {
    let network = try stackedNetwork()
    try expect(
      "layer 0 (lstm) of the network requires the weights of an LSTM, .recurrent(NAME, layer: NUMBER), but "
        + ".linear(\"fc\") names fc: Linear, 4 to 2; name another module, or make another layer", network,
      try lstm(), [0: .linear("fc")])
    try expect(
      "layer 2 (rnnOutput) of the network requires the weights of a Linear, .linear(NAME), but .recurrent(\"rnn\", "
        + "layer: 0) names rnn: LSTM, 3 to 4, layers 0 and 1; name another module, or make another layer",
      network, try lstm(), [2: .recurrent("rnn")])
    try expect(
      "layer 0 (gru) of the network requires the weights of a GRU, .recurrent(NAME, layer: NUMBER), but "
        + ".recurrent(\"rnn\", layer: 0) names rnn: LSTM, 3 to 4, layers 0 and 1; name another module, or make "
        + "another layer",
      try self.network {
        GRU(4)
        Self.output
      }, try lstm(), [0: .recurrent("rnn")])
    // The form must match too: a matrix can be either.
    let text = try PyTorchStateDict(PyTorchGolden.path("text.safetensors"))
    let model = try #require(PyTorchCase.all.first { $0.name == "text" }).network()
    try expect(
      "layer 0 (embedding) of the network requires the weights of an Embedding, .embedding(NAME), but "
        + ".linear(\"embedding\") names embedding: Linear without bias, or Embedding, 3 to 7; name another module, "
        + "or make another layer", model, text, [0: .linear("embedding")])
    try expect(
      "layer 2 (rnnOutput) of the network requires the weights of a Linear, .linear(NAME), but "
        + ".convolution(\"decoder\") names decoder: Linear, 4 to 7; name another module, or make another layer",
      model,
      text,
      [2: .convolution("decoder")])
  }

  @Test func directions() throws {
    let both = try PyTorchStateDict(PyTorchGolden.path("both-rnn.safetensors"))
    let oneWay = try network {
      SimpleRNN(4)
      Self.output
    }
    try expect(
      "layer 0 (simpleRNN) of the network runs in one direction, but the file contains rnn: RNN, 3 to 4, both directions; make it "
        + "Bidirectional", oneWay, both, [0: .recurrent("rnn")])
    let bothWays = try network {
      Bidirectional(SimpleRNN(4))
      Self.output
    }
    let rnn = try PyTorchStateDict(PyTorchGolden.path("rnn-relu.safetensors"))
    try expect(
      "layer 0 (bidirectional) of the network runs in both directions, but the file contains rnn: RNN, 3 to 4; make it a layer of "
        + "one", bothWays, rnn, [0: .recurrent("rnn")])
  }

  @Test(arguments: [
    (
      LSTM(4, activation: .relu) as any Layer,
      "layer 0 (lstm) of the network has the activation relu and gates of sigmoid, but PyTorch's LSTM always has "
        + "tanh and sigmoid"
    ),
    (
      GRU(4, gateActivation: .hardSigmoid),
      "layer 0 (gru) of the network has the activation tanh and gates of hardSigmoid, but PyTorch's GRU always has "
        + "tanh and sigmoid"
    ),
    (
      SimpleRNN(4, activation: .sigmoid),
      "layer 0 (simpleRNN) of the network has the activation sigmoid, but PyTorch's RNN has tanh or relu"
    ),
  ])
  func otherActivations(layer: any Layer, problem: String) throws {
    let name =
      ["lstm": "lstm-double", "gru": "gru-no-bias", "simpleRNN": "rnn-relu"][type(of: layer).kind] ?? ""
    let state = try PyTorchStateDict(PyTorchGolden.path("\(name).safetensors"))
    let network = try network {
      layer
      Self.output
    }
    let problem = "\(problem); change the layer, or name no module for it"
    try expect(problem, network, state, [0: .recurrent("rnn")])
    try expect(problem, network, state)
  }

  @Test func tensorsWithoutALayer() throws {
    let short = try network {
      LSTM(4)
      Self.output
    }
    try expect(
      "contains 4 tensors that no layer takes: \"rnn.bias_hh_l1\" [16], \"rnn.bias_ih_l1\" [16], \"rnn.weight_hh_l1\" [16, 4], "
        + "\"rnn.weight_ih_l1\" [16, 4]; give the network a layer for them, or name them, or their modules, in ignoring:; the "
        + "file contains \(Self.held)", short, try lstm(), [0: .recurrent("rnn"), 1: .linear("fc")])
    try expect(
      "contains a tensor that no layer takes: \"fc.bias\" [2]; give the network a layer for them, or name them, or their modules, "
        + "in ignoring:; the file contains \(Self.held)", stackedNetwork(), try lstm(),
      [0: .recurrent("rnn"), 1: .recurrent("rnn", layer: 1)], ignoring: ["fc.weight"])
    // Modules to ignore must exist, and not be used.
    for name in ["head", "fc", "f", "rnn.bias"] {
      try expect(
        "\"\(name)\" is named in ignoring:, but all of its tensors belong to layers, or there are none; remove it "
          + "from ignoring:",
        stackedNetwork(), try lstm(), Self.stacked, ignoring: [name])
    }
  }

  @Test func unclearModules() throws {
    let scratch = try ModelScratch()
    let state = try changed(scratch) { tensors in
      tensors.append(NamedTensor("head.weight", Tensor(shape: [2, 4])))
      tensors.append(NamedTensor("head.bias", Tensor(shape: [2])))
    }
    try expect(
      "it is not clear which of .linear(\"fc\"), .linear(\"head\") belongs to layer 2 (rnnOutput) of the network; "
        + "specify it, as in network.load(state, [2: .linear(\"fc\"), ...])", stackedNetwork(), state)
    var network = try stackedNetwork()
    try network.load(state, ignoring: ["head"])
    #expect(network[parameter: "layer2.W"] != Tensor(shape: [4, 2]))
    // Two layers for one module.
    try expect(
      "has nothing for layer 3 (rnnOutput) of the network, which requires the weights of a Linear, .linear(NAME), "
        + "with weight [3, 3], as .linear(\"fc\") is for layer 2 (dense); make the network with the sizes of the "
        + "file, which contains rnn: LSTM, 3 to 3, layers 0 and 1; fc: Linear, 3 to 3",
      try self.network {
        LSTM(3)
        LSTM(3)
        Dense(3, activation: .tanh)
        RNNOutput(3, activation: .identity, loss: .meanSquaredError)
      },
      try changed(scratch) { $0 = Self.square })
  }

  /// A stack of two LSTM layers of 3 units, and a linear module of 3 to 3.
  private static let square: [NamedTensor] =
    [0, 1].flatMap { layer in
      [("weight_ih", [12, 3]), ("weight_hh", [12, 3]), ("bias_ih", [12]), ("bias_hh", [12])].map {
        NamedTensor("rnn.\($0.0)_l\(layer)", Tensor(shape: $0.1))
      }
    } + [NamedTensor("fc.weight", Tensor(shape: [3, 3])), NamedTensor("fc.bias", Tensor(shape: [3]))]

  @Test func projections() throws {
    let state = try PyTorchStateDict(PyTorchGolden.path("projected.safetensors"))
    let description =
      "at the top: an LSTM with proj_size 2, which no layer has (\"bias_hh_l0\" [16], \"bias_ih_l0\" [16], \"weight_hh_l0\" "
      + "[16, 2], ...)"
    #expect(state.description == description)
    try expect(
      "layer 0 (lstm) of the network requires the weights of an LSTM, .recurrent(NAME, layer: NUMBER), but "
        + ".recurrent(\"\", layer: 0) names \(description); name another module, or make another layer",
      try stackedNetwork(), state, [0: .recurrent("")])
  }

  @Test func modulesWithoutALayer() throws {
    let state = try PyTorchStateDict(PyTorchGolden.path("others.safetensors"))
    #expect(
      state.description == """
        batch: no module that a layer can take weights from ("batch.num_batches_tracked" [], "batch.bias" [4], "batch.running_mean" [4], ...)
        attention: no module that a layer can take weights from ("attention.in_proj_bias" [12], "attention.in_proj_weight" [12, 4])
        attention.out_proj: Linear, 4 to 4
        conv: perhaps a Conv1d, which no layer has ("conv.bias" [4], "conv.weight" [4, 3, 2])
        fc: Linear, 4 to 2
        norm: perhaps a normalization, which no layer has ("norm.bias" [4], "norm.weight" [4])
        weighted: no module that a layer can take weights from ("weighted.bias" [2])
        weighted.parametrizations.weight: no module that a layer can take weights from \
        ("weighted.parametrizations.weight.original0" [2, 1], "weighted.parametrizations.weight.original1" [2, 4])
        """)
    #expect(state.modules.first { $0.name == "fc" }?.kind == .linear)
  }

  @Test func unreadableElements() throws {
    let half = try PyTorchStateDict(PyTorchGolden.path("half.safetensors"))
    #expect(half.description == "0: LSTM, 3 to 4\n1: Linear, 4 to 2")
    let network = try network {
      LSTM(4)
      Self.output
    }
    try expect(
      "tensor \"0.weight_ih_l0\" contains F16, but only F32 and F64 can be read; save it as F32, in Python by "
        + "model.float().state_dict()", network, half, [0: .recurrent("0")], ignoring: ["1"])
    let scratch = try ModelScratch()
    for (value, shown) in [(Float.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")] {
      var elements = [Float](repeating: 1, count: 8)
      elements[5] = value
      let state = try changed(scratch) { tensors in
        tensors.removeAll { $0.name == "fc.weight" }
        tensors.append(NamedTensor("fc.weight", Tensor(shape: [2, 4], elements: elements)))
      }
      try expect(
        "element 5 of tensor \"fc.weight\" is \(shown) in single precision; weights must be finite: save a model whose "
          + "training has not diverged", stackedNetwork(), state, Self.stacked)
    }
    let state = try changed(scratch) { tensors in
      tensors.removeAll { $0.name == "fc.bias" }
      tensors.append(NamedTensor("fc.bias", .doubles(shape: [2], elements: [1, 1e300])))
    }
    try expect(
      "element 1 of tensor \"fc.bias\" is inf in single precision; weights must be finite: save a model whose training has not "
        + "diverged", stackedNetwork(), state)
  }

  @Test func foreignAndDamagedFiles() throws {
    let pickled = PyTorchGolden.path("pickled.pt")
    let error = try #require(throws: TensorFileError.self) { _ = try PyTorchStateDict(pickled) }
    #expect(error.path == pickled && error.problem.hasPrefix("is not a sound safetensors file: it "))
    #expect(error.problem.hasSuffix("in Python by safetensors.torch.save_file(model.state_dict(), path)"))

    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    #expect(
      throws: TensorFileError(
        path: path, problem: "is a model of Timestep, not a state dict of PyTorch; read it with ModelFile")
    ) { _ = try PyTorchStateDict(path) }
    #expect(throws: FileError.self) { _ = try PyTorchStateDict("/tmp/no-such-file.safetensors") }

    // Cut off anywhere.
    let bytes = try scratch.bytes(PyTorchGolden.path("lstm.safetensors"))
    for count in stride(from: 0, to: bytes.count, by: 7) {
      let path = try scratch.write(Array(bytes[..<count]))
      #expect(throws: TensorFileError.self) { _ = try PyTorchStateDict(path) }
    }
    let foreign = try PyTorchStateDict("\(PyTorchGolden.folder)/../tensorfiles/python.safetensors")
    #expect(throws: TensorFileError.self) {
      var network = try stackedNetwork()
      try network.load(foreign)
    }
  }

  @Test func missingLayersTrap() async {
    await #expect(processExitsWith: .failure) {
      var network = try MultiLayerNetwork(
        inputs: .recurrent(size: 3), seed: 1, updater: .sgd(learningRate: 1)
      ) {
        PyTorchCase.output
      }
      let state = try PyTorchStateDict(PyTorchGolden.path("lstm.safetensors"))
      do {
        try network.load(state, [1: .linear("fc")])
      } catch {
        // An error is not a trap: the process would end normally, and the test fail.
      }
    }
  }

  /// Names that look like PyTorch's, with shapes that no module has: reported, never a trap.
  @Test(arguments: [
    ("rnn.weight_hh_l0", [0, 0]), ("rnn.weight_hh_l0", [16]), ("rnn.weight_hh_l0", [5, 2]),
    ("rnn.weight_hh_l0", []),
    ("rnn.weight_hh_l0", [8, 4]), ("rnn.weight_hh_l99999999999999999999", [16, 4]),
    ("rnn.weight_hh_l01", [16, 4]), ("rnn.weight_hh_l-1", [16, 4]), ("rnn.weight_hh_reverse", [16, 4]),
    ("weight", [0, 0]), ("weight", []), (".", [1]), ("", [1]), ("..weight", [2, 4]), ("\u{1B}[2J", [1]),
    ("a.weight_hr_l0", []), ("a.weight", [1, 2, 3, 4, 5]),
  ])
  func strangeNamesAndShapes(name: String, shape: [Int]) throws {
    let scratch = try ModelScratch()
    let state = try changed(scratch) { $0 = [NamedTensor(name, Tensor(shape: shape))] }
    #expect(state.modules.count == 1)
    #expect(!state.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
    #expect(throws: TensorFileError.self) {
      var network = try stackedNetwork()
      try network.load(state)
    }
    #expect(throws: TensorFileError.self) {
      var network = try stackedNetwork()
      try network.load(state, [0: .recurrent(PyTorchStateDict.moduleName(name))])
    }
  }
}

extension PyTorchStateDict {
  /// The text before the last dot.
  fileprivate static func moduleName(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? ""
  }
}
