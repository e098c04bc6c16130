import FoundationEssentials
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// `Docs/Formats.md` against the files and results of the program: each lists what the other has.
@Suite(.startsProcesses) struct FormatsPageTests {
  /// The part of a run that contains JSON of its own.
  private struct Run: Decodable {
    var position: String?
    var listeners: [String: String]?
  }

  private let scratch = TestDirectory()

  private let files = ["--features", "f_%d.csv", "--header", "--time", "t=iso8601"]
  private let holes = ["--features", "h_%d.csv", "--header"]

  private var classes: [String] {
    files + ["--category", "w=rain,sun", "--labels", "l_%d.csv", "--classes", "2", "--align", "start"]
  }

  private var numbers: [String] {
    files + ["--category", "w=rain,sun", "--labels", "r_%d.csv", "--regression", "--align", "start"]
  }

  private let pairs = ["--batch-size", "2"]

  init() {
    for number in 0..<4 {
      var (features, labels, targets, holes) = ("a,b,c,w,t\n", "y\n", "y,z\n", "a,b\n")
      for step in 0..<number + 2 {
        let weather = (step + number).isMultiple(of: 2) ? "sun" : "rain"
        features += "\(number * 10 + step),\(step * step - number),7,\(weather),2024-05-01T0\(step):00:00\n"
        labels += "\((step + number) % 2)\n"
        targets += "\(step + number),\(step * 3)\n"
        holes += "\(number + step),\(step == 1 ? "" : "\(step)")\n"
      }
      scratch.write(features, to: "f_\(number).csv")
      scratch.write(labels, to: "l_\(number).csv")
      scratch.write(targets, to: "r_\(number).csv")
      scratch.write(holes, to: "h_\(number).csv")
    }
  }

  @Test func thePageListsEveryField() throws {
    var written = WrittenFields()
    try addTrainings(to: &written)
    try addNetworks(to: &written)
    try addContracts(to: &written)
    try addBatches(to: &written)
    try addStreams(to: &written)
    try addCaches(to: &written)
    try addDataSet(to: &written)
    try addDataSetFile(to: &written)
    try addLedger(to: &written)
    try addEvaluations(to: &written)
    try addInspections(to: &written)
    arrange(&written)

    let page = try FormatsPage()
    for section in page.sections.union(written.sections.keys).sorted() {
      let (listed, found) = (page.fields(of: section), written.sections[section] ?? [])
      let unlisted = found.filter { field in !listed.contains { field.begins($0) } }
      let unknown = listed.filter { pattern in !found.contains { $0.matches(pattern) } }
      #expect(unlisted.map(\.description).sorted() == [], "written, but not in section \"\(section)\"")
      #expect(unknown.map(\.description).sorted() == [], "in section \"\(section)\", but not written")
    }
  }

  @Test func thePageListsEveryClassOfFault() throws {
    let rows = try FormatsPage().rows.filter { $0.title == "class" }
    #expect(rows.compactMap { $0.code[0].first } == RecordError.Kind.allCases.map(\.flagName))
    let actions: [(String, ErrorPolicy.Action)] = [
      ("skip-row", .skipRow), ("skip-sequence", .skipSequence), ("repair", .repair(.constant(0))),
      ("repair:clip", .repair(.clip)),
    ]
    for (row, kind) in zip(rows, RecordError.Kind.allCases) {
      let suitable = actions.filter { $0.1.suits(kind) }.map(\.0)
      #expect(row.code[2] == suitable, "\(kind)")
    }
  }

