import DataSets
import Networks
import Tensors
import Testing
import Training

/// Loading, freezing, replacing, continuing.
@Suite struct FineTuningTests {
  private func batch(outputs: Int = 2) -> DataSet {
    var random = SplitMix64(seed: 51)
    return randomBatch((20, 3, 5), outputs: outputs, loss: .meanSquaredError, masks: .gaps, using: &random)
  }

  @Test func frozenLayersStay() throws {
    var network = try mixedNetwork()
    _ = try network.fit(batch())
    var tuned = try network.freezing(layers: 0...0)
    #expect(tuned.bits == network.bits && tuned.iteration == 1)
    #expect(tuned.configuration.layers.map(\.isFrozen) == [true, false, false])
    let scratch = try ModelScratch()
    try ModelFile(network: tuned, contract: nil).save(to: scratch.path("tuned"))
    tuned = try ModelFile(scratch.path("tuned")).network
    for _ in 0..<3 { _ = try tuned.fit(batch()) }
    for name in network.parameterNames {
      let stays = name.hasPrefix("layer0.")
      #expect((tuned[parameter: name] == network[parameter: name]) == stays, "\(name)")
    }
    // A frozen layer below a frozen one: errors need not reach either, and the others learn as usual.
    var both = try network.freezing(layers: ...1)
    _ = try both.fit(batch())
    var none = network
    _ = try none.fit(batch())
    #expect(both[parameter: "layer2.W"] == none[parameter: "layer2.W"])
    #expect(both[parameter: "layer1.R"] == network[parameter: "layer1.R"])
    // Unfrozen, everything learns again.
    var thawed = try both.freezing(layers: 0..<0)
    _ = try thawed.fit(batch())
    #expect(thawed[parameter: "layer0.W"] != network[parameter: "layer0.W"])
  }

  /// A frozen layer in the middle: those below it still get its errors.
  @Test func frozenInTheMiddle() throws {
    let network = try mixedNetwork()
    var middle = try network.freezing(layers: 1...1)
    var none = network
    _ = try middle.fit(batch())
    _ = try none.fit(batch())
    #expect(middle[parameter: "layer0.W"] == none[parameter: "layer0.W"])
    #expect(middle[parameter: "layer1.W"] == network[parameter: "layer1.W"])
  }

  @Test func anotherOutput() throws {
    var network = try mixedNetwork()
    _ = try network.fit(batch())
    var other = try network.replacingOutput(
      with: RNNOutput(5, activation: .softmax, loss: .multiClassCrossEntropy))
    #expect(other.outputSize == 5)
    for name in network.parameterNames where !name.hasPrefix("layer2.") {
      #expect(other[parameter: name] == network[parameter: name])
    }
    #expect(other[parameter: "layer2.W"].shape == [4, 5])
    var random = SplitMix64(seed: 52)
    let classes = randomBatch((6, 3, 5), outputs: 5, loss: .multiClassCrossEntropy, using: &random)
    let first = try #require(try other.fit(classes)).score
    for _ in 0..<20 { _ = try other.fit(classes) }
    #expect(try other.score(classes).score < first)
  }

  /// An output layer that equals the present one has fresh parameters too.
  @Test func anEqualOutput() throws {
    let network = try mixedNetwork()
    let output = try #require(network.configuration.layers[2].layer as? RNNOutput)
    let other = try network.reconfigured { $0.seed = 77 }.replacingOutput(with: output)
    #expect(other.configuration.layers == network.configuration.layers)
    #expect(other[parameter: "layer1.W"] == network[parameter: "layer1.W"])
    #expect(other[parameter: "layer2.W"] != network[parameter: "layer2.W"])
  }

  /// A layer whose input has changed gets fresh parameters, even if the layer itself is unchanged.
  @Test func layersAboveAChange() throws {
    let network = try mixedNetwork()
    let other = try network.reconfigured { $0.layers[0] = NetworkLayer(LSTM(7)) }
    #expect(other[parameter: "layer1.W"].shape == [7, 16])
    #expect(other[parameter: "layer2.W"] == network[parameter: "layer2.W"])
    #expect(throws: NetworkError.self) { try network.reconfigured { $0.layers.removeLast() } }
  }

  /// The updater's memory stays with the layer as long as its updater does.
  @Test func updatersMemory() throws {
    var network = try mixedNetwork()
    _ = try network.fit(batch())
    var same = try network.reconfigured { _ in }
    var other = try network.reconfigured { $0.layers[2].updater = .adam(learningRate: 0.02) }
    var plain = network
    _ = try plain.fit(batch())
    _ = try same.fit(batch())
    _ = try other.fit(batch())
    #expect(same.bits == plain.bits)
    #expect(other[parameter: "layer0.W"] == plain[parameter: "layer0.W"])
    #expect(other[parameter: "layer2.W"] != plain[parameter: "layer2.W"])
  }

  @Test func summary() throws {
    let network = try mixedNetwork().freezing(layers: 1...1)
    let summary = network.summary(rows: 20, steps: 10)
    #expect(
      summary.description == """
        layer                  in           out  parameters  learns
        0 lstm       recurrent(3)  recurrent(5)         180     yes
        1 graves     recurrent(5)  recurrent(4)         172      no
        2 rnnOutput  recurrent(4)  recurrent(2)          10     yes
        total                                           362

        parameter    shape  elements
        layer0.W   [3, 20]        60
        layer0.R   [5, 20]       100
        layer0.b      [20]        20
        layer1.W   [5, 16]        80
        layer1.R   [4, 16]        64
        layer1.b      [16]        16
        layer1.p      [12]        12
        layer2.W    [4, 2]         8
        layer2.b       [2]         2

        memory of training  bytes
        parameters           1448
        gradients            2896
        updater              1520
        activations         19200
        """)
    #expect(summary.layers.map(\.parameterCount).reduce(0, +) == network.parameterCount)
  }
}
