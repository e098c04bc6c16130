import ArgumentParser
import Platform
import Timestep

/// `timestep train`: trains on batches and writes a model file.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a recurrent network and writes a model file.")

  /// The order in which examples are visited.
  enum OrderName: String, FlagValue, CaseIterable { case shuffled, file }

  @OptionGroup(title: "Data") var data: DataOptions

  @OptionGroup var batchFlags: BatchFlags

  @OptionGroup(title: "Network") var network: NetworkOptions

  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: .flag("trainer")) var trainer: PluginCall?

  @Option(help: .flag("model", .train)) var model: String?

  @Option(help: .flag("from")) var from: String?

  @Option(help: .flag("freeze")) var freeze: Int?

  @Option(help: .flag("normalize")) var normalize: Normalization?

  @Option(help: .flag("order", .train)) var order = OrderName.shuffled

  @Option(help: .flag("season", .train)) var season: Int?

  @Option(help: .flag("test-features")) var testFeatures: [String] = []

  @Option(help: .flag("test-labels")) var testLabels: String?

  @Option(help: .flag("test-batches")) var testBatches: String?

  @Flag(help: .flag("json", .train)) var json = false

  @OptionGroup var allowed: AllowanceOptions

  private var source: BatchOptions { BatchOptions(data, batchFlags) }

  func validate() throws {
    try source.validate()
    if model?.isEmpty == true { throw ValidationError("--model is empty; name the file to write") }
    if model == nil, trainer == nil { throw ValidationError("--model is missing: name the file to write") }
    if source.areMade && !data.hasLabels {
      throw ValidationError(
        "training needs labels: give --labels, --label-column, --labels-from or --label-table")
    }
    try scheduled.schedule?.check()
    try BaselineReport.check(season: season)
    if let freeze, freeze < 1 { throw ValidationError("--freeze \(freeze): at least 1 layer is needed") }
    for part in [test, runOptions.validation] { try part.check(against: data) }
    let isMonitored = runOptions.patience != nil || runOptions.monitor != .loss || runOptions.judgeAnew
    if isMonitored, data.batching.isDivided, !runOptions.validation.isGiven,
      !data.batching.hasPart(.validation)
    {
      let flag =
        runOptions.patience != nil ? "--patience" : runOptions.judgeAnew ? "--judge-anew" : "--monitor"
      throw ValidationError(
        "\(flag) requires data to evaluate each epoch on: give the validation part a weight")
    }
  }

  private var test: HeldOut {
    HeldOut(name: .test, features: testFeatures, labels: testLabels, batches: testBatches)
  }

  func run() throws {
    Interruption.consequence = "no model was written; \(remedyOfInterruption)"
    try outputs.check(overwriting: data.overwrite) { inputPaths }
    let page = newPage()
    let log = try data.faults.openLog(isContinued: runOptions.resume)
    var results = ""
    let outcome = Result {
      try keeping(log) { try writing(page) { try train(log, page, results: &results) } }
    }
    // Last: nothing that is to be written depends on who reads them.
    let delivery = Result { if !results.isEmpty { try StandardStream.output.writeResult(results) } }
    try outcome.get()
    let written = outputs.existing
    if !written.isEmpty { StandardStream.error.write("written: \(written.joined(separator: ", "))\n") }
    try delivery.get()
  }

  /// What a user can do about a run that was interrupted.
  private var remedyOfInterruption: String {
    if runOptions.checkpoints != nil { return "continue from the last checkpoint with \(Remedy.resume)" }
    return trainer == nil
      ? "run it again; a run with \(Remedy.checkpoints) can be continued" : "run it again"
  }

  /// The files to write.
  private var outputs: OutputFiles {
    var outputs = OutputFiles()
    outputs.add("--model", model, .model)
    if let directory = runOptions.checkpoints {
      outputs.reserve(in: directory, "checkpoint", where: Checkpoints.isCheckpoint)
      let isJudged = runOptions.validation.isGiven || data.batching.hasPart(.validation)
      let models = ModelDirectory(directory)
      outputs.add(
        "--checkpoints", directory: directory, isJudged ? [models.best, models.latest] : [], .model)
    }
    outputs.add(contentsOf: data.outputs)
    outputs.add("--journal", runOptions.journal, .journal)
    outputs.add("--report", runOptions.report, .report)
    outputs.add("--save-flags", runOptions.saveFlags, .dataSetFile)
    return outputs
  }

  /// The paths of the files that are read, as far as they can be listed.
  private var inputPaths: [String] {
    var paths = source.inputPaths + [from, network.network].compactMap { $0 }
    for part in [test, runOptions.validation] {
      paths += part.batches.map(BatchOptions.paths(in:)) ?? []
      if !part.features.isEmpty {
        paths += data.replacing(features: part.features, labels: part.labels).inputPaths
      }
    }
    return paths
  }

  /// The flags for the network, whose schedule ends with the run.
  var scheduled: NetworkOptions {
    var options = network
    options.schedule?.epochCount = runOptions.epochs
    return options
  }

  private func train(_ log: DecisionLog, _ page: RunPage?, results: inout String) throws {
    var origin = try from.map { try ModelFile(knownHere: $0) }
    let layers =
      try origin?.network.configuration.layers ?? network.network.map { try NetworkFile($0).layers } ?? []
    let loss = (layers.last?.layer as? any DenseOutputLayer)?.loss ?? network.loss
    var own = self.source
    // If no part is specified, each of the three is used according to its name.
    if own.data.batching.isDivided, own.data.batching.part == nil { own.data.batching.part = .train }
    own.sharers = others(than: nil)
    // A run and a model keep their parts.
    let known = origin.flatMap { $0.namesAreKnown ? $0.contract : nil }
    let earlier = own.data.batching.split == nil ? nil : known ?? runOptions.resumedContract
    var source = try own.source(
      order: order == .file ? .sequential : .shuffled(seed: network.seed),
      contract: origin?.contract.map(knowledge), log: log, partKey: data.partKey(earlier)
    ).repeatingLabels(for: loss?.quantiles ?? []).laid(on: lanes)
    if own.areMade, origin == nil {
      data.noteCollected(in: source.contract)
      noteWholeSequences(source.contract)
    }
    if let from { try origin?.complete(by: source.contract, from) }
    guard source.contract.labels.encoding != .none else {
      throw RecordError(
        .mismatch, path: self.source.batches ?? "",
        "the batches have no labels; training needs them: convert with labels")
    }
    if let season, !source.contract.forecastsNumbers {
      throw ValidationError(
        "--season \(season): a season is that of a forecast of numbers: expected labels from the future of their series, found others"
      )
    }
    let readsBackwards = network.bidirectional || layers.contains { $0.layer.needsWholeSeries }
    let outline = RunOutline(source.contract, runsForwards: !readsBackwards)
    let heldOut = try (
      test: read(test, source.contract, log, outline),
      validation: read(runOptions.validation, source.contract, log, outline)
    )
    if let origin, let from { try network.checkFit(of: origin, from, to: source.contract) }
    try runOptions.monitor.check(source.contract.labels)
    let all = try own.trainingData(for: source)
    source = try normalized(
      source, by: all, as: origin, for: loss, heldOut: [heldOut.test, heldOut.validation], outline)
    var contract = source.contract
    // A model has the same bytes with held-out data as without, which are a reason to count labels before the training.
    if origin == nil, let normalize, normalize != .none { contract.labelMeans = outline.labelMeans }
    contract.timeCut = own.areMade ? data.batching.timeCut : nil
    outline.labelsNormalizer = contract.labelsNormalizer
    let test = heldOut.test?.normalized(as: contract)
    let validation = heldOut.validation?.normalized(as: contract)
    let batches: any ResumableDataSetIterator = source.iterator
    var loop = runOptions.loop(
      validation: validation, allowing: Self.policy, overwriting: data.overwrite)
    loop.plateau = network.schedule?.plateau
    if let ledger = log.file { loop.listeners.append(ledger) }
    if let page {
      loop.listeners.append(page.begin(source, validation: validation?.evaluated, test: test?.evaluated))
    }
    // First, because its lines are above a bar.
    loop.listeners.insert(outline, at: 0)
    var best: BestModelWriter?
    if let model, validation != nil {
      let kept = runOptions.resume ? runOptions.checkpoints.map { ModelDirectory($0).best } : nil
      let writer = BestModelWriter(model, contract, kept: kept, remedy: remedyOfInterruption)
      loop.listeners.insert(writer, at: 0)
      best = writer
    }
    func open(_ trainer: String) throws {
      if let path = runOptions.saveFlags {
        try DataSetFile.write(GivenFlags.current.flags.filter(\.definition.isForFiles), to: path)
      }
      outline.open(
        exampleCount: source.exampleCount, trainer: trainer, monitored: loop.validation?.name,
        files: outputs.descriptions + (runOptions.checkpoints.map { ["checkpoints in \($0)"] } ?? []))
    }
    if let trainer {
      let (make, options) = try PluginRegistry.current.find(
        trainer, in: \.trainers, "trainer", flag: "--trainer")
      var plugged = try make(options, contract)
      if model == nil, plugged is any Checkpointable {
        throw ValidationError(
          "--model is missing: name the file to write, since \"\(trainer.name)\" can be saved")
      }
      try open("trainer: \(trainer.name)")
      return try train(
        &plugged, batches, loop, contract, test: test?.evaluated, best, page, outline, results: &results)
    }
    let weights =
      try network.classWeights?.weights(for: all) { outline.count($0, in: "training", nil) } ?? []
    if case .balanced? = network.classWeights {
      outline.endCount(of: "training")
      outline.noteWeights(weights)
    }
    var trained = try startingNetwork(source, origin, weights)
    trained.reportsUpdates = runOptions.journal != nil
    trained.acceptsOtherLearningRate = runOptions.change == .learningRate
    if let rows = source.batchSize { try trained.reserveBuffers(rows: rows) }
    for part in [test, validation].compactMap({ $0 }) {
      try part.check(
        for: trained,
        remedy: network.bidirectional && origin == nil ? ", or \(Remedy.leaveOutBidirectional)" : "")
    }
    page?.show(trained)
    try open(scheduled.line(about: trained, isContinued: origin?.origin != nil))
    let hasTrained: Bool
    do {
      hasTrained = try runOptions.train(
        &trained, batches, loop, contract, best: best.map { _ in model ?? "" })
      // Saved first, before anything else can fail.
      if let model { try ModelFile(network: trained, contract: contract).save(to: model) }
    } catch {
      report(best, after: error, epochs: trained.epoch)
      throw explained(error, source, origin, weights, updates: trained.iteration)
    }
    noteSaved()
    // Another run has read the first epoch.
    if runOptions.resume { try outline.countAll(of: all.iterator, in: "training") }
    if hasTrained, let drawn = batches as? UntilInterrupted<SequenceDataSetIterator> {
      data.noteTime(drawn.report)
    }
    try judge(trained, contract, test: test?.evaluated, page, outline, results: &results)
  }

  /// Says that the model cannot predict row by row, if a transform needs whole sequences.
  private func noteWholeSequences(_ contract: DataContract) {
    for transform in contract.transforms?.transforms ?? [] {
      guard let reason = transform.needsWholeSequences else { continue }
      StandardStream.error.write(
        "the model cannot predict row by row (timestep predict): \(transform.summary): \(reason)\n")
    }
  }

  /// Held-out examples are checked before the training, so that no evaluation needs to reject any.
  static let policy = EvaluationPolicy.fittedExamples

  /// Reports what is left of a run that an error has ended; the message of an interruption says it itself.
  ///
  /// - Parameter epochs: The number of epochs that are done.
  private func report(_ best: BestModelWriter?, after error: any Error, epochs: Int) {
    if error is Interruption.Signal { return }
    if let notice = best?.notice { return StandardStream.error.write(notice + "\n") }
    guard epochs > 0, runOptions.checkpoints == nil, trainer == nil else { return }
    StandardStream.error.write("no model was written; \(Remedy.checkpoints) keeps that of the last epoch\n")
  }

  /// Returns the error of a run, with the flag that helps if it diverged.
  ///
  /// - Parameter updates: The number of updates that the run has made.
  private func explained(
    _ error: any Error, _ source: BatchSource, _ origin: ModelFile?, _ weights: [Float], updates: Int
  ) -> any Error {
    guard var diverged = error as? TrainingError, diverged.kind == .notFinite else { return error }
    let contract = source.contract
    let isPlain = contract.featuresNormalizer == nil && contract.labelsNormalizer == nil
    let search = DivergenceSearch(
      source, network, canNormalize: origin == nil && isPlain, updates: max(diverged.iteration ?? 0, updates),
      checkpoints: freeDirectory
    ) { source, network in
      var command = self
      command.network = network
      return try command.madeNetwork(source, origin, weights).network
    }
    diverged.remedy = search.remedy
    return diverged
  }

  /// A directory for the checkpoints of another run; `nil` if that of this run holds none.
  private var freeDirectory: String? {
    guard let directory = runOptions.checkpoints,
      ((try? Directory.names(in: directory)) ?? []).contains(where: Checkpoints.isCheckpoint)
    else { return nil }
    return (2...99).lazy.map { "\(directory)-\($0)" }.first { (try? Directory.kind(of: $0)) == .missing }
  }

  /// Notes for the message of an interruption that the model is saved.
  private func noteSaved() {
    Interruption.consequence =
      (model.map { "\($0) is written" } ?? "the training is done") + ", and its evaluation was not finished"
  }

  /// Trains a plug-in's trainer, saves it if possible, and evaluates it.
  private func train(
    _ trainer: inout some Trainer, _ batches: some ResumableDataSetIterator, _ loop: TrainingLoop,
    _ contract: DataContract, test: BatchSource?, _ best: BestModelWriter?, _ page: RunPage?,
    _ outline: RunOutline,
    results: inout String
  ) throws {
    if model != nil, !(trainer is any Checkpointable) {
      throw ValidationError("--trainer \(self.trainer?.name ?? "") cannot be saved: leave out --model")
    }
    do {
      try loop.fit(&trainer, batches)
    } catch {
      report(best, after: error, epochs: 0)
      throw error
    }
    if let model, best?.hasWritten == true { try restore(&trainer, from: model) }
    if let model, let written = trainer as? any Checkpointable {
      try written.write(to: model, run: nil, contract: contract)
    }
    noteSaved()
    try judge(trainer, contract, test: test, page, outline, results: &results)
  }

  /// Loads the model of the best epoch.
  private func restore<Model: Trainer>(_ trainer: inout Model, from path: String) throws {
    guard var model = trainer as? any Checkpointable else { return }
    _ = try model.restore(from: path)
    if let model = model as? Model { trainer = model }
  }

  /// Lanes with the length of a piece, if they were requested.
  private var lanes: BatchSource.Lanes? {
    guard let count = source.lanes, let steps = network.tbptt else { return nil }
    return BatchSource.Lanes(count: count, steps: steps)
  }

  /// Returns the data of this training that has files of its own, without one part; `nil`: without the training data.
  private func others(than name: PartName?) -> [DataOptions] {
    (name == nil ? [] : [data])
      + [test, runOptions.validation].filter { $0.name != name && !$0.features.isEmpty }.map { part in
        data.replacing(features: part.features, labels: part.labels)
      }
  }

  /// Returns held-out data if there is any, with its labels counted.
  private func read(
    _ part: HeldOut, _ contract: DataContract, _ log: DecisionLog, _ outline: RunOutline
  ) throws -> HeldOutBatches? {
    guard
      let source = try part.source(
        data, contract, log, isTrained: from != nil, sharing: others(than: part.name))?.laid(on: lanes)
    else { return nil }
    let name = part.name.rawValue
    let read = try HeldOutBatches(name, source, path: part.path, as: contract) {
      outline.count($0, in: name, $1)
    }
    outline.endCount(of: name)
    return read
  }
}
