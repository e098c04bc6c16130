import DataSets
import FoundationEssentials
import Glibc
import Networks
import Tensors
import Testing
import Training

/// Losses at the edges: probabilities of exactly 0 and 1, labels and pairs that are rejected, weights by class.
@Suite struct LossTests {
  private func network(_ layer: any Layer, logits: [Float]) throws -> MultiLayerNetwork {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 1), weights: .zero
    ) { layer }
    network[parameter: "layer0.b"] = Tensor(shape: [logits.count], elements: logits)
    return network
  }

  private func batch(_ labels: [Float]) -> DataSet {
    DataSet(
      features: Tensor(shape: [1, 1, 1]), labels: Tensor(shape: [1, labels.count, 1], elements: labels))
  }

  /// A sigmoid or softmax that has rounded to 0 or 1, against every kind of label.
  @Test(arguments: Loss.named, [Activation.sigmoid, .softmax])
  func finiteAtZeroAndOne(loss: Loss, activation: Activation) throws {
    for size in [20, 80, 300, 1e6] as [Float] {
      for labels in [[1, 0], [0, 1], [0.5, 0.5], [0, 0], [1, 1]] as [[Float]] {
        let layer = RNNOutput(2, activation: activation, loss: loss)
        let (found, gradients) = try network(layer, logits: [size, -size]).gradients(batch(labels))
        #expect(found.sum.isFinite && found.sum > -1.5, "\(size) \(labels)")
        #expect(gradients.values.allSatisfy { $0.elements.allSatisfy(\.isFinite) }, "\(size) \(labels)")
      }
    }
  }

  /// The clipped values are as documented.
  @Test func theBounds() throws {
    // A softmax that is 0 and 1 to the last bit, under a loss that is not fused with it.
    let layer = RNNOutput(2, activation: .softmax, loss: .binaryCrossEntropy)
    let loss = try network(layer, logits: [0, -1000]).score(batch([0, 1]))
    let expected = -log(1e-30) - log(0x1p-25)
    #expect((loss.sum - expected).magnitude < 1e-9)
  }

  /// Fused with its activation, a loss still learns where probabilities have rounded to 0.
  @Test(arguments: [
    (Loss.multiClassCrossEntropy, Activation.softmax), (.kullbackLeibler, .softmax),
    (.binaryCrossEntropy, .sigmoid),
  ])
  func fusedLossesLearnFromAnything(loss: Loss, activation: Activation) throws {
    let layer = RNNOutput(2, activation: activation, loss: loss)
    let (found, gradients) = try network(layer, logits: [500, -500]).gradients(batch([0, 1]))
    #expect((found.sum - 1000).magnitude < 1e-3)
    #expect(gradients["layer0.b"]?.elements == [1, -1])
  }

  /// If a softmax of small outputs has digits left, a loss that is not fused with its activation uses them.
  @Test func smallProbabilitiesCount() throws {
    let layer = RNNOutput(2, activation: .sigmoid, loss: .multiClassCrossEntropy)
    let (found, gradients) = try network(layer, logits: [-40, 0]).gradients(batch([1, 0]))
    #expect((found.sum - 40).magnitude < 1e-4)
    let gradient = try #require(gradients["layer0.b"])
    #expect(abs(gradient.elements[0] + 1) < 1e-5 && gradient.elements[1] == 0)
  }

  /// The pinball loss and its slope are those of its definition, and it has a name in files.
  @Test(arguments: [0.1, 0.5, 0.9] as [Float]) func quantilesAgainstANaiveVersion(level: Float) throws {
    let loss = Loss.quantiles([level])
    #expect(Loss(rawValue: "quantile:\(level)") == loss && Loss(rawValue: loss.rawValue) == loss)
    for (output, label) in [(0.5, 2), (2, 0.5), (1, 1), (-1, 3), (3, -1)] as [(Float, Float)] {
      let layer = RNNOutput(2, activation: .identity, loss: loss)
      let (found, gradients) = try network(layer, logits: [output, label]).gradients(batch([label, label]))
      let error = label - output
      #expect(abs(found.sum - Double(max(level * error, (level - 1) * error)) / 2) < 1e-6)
      let slope = error > 0 ? -level : error < 0 ? 1 - level : 0
      #expect(gradients["layer0.b"]?.elements == [slope / 2, 0])
    }
    let wrong = ["", ":0", ":1", ":nan", ":0.5:1", ":", ":0.1,", ":0.9,0.1", ":0.5,0.5"]
    for name in wrong.map({ "quantile\($0)" }) + ["pinball"] { #expect(Loss(rawValue: name) == nil) }
  }

  /// Of several levels, the outputs take turns.
  @Test func severalQuantilesTakeTurns() throws {
    let loss = Loss.quantiles([0.1, 0.9])
    #expect(loss.rawValue == "quantile:0.1,0.9" && Loss(rawValue: "quantile:0.1,0.9") == loss)
    let (outputs, labels) = ([0.5, 2, -1, 3] as [Float], [2, 0.5, 3, -1] as [Float])
    let layer = RNNOutput(4, activation: .identity, loss: loss)
    let (found, gradients) = try network(layer, logits: outputs).gradients(batch(labels))
    let levels: [Float] = [0.1, 0.9, 0.1, 0.9]
    var (sum, slopes) = (Float(0), [Float]())
    for (place, level) in levels.enumerated() {
      let error = labels[place] - outputs[place]
      sum += max(level * error, (level - 1) * error)
      slopes.append((error > 0 ? -level : 1 - level) / 4)
    }
    #expect(abs(found.sum - Double(sum) / 4) < 1e-6)
    #expect(gradients["layer0.b"]?.elements == slopes)
    let three = DataContract(
      columns: ["x"], labels: .init(encoding: .values, names: ["a", "b", "c"]), alignment: .equal)
    #expect(throws: NetworkError.self) { try RNNOutput(for: three, loss: loss) }
  }

  @Test func nanStays() throws {
    for loss in Loss.named {
      let found = try network(RNNOutput(2, activation: .sigmoid, loss: loss), logits: [.nan, 0])
        .score(batch([1, 0]))
      #expect(found.sum.isNaN, "\(loss)")
    }
  }

  /// Class weights of 1 change no bit; doubled ones double losses and gradients.
  @Test(arguments: Loss.named, [Activation.sigmoid, .softmax])
  func weightsAreFactors(loss: Loss, activation: Activation) throws {
    let labels: [Float] = [0.25, 0.5, 0.25]
    func gradients(_ weights: [Float]) throws -> (sum: Double, bias: [Float]) {
      let layer = RNNOutput(3, activation: activation, loss: loss, classWeights: weights)
      let (found, gradients) = try network(layer, logits: [0.5, -1, 2]).gradients(batch(labels))
      return (found.sum, gradients["layer0.b"]?.elements ?? [])
    }
    let (none, ones, twos) = (try gradients([]), try gradients([1, 1, 1]), try gradients([2, 2, 2]))
    #expect(none.sum == ones.sum && none.bias == ones.bias)
    #expect(twos.sum == 2 * ones.sum && twos.bias == ones.bias.map { 2 * $0 })
    let one = try gradients([0, 1, 0])
    #expect(one.sum != none.sum && one.bias != none.bias)
  }

  /// Data of a single class is unusual, but `timestep train --classes 1` accepts it: the softmax is 1, the
  /// loss 0.
  @Test func aSingleClassIsCertain() throws {
    let layer = RNNOutput(1, activation: .softmax, loss: .multiClassCrossEntropy)
    let (found, gradients) = try network(layer, logits: [3]).gradients(batch([1]))
    #expect(found.sum == 0 && gradients["layer0.b"]?.elements == [0])
  }

  /// Invalid values in a file are rejected with a reason; the same values in code trap with the same message.
  @Test(arguments: [
    (
      #""activation":"tanh","loss":"binaryCrossEntropy""#,
      "the loss binaryCrossEntropy requires outputs between 0 and 1, but tanh gives others; use sigmoid"
    ),
    (
      #""activation":"identity","loss":"multiClassCrossEntropy""#,
      "the loss multiClassCrossEntropy requires outputs between 0 and 1, but identity gives others; use softmax"
    ),
    (
      #""activation":"relu","loss":"kullbackLeibler""#,
      "the loss kullbackLeibler requires outputs between 0 and 1, but relu gives others; use softmax"
    ),
    (
      #""activation":"identity","loss":"poisson""#,
      "the loss poisson requires outputs that are not negative, but identity gives others; use softplus"
    ),
    (
      #""activation":"sigmoid","loss":"poisson","classWeights":[1,2,3]"#,
      "3 class weights for 2 outputs; give one weight for each output"
    ),
    (
      #""activation":"sigmoid","loss":"poisson","classWeights":[1,-2]"#,
      "a class weight of -2.0; it must be finite and not negative"
    ),
    (
      #""activation":"sigmoid","loss":"poisson","classWeights":[0,0]"#,
      "class weights that are all 0, so that nothing can be learned; give at least one class a weight above 0"
    ),
  ])
  func impossibleLayers(fields: String, problem: String) throws {
    let json = Data("{\"size\":2,\(fields)}".utf8)
    #expect(try JSONDecoder().decode(RNNOutput.self, from: json).validationError == problem)
    #expect(try JSONDecoder().decode(SeriesOutput.self, from: json).validationError == problem)
  }

  /// A layer without class weights is written as before class weights existed.
  @Test func weightsInFiles() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func text(_ layer: RNNOutput) throws -> String {
      String(decoding: try encoder.encode(layer), as: UTF8.self)
    }
    let plain = RNNOutput(2, activation: .softmax, loss: .kullbackLeibler)
    #expect(try text(plain) == #"{"activation":"softmax","loss":"kullbackLeibler","size":2}"#)
    let weighted = RNNOutput(2, activation: .softmax, loss: .kullbackLeibler, classWeights: [1, 5])
    for layer in [plain, weighted] {
      #expect(try JSONDecoder().decode(RNNOutput.self, from: Data(try text(layer).utf8)) == layer)
    }
    let one = SeriesOutput(2, activation: .softmax, loss: .kullbackLeibler, classWeights: [1, 5])
    #expect(try JSONDecoder().decode(SeriesOutput.self, from: try encoder.encode(one)) == one)
  }

  @Test(arguments: [
    (Loss.binaryCrossEntropy, Float(-0.5), "from 0 to 1"), (.binaryCrossEntropy, 2, "from 0 to 1"),
    (.kullbackLeibler, -0.5, "that are not negative"), (.poisson, -1, "that are not negative"),
  ])
  func invalidLabels(loss: Loss, label: Float, wanted: String) throws {
    var network = try network(RNNOutput(2, activation: .sigmoid, loss: loss), logits: [0, 0])
    let bad = batch([0, label])
    let error = NetworkError(
      "label 1 at step 0 of example 0 is \(label): the loss \(loss) requires labels \(wanted)")
    #expect(throws: error) { try network.score(bad) }
    #expect(throws: error) { try network.fit(bad) }
    #expect(try network.output(bad).shape == [1, 2, 1])
    #expect(network.iteration == 0)
    // A masked label may have any value.
    var masked = bad
    masked.labelsMask = Mask(rows: 1, steps: 1) { _, _ in false }
    #expect(try network.score(masked).sum == 0)
  }

  @Test func balancedWeights() throws {
    #expect(ClassWeights.balanced(counts: [10, 10]) == [1, 1])
    // 40 labels of 2 classes: 40 / (2 * 30), 40 / (2 * 10).
    #expect(ClassWeights.balanced(counts: [30, 0, 10]) == [Float(2.0 / 3), 1, 2])
    var labels = Tensor(shape: [2, 3, 2])
    (labels[0, 1, 0], labels[0, 1, 1], labels[1, 2, 0], labels[1, 0, 1]) = (1, 1, 1, 1)
    let batch = DataSet(
      features: Tensor(shape: [2, 1, 2]), labels: labels,
      labelsMask: Mask(rows: 2, steps: 2) { row, step in row == 0 || step == 0 })
    #expect(ClassWeights.counts(in: batch) == [0, 2, 1])
    #expect(try ClassWeights.balanced(over: Repeated(batch: batch, count: 3)) == [1, 0.75, 1.5])
    let none = Repeated(batch: DataSet(features: Tensor(shape: [1, 1, 1])), count: 1)
    #expect(
      throws: NetworkError(
        "the data has no labels to balance classes by; give it labels, or leave class weights out")
    ) { try ClassWeights.balanced(over: none) }
  }
}

/// The same batch repeatedly.
private struct Repeated: DataSetIterator {
  let batch: DataSet
  let count: Int
  var given = 0

  mutating func next() -> DataSet? {
    given += 1
    return given <= count ? batch : nil
  }

  mutating func begin(epoch: Int) { given = 0 }
}
