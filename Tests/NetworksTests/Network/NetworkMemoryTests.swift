import DataSets
import Networks
import Sequences
import Tensors
import TestSupport
import Testing

/// A batch whose values do not fit in memory is refused before they are allocated.
struct NetworkMemoryTests {
  /// Two series of a million steps: 60,000 units at every step take 480 GB and more.
  private func batch(of rows: Int) -> DataSet {
    let steps = 1_000_000
    let examples = (0..<rows).map { row in
      DataSet.ExampleMetadata(
        index: row, features: SequenceRecord.Source(path: "x_\(row).csv", firstLine: 1, key: "\(row)"),
        featureLines: 1...steps)
    }
    let ranges = (0..<rows).map { 0..<($0 == 0 ? 10 : steps) }
    return DataSet(
      features: Tensor(shape: [rows, 1, steps]), labels: Tensor(shape: [rows, 1, steps]),
      featuresMask: Mask(ranges: ranges, stepCount: steps), labelsMask: Mask(ranges: ranges, stepCount: steps),
      metadata: examples)
  }

  private func network(_ layer: any Layer, forward: Int? = nil) throws -> MultiLayerNetwork {
    try MultiLayerNetwork(
      inputs: .recurrent(size: 1), backpropagation: forward.map { .truncated(forward: $0, backward: $0) } ?? .full
    ) {
      layer
      Dense(60_000)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
  }

  @Test func theLongestSeriesAndTheWaysOutAreNamed() throws {
    var network = try network(Dense(1))
    let two = batch(of: 2)
    for found in [message { _ = try network.fit(two) }, message { _ = try network.score(two) }] {
      #expect(
        found.hasPrefix(
          "x_1.csv: the values of the network for its batch do not fit in memory: expected at most "), "\(found)")
      #expect(
        found.hasSuffix(
          " for 2 series, padded to 1000000 steps; group series of similar lengths (--batching auto), use a smaller "
            + "--batch-size, cut series into windows (--window), or train on pieces of series (--tbptt)"), "\(found)")
    }
    let one = message { _ = try network.outputs(batch(of: 1)) }
    #expect(one.hasSuffix(" steps; cut series into windows (--window), or train on pieces of series (--tbptt)"))
  }
}
