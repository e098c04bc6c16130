import DataSets
import Networks
import Sequences
import Tensors
import Testing
import Training

/// Lanes give the same results as the series one by one, cut at the same steps.
@Suite struct LaneTrainingTests {
  /// Seven series of unequal lengths, labelled at every step or at the last one.
  private func sequences(_ alignment: Alignment) throws -> SequenceBatches {
    var random = SplitMix64(seed: 71)
    let lengths = [5, 1, 8, 3, 2, 11, 4]
    func rows(_ count: Int, _ columns: Int) -> [[Float]] {
      (0..<count).map { _ in (0..<columns).map { _ in Float(random.symmetric(1)) } }
    }
    let features = try CollectionSequenceRecordReader(lengths.map { rows($0, 3) })
    let labels = try CollectionSequenceRecordReader(lengths.map { rows(alignment == .end ? 1 : $0, 2) })
    return try SequenceBatches(
      features: features, labels: .reader(labels, .values), batchSize: 7, alignment: alignment)
  }

  private func pieces(_ sequences: SequenceBatches, lanes: Int, steps: Int) throws -> [DataSet] {
    var iterator = LaneDataSetIterator(sequences, lanes: lanes, steps: steps)
    var pieces: [DataSet] = []
    while let piece = try iterator.next() { pieces.append(piece) }
    return pieces
  }

  /// The sections of the lanes, each of one series.
  private func stretches(of lane: Int, in piece: DataSet) -> [Range<Int>] {
    let borders =
      [0] + (1..<piece.stepCount).filter { piece.seriesStarts[lane, $0] } + [piece.stepCount]
    return zip(borders, borders.dropFirst()).map { $0..<$1 }
  }

  private func difference(_ before: MultiLayerNetwork, _ after: MultiLayerNetwork) -> [Double] {
    before.parameterNames.flatMap { name in
      zip(before[parameter: name].doubles, after[parameter: name].doubles).map { $0 - $1 }
    }
  }

  @Test(arguments: [Alignment.equal, .end], [1, 2, 3, 9])
  func equalsSeriesOneByOne(alignment: Alignment, lanes: Int) throws {
    for steps in [1, 3, 4, 20] {
      // At rate 1 parameters move by their gradient.
      var network = try mixedNetwork(
        updater: .sgd(learningRate: 1), backpropagation: .truncated(forward: steps, backward: steps))
      for piece in try pieces(try sequences(alignment), lanes: lanes, steps: steps) {
        var together = network
        let loss = try together.fit(piece)
        var (sum, gradient) = (0.0, [Double](repeating: 0, count: network.parameterCount))
        for lane in 0..<lanes {
          for stretch in stretches(of: lane, in: piece) {
            var alone = network
            alone.carriedState = network.carriedState.map {
              MultiLayerNetwork.State(
                rows: 1,
                layers: $0.layers.map { state in
                  state.map { state in
                    let units = lane * state.size..<(lane + 1) * state.size
                    return RecurrentState(rows: 1, h: Array(state.h[units]), c: Array(state.c[units]))
                  }
                })
            }
            let one = try alone.fit(piece.examples([lane]).steps(stretch))
            sum += one?.sum ?? 0
            for (index, value) in difference(network, alone).enumerated() { gradient[index] += value }
          }
        }
        #expect(relativeDifference([loss?.sum ?? 0], [sum]) < 1e-5 || sum == 0)
        let scale = gradient.reduce(0) { max($0, $1.magnitude) }
        let moved = difference(network, together).map { $0 * Double(lanes) }
        if scale > 0 {
          // Differences of floats near 1 are off by 2^-24, for every section.
          #expect(relativeDifference(moved, gradient) < 1e-4 + 32 * 0x1p-24 / scale)
        } else {
          #expect(loss == nil && moved.allSatisfy { $0 == 0 })
        }
        // Continues with the earlier parameters, and the current state.
        network.carriedState = together.carriedState
      }
    }
  }

  /// With more lanes than series, the empty lanes do not continue anything, in training or evaluation.
  @Test func emptyLanes() throws {
    let sequences = try sequences(.equal)
    var network = try mixedNetwork(backpropagation: .truncated(forward: 4, backward: 4))
    for piece in try pieces(sequences, lanes: 9, steps: 4) { _ = try network.fit(piece) }
    let lanes = LaneDataSetIterator(sequences, lanes: 9, steps: 4)
    let padded = SequenceDataSetIterator(try self.sequences(.start))
    let (found, expected) = (try network.score(on: lanes), try network.score(on: padded))
    #expect(found.sequenceCount == 7 && expected.sequenceCount == 7)
    #expect(found.stepCount == expected.stepCount)
    #expect(relativeDifference([found.sum], [expected.sum]) < 1e-5)
  }
}
