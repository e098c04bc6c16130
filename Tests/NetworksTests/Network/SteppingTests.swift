import DataSets
import Networks
import Platform
import Tensors
import Testing
import Training

/// Prediction step by step, with the state in the network or in sessions.
@Suite struct SteppingTests {
  private func input(_ n: Int, _ t: Int, seed: UInt64 = 31) -> Tensor {
    var random = SplitMix64(seed: seed)
    return randomBatch((n, 3, t), outputs: 2, loss: .meanSquaredError, using: &random).features
  }

  /// The largest difference between two tensors.
  private func difference(_ one: Tensor, _ other: Tensor) -> Double {
    #expect(one.shape == other.shape)
    return relativeDifference(one.doubles, other.doubles)
  }

  /// Outputs of consecutive pieces, `[N, outputs, T]`.
  private func joined(_ pieces: [Tensor]) -> Tensor {
    let (n, size) = (pieces[0].shape[0], pieces[0].shape[1])
    var all = Tensor(shape: [n, size, pieces.reduce(0) { $0 + ($1.rank == 2 ? 1 : $1.shape[2]) }])
    var step = 0
    for piece in pieces {
      for t in 0..<(piece.rank == 2 ? 1 : piece.shape[2]) {
        for row in 0..<n {
          for unit in 0..<size {
            all[row, unit, step] = piece.rank == 2 ? piece[row, unit] : piece[row, unit, t]
          }
        }
        step += 1
      }
    }
    return all
  }

  /// A series cut into calls in any way gives the results of one call of `output` for the whole series.
  @Test(arguments: [1, 3, 20], [1, 2, 11])
  func anyCuts(n: Int, t: Int) throws {
    var network = try mixedNetwork()
    let whole = input(n, t)
    let expected = try network.output(DataSet(features: whole))
    var random = SplitMix64(seed: UInt64(n * 100 + t))
    for _ in 0..<5 {
      var session = try network.session(rows: n)
      network.rnnClearPreviousState()
      var (ours, theirs): ([Tensor], [Tensor]) = ([], [])
      var step = 0
      while step < t {
        let count = Int.random(in: 1...t - step, using: &random)
        var piece = whole.steps(step..<step + count)
        // One step can be given with or without a time axis.
        if count == 1, Bool.random(using: &random) {
          piece = Tensor(shape: [n, 3], elements: piece.ordered(.c).elements)
        }
        ours.append(try network.rnnTimeStep(piece))
        theirs.append(try session.step(piece))
        #expect(ours.last?.shape == (piece.rank == 2 ? [n, 2] : [n, 2, count]))
        step += count
      }
      #expect(difference(joined(ours), expected) < 1e-5)
      #expect(joined(theirs) == joined(ours))
    }
  }

  @Test func getClearSet() throws {
    var network = try mixedNetwork()
    #expect(network.rnnGetPreviousState(layer: 0) == nil)
    let (first, second) = (input(2, 4), input(2, 5, seed: 32))
    _ = try network.rnnTimeStep(first)
    let states = (0..<2).compactMap { network.rnnGetPreviousState(layer: $0) }
    #expect(states.map(\.size) == [5, 4] && states.allSatisfy { $0.rows == 2 && $0.c.count == $0.h.count })
    #expect(network.rnnGetPreviousState(layer: 2) == nil)
    let expected = try network.rnnTimeStep(second)

    network.rnnClearPreviousState()
    let fresh = try network.rnnTimeStep(second)
    #expect(fresh != expected)
    #expect(difference(fresh, try network.output(DataSet(features: second))) < 1e-5)

    network.rnnClearPreviousState()
    for (layer, state) in states.enumerated() { network.rnnSetPreviousState(state, layer: layer) }
    #expect(try network.rnnTimeStep(second) == expected)
  }

