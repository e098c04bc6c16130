import DataSets
import Networks
import Sequences
import Tensors
import Testing

/// The error messages about unsuitable batches and settings.
@Suite struct NetworkErrorTests {
  private func expect(
    _ problem: String, sourceLocation: SourceLocation = #_sourceLocation, _ work: () throws -> Void
  ) {
    #expect(throws: NetworkError(problem), sourceLocation: sourceLocation) { try work() }
  }

  private func batch(_ n: Int = 2, columns: Int = 3, outputs: Int = 2, path: String? = nil) -> DataSet {
    let metadata = (0..<(path == nil ? 0 : n)).map { index in
      DataSet.ExampleMetadata(
        index: index, features: SequenceRecord.Source(path: path ?? "", key: "\(index)"), featureLines: 1...4)
    }
    return DataSet(
      features: Tensor(shape: [n, columns, 4]), labels: Tensor(shape: [n, outputs, 4]), metadata: metadata)
  }

  @Test func featureColumns() throws {
    var network = try mixedNetwork()
    let before = network.bits
    let problem =
      "the batch has 2 feature columns, but the network expects 3; give it the columns that it was made for"
    expect(problem) { _ = try network.output(batch(columns: 2)) }
    expect(problem) { _ = try network.score(batch(columns: 2)) }
    expect(problem) { _ = try network.gradients(batch(columns: 2)) }
    expect(problem) { _ = try network.fit(batch(columns: 2)) }
    expect(
      "the batch has 5 feature columns, but the network expects 3 (data/0.csv); give it the columns that it was "
        + "made for"
    ) { _ = try network.output(batch(columns: 5, path: "data/0.csv")) }
    #expect(network.bits == before && network.iteration == 0)
  }

  @Test func labelColumns() throws {
    var network = try mixedNetwork()
    let problem =
      "the batch has 3 label columns, but the network has 2 outputs; use the class count or the label columns that "
      + "it was made for"
    expect(problem) { _ = try network.score(batch(outputs: 3)) }
    expect(problem) { _ = try network.fit(batch(outputs: 3)) }
    #expect(try network.output(batch(outputs: 3)).shape == [2, 2, 4])
  }

  @Test func missingLabels() throws {
    var network = try mixedNetwork()
    let bare = DataSet(features: Tensor(shape: [2, 3, 4]))
    expect("the batch has no labels; a loss requires them: make the batches with labels") {
      _ = try network.score(bare)
    }
    expect("the batch has no labels; a loss requires them: make the batches with labels") {
      _ = try network.gradients(bare)
    }
    expect("the batch has no labels, but training requires them; make the batches with labels") {
      _ = try network.fit(bare)
    }
    #expect(try network.output(bare).shape == [2, 2, 4])
  }

  @Test func piecesThatContinue() throws {
    var network = try mixedNetwork()
    let pieces = batch().pieces(of: 2)
    expect(
      "a piece of 2 rows continues series, but the network remembers none; give it the pieces of a series from the "
        + "first one, with the same number of rows"
    ) { _ = try network.fit(pieces[1]) }
    _ = try network.fit(pieces[0])
    _ = try network.fit(pieces[1])
    expect(
      "a piece of 3 rows continues series, but the network remembers 2 rows; give it the pieces of a series from "
        + "the first one, with the same number of rows"
    ) { _ = try network.fit(batch(3).pieces(of: 2)[1]) }
    let problem =
      "row 0 of the batch continues a series; outputs and scores require whole series, or pieces with the state "
      + "that they continue from"
    expect(problem) { _ = try network.output(pieces[1]) }
    expect(problem) { _ = try network.feedForward(pieces[1]) }
    expect(problem) { _ = try network.score(pieces[1]) }
    expect(problem) { _ = try network.gradients(pieces[1]) }
  }

  /// Only the second row continues a series; the error names it.
  @Test func theRowThatContinuesIsNamed() throws {
    var mixed = batch()
    mixed.seriesStarts = Mask(rows: 2, steps: 4) { row, step in row == 0 && step == 0 }
    expect(
      "row 1 of the batch continues a series; outputs and scores require whole series, or pieces with the state "
        + "that they continue from"
    ) {
      _ = try mixedNetwork().output(mixed)
    }
  }

  @Test func construction() {
    func network(
      inputs: Int = 3, backpropagation: NetworkConfiguration.Backpropagation = .full,
      @MultiLayerNetwork.LayerBuilder layers: () -> [NetworkLayer]
    ) throws(NetworkError) {
      _ = try MultiLayerNetwork(
        inputs: .recurrent(size: inputs), seed: 1, updater: .sgd(learningRate: 1),
        backpropagation: backpropagation, layers: layers)
    }
    let output = RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    expect("a network without layers; add at least an output layer") { try network {} }
    expect("layer 1 (graves) has no loss; end the network with an RNNOutput, or a SeriesOutput") {
      try network {
        LSTM(2)
        GravesLSTM(2)
      }
    }
    expect("layer 1 (rnnOutput) is an output layer in the middle; put it at the end") {
      try network {
        LSTM(2)
        output
        output
      }
    }
    expect("the input recurrent(0) has an invalid size; 1 to 1048576 values are possible") {
      try network(inputs: 0) { output }
    }
    for (forward, backward) in [(2, 3), (2, 0), (0, 0), (-1, -1)] {
      expect(
        "truncated back-propagation of \(forward) steps forward and \(backward) backward; "
          + "backward must be at least 1 and at most forward"
      ) { try network(backpropagation: .truncated(forward: forward, backward: backward)) { output } }
    }
  }
}