  /// Moves objects that occur in several places to the sections that describe them.
  private func arrange(_ written: inout WrittenFields) {
    for name in [
      "labels", "encodings", "labelVocabulary", "source", "transforms", "notation", "fileSettings", "window",
      "seriesRow", "featuresNormalizer", "labelsNormalizer",
    ] {
      written.share(name, of: "The manifest", with: "The contract")
    }
    let moves: [(name: String, section: String, other: String)] = [
      ("network", "Description of a model", "The network"),
      ("test", "Results of training", "Evaluation of classes"),
      ("layers[]", "The network", "Layers"), ("layer", "Layers", "Layers"),
      ("updater", "The network", "Updaters"), ("updater", "Layers", "Updaters"),
      ("weights", "The network", "Initializations"), ("weights", "Layers", "Initializations"),
      ("learningRate", "Layers", "Schedules"), ("UPDATER.learningRate", "Updaters", "Schedules"),
      ("encodings.COLUMN", "The contract", "Encodings"), ("transforms[]", "The contract", "Transforms"),
      ("featuresNormalizer", "The contract", "Normalizers"),
      ("labelsNormalizer", "The contract", "Normalizers"),
      ("progress.total", "The run", "Losses"), ("history.lastLoss", "The run", "Losses"),
      ("courses[].judgements[].loss", "The state of the report", "Losses"),
      ("sources[]", "The manifest", "Sources of examples"),
      ("[].ledger[]", "The notes in a cache", "The ledger"),
      ("[].chosenRows", "The notes in a cache", "Row numbers"),
      ("certificate", "Evaluation of classes", "The certificate"),
      ("certificate", "Evaluation of numbers", "The certificate"),
      ("baselines[]", "Evaluation of classes", "Baselines"),
      ("baselines[]", "Evaluation of numbers", "Baselines"),
      ("certificate", "Evaluation of several classes at a time", "The certificate"),
      ("intervals", "Evaluation of classes", "Intervals"),
      ("intervals", "Evaluation of several classes at a time", "Intervals"),
      ("intervals", "Evaluation of numbers", "Intervals"),
      ("columns[]", "Inspection", "Columns"), ("transformed[]", "Inspection", "Columns"),
      ("labels[]", "Inspection", "Columns"),
    ]
    for (name, section, other) in moves {
      written.move(name, of: section, to: other)
    }
  }
}

// Models, checkpoints, the journal and what was trained.
extension FormatsPageTests {
  private func addTrainings(to written: inout WrittenFields) throws {
    let first = [
      "train", "--model", "m1", "--epochs", "2", "--hidden", "2", "--tbptt", "2",
      "--normalize", "standardize", "--validation-features", "f_%d.csv", "--validation-labels", "l_%d.csv",
      "--allow-training-data",
      "--checkpoints", "k1", "--checkpoint-every", "1", "--keep-checkpoints", "100", "--journal", "journal",
      "--report", "report.html", "--cache", "cache", "--on-error", "not-a-number=skip-row", "--ledger",
      "decisions",
    ]
    let onLanes = [
      "train", "--model", "m2", "--epochs", "1", "--hidden", "2", "--tbptt", "2", "--lanes", "2", "--cell",
      "graves", "--updater", "amsgrad", "--checkpoints", "k2", "--checkpoint-every", "1", "--cache", "cache",
    ]
    let transformed = [
      "train", "--model", "m3", "--epochs", "1", "--hidden", "2,2", "--cell", "gru", "--bidirectional",
      "--dropout", "0.2", "--class-weights", "balanced", "--clip", "1", "--checkpoints", "k3",
      "--drop-columns", "c", "--transform", "one-hot:columns=w",
    ]
    let bothWays = [
      "train", "--model", "m4", "--epochs", "1", "--hidden", "2", "--cell", "graves", "--bidirectional",
    ]
    let regression = [
      "train", "--model", "m5", "--epochs", "1", "--hidden", "2", "--cell", "rnn", "--normalize", "minmax",
    ]
    try results(first + classes + pairs, in: scratch)
    let again = setting(["--epochs", "3"], in: first) + ["--resume", "--judge-anew"]
    try results(again + classes + pairs, in: scratch)
    try results(onLanes + classes, in: scratch)
    try results(transformed + classes + pairs, in: scratch)
    try results(bothWays + classes + pairs, in: scratch)
    try results(regression + numbers + pairs, in: scratch)
    try results(["import", fixture("dl4j/networks/adam.zip"), "--model", "m6"], in: scratch)
    for name in ["m1", "m2", "m3", "m4", "m5", "m6"] { try addModel(name, to: &written) }
    for folder in ["k1", "k2", "k3"] {
      for name in scratch.names(in: folder) { try addModel("\(folder)/\(name)", to: &written) }
    }
    for line in try scratch.text(of: "journal").split(separator: "\n") {
      try written.add(json: line, to: "The journal")
    }
    #expect(try scratch.text(of: "report.html").hasPrefix("<!DOCTYPE html>"))
    #expect(try scratch.text(of: "report.html").contains("name=\"generator\" content=\"Timestep\""))
  }

