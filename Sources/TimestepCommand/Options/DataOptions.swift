import ArgumentParser
import CSV
import Platform
import Sequences
import Timestep

/// The flags for the location and meaning of the data, common to all commands.
struct DataOptions: ParsableArguments {
  @Option(help: .flag("features")) var features: [String] = []

  @Option(help: .flag("labels")) var labels: String?

  @Option(help: .flag("range")) var range: NumberRange?

  @Option(help: .flag("label-column")) var labelColumn: NameList?

  @Option(help: .flag("skip-lines")) var skipLines = 0

  @Flag(help: .flag("header")) var header = false

  @OptionGroup var notationFlags: NotationOptions

  @Option(help: .flag("label-skip-lines")) var labelSkipLines: Int?

  @Option(help: .flag("label-header")) var labelHeader: CSVHeader?

  @Option(help: .flag("batch-size")) var batchSize: Int?

  @Option(help: .flag("classes")) var classes: Int?

  @Flag(help: .flag("regression")) var regression = false

  @Flag(help: .flag("multi-label")) var multiLabel = false

  @Flag(help: .flag("one-hot")) var oneHot = false

  @Option(help: .flag("align")) var align: Alignment?

  @Option(help: .flag("label-categories")) var labelCategories: NameList?

  @OptionGroup var labelSource: LabelSourceOptions

  @OptionGroup var layout: LayoutOptions

  @OptionGroup var columns: ColumnOptions

