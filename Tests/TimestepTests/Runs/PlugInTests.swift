import Testing
import Timestep

/// Predicts every column's running mean: a trainer that is not a network, and needs only `import Timestep`.
private struct MeanTrainer: Trainer {
  private var sum: [Double] = [0, 0]
  private var count = 0.0

  func output(_ batch: DataSet) throws -> Tensor {
    var output = Tensor(shape: [batch.exampleCount, 2, batch.stepCount])
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
        for column in 0..<2 { output[row, column, step] = Float(sum[column] / max(1, count)) }
      }
    }
    return output
  }

  mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    let loss = try score(piece)
    guard let labels = piece.labels, loss.stepCount > 0 else { return nil }
    for row in 0..<piece.exampleCount {
      for step in 0..<piece.stepCount where piece.labelsMask[row, step] {
        count += 1
        for column in 0..<2 { sum[column] += Double(labels[row, column, step]) }
      }
    }
    return loss
  }

  func score(_ batch: DataSet) throws -> BatchLoss {
    let outputs = try output(batch)
    guard let labels = batch.labels else { return BatchLoss() }
    var sum = 0.0
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
        for column in 0..<2 {
          let error = Double(labels[row, column, step] - outputs[row, column, step])
          sum += error * error
        }
      }
    }
    return BatchLoss(sum: sum, stepCount: batch.labelsMask.count, sequenceCount: batch.exampleCount)
  }
}

/// Computed batches: class 1 in every third step.
private struct MadeUpBatches: DataSetIterator {
  private var left = 4

  mutating func begin(epoch: Int) throws { left = 4 }

  mutating func next() throws -> DataSet? {
    guard left > 0 else { return nil }
    left -= 1
    var labels = Tensor(shape: [2, 2, 6])
    for row in 0..<2 {
      for step in 0..<6 { labels[row, step % 3 == 0 ? 1 : 0, step] = 1 }
    }
    return DataSet(features: Tensor(shape: [2, 1, 6]), labels: labels)
  }
}

struct PlugInTests {
  @Test func aCustomTrainerLearnsFromACustomIterator() throws {
    var trainer = MeanTrainer()
    let batches = MadeUpBatches()
    let summary = try TrainingLoop(epochs: 3).fit(&trainer, batches)
    #expect(summary.losses.count == 3)
    #expect(summary.losses[2].score < summary.losses[0].score)
    let again = MadeUpBatches()
    let evaluation = try trainer.evaluate(on: again)
    // Two of three steps are of class 0, which the mean always predicts.
    #expect(try evaluation.accuracy == 32.0 / 48)
    #expect(evaluation.confusion.rows == [[32, 0], [16, 0]])
  }

  @Test func theBundledNetworkTakesThemToo() throws {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 1, updater: .adam(learningRate: 0.05)
    ) {
      LSTM(4)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    let batches = MadeUpBatches()
    let summary = try TrainingLoop(epochs: 20).fit(&network, batches)
    #expect(summary.losses[19].score < summary.losses[0].score)
  }

  /// README's example, on the files in Fixtures.
  @Test func theExampleOfTheReadme() throws {
    let folder = fixture("japanese-vowels/train")
    let range = isDebug ? 0...39 : 0...269
    let features = try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myInput_%d.csv", range))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myLabels_%d.csv", range))
    let batches = try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), batchSize: 32, alignment: .end)

    var network = try MultiLayerNetwork(
      for: batches.contract, seed: 12345, updater: .adam(learningRate: isDebug ? 0.02 : 0.003)
    ) {
      LSTM(isDebug ? 8 : 64)
    }
    let summary = try TrainingLoop(epochs: isDebug ? 5 : 40).fit(&network, batches)
    let evaluation = try network.evaluate(on: batches)
    #expect(try evaluation.accuracy > (isDebug ? 0.7 : 0.97))
    #expect(summary.losses.last.map(\.score) ?? .infinity < summary.losses[0].score)
    #expect("\(evaluation)".contains("actual \\ predicted"))
  }
}