  private func addModel(_ name: String, to written: inout WrittenFields) throws {
    let metadata = try written.add(
      safetensors: scratch.bytes(of: name), metadata: "Metadata of a model", tensors: "Tensors of a model")
    #expect(metadata["format"] == "timestep-model" && metadata["version"] == "4", "\(name)")
    for (key, section) in [
      ("network", "The network"), ("progress", "The progress of a model"), ("contract", "The contract"),
      ("run", "The run"),
    ] {
      if let text = metadata[key] { try written.add(json: text, to: section) }
    }
    guard let text = metadata["run"] else { return }
    let run = try JSONDecoder().decode(Run.self, from: Data(text.utf8))
    if let position = run.position { try written.add(json: position, to: "The position") }
    if let report = run.listeners?["report"] { try written.add(json: report, to: "The state of the report") }
  }

  /// Networks as the library makes them.
  private func addNetworks(to written: inout WrittenFields) throws {
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 0, updater: .sgd(learningRate: 0.1)
    ) {
      LSTM(2)
      GRU(2)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    _ = try network.rnnTimeStep(Tensor(shape: [1, 1]))
    try ModelFile(network: network, contract: nil).save(to: scratch.path("library"), with: [.stepState])
    try addModel("library", to: &written)

    var configuration = network.configuration
    let inputs: [InputType] = [
      .recurrent(size: 1), .feedForward(size: 1), .convolutional(channels: 1, height: 1, width: 1),
    ]
    let limits: [NetworkConfiguration.GradientLimit] = [
      .none, .elements(1), .layerNorm(1), .parameterNorm(1), .globalNorm(1), .renormalizedLayer,
      .renormalizedParameter,
    ]
    let initializations: [WeightInitialization] = [
      .zero, .ones, .constant(1), .normal(deviation: 1), .uniform(limit: 1), .xavier, .xavierUniform,
      .xavierFanIn, .relu, .reluUniform, .leCunNormal, .leCunUniform, .sigmoidUniform, .identity,
      .orthogonal(gain: 1),
    ]
    let updaters: [Updater] = [
      .sgd(learningRate: 1), .nesterovs(learningRate: 1), .adaGrad(learningRate: 1),
      .rmsProp(learningRate: 1), .adaDelta(learningRate: 1), .adam(learningRate: 1), .adamW(learningRate: 1),
      .nadam(learningRate: 1),
      .amsGrad(learningRate: 1),
    ]
    func add<Value>(_ values: [Value], as property: WritableKeyPath<NetworkConfiguration, Value>) throws {
      for value in values {
        configuration[keyPath: property] = value
        try written.add(encoded: configuration, to: "The network")
      }
    }
    try add(inputs, as: \.inputs)
    try add(limits, as: \.gradientLimit)
    try add(initializations, as: \.weights)
    try add(updaters, as: \.updater)
    try add([layers], as: \.layers)
  }

