import Reports
import TestSupport
import Testing
import Timestep

/// The code of `Docs/Training.md`, on a part of JapaneseVowels.
struct TrainingGuideTests {
  private let features: CSVSequenceRecordReader
  private let labels: CSVSequenceRecordReader

  init() throws {
    let vowels = fixture("japanese-vowels/train")
    features = try CSVSequenceRecordReader(NumberedFileInputSplit("\(vowels)/myInput_%d.csv", 0...39))
    labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(vowels)/myLabels_%d.csv", 0...39))
  }

  private func batches() throws -> SequenceDataSetIterator {
    try SequenceDataSetIterator(
      features: features, labels: labels, batchSize: 8, labelEncoding: .oneHot(classes: 9), alignment: .end)
  }

  private func recurrentNetwork(_ backpropagation: NetworkConfiguration.Backpropagation = .full) throws
    -> MultiLayerNetwork
  {
    try MultiLayerNetwork(
      inputs: .recurrent(size: 12), seed: 1, updater: .adam(learningRate: 0.01),
      backpropagation: backpropagation
    ) {
      LSTM(32)
      RNNOutput(9, activation: .softmax, loss: .multiClassCrossEntropy)
    }
  }

  @Test func networks() throws {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 12), seed: 1,
      updater: .adam(learningRate: .cosine(0.003, warmUp: 20, over: 1000, unit: .iterations)),
      weights: .xavier, gradientLimit: .elements(1), l2: 1e-4
    ) {
      Bidirectional(LSTM(32), .concatenate)
      Dropout(rate: 0.2)
      Dense(16, activation: .relu).weights(.relu).learningRate(0.001)
      LastTimeStep()
      SeriesOutput(
        9, activation: .softmax, loss: .multiClassCrossEntropy, classWeights: [1, 1, 1, 1, 1, 1, 1, 1, 2])
    }
    #expect(network.summary().layers.map(\.output.type.size) == [64, 64, 16, 16, 9])
    #expect(network.summary().layers.map(\.output.scope) == [.step, .step, .step, .series, .series])
    let batches = try batches()
    let before = try network.score(on: batches).score
    try TrainingLoop(epochs: 3).fit(&network, batches)
    #expect(try network.score(on: batches).score < before)
    #expect(try network.evaluate(on: batches).stepCount == 40)
  }

  @Test func aPageToLookAt() throws {
    let scratch = TestDirectory()
    var (network, batches) = (try recurrentNetwork(), try self.batches())
    let names = (0..<9).map { "speaker \($0)" }
    let recorder = RunRecorder(judges: [.classifier("validation", on: batches, classNames: names)])
    try TrainingLoop(epochs: 2, listeners: [recorder]).fit(&network, batches)
    var report = TrainingReport("Nine speakers", recorder.run)
    try report.evaluate(network, .classifier("test", on: batches, classNames: names))
    try report.page.write(to: scratch.path("run.html"))
    #expect(try scratch.text(of: "run.html").contains("speaker 8"))
    let evaluation = try network.evaluate(on: batches, classNames: names)
    let batch = try batches.dataSets.batch(epoch: 0, index: 0)
    let pictures: [any Picture] = [
      ConfusionMatrixPicture(evaluation.confusion, "Test"), MaskPicture(batch, "First batch"),
      recorder.run.lossByEpoch,
    ]
    for picture in pictures {
      try picture.write(to: scratch.path("curve.svg"))
      #expect(try scratch.text(of: "curve.svg").hasPrefix("<svg xmlns="))
    }
  }

  @Test func lanes() throws {
    var network = try recurrentNetwork(.truncated(forward: 10, backward: 10))
    let sequences = try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), alignment: .end,
      order: .shuffled(seed: 1))
    let pieces = LaneDataSetIterator(sequences, lanes: 8, steps: 10)
    let before = try network.score(on: pieces)
    #expect(before.sequenceCount == 40 && before.stepCount == 40)
    try TrainingLoop(epochs: 2).fit(&network, pieces)
    let after = try network.score(on: pieces)
    #expect(after.score < before.score)
    // The same series, padded: the same score.
    let padded = try batches()
    #expect(abs(try network.score(on: padded).score - after.score) < 1e-5 * after.score)
    #expect(try network.evaluate(on: pieces).accuracy == network.evaluate(on: padded).accuracy)
  }

  @Test func evaluatingAndKeepingModels() throws {
    let scratch = TestDirectory()
    var network = try recurrentNetwork()
    let batches = try batches()
    let loop = TrainingLoop(
      epochs: 100, listeners: [PerformanceListener(every: 100) { _ in }],
      stopping: [NoImprovement(epochs: 2), TimeLimit(.seconds(600))], validation: .accuracy(on: batches))
    let summary = try loop.fit(&network, batches, models: ModelDirectory(scratch.path("models")))
    #expect(summary.reason == .noImprovement(epochs: 2))
    let best = try ModelFile(try #require(summary.bestModel)).network
    #expect(try best.evaluate(on: batches).accuracy == summary.best?.value)

    var other = try recurrentNetwork()
    let checkpoints = Checkpoints(scratch.path("run"), every: .iterations(3))
    try TrainingLoop(epochs: 1).resume(&other, batches, from: checkpoints)
    var resumed = try recurrentNetwork()
    try TrainingLoop(epochs: 2).resume(&resumed, batches, from: checkpoints)
    var whole = try recurrentNetwork()
    try TrainingLoop(epochs: 2).fit(&whole, batches)
    for name in whole.parameterNames {
      #expect(resumed[parameter: name] == whole[parameter: name])
    }
  }

  @Test func evaluationSteppingTuningCertifying() throws {
    let scratch = TestDirectory()
    var network = try recurrentNetwork()
    var test = try batches()
    try TrainingLoop(epochs: 2).fit(&network, test)
    let (roc, calibration) = try network.evaluate(
      on: test, MultiClassROC(classCount: 9), Calibration(classCount: 9))
    #expect(try (0.5...1).contains(roc.macroArea.value ?? .nan))
    #expect(try (0...1).contains(calibration.expectedCalibrationError))

    var session = try network.session(rows: 1)
    #expect(try session.step(Tensor(shape: [1, 12])).shape == [1, 9])

    let path = scratch.path("model.safetensors")
    try ModelFile(network: network, contract: nil).save(to: path)
    var tuned = try ModelFile(path).network
      .freezing(layers: 0...0)
      .replacingOutput(with: RNNOutput(4, activation: .softmax, loss: .multiClassCrossEntropy))
    tuned[parameter: "layer0.b"] = Tensor(shape: [128])
    #expect(tuned[parameter: "layer0.W"] == network[parameter: "layer0.W"])
    #expect(tuned[parameter: "layer1.W"].shape == [32, 4])

    let sequences = try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), alignment: .end)
    try ModelFile(network: network, contract: sequences.contract).save(to: path)
    let (next, output, reason) = try ModelFile(path).network(for: sequences.contract)
    #expect(output == .kept && reason == "")
    #expect(next[parameter: "layer1.W"] == network[parameter: "layer1.W"])

    #expect(try network.verifyConsistency(on: test).holds)
    try test.reset()
    let batch = try #require(try test.next())
    #expect(try network.gradientStatistics(batch).parameters.map(\.name) == network.parameterNames)
  }
}
