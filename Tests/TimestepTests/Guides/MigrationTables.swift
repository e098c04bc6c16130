import Reports
import Timestep

/// Every call that the tables of `Docs/ComingFromDL4J.md` and `Docs/ComingFromPyTorch.md` name, word for word.
///
/// It is compiled, not run, which finds calls that do not exist (any more). `DocumentedCodeTests` checks that
/// the tables do not name any others.
enum MigrationTables {
  static func readers(directory: String, split: any InputSplit, reader: CSVSequenceRecordReader) throws {
    _ = try NumberedFileInputSplit("f_%d.csv", 0...9)
    _ = try NumberedFileInputSplit("f_%d.csv")
    _ = FileSplit(directory, extensions: ["csv"])
    _ = try GlobSplit("data/*.csv")
    _ = try CSVSequenceRecordReader(split, skippingLines: 1, delimiter: ",")
    _ = try CSVSequenceRecordReader(split, header: .present)
    _ = try CSVGroupedSequenceRecordReader(split, groupBy: .rows(24))
    _ = try WindowedSequenceRecordReader(reader, size: 50, stride: 10, tail: .drop)
    _ = try RegexSequenceRecordReader(split, pattern: #"(?<load>\d+) kW"#)
    _ = try CollectionSequenceRecordReader([[[1, 2], [3, 4]], [[5, 6]]])
    _ = TransformPipeline(FillMissing(.mean))
    _ = CSVColumns(.drop(["id"]))
    _ = Partition(["train": 8, "test": 2])
  }

  static func batches(
    reader: CSVSequenceRecordReader, features: CSVSequenceRecordReader, labels: CSVSequenceRecordReader,
    lengths: SequenceLengths
  ) throws {
    _ = try SequenceDataSetIterator(
      features: features, labels: labels, batchSize: 32, labelEncoding: .oneHot(classes: 9), alignment: .end)
    _ = try SequenceDataSetIterator(features: reader, labelColumns: 4, labelEncoding: .oneHot(classes: 9))
    _ = try SequenceDataSetIterator(features: features, labels: labels, labelEncoding: .values)
    let alignments: [Alignment] = [.equal, .start, .end]
    let sets = try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), batchSize: 32,
      order: .shuffled(seed: 1))
    _ = (alignments, SequenceDataSetIterator(sets), SequenceDataSetIterator(sets, prefetchCount: 2))
    _ = sets.sharded(Shard(index: 0, count: 3))
    _ = PaddingPlan(lengths: lengths, batchSize: 32, order: sets.order, columns: 21)
    _ = LaneDataSetIterator(sets, lanes: 8, steps: 50)
    var batches = SequenceDataSetIterator(sets)
    let statistics = try ColumnStatistics.fit(batches).features
    let normalizer = try AffineNormalizer.standardize(fittedTo: batches)
    _ = (sets.normalized(by: normalizer), AffineNormalizer.minMax(statistics))
    let state = batches.state
    try batches.restore(state)
  }

  static func batch(_ batch: DataSet, path: String, sets: SequenceBatches) throws {
    _ = DataSet.merging([batch, batch])
    _ = batch.split(at: 8)
    try batch.save(to: path)
    _ = try DataSet(contentsOf: path)
    let metadata = batch.metadata
    _ = (try sets.batch(of: metadata), batch.explain(example: 12, step: 4, column: 2))
    _ = (batch.features, batch.labelsMask, batch.featuresMask.isFull)
  }

  static func models() throws {
    let network = try ModelFile("model.zip").network
    _ = network
  }

  static func networks() throws {
    _ = try MultiLayerNetwork(inputs: .recurrent(size: 12), seed: 1, updater: .adam(learningRate: 0.003)) {
      LSTM(64)
      GravesLSTM(64)
      SimpleRNN(64)
      GRU(64)
      Bidirectional(LSTM(64), .concatenate)
      RNNOutput(9, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    _ = (MaskZero(LSTM(64), value: 0), RNNLoss(activation: .softmax, loss: .multiClassCrossEntropy))
    let merges: [Bidirectional.Merge] = [.sum, .mean, .product]
    _ = merges.map { Bidirectional(LSTM(64), $0) }
    _ = (Bidirectional(LSTM(64)), Bidirectional(LSTM(64), .sum), LastTimeStep(backward: .last))
    _ = try MultiLayerNetwork(
      inputs: .recurrent(size: 64), seed: 1,
      updater: .adam(learningRate: .cosine(0.003, over: 40, unit: .epochs)),
      gradientLimit: .elements(1)
    ) {
      Convolution2D(8, kernel: 3).preprocessed(
        by: .recurrentToConvolutional(channels: 1, height: 8, width: 8))
      Convolution2D(8, kernel: 5, stride: 2, padding: 2)
      Subsampling(.max, kernel: 2)
      Dense(32, activation: .relu)
      Dropout(rate: 0.2)
      ActivationLayer(.tanh)
      GlobalPooling(.max)
      SeriesOutput(9, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    _ = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 1, updater: .adam(learningRate: 0.003),
      backpropagation: .truncated(forward: 50, backward: 50), gradientLimit: .globalNorm(1)
    ) {
      Embedding(16, classes: 100)
      LastTimeStep()
      SeriesOutput(9, activation: .softmax, loss: .multiClassCrossEntropy)
    }
  }

  static func using(
    _ network: MultiLayerNetwork, _ batch: DataSet, input: Tensor, x: Tensor, output: RNNOutput,
    pyTorch state: PyTorchStateDict, file: ModelFile, sets: SequenceBatches
  ) throws {
    var network = network
    _ = (try network.output(batch), try network.score(batch), try network.feedForward(batch))
    _ = try network.rnnTimeStep(input)
    if let state = network.rnnGetPreviousState(layer: 0) { network.rnnSetPreviousState(state, layer: 0) }
    network.rnnClearPreviousState()
    var session = try network.session(rows: 1)
    _ = try session.step(x)
    _ = network.summary()
    _ = try network.freezing(layers: 0...1)
    _ = try network.replacingOutput(with: output)
    _ = try file.network(for: sets.contract)
    _ = try network.reconfigured { $0.seed = 2 }
    try network.load(PyTorchStateDict("torch.safetensors"))
    try network.load(state, [0: .recurrent("lstm"), 1: .linear("fc")])
  }

  static func training(
    _ network: inout MultiLayerNetwork, _ batches: SequenceDataSetIterator,
    heldOut: SequenceDataSetIterator, test: SequenceDataSetIterator, sets: SequenceBatches, path: String,
    loop: TrainingLoop
  ) throws {
    try TrainingLoop(epochs: 40).fit(&network, batches)
    _ = TrainingLoop(epochs: 40, listeners: [ScoreListener(every: 10)])
    _ = TrainingLoop(
      epochs: 40, stopping: [NoImprovement(epochs: 5)], validation: .accuracy(on: heldOut))
    let checkpoints = Checkpoints("run", every: .iterations(500))
    try loop.resume(&network, batches, from: checkpoints)
    try loop.resume(&network, batches, from: Checkpoints("run", every: .epochs(1)))
    try ModelFile(network: network, contract: sets.contract).save(to: path)
    _ = try ModelFile(path).network
    _ = (try network.evaluate(on: batches), try network.evaluateRegression(on: batches))
    _ = (try network.evaluate(on: test), try network.evaluate(on: test, ROC()))
    _ = (try network.evaluate(on: batches, ROC()), Calibration(classCount: 9), RunRecorder())
    let loss = try network.score(on: batches)
    _ = (loss.score, loss.perStep)
    func sum<Model: Trainer>(_ model: Model, _ other: Evaluation) throws -> Evaluation {
      var evaluation = try model.evaluate(on: batches)
      evaluation += other
      return evaluation
    }
    _ = try sum(network, network.evaluate(on: test))
  }

  /// The code of `Docs/ComingFromDL4J.md`; `MigrationGuideTests` runs it with fewer epochs.
  static func sequenceClassification() throws {
    let features = try CSVSequenceRecordReader(NumberedFileInputSplit("train/myInput_%d.csv", 0...269))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("train/myLabels_%d.csv", 0...269))
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
    try TrainingLoop(epochs: 40, listeners: [ScoreListener(every: 20)]).fit(&network, batches)
  }

  /// The code at the end of `Docs/ComingFromPyTorch.md`; `TrainingGuideTests` and `MigrationGuideTests` run
  /// similar code.
  static func fromPyTorch() throws {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 12), seed: 1, updater: .adam(learningRate: 0.003)
    ) {
      LSTM(64)
      RNNOutput(9, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    try network.load(PyTorchStateDict("torch.safetensors"))

    let reader = try CollectionSequenceRecordReader([[[1, 2], [3, 4]], [[5, 6]]], columns: ["x", "y"])
    var batches = try SequenceDataSetIterator(features: reader, batchSize: 2, alignment: .start)
    if let batch = try batches.next() {
      print(batch.features.shape, batch.featuresMask.lengths)
    }
  }
}