  /// A layer for each field that layers can have.
  private var layers: [NetworkLayer] {
    let schedules: [Schedule] = [
      .constant(0.1), .step(0.1, factor: 0.5, every: 10, unit: .epochs),
      .exponential(0.1, factor: 0.5, unit: .epochs), .inverse(0.1, gamma: 1, power: 1, unit: .iterations),
      .polynomial(0.1, power: 1, over: 10, unit: .iterations), .cosine(0.1, over: 10, unit: .epochs),
    ]
    let preprocessors: [NetworkLayer.Preprocessor] = [
      .recurrentToFeedForward, .feedForwardToRecurrent, .convolutionalToRecurrent,
      .convolutionalToFeedForward, .recurrentToConvolutional(channels: 1, height: 1, width: 1),
      .feedForwardToConvolutional(channels: 1, height: 1, width: 1),
    ]
    let methods: [GlobalPooling.Method] = [.max, .mean, .sum, .pNorm(2)]
    let plain: [any Layer] = [
      Bidirectional(GravesLSTM(1)), Convolution2D(1, kernel: 1), Subsampling(.max, kernel: 1),
      Embedding(1, classes: 2), Dropout(rate: 0.5), LastTimeStep(), ActivationLayer(.tanh),
      MaskZero(GravesLSTM(1, regularizesPeepholes: true)),
      RNNLoss(activation: .tanh, loss: .meanSquaredError),
      RNNOutput(1, activation: .identity, loss: .meanSquaredError, classWeights: [2]),
    ]
    let dense = NetworkLayer(Dense(1, activation: .relu))
    var layers = plain.map { NetworkLayer($0) }
    layers += methods.map { NetworkLayer(GlobalPooling($0)) }
    layers += schedules.map { dense.learningRate($0) }
    layers += preprocessors.map { dense.preprocessed(by: $0) }
    layers += schedules.map { dense.updater(.sgd(learningRate: $0)) }
    layers += [dense.weights(.xavier), dense.regularization(l1: 1, l2: 1), dense.frozen()]
    return layers
  }

  /// Contracts with every encoding and every transform.
  private func addContracts(to written: inout WrittenFields) throws {
    let transforms: [any SequenceTransform] = [
      SelectColumns(.keep(["x"])), SelectColumns(.drop(["z"])), SelectColumns(.rename(["x": "u"])),
      MapValues(.scale(2, offset: 1), columns: ["u"]), MapValues(.absolute), MapValues(.squareRoot),
      MapValues(.exponential), MapValues(.power(2)), Difference(), Difference(firstRows: .fill(0)),
      Logarithm(), Resample(every: 2, labels: .last, labelColumns: ["y"]), ResampleByTime(nanoseconds: 1),
      LagFeatures(1), Clip(0...1),
      FillMissing(.refuse), FillMissing(.constant(0)), FillMissing(.forward(first: 0)), FillMissing(.linear),
      FillMissing(.mean),
      try FillMissing(.category("u"), within: .window).adapted(to: ["z": Vocabulary(["u"])], among: ["z"]),
      OneHotColumns(classes: ["u": ["a"]]),
    ]
    var contract = DataContract(
      columns: ["x"], labels: DataContract.Labels(encoding: .values, names: ["y"]).repeated(for: [0.1, 0.9]),
      alignment: .equal,
      featuresNormalizer: AffineNormalizer(
        shift: [0], scale: [1], constantColumns: [0], lineage: Lineage([1])),
      transforms: TransformPipeline(transforms))
    contract.encodings = [
      "a": .category(Vocabulary(["u"])), "b": .time(TimestampEncoding(.iso8601)),
      "c": .time(TimestampEncoding(.unixSeconds)), "d": .time(TimestampEncoding(.unixMilliseconds)),
      "e": .time(TimestampEncoding(.pattern("%Y"))), "f": .offset(.first), "g": .offset(.value(1)),
      "h": .offset(.exact("1")),
    ]
    contract.partKey = .example
    (contract.isSortedByTime, contract.longestGap) = (true, 1)
    contract.window = WindowShape(size: 2, stride: 1)
    contract.seriesRow = SeriesRow(names: ["y", "a", "b"], values: [2, 1])
    contract.staticColumns = ["x"]
    (contract.labelMeans, contract.timeCut) = ([1], "--split-time 8,1,1")
    contract.notation = TextNotation(
      delimiter: ";", decimal: ",", thousands: ".", quotes: .none, encoding: .latin1)
    try written.add(encoded: contract, to: "The contract")
  }
}

