import TestSupport
import Testing
import Timestep

/// The same model file for any number of training threads.
@Suite struct TrainingThreadsTests {
  /// Series of 4 x 3 images in a row of columns, of unequal lengths, and the class of each.
  private func batches(_ workers: WorkerPool) throws -> SequenceDataSetIterator {
    var random = SplitMix(state: 12)
    var (features, labels): ([[[Float]]], [[[Float]]]) = ([], [])
    // 70 examples: batches of 40 and 30 rows, of two shares each.
    for number in 0..<70 {
      features.append(
        (0...random.next(below: 6)).map { _ in
          (0..<12).map { _ in Float(random.next(below: 2000)) / 1000 - 1 + Float(number % 3) / 4 }
        })
      labels.append([[Float(number % 3)]])
    }
    return SequenceDataSetIterator(
      try SequenceBatches(
        features: CollectionSequenceRecordReader(features),
        labels: .reader(CollectionSequenceRecordReader(labels), .oneHot(classes: 3)), batchSize: 40,
        alignment: .end,
        order: .shuffled(seed: 4)), workers: workers)
  }

  private func stack(_ name: String, _ workers: WorkerPool) throws -> MultiLayerNetwork {
    let output = RNNOutput(3, activation: .softmax, loss: .multiClassCrossEntropy)
    switch name {
    case "convolution and both directions":
      return try MultiLayerNetwork(
        inputs: .convolutional(channels: 1, height: 4, width: 3), seed: 9, updater: .adam(learningRate: 0.01),
        gradientLimit: .elements(1), l2: 0.001, workers: workers
      ) {
        Convolution2D(4, kernel: 2, activation: .relu)
        Subsampling(.max, kernel: 2, stride: 1)
        Dropout(rate: 0.2)
        Bidirectional(LSTM(6), .concatenate)
        Dropout(rate: 0.3)
        Bidirectional(GRU(5), .sum)
        output
      }
    default:
      return try MultiLayerNetwork(
        inputs: .recurrent(size: 12), seed: 9, updater: .nadam(learningRate: 0.01),
        backpropagation: .truncated(forward: 2, backward: 2), l1: 0.001, workers: workers
      ) {
        Dense(8, activation: .tanh)
        GravesLSTM(6)
        Dropout(rate: 0.3)
        SimpleRNN(5)
        LSTM(4)
        output
      }
    }
  }

  @Test(arguments: ["convolution and both directions", "truncated back-propagation"])
  func theBytesAreTheSame(name: String) throws {
    let scratch = TestDirectory()
    var files: [[UInt8]] = []
    for threads in [1, 2, 5] {
      let workers = WorkerPool(threads: threads)
      var network = try stack(name, workers)
      let batches = try batches(workers)
      let models = ModelDirectory(scratch.path("models-\(threads)"))
      let summary = try TrainingLoop(epochs: 3).fit(&network, batches, models: models)
      #expect(
        summary.losses.count == 3 && (summary.losses.last?.score ?? 9) < (summary.losses.first?.score ?? 0))
      let file = ModelFile(network: network, contract: batches.dataSets.contract)
      try file.save(to: scratch.path("\(threads)"), with: [.updater, .carriedState])
      files.append(
        try scratch.bytes(of: "\(threads)") + scratch.bytes(of: "models-\(threads)/best.safetensors"))
    }
    #expect(files[1] == files[0] && files[2] == files[0])
    // Another seed of the noise changes the result: the comparison can fail.
    let other = try stack(name, .shared).reconfigured { $0.seed += 1 }
    #expect(other[parameter: "layer0.W"] != (try ModelFile(scratch.path("1")).network[parameter: "layer0.W"]))
  }
}
