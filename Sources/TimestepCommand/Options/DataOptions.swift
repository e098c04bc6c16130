import ArgumentParser
import Platform
import Sequences
import Timestep

/// The flags for the location and meaning of the data, common to all commands.
struct DataOptions: ParsableArguments {
  @Option(help: .flag("features")) var features: String?

  @Option(help: .flag("labels")) var labels: String?

  @Option(help: .flag("range")) var range: NumberRange?

  @Option(help: .flag("label-column")) var labelColumn: NameList?

  @Option(help: .flag("skip-lines")) var skipLines = 0

  @Flag(help: .flag("header")) var header = false

  @Option(help: .flag("delimiter")) var delimiter = ","

  @Option(help: .flag("label-skip-lines")) var labelSkipLines: Int?

  @Option(help: .flag("label-header")) var labelHeader: CSVHeader?

  @Option(help: .flag("label-delimiter")) var labelDelimiter: String?

  @Option(help: .flag("batch-size")) var batchSize: Int?

  @Option(help: .flag("classes")) var classes: Int?

  @Flag(help: .flag("regression")) var regression = false

  @Option(help: .flag("align")) var align: Alignment?

  @Option(help: .flag("label-categories")) var labelCategories: NameList?

  @OptionGroup var layout: LayoutOptions

  @OptionGroup var columns: ColumnOptions

  @OptionGroup var plugins: PluginFlags

  @OptionGroup var transforms: TransformOptions

  @OptionGroup var store: CacheAndWindowOptions

  @OptionGroup var batching: BatchingOptions

  @OptionGroup var faults: FaultOptions

  @Flag(help: .flag("overwrite")) var overwrite = false

  func validate() throws {
    if let batchSize, batchSize < 1 {
      throw ValidationError("--batch-size \(batchSize): at least 1 is needed")
    }
    for (flag, lines) in [("--skip-lines", skipLines), ("--label-skip-lines", labelSkipLines ?? 0)]
    where lines < 0 {
      throw ValidationError("\(flag) \(lines): expected 0 or more lines")
    }
    // An output layer cannot have more units than this.
    if let classes, classes > 1 << 20 {
      throw ValidationError("--classes \(classes): at most \(1 << 20) are possible")
    }
    if let classes, classes < 1 { throw ValidationError("--classes \(classes): at least 1 is needed") }
    if let labelColumn, labelColumn.names.count > 1 {
      if labelCategories != nil {
        throw ValidationError("class labels are one column; --label-column \(labelColumn) names several")
      }
      if let classes, classes != labelColumn.names.count {
        throw ValidationError(
          "--label-column \(labelColumn): class labels are one column, or one for each of the --classes \(classes) "
            + "(one-hot); found \(labelColumn.names.count) columns")
      }
    }
  }

  /// True if a flag says what labels mean.
  var describesLabels: Bool { classes != nil || regression || labelCategories != nil }

  /// Returns the first contradiction between a flag and saved batches, in words; `nil` if the flags agree
  /// with them.
  func contradiction(of saved: DataContract) -> String? {
    if let classes {
      guard saved.labels.encoding == .oneHot else {
        return "contain no class labels, but --classes \(classes) requires them"
      }
      let count = saved.labels.names.count
      if count != classes {
        return "contain \(pluralized(count, "class", "classes")), --classes says \(classes)"
      }
    }
    if regression, saved.labels.encoding != .values {
      return "contain no regression labels, but --regression requires them"
    }
    if let align, align != saved.alignment {
      return "are aligned \(saved.alignment), --align says \(align)"
    }
    return nil
  }

  /// Returns the options for features and labels in other files, with everything else the same: test data.
  func replacing(features: String, labels: String?) -> DataOptions {
    var options = self
    options.features = features
    options.labels = labels
    options.range = nil
    options.batching.takeAll()
    // Other files have other caches.
    options.store.cache = nil
    options.store.verify = false
    return options
  }

  /// The files that the flags about data name as outputs.
  var outputs: OutputFiles {
    var outputs = OutputFiles()
    outputs.add("--ledger", faults.ledger, .ledger)
    if let directory = store.cache {
      outputs.add(
        "--cache", directory: directory, ["features", "labels"].map { store.path(of: $0, in: directory) },
        .cache)
    }
    return outputs
  }

  /// The paths of the files that the flags name as data, as far as they can be listed.
  var inputPaths: [String] {
    let splits = [
      try? features.map(split), try? labels.map(split),
      try? plugins.split(plugins.inputSplit, flag: "--input-split"),
      try? plugins.split(plugins.labelInputSplit, flag: "--label-input-split"),
    ]
    return splits.compactMap { $0 ?? nil }.flatMap { ((try? $0.locations()) ?? []).map(\.path) }
  }

  /// Returns the options for the same data, with a part of `--split` selected.
  func taking(_ part: PartName) -> DataOptions {
    var options = self
    options.batching.part = part
    return options
  }

  /// True if the flags specify the location of the sequences.
  var hasFeatures: Bool { features != nil || plugins.inputSplit != nil || plugins.reader != nil }