  /// One stream ends: its row begins a new series, the others continue, bit for bit.
  @Test func oneRowStartsAgain() throws {
    var network = try mixedNetwork()
    var session = try network.session(rows: 3)
    let (first, second) = (input(3, 4), input(3, 5, seed: 33))
    _ = try network.rnnTimeStep(first)
    _ = try session.step(first)
    let kept = session.state
    let going = try session.step(second)
    session.restore(kept)
    network.rnnClearPreviousState(row: 1)
    session.clear(row: 1)
    let outputs = try session.step(second)
    #expect(try network.rnnTimeStep(second) == outputs)
    #expect(outputs.rows([0, 2]) == going.rows([0, 2]))
    #expect(difference(outputs.rows([1]), try network.output(DataSet(features: second.rows([1])))) < 1e-5)
    session.clear()
    #expect(difference(try session.step(second), try network.output(DataSet(features: second))) < 1e-5)
  }

  /// `fit`, `output` and `score` neither read nor change the state, and a session keeps the parameters it began with.
  @Test func trainingLeavesStatesAlone() throws {
    var random = SplitMix64(seed: 34)
    let batch = randomBatch((2, 3, 6), outputs: 2, loss: .meanSquaredError, using: &random)
    var network = try mixedNetwork()
    var other = network
    var session = try network.session(rows: 2)
    _ = try network.rnnTimeStep(input(2, 3))
    _ = try session.step(input(2, 3))
    let state = network.rnnState
    _ = try network.fit(batch)
    _ = try network.output(batch)
    _ = try network.score(batch)
    #expect(network.rnnState == state && session.state == state)
    #expect(try session.step(input(2, 2)) != network.rnnTimeStep(input(2, 2)))
    // Stepping does not change training either.
    _ = try other.fit(batch)
    #expect(other.bits == network.bits)
    #expect(other.rnnState == nil)
  }

  /// Many streams share one network from several threads.
  @Test func sessionsOfManyThreads() throws {
    let network = try mixedNetwork()
    let series = (0..<24).map { input(1, 7, seed: UInt64($0)) }
    let expected = try series.map { try network.output(DataSet(features: $0)) }
    let pool = WorkerPool(threads: 3)
    let pending = series.map { whole in
      pool.submit {
        var session = try network.session(rows: 1)
        return try (0..<7).map { try session.step(whole.steps($0..<$0 + 1)) }
      }
    }
    for (pieces, expected) in zip(pending, expected) {
      #expect(difference(joined(try pieces.value()), expected) < 1e-5)
    }
  }

  @Test func wrongCalls() throws {
    var network = try mixedNetwork()
    var session = try network.session(rows: 2)
    _ = try network.rnnTimeStep(input(2, 3))
    _ = try session.step(input(2, 3))
    let state = network.rnnState
    var poisoned = input(2, 3)
    poisoned[1, 2, 1] = .nan
    let wrong: [(Tensor, String)] = [
      (
        input(3, 1),
        "a step of 3 rows, but the state has 2; clear the state first, or give one row for each of the streams "
          + "that it belongs to"
      ),
      (
        Tensor(shape: [2, 4]),
        "a step of 4 columns, but the network expects 3; give it the columns that it was made for"
      ),
      (poisoned, "column 2 of row 1 at step 1 is nan: a network requires finite numbers"),
    ]
    for (tensor, problem) in wrong {
      #expect(throws: NetworkError(problem)) { try network.rnnTimeStep(tensor) }
      #expect(throws: NetworkError(problem)) { try session.step(tensor) }
      #expect(network.rnnState == state && session.state == state)
    }
    network.rnnClearPreviousState()
    #expect(try network.rnnTimeStep(input(3, 1)).shape == [3, 2, 1])
  }

  /// Networks that need the whole series cannot step.
  @Test func wholeSeriesLayers() throws {
    var network = try MultiLayerNetwork(inputs: .recurrent(size: 3), seed: 1, updater: .sgd(learningRate: 1))
    {
      LSTM(2)
      LastTimeStep()
      SeriesOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    let problem = NetworkError(
      "layer 1 (lastTimeStep) needs whole series, so that they cannot be given piece by piece; give it whole series"
    )
    #expect(throws: problem) { try network.rnnTimeStep(Tensor(shape: [1, 3])) }
    #expect(throws: problem) { try network.session(rows: 1) }
    let pieces = DataSet(features: Tensor(shape: [1, 3, 4])).pieces(of: 2)
    var state: MultiLayerNetwork.State? = MultiLayerNetwork.State(rows: 1, layers: [nil, nil, nil])
    #expect(throws: problem) { try network.output(pieces[1], continuing: &state) }
    // Training on batches that an iterator has cut would learn from wrong series.
    let labelled = DataSet(
      features: Tensor(shape: [1, 3, 4]), labels: Tensor(shape: [1, 2], elements: [0, 1])
    ).pieces(of: 2)
    _ = try network.fit(labelled[0])
    #expect(throws: problem) { try network.fit(labelled[1]) }
  }

  /// Calls without any step are a programming error, reported with a message.
  @Test func noSteps() async {
    await #expect(processExitsWith: .failure) {
      var session = try mixedNetwork().session(rows: 2)
      _ = try session.step(Tensor(shape: [2, 3, 0]))
    }
  }