  @OptionGroup var join: JoinOptions

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
    if features.count > 1, plugins.reader != nil {
      throw ValidationError(
        "--reader reads one kind of files: expected one --features, found \(features.count)")
    }
    if join.joinOn != nil, features.count < 2, labels == nil {
      throw ValidationError(
        "--join-on has no effect: expected several --features, or --labels, whose rows are joined; leave it out"
      )
    }
    // An output layer cannot have more units than this.
    if let classes, classes > 1 << 20 {
      throw ValidationError("--classes \(classes): at most \(1 << 20) are possible")
    }
    if let classes, classes < 1 { throw ValidationError("--classes \(classes): at least 1 is needed") }
    if labelCategories != nil, let name = labelColumn?.names.first,
      columns.category.contains(where: { $0.name == name })
    {
      throw ValidationError(
        "--label-categories and --category \(name) exclude each other: both list the texts of the labels; leave one out"
      )
    }
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
  var describesLabels: Bool {
    classes != nil || regression || labelCategories != nil || multiLabel || oneHot
  }

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
    for (flag, isGiven, encoding, labels) in [
      ("--regression", regression, DataContract.Labels.Encoding.values, "regression labels"),
      ("--multi-label", multiLabel, .multiLabel, "labels of several classes at a time"),
      ("--one-hot", oneHot, .oneHot, "class labels"),
    ] where isGiven && saved.labels.encoding != encoding {
      return "contain no \(labels), but \(flag) requires them"
    }
    if let align, align != saved.alignment {
      return "are aligned \(saved.alignment), --align says \(align)"
    }
    return nil
  }

  /// Returns the options for features and labels in other files, with everything else the same: test data.
  func replacing(features: [String], labels: String?) -> DataOptions {
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

  /// The paths of the files that the flags name as data, as far as they can be listed, and of those that set flags.
  var inputPaths: [String] {
    let splits = [
      try? labels.map(split),
      try? plugins.split(plugins.inputSplit, flag: "--input-split"),
      try? plugins.split(plugins.labelInputSplit, flag: "--label-input-split"),
    ]
    let locations = (splits.compactMap { $0 ?? nil } + features.compactMap { try? split($0) }).flatMap {
      (try? $0.locations()) ?? []
    }
    return locations.map { FileTree.fileOnDisk($0.path) } + labelSource.paths
      + Array(GivenFlags.current.files)
  }

  /// Returns the options for the same data, with a part of `--split` selected.
  func taking(_ part: PartName) -> DataOptions {
    var options = self
    options.batching.part = part
    // No figure leaves out examples.
    options.batching.dropLast = false
    return options
  }

  /// True if the flags specify the location of the sequences.
  var hasFeatures: Bool { !features.isEmpty || plugins.inputSplit != nil || plugins.reader != nil }

  /// Returns the features of the part that the flags specify: whole sequences, before transforms.
  ///
  /// - Parameter contract: The properties of the columns that a model already knows.
  func featureReader(missingValues: MissingValues = .rejected, contract: DataContract? = nil) throws
    -> any SequenceRecordReader
  {
    let partKey = partKey(contract)
    var all = LabelledSequences(
      features: try allFeatures(
        missingValues: missingValues, contract: contract, collecting: CollectionRule(partKey: partKey)),
      labels: nil,
      parts: nil)
    all.parts = try parts(of: all.features, by: partKey, contract)
    try all.divide(by: batching.chronologicalSplit)
    return try batching.part(of: all.features, all.parts)
  }

  /// The keys that decide the parts of `--split`.
  ///
  /// A model that was made before there was a choice keeps the rule of its training, so that its test data stays apart.
  ///
  /// - Parameter contract: That of a model, or of training data.
  func partKey(_ contract: DataContract?) -> Partition.Key {
    contract.map { $0.partKey ?? .pairing } ?? .rank
  }

  /// Returns the part of `--split` that every sequence of `features` belongs to; `nil` without the flag.
  ///
  /// - Parameters:
  ///   - key: The keys that decide.
  ///   - contract: The properties that a model already knows.
  func parts(
    of features: any SequenceRecordReader, by key: Partition.Key, _ contract: DataContract?
  ) throws -> [String]? {
    if batching.chronologicalSplit != nil { return nil }
    let classes = key == .rank && batching.isDivided ? try classes(of: features, contract) : nil
    if let fold = batching.fold { return try foldParts(of: features, fold, by: key, classes: classes) }
    guard let partition = batching.partition else { return nil }
    if let groups = try splitGroups(of: features) { return partition.parts(ofGroups: groups) }
    return partition.parts(of: features, by: key, classes: classes)
  }

  /// Returns the indices of the sequences of `features` that categories and classes are collected from.
  func collectedSequences(
    of features: any SequenceRecordReader, by rule: CollectionRule, _ contract: DataContract?
  ) throws -> [Int] {
    let training = try batching.trainingSequences(
      of: features, parts(of: features, by: rule.partKey, contract))
    let known = training.filter { !rule.leftOut.contains(features.source(of: $0).key) }
    return try features.kept(known, by: faults.policy)
  }

  /// True if categories or classes are collected from the data.
  private func collects(_ contract: DataContract?) -> Bool {
    contract == nil && (labelSource.isGiven || stateLabels || columns.category.contains { $0.values == nil })
  }

  /// Returns the features of all parts: read and cached as the flags specify.
  ///
  /// - Parameters:
  ///   - contract: The properties of the columns that a model already knows.
  ///   - rule: The sequences that categories are collected from.
  func allFeatures(
    missingValues: MissingValues = .rejected, contract: DataContract? = nil, collecting rule: CollectionRule
  ) throws -> any SequenceRecordReader {
    let files = try features.first.map(split) ?? plugins.split(plugins.inputSplit, flag: "--input-split")
    let classNumbers = CSVColumns.Selection.keep(areClassNumbers(contract) ? labelColumn?.names ?? [] : [])
    if let reader = try plugins.reader(
      plugins.reader, flag: "--reader", files, faults.policy, classNumbers: classNumbers)
    {
      return try withAttributes(store.kept(reader, as: "features"), contract, rule)
    }
    guard let files else {
      throw ValidationError("--features is missing: name the files that contain the sequences")
    }
    let missing = MissingValues(
      transforms.fillsMissing ? .nan : missingValues.policy, tokens: missingValues.tokens + layout.missing)
    if faults.policy.leavesGaps, missing.policy != .nan {
      throw ValidationError("--on-error repair:missing requires --transform fill, which fills missing values")
    }
    if areDescribed {
      return try withAttributes(store.kept(describedFeatures(missing), as: "features"), contract, rule)
    }
    let statics = Set(staticColumns(contract))
    var known = (contract?.encodings ?? [:]).filter { !statics.contains($0.key) }
    var columns = columns
    columns.category.removeAll { statics.contains($0.name) }
    if let vocabulary = labelVocabulary(contract), let column = labelColumn?.names.first {
      known[column] = .category(vocabulary)
    }
    if contract?.isSortedByTime == true { columns.sortByTime = true }
    let repeated = collectsRepeatedClasses(contract) ? labelColumn?.names.first : nil
    func reader(
      _ files: any InputSplit, _ columns: ColumnOptions, _ known: [String: ColumnEncoding],
      _ classNumbers: CSVColumns.Selection, labels: [String]
    ) throws -> any SequenceRecordReader {
      try layout.featureReader(
        files, featureFormat, columns, missing: missing, policy: faults.policy, knowing: known,
        classNumbers: classNumbers, labels: labels,
        classes: repeated.flatMap { labels.contains($0) ? $0 : nil }, missingLabels: labelSource.missingTexts,
        collectingFrom: { try collectedSequences(of: $0, by: rule, contract) },
        rows: batching.chronologicalSplit)
    }
    let labels = labelColumn?.names ?? []
    guard features.count > 1 else {
      let all = try reader(files, columns, known, classNumbers, labels: labels)
      return try withAttributes(store.kept(all, as: "features"), contract, rule)
    }
    let all = try joined { files, own in
      let ownLabels = labels.compactMap(own.own)
      return try reader(
        files, own.own(columns), own.own(known, renamed: columns.rename),
        .keep(areClassNumbers(contract) ? ownLabels : []), labels: ownLabels)
    }
    return try withAttributes(store.kept(all, as: "features"), contract, rule)
  }

  /// The format of the rows of feature files.
  var featureFormat: FileFormat {
    FileFormat(
      skippedLines: skipLines, notation: notationFlags.notation, header: header ? .present : .none)
  }

  /// Returns the batches that the flags describe.
  ///
  /// - Parameters:
  ///   - contract: The properties that a model already knows; flags for these may be omitted.
  ///   - isTrained: False if the model is about to be trained with the alignment that the flags specify.
  ///   - partKey: The keys that decide the parts; default: those of `contract`.
  ///   - others: Other data that shares a table of labels.
  ///   - isLabelled: False if labels are not read.
  func dataSets(
    order: ExampleOrder = .sequential, contract: DataContract? = nil, isTrained: Bool = true,
    partKey: Partition.Key? = nil, sharing others: [DataOptions] = [], isLabelled: Bool = true
  ) throws -> SequenceBatches {
    let partKey = partKey ?? self.partKey(contract)
    // A model may know the transforms and the classes alone.
    let knowsColumns = contract?.columns.isEmpty == false
    // Missing values must reach the model's transforms if these fill them.
    let isFilled =
      contract?.transforms?.transforms.contains {
        // What comes after the last row to predict from has only the columns that are known beforehand.
        $0 is FillMissing || !isLabelled && $0 is KnownAhead
      } ?? false
    var rule = CollectionRule(partKey: partKey)
    var (all, pipeline): (LabelledSequences, TransformPipeline?)
    var faulty: [Int: Ledger.Entry] = [:]
    while true {
      let read = try allFeatures(
        missingValues: isFilled ? .nan : .rejected, contract: contract, collecting: rule)
      let allLabels =
        isLabelled
        ? try labelReader(besides: read, contract: contract, collecting: rule, sharing: others) : nil
      all = LabelledSequences(
        features: try withoutLabelColumns(read), labels: allLabels,
        parts: try parts(of: read, by: partKey, contract))
      // First, since times count from the first row of the whole sequence.
      if faults.policy.skipsRows, changesRows(contract) { all.leaveOutRowsWithoutLabels() }
      try all.divide(by: batching.chronologicalSplit)
      pipeline = try self.pipeline(for: all, contract)
      guard faults.policy.skipsSequences else { break }
      // Left out as wholes, and first: a fault may show only after transforms, or in the labels.
      let found = try RunNotes.withoutNotes {
        try batches(of: all.features, all.labels, pipeline, contract, isLabelled).faultySequences()
      }
      // The first reason is the fault: a category that is no longer known is none.
      faulty.merge(found) { first, _ in first }
      // Nothing is collected from them, which may put further ones at fault.
      guard rule.leaveOut(faulty.keys.map { read.source(of: $0).key }), collects(contract) else { break }
    }
    if try all.leaveOut(faulty) { pipeline = try self.pipeline(for: all, contract) }
    try all.checkRest(of: batching.part?.rawValue)
    var features = try batching.part(of: all.features, all.parts)
    if !knowsColumns { features = try watchingDoubtfulColumns(in: features) }
    var labels = try all.labels.map { try part(ofLabels: $0, all.parts, of: all.features) }
    if !knowsColumns, regression, let own = labels { labels = try watchingPrecision(ofLabels: own) }
    let made = try batches(of: features, labels, pipeline, contract, isLabelled).ordered(order)
    return try batching.batched(knowsColumns && isTrained ? made.requiringAlignment() : made)
      .reporting(leftOut: all.leftOut(of: batching.part?.rawValue))
      .drawn(by: partKey == .pairing ? nil : partKey)
      .written(as: GivenFlags.current.fileSettings)
      .labelledOnce(contract == nil ? try hasOneLabelPerSeries(all.labels, made.contract.alignment) : nil)
  }

  /// True if values of a row depend on others, or rows become others or windows, before they are paired with labels.
  private func changesRows(_ contract: DataContract?) -> Bool {
    let encodings = contract?.encodings ?? [:]
    return !columns.time.isEmpty || !columns.offset.isEmpty || !encodings.isEmpty || batching.isDivided
      || !transforms.transform.isEmpty || contract?.transforms != nil || store.window != nil
      || store.maxGap != nil || contract?.longestGap != nil
  }

  /// Returns the batches of sequences and their labels in the order of the files, of which nothing is known but what the
  /// flags say.
  private func batches(
    of features: any SequenceRecordReader, _ labels: (any SequenceRecordReader)?,
    _ pipeline: TransformPipeline?, _ contract: DataContract?, _ isLabelled: Bool
  ) throws -> SequenceBatches {
    var (features, labels, unpaired) = (features, labels, [Ledger.Entry]())
    let labelNames = hasOwnLabels ? [] : try self.labelNames(in: features)
    // Whole sequences, not windows, have no partner.
    if let own = labels, faults.policy[.unpaired] == .skipSequence {
      let paired = try Pairing.paired(features, with: own)
      (features, labels, unpaired) = (paired.features, paired.labels, paired.entries)
    }
    // First, so that no transform sees a row from before a gap.
    (features, labels) = try store.cutAtGaps(features, labels, knowing: contract)
    if isLabelled, let horizon = labelSource.horizon {
      features = try withoutShort(features, horizon)
      labels = try futureLabels(of: features, before: pipeline, horizon)
      // What is known ahead takes them, and drops them.
      if labelSource.labelOnce, labelSource.knownAhead == nil {
        let reach = horizon + (labelSource.lead ?? 0)
        (features, labels) = (features.trimmed(by: reach), labels?.trimmed(by: reach))
      }
    }
    let pipeline = pipeline?.dividedAtWindows
    if let pipeline = pipeline?.ofSequences { features = try features.transformed(by: pipeline) }
    // After the transforms, so that those of a window's first row know the row before it.
    let cut = try store.cut(features, labels)
    (features, labels) = (cut.features, cut.labels)
    if let pipeline = pipeline?.ofWindows { features = try features.transformed(by: pipeline) }
    var source = LabelSource.none
    if isLabelled,
      let encoding = try labelEncoding(
        contract, vocabulary(ofLabels: labelNames, labels ?? features), columns: labels?.columns ?? labelNames
      )
    {
      if let labels {
        source = .reader(labels, encoding)
      } else if labelColumn != nil {
        source = .columns(try labelNames.map { try position(of: $0, in: features) }, encoding)
      }
    }
    let made = try SequenceBatches(
      features: features, labels: source, batchSize: batchSize ?? 32,
      alignment: align ?? contract?.alignment
        ?? (labelSource.horizon != nil
          ? .start
          : labelSource.isGiven || layout.oneSeriesPerRow || stateLabels || join.joinOn != nil
            ? .end : .equal),
      policy: faults.policy
    ).reporting(leftOut: unpaired)
      .reporting(leftOut: cut.decisions.flatMap { $0 }, of: cut.decisions.count)
    let judged = labelSource.horizon != nil && labelSource.labelOnce ? made.keepingLastLabel() : made
    // As a model knows them.
    guard let levels = contract?.labels.quantiles, made.contract.labels.encoding == .values else {
      return judged
    }
    return judged.repeatingLabels(for: levels)
  }

  /// Returns the labels of the part of `features` that is used; all of them without `--split`.
  ///
  /// - Parameter parts: The part of every sequence of `features`; `nil` without `--split`.
  func part(
    ofLabels labels: any SequenceRecordReader, _ parts: [String]?, of features: any SequenceRecordReader
  ) throws -> any SequenceRecordReader {
    guard let parts, let partition = batching.partition else { return labels }
    return try batching.part(of: labels, partition.parts(ofLabels: labels, as: parts, of: features))
  }

  /// Returns the transforms of a model, or else those of the flags, fitted on the training part.
  ///
  /// - Throws: `ValidationError` if the flags name others than the model has.
  private func pipeline(for all: LabelledSequences, _ contract: DataContract?) throws -> TransformPipeline? {
    if transforms.transform.isEmpty, let known = contract?.transforms { return known }
    let labelNames = hasOwnLabels ? [] : try self.labelNames(in: all.features)
    let known = contract?.transforms
    func check(_ described: TransformPipeline, count: Int) throws -> TransformPipeline {
      let expected = TransformPipeline(Array(known?.transforms.prefix(count) ?? []))
      guard described.unfitted != expected.unfitted else { return expected }
      throw ValidationError(
        "--transform contradicts the model: it was trained with \"\(known?.summary ?? "")\", the flags say "
          + "\"\(described.summary)\"; \(Remedy.leaveOutTransform)")
    }
    let described = try transforms.described(
      on: all.features, besides: labelNames, statics: all.features.schema.staticColumns,
      after: knownAhead(in: all.features)
    ) { first in
      try known == nil ? fitted(first, on: all, contract) : check(first, count: first.transforms.count)
    }
    if let known { return try described.map { try check($0, count: .max) } ?? known }
    guard let described else { return nil }
    if store.window == nil, described.transforms.contains(where: { ($0 as? FillMissing)?.within == .window })
    {
      throw ValidationError("--transform fill:within=window requires --window: it looks inside of windows")
    }
    if labelSource.horizon != nil,
      let reaching = described.transforms.first(where: { ($0 as? FillMissing)?.rule == .linear })
    {
      throw ValidationError(
        "--horizon and a fill by the linear rule exclude each other (\(reaching.summary)): a gap would be filled from the values "
          + "that are to be forecast; look only back (\(Remedy.fillForward))")
    }
    if areClassNumbers(contract) { try described.check(classNumbers: labelNames, in: all.features) }
    noteReach(of: described)
    return try fitted(described, on: all, contract)
  }

  /// Returns transforms, fitted on the training part.
  private func fitted(
    _ pipeline: TransformPipeline, on all: LabelledSequences, _ contract: DataContract?
  ) throws -> TransformPipeline {
    if pipeline.isFitted { return pipeline }
    let sequences = try batching.trainingSequences(of: all.features, all.parts)
    let training = sequences.count == all.features.count ? all.features : all.features.choosing(sequences)
    return try pipeline.fitted(
      on: store.cutAtGaps(training, knowing: contract).features, policy: faults.policy)
  }

  /// Says that windows see values after their end, if a transform fills their gaps from there.
  private func noteReach(of pipeline: TransformPipeline) {
    let looksAhead = pipeline.transforms.contains {
      ($0 as? FillMissing).map { $0.rule == .linear && $0.within == .sequence } ?? false
    }
    guard looksAhead, store.window != nil else { return }
    RunNotes.write(
      "fill: the linear rule uses the value after a gap, so that a window can contain what comes after its end; look only "
        + "back (\(Remedy.fillForward)) or only inside the window (\(Remedy.fillInWindow))")
  }

  /// The extensions of the files of rows that directories are read for.
  static let rowExtensions = ["csv", "tsv", "txt"]

  /// Returns the split that a text on the command line describes.
  func split(_ text: String) throws -> any InputSplit {
    let text = try FileTree.directory(text)
    // A name that contains a placeholder, or a wildcard, can be the name of a file.
    if try FileTree.kind(of: text) == .missing, NumberedFileInputSplit.isPattern(text) {
      guard let range else { return try NumberedFileInputSplit(text) }
      return try NumberedFileInputSplit(text, from: range.first, through: range.last)
    }
    guard range == nil || features.contains(where: NumberedFileInputSplit.isPattern) else {
      throw ValidationError("--range goes with a numbered pattern (%d or %0Nd), not with \(text)")
    }
    if try FileTree.kind(of: text) == .directory {
      return FileSplit(
        text, extensions: TSFormat.isAlone(below: text) ? TSFormat.extensions : Self.rowExtensions)
    }
    if try FileTree.kind(of: text) == .missing && text.contains(where: { "*?[".contains($0) }) {
      return try GlobSplit(text)
    }
    return CollectionInputSplit(
      [SequenceLocation(path: text, key: "0")],
      in: String(text[..<MemberPath.directoryEnd(in: text)]))
  }

}

extension SequenceRecordReader {
  /// Returns the same sequences without their last rows.
  fileprivate func trimmed(by count: Int) -> any SequenceRecordReader {
    TrimmedSequenceRecordReader(self, droppingLast: count)
  }
}

extension Alignment: FlagValue {}
extension CSVHeader: FlagValue {}

/// Returns a number of things in words: "1 batch", "2 batches".
func pluralized(_ count: Int, _ one: String, _ several: String? = nil) -> String {
  "\(count) \(count == 1 ? one : several ?? one + "s")"
}
