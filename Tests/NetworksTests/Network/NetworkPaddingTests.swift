import DataSets
import Networks
import Tensors
import Testing
import Training

/// Results that padding must not change beyond rounding: 1e-5 relative.
@Suite struct PaddingTests {
  /// The batch with step `t` of row `n` moved to `places[n][t]`; the steps in between are padding.
  private func moved(_ batch: DataSet, to places: [[Int]], stepCount: Int, padding: Float = .nan) -> DataSet {
    func mask(_ mask: Mask) -> Mask {
      Mask(rows: batch.exampleCount, steps: stepCount) { row, step in
        places[row].firstIndex(of: step).map { mask[row, $0] } ?? false
      }
    }
    func tensor(_ tensor: Tensor) -> Tensor {
      let (n, c) = (tensor.shape[0], tensor.shape[1])
      var result = Tensor(
        shape: [n, c, stepCount], elements: [Float](repeating: padding, count: n * c * stepCount))
      for (row, places) in places.enumerated() {
        for (from, to) in places.enumerated() {
          for channel in 0..<c { result[row, channel, to] = tensor[row, channel, from] }
        }
      }
      return result
    }
    return DataSet(
      features: tensor(batch.features), labels: batch.labels.map(tensor),
      featuresMask: mask(batch.featuresMask),
      labelsMask: mask(batch.labelsMask))
  }

  /// Expects the results for `batch` to equal those for `original`, whose step `t` is at `places[n][t]`.
  private func expectEqual(
    _ network: MultiLayerNetwork, _ original: DataSet, _ places: [[Int]], _ stepCount: Int
  )
    throws
  {
    let batch = moved(original, to: places, stepCount: stepCount)
    for (expected, found) in zip(try network.feedForward(original), try network.feedForward(batch)) {
      let back = moved(
        DataSet(features: expected), to: places, stepCount: stepCount, padding: 0
      ).features
      #expect(relativeDifference(found.doubles, back.doubles) < 1e-5)
    }
    let (expected, expectedGradients) = try network.gradients(original)
    let (found, gradients) = try network.gradients(batch)
    #expect(found.stepCount == expected.stepCount)
    #expect(relativeDifference([found.sum], [expected.sum]) < 1e-5)
    for (key, gradient) in expectedGradients {
      #expect(relativeDifference(gradients[key]?.doubles ?? [], gradient.doubles) < 1e-5, "\(key)")
    }
  }

  private static let patterns: [MaskPattern] = [.full, .emptyEnds, .gaps, .oneToMany, .manyToOne]

  @Test(arguments: patterns)
  func paddingAnywhere(masks: MaskPattern) throws {
    for loss in ReferenceLoss.allCases {
      var random = SplitMix64(seed: 21)
      let network = try mixedNetwork(loss: loss)
      let (n, t) = (5, 4)
      let batch = randomBatch((n, 3, t), outputs: 2, loss: loss, masks: masks, using: &random)
      let (ends, fronts) = (Array(0..<t), Array(3..<t + 3))
      try expectEqual(network, batch, [[Int]](repeating: ends, count: n), t + 3)
      try expectEqual(network, batch, [[Int]](repeating: fronts, count: n), t + 3)
      try expectEqual(network, batch, [[Int]](repeating: [0, 3, 4, 6], count: n), t + 3)
      // Every row elsewhere: front, middle and end of the same batch.
      let places = (0..<n).map { _ in Array((0..<9).shuffled(using: &random).prefix(t).sorted()) }
      try expectEqual(network, batch, places, 9)
    }
  }

  /// Both directions end where their series ends, wherever the padding is and whatever it contains.
  @Test(arguments: Bidirectional.Merge.allCases)
  func bothDirectionsAtTheirEnds(merge: Bidirectional.Merge) throws {
    var random = SplitMix64(seed: 23)
    let cells: [any RecurrentLayer] = [LSTM(3), GravesLSTM(3), GRU(3), SimpleRNN(3)]
    for cell in cells {
      let network = try MultiLayerNetwork(
        inputs: .recurrent(size: 2), seed: 4, updater: .sgd(learningRate: 1)
      ) {
        Bidirectional(cell, merge)
        LastTimeStep()
        SeriesOutput(2, activation: .identity, loss: .meanSquaredError)
      }
      let (n, t) = (4, 3)
      let batch = randomBatch(
        (n, 2, t), outputs: 2, loss: .meanSquaredError, masks: .manyToOne, using: &random)
      let output = try network.output(batch)
      let (loss, gradients) = try network.gradients(batch)
      let places = (0..<n).map { _ in Array((0..<7).shuffled(using: &random).prefix(t).sorted()) }
      let padded = moved(batch, to: places, stepCount: 7)
      let (paddedLoss, paddedGradients) = try network.gradients(padded)
      #expect(relativeDifference([paddedLoss.sum], [loss.sum]) < 1e-5)
      for (key, gradient) in gradients {
        #expect(relativeDifference(paddedGradients[key]?.doubles ?? [], gradient.doubles) < 1e-5, "\(key)")
        #expect(gradient.elements.contains { $0 != 0 }, "\(key) learns")
      }
      let paddedOutput = try network.output(padded)
      for row in 0..<n {
        let last = try #require(batch.labelsMask.lastSteps[row])
        for column in 0..<2 {
          #expect(paddedOutput[row, column, places[row][last]] == output[row, column, last])
        }
      }
    }
  }

