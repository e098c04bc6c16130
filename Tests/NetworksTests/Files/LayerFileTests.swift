import FoundationEssentials
import Networks
import Testing

/// Layers as JSON, as model files hold them.
@Suite struct LayerFileTests {
  /// Every kind of layer with settings that differ from every default.
  static let layers: [any Layer] = [
    LSTM(3, activation: .softsign, gateActivation: .hardSigmoid, forgetBias: 0.5),
    GravesLSTM(3, activation: .swish, gateActivation: .gelu, forgetBias: 0.25),
    SimpleRNN(4, activation: .relu), GRU(5, activation: .elu, gateActivation: .hardSigmoid),
    Bidirectional(GRU(2, activation: .selu), .product),
    Bidirectional(GravesLSTM(2, forgetBias: 2), .mean),
    Dense(6, activation: .softplus),
    Convolution2D(
      2, kernel: Extent(2, 3), stride: Extent(1, 2), padding: Extent(0, 1), activation: .leakyReLU),
    Subsampling(.mean, kernel: Extent(3, 2), stride: 1, padding: Extent(2, 1)),
    Embedding(3, classes: 7), Dropout(rate: 0.25), LastTimeStep(), LastTimeStep(backward: .last),
    GlobalPooling(.max), GlobalPooling(.mean), GlobalPooling(.sum), GlobalPooling(.pNorm(3)),
    RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy),
    SeriesOutput(2, activation: .sigmoid, loss: .binaryCrossEntropy),
    GravesLSTM(3, regularizesPeepholes: true), ActivationLayer(.gelu),
    MaskZero(GRU(2, activation: .relu), value: -1),
    RNNLoss(activation: .tanh, loss: .meanAbsoluteError),
  ]

  private func decoded(_ json: String) throws -> [NetworkLayer] {
    try JSONDecoder().decode([NetworkLayer].self, from: Data(json.utf8))
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func json(_ layers: [any Layer]) throws -> String { try json(layers.map(NetworkLayer.init)) }

  @Test func everyLayerIsReadBack() throws {
    let text = try json(Self.layers)
    let back = try decoded(text)
    #expect(back == Self.layers.map(NetworkLayer.init))
    #expect(try json(back) == text)
    for (layer, entry) in zip(Self.layers, back) {
      #expect(AnyHashable(layer) == AnyHashable(entry.layer))
      #expect(AnyHashable(layer).hashValue == AnyHashable(entry.layer).hashValue)
    }
    // None equals another.
    #expect(Set(back).count == Self.layers.count)
  }

  /// Each kind is in the list that files refer to.
  @Test func everyKindIsKnown() {
    let kinds = Set(Self.layers.map { type(of: $0).kind })
    #expect(
      kinds == [
        "lstm", "graves", "simpleRNN", "gru", "bidirectional", "dense", "convolution2D", "subsampling",
        "embedding", "dropout", "activation", "maskZero", "lastTimeStep", "globalPooling", "rnnOutput",
        "output",
        "rnnLoss",
      ])
  }

  /// Files of version 1 have no activation of the gates.
  @Test(arguments: ["lstm", "graves"])
  func oldCells(kind: String) throws {
    let layer: any Layer = kind == "lstm" ? LSTM(3) : GravesLSTM(3)
    let text = try json([layer])
    let old = text.replacing(#""gateActivation":"sigmoid","#, with: "")
    #expect(old != text)
    #expect(try decoded(old) == [NetworkLayer(layer)])
  }

  /// Files of versions 1 to 3 read both directions at the last step.
  @Test func oldLastSteps() throws {
    let old = #"[{"kind":"lastTimeStep"}]"#
    #expect(try decoded(old) == [NetworkLayer(LastTimeStep(backward: .last))])
    #expect(try json([LastTimeStep()]) == #"[{"backward":"first","kind":"lastTimeStep"}]"#)
    #expect(throws: (any Error).self) { try decoded(#"[{"kind":"lastTimeStep","backward":"middle"}]"#) }
  }

  /// A bidirectional layer contains a recurrent layer, which must not have its own settings.
  @Test func bidirectionalLayers() throws {
    let text = try json([Bidirectional(SimpleRNN(2), .sum)])
    #expect(
      text.contains(
        #"{"kind":"bidirectional","layer":{"activation":"tanh","kind":"simpleRNN","size":2},"merge":"sum"}"#))
    func expectRejection(_ inner: String, _ kind: String) {
      let other = text.replacing(#"{"activation":"tanh","kind":"simpleRNN","size":2}"#, with: inner)
      #expect(
        throws: NetworkError(
          "contains a bidirectional layer of \(kind); expected a recurrent layer without settings of its own")
      ) { try decoded(other) }
    }
    expectRejection(#"{"kind":"dense","size":2,"activation":"tanh"}"#, "dense")
    expectRejection(#"{"activation":"tanh","kind":"simpleRNN","size":2,"frozen":true}"#, "simpleRNN")
    expectRejection(
      #"{"kind":"bidirectional","layer":{"activation":"tanh","kind":"simpleRNN","size":2},"merge":"sum"}"#,
      "bidirectional")
  }

  /// Invalid settings in a file are rejected when a network is made from it; the error names the layer.
  @Test(
    arguments: [
      (
        #"{"kind":"dense","size":0,"activation":"tanh"}"#, "dense",
        "a layer of 0 units; 1 to 1048576 are possible"
      ),
      (
        #"{"kind":"simpleRNN","size":-3,"activation":"tanh"}"#, "simpleRNN",
        "a layer of -3 units; 1 to 1048576 are possible"
      ),
      (
        #"{"kind":"gru","size":3,"activation":"softmax","gateActivation":"sigmoid"}"#, "gru",
        "softmax is not an activation for a cell; use tanh, for example"
      ),
      (
        #"{"kind":"gru","size":3,"activation":"tanh","gateActivation":"softmax"}"#, "gru",
        "softmax is not an activation for a cell; use tanh, for example"
      ),
      (
        #"{"kind":"lstm","size":3,"activation":"tanh","gateActivation":"softmax","forgetBias":1}"#, "lstm",
        "softmax is not an activation for a cell; use tanh, for example"
      ),
      (
        #"{"kind":"dropout","rate":1}"#, "dropout", "a dropout rate of 1.0; it must be at least 0 and below 1"
      ),
      (
        #"{"kind":"dropout","rate":-0.5}"#, "dropout",
        "a dropout rate of -0.5; it must be at least 0 and below 1"
      ),
      (
        #"{"kind":"embedding","size":3,"classes":0}"#, "embedding",
        "an embedding of 0 classes; 1 to 1048576 are possible"
      ),
      (
        #"{"kind":"globalPooling","method":{"pNorm":{"_0":0.5}}}"#, "globalPooling",
        "a 0.5-norm; p must be a number from 1 on"
      ),
      (
        #"{"kind":"bidirectional","merge":"sum","layer":{"kind":"gru","size":0,"activation":"tanh","gateActivation":"tanh"}}"#,
        "bidirectional", "of gru: a layer of 0 units; 1 to 1048576 are possible"
      ),
      (
        #"{"kind":"subsampling","method":"max","kernel":{"height":0,"width":2},"stride":{"height":1,"width":1},"padding":{"height":0,"width":0}}"#,
        "subsampling", "a kernel of 0 x 2 moved by 1 x 1; 1 to 1048576 are possible"
      ),
      (
        #"{"kind":"subsampling","method":"max","kernel":{"height":2,"width":2},"stride":{"height":1,"width":-1},"padding":{"height":0,"width":0}}"#,
        "subsampling", "a kernel of 2 x 2 moved by 1 x -1; 1 to 1048576 are possible"
      ),
      (
        #"{"kind":"convolution2D","size":1,"activation":"tanh","kernel":{"height":2,"width":2},"stride":{"height":1,"width":1},"padding":{"height":2,"width":-1}}"#,
        "convolution2D",
        "a padding of 2 x -1 around a kernel of 2 x 2; 0 to one less than the kernel is possible"
      ),
      (
        #"{"kind":"convolution2D","size":1,"activation":"tanh","kernel":{"height":9223372036854775807,"width":2},"stride":{"height":1,"width":1},"padding":{"height":2,"width":1}}"#,
        "convolution2D", "a kernel of 9223372036854775807 x 2 moved by 1 x 1; 1 to 1048576 are possible"
      ),
    ])
  func nonsense(layer: String, kind: String, problem: String) throws {
    let network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 1)
    ) {
      Dropout(rate: 0)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    let text = try json(network.configuration).replacing(#"{"kind":"dropout","rate":0}"#, with: layer)
    let other = try JSONDecoder().decode(NetworkConfiguration.self, from: Data(text.utf8))
    #expect(type(of: other.layers[0].layer).kind == kind)
    #expect(throws: NetworkError("layer 0 (\(kind)): \(problem)")) { try MultiLayerNetwork(other) }
  }

  @Test func impossibleSettingsInTheInitializer() {
    // The same messages stop a program that makes such a layer; these settings cannot be in a file.
    #expect(Dropout(rate: 0).validationError == nil)
    #expect(GlobalPooling(.pNorm(1)).validationError == nil)
  }
}
