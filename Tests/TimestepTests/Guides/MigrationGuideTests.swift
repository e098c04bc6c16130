import Testing
import Timestep

/// The code of `Docs/ComingFromDL4J.md` and `Docs/ComingFromPyTorch.md`; loading PyTorch's weights is in `TrainingGuideTests`.
struct MigrationGuideTests {
  /// With fewer epochs than the page.
  @Test func sequenceClassification() throws {
    let train = fixture("japanese-vowels/train")
    let features = try CSVSequenceRecordReader(NumberedFileInputSplit("\(train)/myInput_%d.csv", 0...269))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(train)/myLabels_%d.csv", 0...269))
    let raw = try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), batchSize: 27, alignment: .end,
      order: .shuffled(seed: 1))

    let normalizer = try AffineNormalizer.standardize(fittedTo: raw)
    let batches = raw.normalized(by: normalizer)

    var network = try MultiLayerNetwork(
      for: batches.contract, seed: 123, updater: .adam(learningRate: 0.003), gradientLimit: .elements(1)
    ) {
      LSTM(64)
    }
    let scores = ScoreRecorder()
    try TrainingLoop(epochs: 3, listeners: [scores]).fit(&network, batches)
    #expect(network.iteration == 30)
    let evaluation = try network.evaluate(on: batches, allowing: .fittedExamples)
    #expect(evaluation.stepCount == 270)
    #expect(try evaluation.accuracy > 0.5)
  }

  @Test func sequencesInMemory() throws {
    let reader = try CollectionSequenceRecordReader([[[1, 2], [3, 4]], [[5, 6]]], columns: ["x", "y"])
    var batches = try SequenceDataSetIterator(features: reader, batchSize: 2, alignment: .start)
    let batch = try #require(try batches.next())
    #expect(batch.features.shape == [2, 2, 2])
    #expect(batch.featuresMask.lengths == [2, 1])
  }
}
