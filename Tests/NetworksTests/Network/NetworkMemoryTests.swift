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
      featuresMask: Mask(ranges: ranges, stepCount: steps),
      labelsMask: Mask(ranges: ranges, stepCount: steps),
      metadata: examples)
  }

  @Test func theLongestSeriesAndTheWaysOutAreNamed() throws {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 0.1)
    ) {
      Dense(60_000, activation: .identity)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    let two = batch(of: 2)
    let ways = [
      (message { _ = try network.fit(two) }, "train on pieces of series (--tbptt T)"),
      (message { _ = try network.score(two) }, "evaluate on lanes (--lanes N)"),
    ]
    for (found, last) in ways {
      #expect(
        found.hasPrefix(
          "x_1.csv: the values of the network for its batch do not fit in memory: expected at most "),
        "\(found)")
      #expect(
        found.hasSuffix(
          " for 2 series, padded to 1000000 steps; group series of similar lengths (--batching auto), use smaller "
            + "batches (--batch-size N), cut series into windows (--window N), or \(last)"), "\(found)")
    }
    let one = message { _ = try network.output(batch(of: 1)) }
    #expect(
      one.hasSuffix(" steps; cut series into windows (--window N), or evaluate on lanes (--lanes N)"),
      "\(one)")
  }

  /// Parameters are not even counted in memory that is not there.
  @Test func aNetworkThatDoesNotFitIsRefused() {
    let found = message {
      _ = try MultiLayerNetwork(inputs: .recurrent(size: 2), seed: 1, updater: .sgd(learningRate: 0.1)) {
        LSTM(600_000)
        RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
      }
    }
    #expect(found.hasPrefix("the network does not fit in memory: expected at most "), "\(found)")
    #expect(
      found.hasSuffix(
        ", found 23 TB for 1440008400002 parameters, their gradients and the state of their updater; make the layers "
          + "smaller"), "\(found)")
  }
}