  /// Returns the features: read, cached and split as the flags specify; whole, before transforms.
  ///
  /// - Parameter contract: The properties of the columns that a model already knows.
  func featureReader(missingValues: MissingValues = .rejected, contract: DataContract? = nil) throws
    -> any SequenceRecordReader
  {
    let files = try features.map(split) ?? plugins.split(plugins.inputSplit, flag: "--input-split")
    let classNumbers = CSVColumns.Selection.keep(areClassNumbers(contract) ? labelColumn?.names ?? [] : [])
    if let reader = try plugins.reader(
      plugins.reader, flag: "--reader", files, faults.policy, classNumbers: classNumbers)
    {
      return try prepared(reader, "features")
    }
    guard let files else {
      throw ValidationError("--features is missing: name the files that contain the sequences")
    }
    let missing = MissingValues(
      transforms.fillsMissing ? .nan : missingValues.policy, tokens: missingValues.tokens + layout.missing)
    if faults.policy.leavesGaps, missing.policy != .nan {
      throw ValidationError("--on-error repair:missing requires --transform fill, which fills missing values")
    }
    var known = contract?.encodings ?? [:]
    if let vocabulary = labelVocabulary(contract), let column = labelColumn?.names.first {
      known[column] = .category(vocabulary)
    }
    return try prepared(
      layout.featureReader(
        files,
        FileFormat(
          skippedLines: skipLines, delimiter: unescaped(delimiter), header: header ? .present : .none),
        columns, missing: missing, policy: faults.policy, knowing: known,
        classNumbers: classNumbers, labels: labelColumn?.names ?? []), "features")
  }

  func prepared(_ reader: any SequenceRecordReader, _ name: String) throws -> any SequenceRecordReader {
    try batching.part(of: store.kept(reader, as: name))
  }

  /// Returns the batches that the flags describe.
  ///
  /// - Parameters:
  ///   - contract: The properties that a model already knows; flags for these may be omitted.
  ///   - isTrained: False if the model is about to be trained with the alignment that the flags specify.
  func dataSets(
    order: ExampleOrder = .sequential, contract: DataContract? = nil, isTrained: Bool = true
  ) throws -> SequenceBatches {
    var source = LabelSource.none
    // Missing values must reach the model's transforms if these fill them.
    let isFilled = contract?.transforms?.transforms.contains { $0 is FillMissing } ?? false
    var features = try featureReader(missingValues: isFilled ? .nan : .rejected, contract: contract)
    if contract == nil { features = try watchingDoubtfulColumns(in: features) }
    var labels = try labelReader(besides: features, contract: contract)
    if contract == nil, regression, let own = labels { labels = try watchingPrecision(ofLabels: own) }
    let labelNames = try self.labelNames(in: features)
    // First, so that no transform sees a row from before a gap.
    (features, labels) = try store.cutAtGaps(features, labels)
    let pipeline = try pipeline(on: features, besides: labelNames, contract)
    if let pipeline { features = try TransformedSequenceRecordReader(features, pipeline) }
    // Last, so that the transforms of a window's first row know the row before it.
    let cut = try store.cut(features, labels)
    features = cut.features
    if let encoding = try labelEncoding(contract, vocabulary(ofLabels: labelNames, cut.labels ?? features)) {
      if let labels = cut.labels {
        source = .reader(labels, encoding)
      } else if labelColumn != nil {
        source = .columns(try labelNames.map { try position(of: $0, in: features) }, encoding)
      }
    }
    let batches = try SequenceBatches(
      features: features, labels: source, batchSize: batchSize ?? 32,
      alignment: align ?? contract?.alignment ?? .equal, order: order, policy: faults.policy)
    let isRequired = contract != nil && isTrained
    return try batching.batched(isRequired ? batches.requiringAlignment() : batches)
  }

  /// Returns the transforms of a model, or else those of the flags, fitted on `features`.
  ///
  /// - Throws: `ValidationError` if the flags name others than the model has.
  private func pipeline(
    on features: any SequenceRecordReader, besides labelNames: [String], _ contract: DataContract?
  ) throws -> TransformPipeline? {
    guard let known = contract?.transforms else {
      return try transforms.described(on: features, besides: labelNames)?.fitted(on: features)
    }
    if let described = try transforms.described(on: features, besides: labelNames),
      described.unfitted != known.unfitted
    {
      throw ValidationError(
        "--transform contradicts the model: it was trained with \"\(known.summary)\", the flags say "
          + "\"\(described.summary)\"; \(Remedy.leaveOutTransform)")
    }
    return known
  }

  /// Returns the split that a text on the command line describes.
  func split(_ text: String) throws -> any InputSplit {
    // A name that contains a placeholder, or a wildcard, can be the name of a file.
    if try Directory.kind(of: text) == .missing, NumberedFileInputSplit.isPattern(text) {
      guard let range else { return try NumberedFileInputSplit(text) }
      return try NumberedFileInputSplit(text, from: range.first, through: range.last)
    }
    guard range == nil || features.map(NumberedFileInputSplit.isPattern) == true else {
      throw ValidationError("--range goes with a numbered pattern (%d or %0Nd), not with \(text)")
    }
    if try Directory.kind(of: text) == .directory {
      return FileSplit(text, extensions: ["csv", "tsv", "txt"])
    }
    if try Directory.kind(of: text) == .missing && text.contains(where: { "*?[".contains($0) }) {
      return try GlobSplit(text)
    }
    return CollectionInputSplit([SequenceLocation(path: text, key: "0")])
  }

}

extension Alignment: FlagValue {}
extension CSVHeader: FlagValue {}

/// Returns a delimiter from its form on the command line: `\\t` is a tab.
func unescaped(_ delimiter: String) -> String { delimiter == "\\t" ? "\t" : delimiter }

/// Returns a number of things in words: "1 batch", "2 batches".
func pluralized(_ count: Int, _ one: String, _ several: String? = nil) -> String {
  "\(count) \(count == 1 ? one : several ?? one + "s")"
}