  /// Outputs, summed loss and summed gradients of a padded batch are those of its series one by one.
  @Test(arguments: patterns)
  func batchedAgainstOneByOne(masks: MaskPattern) throws {
    for (loss, n) in zip(ReferenceLoss.allCases, [5, 17, 70]) {
      var random = SplitMix64(seed: 22)
      let network = try mixedNetwork(loss: loss)
      let batch = randomBatch((n, 3, 6), outputs: 2, loss: loss, masks: masks, padding: .nan, using: &random)
      let output = try network.output(batch)
      let (total, gradients) = try network.gradients(batch)
      var sum = 0.0
      var sums: [String: [Double]] = [:]
      for row in 0..<n {
        let length = max(1, (batch.stepMask.lastSteps[row] ?? 0) + 1)
        let alone = DataSet(
          features: batch.features.rows([row]), labels: batch.labels?.rows([row]),
          featuresMask: batch.featuresMask.rows([row]), labelsMask: batch.labelsMask.rows([row])
        ).steps(0..<length)
        let found = try network.output(alone).doubles
        let expected = output.rows([row]).steps(0..<length).doubles
        if alone.stepMask.count > 0 { #expect(relativeDifference(found, expected) < 1e-5) }
        let (one, gradients) = try network.gradients(alone)
        sum += one.sum
        for (key, gradient) in gradients {
          sums[key] = zip(sums[key] ?? gradient.doubles.map { _ in 0 }, gradient.doubles).map { $0 + $1 }
        }
      }
      #expect(relativeDifference([total.sum], [sum]) < 1e-5)
      for (key, gradient) in gradients {
        let difference = relativeDifference(gradient.doubles.map { $0 * Double(n) }, sums[key] ?? [])
        #expect(difference < 1e-5, "\(key) \(difference)")
      }
    }
  }

  /// A row that is entirely padding adds nothing to sums.
  @Test func emptyRow() throws {
    var random = SplitMix64(seed: 23)
    let network = try mixedNetwork()
    let batch = randomBatch(
      (4, 3, 5), outputs: 2, loss: .meanSquaredError, masks: .emptyRow, padding: .nan, using: &random)
    let rest = DataSet(
      features: batch.features.rows([1, 2, 3]), labels: batch.labels?.rows([1, 2, 3]))
    #expect(try network.output(batch).rows([0]).elements.allSatisfy { $0.bitPattern == 0 })
    let (some, all) = (try network.gradients(rest), try network.gradients(batch))
    #expect(relativeDifference([all.loss.sum], [some.loss.sum]) < 1e-5)
    for (key, gradient) in some.gradients {
      let scaled = (all.gradients[key]?.doubles ?? []).map { $0 * 4 / 3 }
      #expect(relativeDifference(scaled, gradient.doubles) < 1e-5, "\(key)")
    }
  }

  /// Without learning, pieces that carry their states give the loss and the states of the whole batch, in every share.
  @Test(arguments: [3, 40, 100], [1, 2, 4])
  func piecesAgainstTheWhole(n: Int, forward: Int) throws {
    var random = SplitMix64(seed: 24)
    let batch = randomBatch(
      (n, 3, 7), outputs: 2, loss: .meanSquaredError, masks: .gaps, starts: .several, padding: .nan,
      using: &random)
    var whole = try mixedNetwork(updater: .sgd(learningRate: 0))
    var cut = try mixedNetwork(
      updater: .sgd(learningRate: 0), backpropagation: .truncated(forward: forward, backward: 1))
    let expected = try #require(try whole.fit(batch))
    let found = try #require(try cut.fit(batch))
    #expect(found.stepCount == expected.stepCount && found.sequenceCount == n)
    #expect(relativeDifference([found.sum], [expected.sum]) < 1e-5)
    let states = try #require(cut.carriedState)
    let others = try #require(whole.carriedState)
    #expect(states.layers.count == others.layers.count && states.rows == n)
    for (state, other) in zip(states.layers, others.layers) {
      #expect((state == nil) == (other == nil))
      guard let state, let other else { continue }
      #expect(relativeDifference(state.h.map(Double.init), other.h.map(Double.init)) < 1e-5)
      #expect(relativeDifference(state.c.map(Double.init), other.c.map(Double.init)) < 1e-5)
    }
  }

  /// A batch without rows is not an error: everything is empty, and nothing is learned.
  @Test func noRows() throws {
    var network = try mixedNetwork()
    let before = network.bits
    let batch = DataSet(features: Tensor(shape: [0, 3, 5]), labels: Tensor(shape: [0, 2, 5]))
    #expect(try network.output(batch).shape == [0, 2, 5])
    #expect(try network.score(batch).sum == 0)
    #expect(try network.gradients(batch).gradients.values.allSatisfy { $0.elements.allSatisfy { $0 == 0 } })
    #expect(try network.fit(batch) == nil)
    #expect(network.bits == before)
  }
}
