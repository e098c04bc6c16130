import ArgumentParser
import Timestep

/// `timestep train`: batches to a model file.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a recurrent network and writes a model file.")

  /// The recurrent layers there are.
  enum Cell: String, ExpressibleByArgument, CaseIterable { case lstm, graves }
  /// The updaters there are.
  enum UpdaterName: String, ExpressibleByArgument, CaseIterable { case adam, sgd }
  /// What is done to features, and to regression labels.
  enum Normalization: String, ExpressibleByArgument, CaseIterable { case none, standardize, minmax }
  /// In which order examples are visited.
  enum OrderName: String, ExpressibleByArgument, CaseIterable { case shuffled, file }

  @OptionGroup var source: BatchOptions

  @Option(help: "The model file to write.")
  var model: String

  @Option(help: "Passes over the data.")
  var epochs = 10

  @Option(help: "Units of each recurrent layer, as 64 or 64,64.")
  var hidden = LayerSizes(sizes: [64])

  @Option(help: "The recurrent layer: lstm, or graves (with peepholes).")
  var cell = Cell.lstm

  @Option(help: "The updater's learning rate.")
  var learningRate: Float = 0.001

  @Option(help: "How parameters follow their gradients: adam or sgd.")
  var updater = UpdaterName.adam

  @Option(help: "Truncated back-propagation: an update every N steps. Default: through whole series.")
  var tbptt: Int?

  @Option(help: "Each gradient element is clipped into [-X, X]. Default: none.")
  var clip: Float?

  @Option(help: "What parameters and the order of examples are drawn from.")
  var seed: UInt64 = 0

  @Option(help: "For features, and regression labels too: none, standardize or minmax.")
  var normalize = Normalization.none

  @Option(help: "The order of examples: shuffled (every epoch anew) or file.")
  var order = OrderName.shuffled

  @Option(help: "Feature files to evaluate on at the end.")
  var testFeatures: String?

  @Option(help: "Label files to evaluate on at the end.")
  var testLabels: String?

  func validate() throws {
    if model.isEmpty { throw ValidationError("--model is empty; name the file to write") }
    guard epochs > 0 else { throw ValidationError("--epochs \(epochs): at least 1 is needed") }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate \(learningRate): a number above 0 is needed")
    }
    if let tbptt, tbptt < 1 { throw ValidationError("--tbptt \(tbptt): at least 1 step is needed") }
    if let clip, !(clip > 0 && clip.isFinite) {
      throw ValidationError("--clip \(clip): a number above 0 is needed")
    }
    if source.batches == nil && !source.data.hasLabels {
      throw ValidationError("training needs labels: give --labels or --label-column")
    }
    guard testFeatures != nil || testLabels == nil else {
      throw ValidationError("--test-labels wants --test-features")
    }
    if testFeatures != nil, source.batches != nil {
      throw ValidationError(
        "--test-features goes with --features; evaluate saved batches with \"timestep evaluate\"")
    }
    if testFeatures != nil, (testLabels == nil) != (source.data.labels == nil) {
      throw ValidationError(
        "test data has its labels where the training data has them: give --test-labels likewise")
    }
  }

  func run() throws {
    Interruption.watch()
    try checkModelPlace()
    var source = try self.source.source(order: order == .file ? .sequential : .shuffled(seed: seed))
    guard source.contract.labels.encoding != .none else {
      throw RecordError(
        .mismatch, path: self.source.batches ?? "",
        "the batches have no labels; training needs them: convert with labels")
    }
    let test = try testData(source.contract)
    source = try normalized(source)
    var network = try makeNetwork(source.contract)
    var batches = source.iterator
    try TrainingLoop(epochs: epochs, listeners: [ProgressBar()]).fit(&network, &batches)
    try ModelFile(network: network, contract: source.contract).save(to: model)
    if let test {
      let contract = source.contract
      let report = try EvaluationReport(
        network, test.normalized(features: contract.featuresNormalizer, labels: contract.labelsNormalizer),
        contract)
      try StandardStream.output.writeResult(try report.headline(of: "test") + "\n")
    }
  }

  /// Finds out before the training that the model cannot be written, or would replace a file that is no model.
  private func checkModelPlace() throws {
    _ = try FileWriter(model)
    guard Directory.kind(of: model) == .file, !(try MappedFile(model).bytes.isEmpty) else { return }
    guard (try? SafetensorsFile(model)) != nil else {
      throw FileError(
        path: model, problem: "exists and is no model, so it is not replaced; choose another name for --model"
      )
    }
  }

  /// The test data, read once: a fault in it is found out now, not after the training.
  private func testData(_ contract: DataContract) throws -> BatchSource? {
    guard let testFeatures else { return nil }
    let options = source.data.replacing(features: testFeatures, labels: testLabels)
    let test = BatchSource.sequences(try options.dataSets(contract: contract))
    if let violation = contract.violation(by: test.contract) {
      throw RecordError(
        .mismatch, path: testFeatures,
        "the test data does not fit the training data: \(violation); give test data of the same form")
    }
    var batches = test.iterator
    while try batches.next() != nil {}
    return test
  }

  private func normalized(_ source: BatchSource) throws -> BatchSource {
    if normalize == .none { return source }
    var batches = source.iterator
    let (features, labels) = try ColumnStatistics.fit(&batches)
    let make = normalize == .standardize ? AffineNormalizer.standardize : AffineNormalizer.minMax
    let isRegression = source.contract.labels.encoding == .values
    return source.normalized(features: make(features), labels: isRegression ? labels.map(make) : nil)
  }

  private func makeNetwork(_ contract: DataContract) throws -> MultiLayerNetwork {
    let outputs = contract.labels.names.count
    return try MultiLayerNetwork(
      inputs: .recurrent(size: contract.columns.count), seed: seed,
      updater: updater == .adam
        ? .adam(learningRate: .constant(learningRate)) : .sgd(learningRate: .constant(learningRate)),
      backpropagation: tbptt.map { .truncated(forward: $0, backward: $0) } ?? .full,
      gradientLimit: clip.map { .elements($0) } ?? .none
    ) {
      for size in hidden.sizes {
        switch cell {
        case .lstm: LSTM(size)
        case .graves: GravesLSTM(size)
        }
      }
      if contract.labels.encoding == .oneHot {
        RNNOutput(outputs, activation: .softmax, loss: .multiClassCrossEntropy)
      } else {
        RNNOutput(outputs, activation: .identity, loss: .meanSquaredError)
      }
    }
  }
}