  /// A state of another network is rejected instead of being read past its end.
  @Test func foreignStates() throws {
    let pieces = DataSet(features: input(2, 4)).pieces(of: 2)
    let problem = NetworkError(
      "a piece continues from a state of other layers than the network has; give it the state that this network "
        + "left"
    )
    let network = try mixedNetwork()
    let zeros = [Float](repeating: 0, count: 10)
    let foreign = [
      MultiLayerNetwork.State(rows: 2, layers: []),
      MultiLayerNetwork.State(rows: 2, layers: [nil, nil, nil]),
      MultiLayerNetwork.State(
        rows: 2, layers: [RecurrentState(rows: 2, h: zeros), RecurrentState(rows: 2, h: zeros), nil]),
    ]
    for other in foreign {
      var state: MultiLayerNetwork.State? = other
      #expect(throws: problem) { try network.output(pieces[1], continuing: &state) }
      #expect(throws: problem) { try network.score(pieces[1], continuing: &state) }
      #expect(state == other)
    }
  }

  /// With the state of the training loop's pieces, outputs and losses are those of the whole series.
  @Test(arguments: MaskPattern.allCases, [1, 2, 3])
  func piecesOfABatch(masks: MaskPattern, length: Int) throws {
    var random = SplitMix64(seed: 35)
    let batch = randomBatch(
      (4, 3, 7), outputs: 2, loss: .meanSquaredError, masks: masks, starts: .several, padding: .nan,
      using: &random)
    let network = try mixedNetwork()
    let whole = try network.output(batch)
    let score = try network.score(batch)
    var (state, scoreState): (MultiLayerNetwork.State?, MultiLayerNetwork.State?)
    var total = BatchLoss()
    var outputs: [Tensor] = []
    for piece in batch.pieces(of: length) {
      outputs.append(try network.output(piece, continuing: &state))
      total.addPiece(try network.score(piece, continuing: &scoreState))
      #expect(state == scoreState)
    }
    #expect(difference(joined(outputs), whole) < 1e-5)
    #expect(relativeDifference([total.sum], [score.sum]) < 1e-5)
    #expect(total.stepCount == score.stepCount && total.sequenceCount == score.sequenceCount)
  }

  /// Every mask of one short series, including pieces of only padding in its middle: the state survives them,
  /// in prediction and in training.
  @Test(arguments: [1, 2, 3])
  func everyMaskInPieces(length: Int) throws {
    let network = try mixedNetwork()
    let (features, labels) = (input(1, 6), input(1, 6, seed: 32))
    for bits in 1..<64 {
      let mask = Mask(rows: 1, steps: 6) { _, step in bits >> step & 1 == 1 }
      let batch = DataSet(
        features: features, labels: Tensor(shape: [1, 2, 6], elements: Array(labels.elements[..<12])),
        featuresMask: mask, labelsMask: mask)
      var state: MultiLayerNetwork.State?
      let outputs = try batch.pieces(of: length).map { try network.output($0, continuing: &state) }
      #expect(difference(joined(outputs), try network.output(batch)) < 1e-5, "mask \(bits)")
      // A rate of 0 leaves the network as it was, so that the losses of the pieces are those of the whole.
      var learner = try mixedNetwork(
        updater: .sgd(learningRate: 0), backpropagation: .truncated(forward: length, backward: 1))
      let loss = try #require(try learner.fit(batch))
      #expect(relativeDifference([loss.sum], [try network.score(batch).sum]) < 1e-5, "mask \(bits)")
    }
  }
}
