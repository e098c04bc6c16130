import TestSupport
import Testing
import Timestep

/// One input step, ten labels: the network must continue by itself after the features have ended.
@Suite(.startsProcesses) struct OneToManyTests {
  /// The class at step `step` of the melody that begins with `key`.
  private func note(_ key: Int, _ step: Int) -> Int { (key * 3 + step * (key + 1)) % 5 }

  @Test func tenLabelsFromOneStepAreLearned() throws {
    let keys = (0..<40).map { $0 % 4 }
    let features = try CollectionSequenceRecordReader(
      keys.map { key in [(0..<4).map { $0 == key ? 1 : 0 }] })
    let labels = try CollectionSequenceRecordReader(
      keys.map { key in (0..<10).map { [Float(note(key, $0))] } })
    var batches = try SequenceDataSetIterator(
      features: features, labels: labels, batchSize: 10, labelEncoding: .oneHot(classes: 5),
      alignment: .start,
      order: .shuffled(seed: 1))

    let first = try #require(try batches.next())
    #expect(first.features.shape == [10, 4, 10])
    #expect(first.featuresMask.lengths == [Int](repeating: 1, count: 10))
    #expect(first.labelsMask.isFull)

    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 4), seed: 3, updater: .adam(learningRate: 0.02), gradientLimit: .elements(1)
    ) {
      LSTM(24)
      RNNOutput(5, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    try TrainingLoop(epochs: 120).fit(&network, batches)
    #expect(try network.evaluate(on: batches).accuracy > 0.99)
  }
}