// Batches, caches, and what is between them.
extension FormatsPageTests {
  private func addBatches(to written: inout WrittenFields) throws {
    try results(["convert", "--output", "o1", "--normalize", "standardize"] + numbers + pairs, in: scratch)
    try results(["convert", "--output", "o2", "--format", "npz"] + classes + pairs, in: scratch)
    try results(["convert", "--output", "o3", "--transform", "fill:rule=mean"] + holes, in: scratch)
    try results(
      [
        "convert", "--output", "o4", "--labels-as", "index", "--label-column", "w", "--label-categories",
        "sun,rain",
      ] + files + pairs,
      in: scratch)
    let batch = exampleBatch()
    var contract = DataContract(
      columns: ["x"], labels: DataContract.Labels(encoding: .values, names: ["y"]), alignment: .equal)
    contract.partKey = .example
    (contract.isSortedByTime, contract.longestGap) = (true, 1)
    contract.window = WindowShape(size: 2, stride: 1)
    contract.seriesRow = SeriesRow(names: ["y", "a", "b"], values: [2, 1])
    contract.staticColumns = ["x"]
    contract.notation = TextNotation(delimiter: ";")
    let writer = try SavedDataSetWriter(
      scratch.path("o5"), format: .safetensors, layout: .ntc, contract: contract)
    try writer.append(batch)
    try writer.commit()
    for folder in ["o1", "o2", "o3", "o4", "o5"] {
      try written.add(json: scratch.text(of: "\(folder)/manifest.json"), to: "The manifest")
    }
    for name in ["o1", "o3", "o4", "o5"].map({ "\($0)/batch-000000.safetensors" }) {
      try written.add(
        safetensors: scratch.bytes(of: name), metadata: "Metadata of a batch", tensors: "Tensors of a batch")
    }
    let arrays = try TensorFileFormat.npz.open(scratch.path("o2/batch-000000.npz")).names
    #expect(Set(arrays) == ["features", "labels", "featuresMask", "labelsMask", "lengths"])
  }

  /// A batch with every part, whose example has a label sequence of another key.
  private func exampleBatch() -> DataSet {
    var batch = DataSet(
      features: Tensor(shape: [1, 1, 2]), labels: Tensor(shape: [1, 1, 2]),
      observedMask: DataSet.ObservedMask(rows: 1, columns: 1, steps: 2) { _, _, step in step == 0 },
      metadata: [
        DataSet.ExampleMetadata(
          index: 0, features: SequenceRecord.Source(path: "f", firstLine: 1, key: "a"), featureLines: 3...4,
          labels: SequenceRecord.Source(path: "l", firstLine: 1, key: "b"), labelLines: 2...3)
      ])
    batch.fittedRows = [0]
    return batch
  }

  private func addStreams(to written: inout WrittenFields) throws {
    let whole = ["stream", "--sources", "--order", "file"] + classes + pairs
    let lanes = ["stream", "--lanes", "2", "--tbptt", "2"] + classes
    for (flags, name) in [(whole, "stream"), (lanes, "lanes")] {
      let run = try timestep(flags, in: scratch, output: scratch.path(name))
      #expect(run.exitCode == 0, "\(run.error)")
      var rest = try scratch.bytes(of: name)[...]
      while rest.count > 8 {
        let count = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let message = Array(rest.dropFirst(8).prefix(count))
        let metadata = try written.add(
          safetensors: message, metadata: "Metadata of a message", tensors: "Tensors of a batch")
        try written.add(json: metadata["manifest"] ?? "", to: "The manifest")
        if let sources = metadata["sources"] {
          try written.add(json: "{\"sources\":\(sources)}", to: "The manifest")
        }
        rest = rest.dropFirst(8 + count)
      }
      #expect(rest.elementsEqual(repeatElement(0, count: 8)), "the mark of the end")
    }
  }

