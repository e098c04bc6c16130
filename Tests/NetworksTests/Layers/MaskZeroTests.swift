import DataSets
import FoundationEssentials
import Networks
import Tensors
import Testing
import Training

/// Recurrent layers that skip the steps of one value.
@Suite struct MaskZeroTests {
  static let cells: [(name: String, layer: any RecurrentLayer)] = [
    ("lstm", LSTM(3)), ("graves", GravesLSTM(3)), ("gru", GRU(3)), ("simpleRNN", SimpleRNN(3)),
  ]

  private func network(_ layer: any RecurrentLayer) throws -> MultiLayerNetwork {
    try MultiLayerNetwork(inputs: .recurrent(size: 2), seed: 4, updater: .sgd(learningRate: 1)) {
      NetworkLayer(layer)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
  }

  /// A batch of one row: random values, labels at every step, `value` at the steps of `skipped`, and one 0 at
  /// step `oneZeroAt`.
  private func batch(
    _ steps: Int, _ skipped: Set<Int>, _ value: Float, oneZeroAt zeroStep: Int? = nil
  ) -> DataSet {
    var random = SplitMix64(seed: 93)
    var batch = randomBatch((1, 2, steps), outputs: 2, loss: .multiClassCrossEntropy, using: &random)
    for step in skipped { for column in 0..<2 { batch.features[0, column, step] = value } }
    if let zeroStep { batch.features[0, 0, zeroStep] = 0 }
    return batch
  }

  /// The series without the skipped steps gives the same outputs at the others, and the same gradients.
  @Test(arguments: cells.map(\.name), [Float(0), -1.5])
  func skippedStepsCouldBeMissing(name: String, value: Float) throws {
    let layer = try #require(Self.cells.first { $0.name == name }).layer
    let (masking, plain) = (try network(MaskZero(layer, value: value)), try network(layer))
    for skipped: Set<Int> in [[], [0], [2, 3], [5], [0, 1, 4], [0, 1, 2, 3, 4, 5]] {
      var whole = batch(6, skipped, value)
      whole.labelsMask = Mask(rows: 1, steps: 6) { !skipped.contains($1) }
      let kept = (0..<6).filter { !skipped.contains($0) }
      let output = try masking.output(whole)
      // What is left of a skipped step is the bias of the output layer, which is 0 here.
      for step in skipped { #expect(output[0, 0, step] == 0.5 && output[0, 1, step] == 0.5) }
      guard !kept.isEmpty else { continue }
      var (features, labels) = (Tensor(shape: [1, 2, kept.count]), Tensor(shape: [1, 2, kept.count]))
      for (index, step) in kept.enumerated() {
        for column in 0..<2 {
          features[0, column, index] = whole.features[0, column, step]
          labels[0, column, index] = try #require(whole.labels)[0, column, step]
        }
      }
      let short = DataSet(features: features, labels: labels)
      let naive = try plain.output(short)
      for (index, step) in kept.enumerated() {
        for unit in 0..<2 { #expect(abs(output[0, unit, step] - naive[0, unit, index]) < 1e-6) }
      }
      let (loss, gradients) = try masking.gradients(whole)
      let (naiveLoss, naiveGradients) = try plain.gradients(short)
      #expect(abs(loss.sum - naiveLoss.sum) < 1e-5)
      for (parameter, gradient) in naiveGradients {
        let own = try #require(gradients[parameter])
        #expect(zip(own.doubles, gradient.doubles).allSatisfy { abs($0 - $1) < 1e-5 }, "\(parameter)")
      }
    }
  }

  private func outputIsAsWithout(_ batch: DataSet) throws -> Bool {
    let layer = Self.cells[0].layer
    let (masking, plain) = (try network(MaskZero(layer)), try network(layer))
    return try masking.output(batch).bits == plain.output(batch).bits
  }

  /// A step with one other value is not skipped.
  @Test func onlyWholeStepsOfTheValue() throws {
    #expect(try outputIsAsWithout(batch(3, [], 0, oneZeroAt: 1)))
  }

  /// Padding is not skipped a second time.
  ///
  /// Where only labels are present, the inputs are zeros, which are skipped.
  @Test(arguments: [MaskPattern.full, .emptyEnds, .emptyFronts, .manyToOne, .emptyRow])
  func paddingIsSkippedOnce(masks: MaskPattern) throws {
    var random = SplitMix64(seed: 94)
    #expect(
      try outputIsAsWithout(
        randomBatch((3, 2, 4), outputs: 2, loss: .multiClassCrossEntropy, masks: masks, using: &random)))
  }

  /// Step by step, the state stays where a step is skipped.
  @Test func stepByStep() throws {
    let network = try network(MaskZero(GravesLSTM(3)))
    let batch = batch(5, [1, 2], 0)
    let whole = try network.output(batch)
    var session = try network.session(rows: 1)
    for step in 0..<5 {
      let piece = try session.step(batch.features.steps(step..<step + 1))
      for unit in 0..<2 { #expect(abs(piece[0, unit, 0] - whole[0, unit, step]) < 1e-6) }
    }
  }

  @Test func insideBothDirections() throws {
    let network = try network(SimpleRNN(3))
    let both = try network.reconfigured {
      $0.layers[0] = NetworkLayer(Bidirectional(MaskZero(SimpleRNN(3)), .sum))
    }
    let output = try both.output(batch(4, [1, 3], 0))
    #expect(output[0, 0, 1] == 0.5 && output[0, 0, 3] == 0.5 && output[0, 0, 0] != 0.5)
  }

  @Test func invalidOnes() throws {
    let text = #"{"kind":"maskZero","value":0,"layer":{"kind":"dense","size":2,"activation":"tanh"}}"#
    #expect(
      throws: NetworkError(
        "contains a layer of the kind \"maskZero\" around dense; expected a recurrent layer without settings of its own"
      )
    ) { try JSONDecoder().decode(NetworkLayer.self, from: Data(text.utf8)) }
    let zero = #"{"kind":"maskZero","value":0,"layer":{"kind":"simpleRNN","size":0,"activation":"tanh"}}"#
    let layer = try JSONDecoder().decode(NetworkLayer.self, from: Data(zero.utf8)).layer
    #expect(layer.validationError == "of simpleRNN: a layer of 0 units; 1 to 1048576 are possible")
  }
}
