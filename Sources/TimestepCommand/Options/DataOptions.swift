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

  /// True if there are labels.
  var hasLabels: Bool { hasOwnLabels || labelColumn != nil }

  /// True if labels have their own reader.
  var hasOwnLabels: Bool {
    labels != nil || plugins.labelInputSplit != nil || plugins.labelReader != nil
  }

  /// Returns the label encoding from the flags, or else from `contract`; `nil` if there are no labels.
  ///
  /// - Parameter vocabulary: The texts of the labels, if they are texts.
  func labelEncoding(_ contract: DataContract? = nil, _ vocabulary: Vocabulary? = nil) throws
    -> LabelSource.Encoding?
  {
    guard hasLabels else { return nil }
    if regression { return .values }
    if let classes {
      // The names of a model's classes are kept if their number is the same.
      let names = contract?.labels.names ?? []
      return names.count == classes ? .oneHot(names: names) : .oneHot(classes: classes)
    }
    if let vocabulary { return .oneHot(names: vocabulary.classNames) }
    switch contract?.labels.encoding {
    case .oneHot?: return .oneHot(names: contract?.labels.names ?? [])
    case .values?: return .values
    case .some(.none), nil:
      throw ValidationError(
        "labels need --classes N (class numbers from 0), --label-categories A,B (texts) or --regression (numbers to predict)"
      )
    }
  }

  /// Returns the texts of the labels from the flags, or else from `contract`.
  private func labelVocabulary(_ contract: DataContract?) -> Vocabulary? {
    if let labelCategories { return Vocabulary(labelCategories.names) }
    return classes == nil && !regression ? contract?.labelVocabulary : nil
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
    outputs.addDirectory("--cache", store.cache)
    for name in ["features", "labels"] {
      outputs.add(
        "--cache", store.cache.map { "\($0)/\(name).timestep-cache" }, .cache, isInNewDirectory: true)
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

  /// Returns the reader of the labels, before they are cut into windows; `nil` if they have no reader of
  /// their own.
  ///
  /// - Parameter features: The features, before transforms.
  func labelReader(
    besides features: any SequenceRecordReader, contract: DataContract? = nil
  ) throws -> (any SequenceRecordReader)? {
    let files = try labels.map(split) ?? plugins.split(plugins.labelInputSplit, flag: "--label-input-split")
    if let reader = try plugins.reader(
      plugins.labelReader, flag: "--label-reader", files, faults.policy,
      classNumbers: areClassNumbers(contract) ? .all : .keep([]))
    {
      return try prepared(reader, "labels")
    }
    guard let files else { return nil }
    let vocabulary = labelVocabulary(contract)
    let areClasses = areClassNumbers(contract)
    let reader: any SequenceRecordReader
    do {
      let format = try labelFormat(besides: features, hasVocabulary: vocabulary != nil) { format, policy in
        try layout.labelReader(files, format, policy: policy, vocabulary, areClasses: areClasses)
      }
      reader = try layout.labelReader(
        files, format, policy: faults.policy.withoutGaps, vocabulary, areClasses: areClasses)
    } catch let error as RecordError {
      // That they are the features says more than the fault that follows from it.
      try checkDistinct((try? files.locations())?.map(\.path) ?? [], from: features)
      // The reader reads the first row already.
      throw regression
        ? error : error.ofLabels(vocabulary, classCount: vocabulary?.classNames.count ?? classes)
    }
    try checkDistinct((0..<reader.count).lazy.map { reader.source(of: $0).path }, from: features)
    try checkGroups(of: reader, besides: features)
    return try prepared(reader, "labels")
  }

  /// Returns true if the labels are class numbers, according to the flags or else to `contract`.
  private func areClassNumbers(_ contract: DataContract?) -> Bool {
    if regression || labelVocabulary(contract) != nil { return false }
    return classes != nil || contract?.labels.encoding == .oneHot
  }

  /// Rejects label files that are feature files too, under whatever name; a few files are enough to see it.
  private func checkDistinct(
    _ labels: some Sequence<String>, from features: any SequenceRecordReader
  ) throws {
    guard plugins.reader == nil else { return }
    let first = 256
    var known: Set<Directory.Identity> = []
    for index in 0..<min(features.count, first) {
      if let identity = try Directory.identity(of: features.source(of: index).path, .file) {
        known.insert(identity)
      }
    }
    for path in labels.prefix(first) {
      guard let identity = try Directory.identity(of: path, .file), known.contains(identity) else { continue }
      throw RecordError(
        .mismatch, path: path,
        "is a feature file and a label file: expected other files for the labels, found the same; if a column holds the "
          + "labels, name it (\(Remedy.labelColumn))")
    }
  }

  private func prepared(_ reader: any SequenceRecordReader, _ name: String) throws -> any SequenceRecordReader
  {
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

  /// Returns the texts of the labels, if they are categories.
  private func vocabulary(ofLabels names: [String], _ reader: any SequenceRecordReader) -> Vocabulary? {
    guard let name = hasOwnLabels ? reader.columns.first : names.first,
      case .category(let vocabulary) = reader.schema.encodings[name]
    else { return nil }
    return vocabulary
  }

  /// Returns the names of the columns that `--label-column` refers to.
  private func labelNames(in reader: any SequenceRecordReader) throws -> [String] {
    let names = reader.schema.fileColumns
    var positions: [Int] = []
    func fault(_ problem: String) -> RecordError {
      RecordError(.mismatch, path: reader.source(of: 0).path, "--label-column: \(problem)")
    }
    for reference in labelColumn?.names ?? [] {
      let position: Int
      do throws(ColumnReference.Fault) {
        position = try ColumnReference(reference).position(among: names)
      } catch {
        throw fault(error.problem)
      }
      guard !positions.contains(position) else {
        throw fault("column @\(position) is named twice: expected distinct columns; name it once")
      }
      if let other = names.indices.first(where: { $0 != position && names[$0] == names[position] }) {
        throw fault(
          "columns @\(min(position, other)) and @\(max(position, other)) have the same name: expected a name of its own "
            + "for the labels, found \"\(escapedText(names[position].utf8))\" twice; rename it (\(Remedy.rename("\(position)", "label")))"
        )
      }
      positions.append(position)
    }
    return positions.map { names[$0] }
  }

  private func position(of name: String, in reader: any SequenceRecordReader) throws -> Int {
    guard let position = reader.columns.firstIndex(of: name) else {
      throw RecordError(
        .mismatch, path: reader.source(of: 0).path,
        "has no column \"\(escapedText(name.utf8))\" for the labels among its sequences' columns; leave it out of "
          + "--group-by, --drop-columns and --transform, and name it in --keep-columns")
    }
    return position
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

/// A range of numbers, including both ends: `0...9`.
struct NumberRange: NotatedFlagValue, CustomStringConvertible {
  let first: Int
  let last: Int

  init(flag text: String) throws(ValidationError) {
    let ends = text.split(separator: "...", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, last >= 0 else {
      throw ValidationError("expected FIRST...LAST with three dots and numbers from 0, such as 0...9")
    }
    guard first <= last else {
      throw ValidationError("the first number is greater than the last; write \(last)...\(first)")
    }
    (self.first, self.last) = (first, last)
  }

  var description: String { "\(first)...\(last)" }
}

extension Alignment: FlagValue {}
extension CSVHeader: FlagValue {}

/// Returns a delimiter from its form on the command line: `\\t` is a tab.
func unescaped(_ delimiter: String) -> String { delimiter == "\\t" ? "\t" : delimiter }

/// Returns a number of things in words: "1 batch", "2 batches".
func pluralized(_ count: Int, _ one: String, _ several: String? = nil) -> String {
  "\(count) \(count == 1 ? one : several ?? one + "s")"
}