  private func addCaches(to written: inout WrittenFields) throws {
    try results(
      ["convert", "--output", "c1", "--cache", "filled", "--on-error", "missing-value=repair:0"] + holes,
      in: scratch)
    // Every sequence is left out, but the cache says why.
    let run = try timestep(
      ["convert", "--output", "c2", "--cache", "faulty", "--on-error", "missing-value=skip-sequence"] + holes,
      in: scratch)
    #expect(run.exitCode == 1)
    let reader = try CSVSequenceRecordReader(
      NumberedFileInputSplit(scratch.path("l_%d.csv"), 0...3), skippingLines: 1)
    let pipeline = try TransformPipeline(FillMissing(.mean), Difference()).fitted(on: reader)
    let cached = try CachedSequenceRecordReader(
      reader.transformed(by: pipeline), cache: scratch.path("transformed.timestep-cache"))
    #expect(cached.count == 4)
    scratch.write("2024-01-03,1\n2024-01-01,2\n2024-01-02,3\n", to: "unsorted.csv")
    try results(
      [
        "convert", "--output", "c3", "--cache", "sorted", "--features", "unsorted.csv", "--time", "0",
        "--sort-by-time",
      ],
      in: scratch)
    var columns = CSVColumns()
    columns.encodings["0"] = .time(TimestampEncoding(.iso8601))
    columns.sortsByTime = true
    let timed = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: scratch.path("unsorted.csv"), key: "0")]), columns: columns
    )
    _ = try CachedSequenceRecordReader(
      timed.transformed(by: ResampleByTime(nanoseconds: 3_600_000_000_000)),
      cache: scratch.path("merged.timestep-cache"))
    for name in [
      "merged.timestep-cache",
      "sorted/features.timestep-cache", "cache/features.timestep-cache", "cache/labels.timestep-cache",
      "filled/features.timestep-cache",
      "faulty/features.timestep-cache", "transformed.timestep-cache",
    ] {
      let metadata = try written.add(
        safetensors: scratch.bytes(of: name), metadata: "Metadata of a cache", tensors: "Tensors of a cache")
      #expect(metadata["format"] == "timestep-sequence-cache" && metadata["version"] == "3", "\(name)")
      let file = try SafetensorsFile(scratch.path(name))
      try written.add(json: text(of: "names", in: file), to: "The names in a cache")
      try written.add(json: text(of: "notes", in: file), to: "The notes in a cache")
    }
    // Rows whose distances differ.
    try written.add(encoded: RowOrdinals(allOf: 6, skipping: [2], firstLine: 1), to: "Row numbers")
  }

  private func text(of tensor: String, in file: SafetensorsFile) throws -> String {
    var bytes: [UInt8] = []
    let count = try #require(file.info(tensor)).shape.reduce(1, *)
    try file.pieces(tensor).append(0..<count, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func addDataSet(to written: inout WrittenFields) throws {
    try exampleBatch().save(to: scratch.path("batch"))
    let metadata = try written.add(
      safetensors: scratch.bytes(of: "batch"), metadata: "Metadata of a data set",
      tensors: "Tensors of a data set")
    try written.add(json: metadata["timestep.examples"] ?? "", to: "Examples of a data set")
    #expect(metadata["timestep.fitted"] == "[0]")
  }
}

// Decisions, results and data set files.
extension FormatsPageTests {
  private func addLedger(to written: inout WrittenFields) throws {
    scratch.write("1,2\n\n\n\nx,3\n4,5\n", to: "e_0.csv")
    scratch.write("", to: "e_1.csv")
    try results(
      [
        "convert", "--output", "e", "--features", "e_%d.csv", "--ledger", "ledger", "--on-error", "skip-row",
        "--on-error", "empty=skip-sequence",
      ], in: scratch)
    for line in try scratch.text(of: "ledger").split(separator: "\n") {
      try written.add(json: line, to: "The ledger")
    }
  }

  private func addDataSetFile(to written: inout WrittenFields) throws {
    let flags = FlagDefinition.all.filter(\.isForFiles).map { flag in
      GivenFlags.Flag(definition: flag, value: sampleWords(of: flag).dropFirst().first)
    }
    try written.add(json: DataSetFile.text(of: flags, at: scratch.path("all.json")), to: "Data set files")
  }

  private func addEvaluations(to written: inout WrittenFields) throws {
    let evaluation = ["evaluate", "--json", "--allow-training-data"]
    try written.add(
      json: results(
        evaluation + ["--certify", "--baseline", "--intervals", "90", "--model", "m1"] + classes + pairs,
        in: scratch),
      to: "Evaluation of classes")
    try written.add(
      json: results(
        evaluation + ["--model", "m3", "--drop-columns", "c", "--transform", "one-hot:columns=w"] + classes
          + pairs,
        in: scratch),
      to: "Evaluation of classes")
    try written.add(
      json: results(
        evaluation + ["--certify", "--baseline", "--season", "1", "--intervals", "90", "--model", "m5"]
          + numbers
          + pairs,
        in: scratch),
      to: "Evaluation of numbers")
    scratch.write("1,2\n3,4\n", to: "q.csv")
    let values = ["--features", "q.csv", "--label-column", "@0"]
    try results(
      ["train", "--model", "quantile", "--regression", "--loss", "quantile:0.9"] + shortTraining + values,
      in: scratch)
    try written.add(
      json: results(evaluation + ["--model", "quantile"] + values, in: scratch), to: "Evaluation of numbers")
    try results(
      ["train", "--model", "band", "--regression", "--loss", "quantile:0.1,0.9"] + shortTraining + values,
      in: scratch)
    scratch.write("3,4\n", to: "q_0.csv")
    scratch.write("5,6\n", to: "q_1.csv")
    let bands = ["--features", "q_%d.csv", "--label-column", "@0", "--intervals", "90"]
    try written.add(
      json: results(evaluation + ["--model", "band"] + bands, in: scratch), to: "Evaluation of numbers")
    for number in 0..<2 { scratch.write("1,0,1\n2,1,\(number)\n", to: "ml_\(number).csv") }
    let several = ["--features", "ml_%d.csv", "--label-column", "@1,@2"]
    try results(["train", "--model", "several", "--multi-label"] + shortTraining + several, in: scratch)
    try written.add(
      json: results(
        evaluation + ["--certify", "--intervals", "90", "--model", "several"] + several, in: scratch),
      to: "Evaluation of several classes at a time")
    // More classes than a matrix is printed for.
    scratch.write("1\n2\n", to: "n_0.csv")
    scratch.write("0\n1000\n", to: "c_0.csv")
    let many = ["--features", "n_%d.csv", "--labels", "c_%d.csv", "--classes", "1001"]
    try results(["train", "--model", "many"] + shortTraining + many, in: scratch)
    let output = try results(["evaluate", "--json", "--model", "many"] + many, in: scratch)
    #expect(try !JSONFields(output).paths.contains(FieldPath("confusion")))
    try written.add(json: output, to: "Evaluation of classes")
  }

  private func addInspections(to written: inout WrittenFields) throws {
    let transformed = classes + pairs + ["--transform", "one-hot:columns=w"]
    scratch.write(
      "2024-03-31 01:00,1\n2024-03-31 03:00,1\n2024-03-31 04:00,1\n2024-03-31 04:00,1\n", to: "gaps.csv")
    let gaps = ["--features", "gaps.csv", "--time", "0", "--time-unit", "minutes"]
    // Looked at without flags: with separators of thousands, and with rows that can be read in two ways.
    scratch.makeDirectory("thousands")
    scratch.makeDirectory("doubtful")
    for number in 0..<4 {
      scratch.write("1,234.5;2\n2,345.25;3\n", to: "thousands/f_\(number).csv")
      scratch.write("0\n1\n", to: "thousands/l_\(number).csv")
      scratch.write("1,2\n3,\(number)\n", to: "doubtful/f_\(number).csv")
    }
    for model in ["m1", "m3", "m5", "several"] {
      try written.add(
        json: results(["inspect", "--json", "--model", model], in: scratch), to: "Description of a model")
    }
    let imported = "\(DL4JIndex.folder)/models/0.9.1-lstm.zip"
    try written.add(
      json: results(["inspect", "--json", "--model", imported], in: scratch), to: "Description of a model")
    try written.add(
      json: results(
        ["train", "--json", "--model", "js", "--overwrite", "--split", "1,1,1", "--split-seed", "1"]
          + shortTraining
          + classes + pairs, in: scratch), to: "Results of training")
    for flags in [transformed, holes, gaps, ["--batches", "o4"], ["thousands"], ["doubtful"]] {
      try written.add(json: results(["inspect", "--json"] + flags, in: scratch), to: "Inspection")
    }
  }
}
