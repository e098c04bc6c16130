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
    var rule = CollectionRule(partKey: partKey)
    rule.categories = try usedCategories(by: rule, missingValues, contract, isLabelled: false)
    var all = LabelledSequences(
      features: try allFeatures(missingValues: missingValues, contract: contract, collecting: rule),
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
    if let fold = batching.fold {
      return try foldParts(of: features, fold, by: key, classes: classes, contract)
    }
    guard let partition = batching.partition else { return nil }
    if let groups = try splitGroups(of: features, contract) { return partition.parts(ofGroups: groups) }
    return partition.parts(of: features, by: key, classes: classes)
  }

  /// Returns the indices of the sequences of `features` that categories and classes are collected from.
  func collectedSequences(
    of features: any SequenceRecordReader, by rule: CollectionRule, _ contract: DataContract?
  ) throws -> [Int] {
    let training = try batching.trainingSequences(
      of: features, parts(of: features, by: rule.partKey, contract))
    let known = training.filter { !rule.leftOut.contains(features.source(of: $0).key) }
    let kept = try features.kept(known, by: faults.policy)
    if kept.isEmpty, let first = training.first { try checkRest(first, of: features) }
    return kept
  }

  /// Returns the categories that are collected, where they are those of some rows of their sequences: of rows that belong to
  /// the training part, and that no policy leaves out.
  ///
  /// - Returns: The categories by column; `nil` if they are all texts of the sequences that `rule` names, or if none are
  ///   collected.
  func usedCategories(
    by rule: CollectionRule, _ missingValues: MissingValues, _ contract: DataContract?, isLabelled: Bool
  ) throws -> [String: Set<String>]? {
    guard contract == nil, batching.chronologicalSplit != nil || faults.policy.skipsRows || dividesJoined,
      columns.category.contains(where: { $0.values == nil }) || collectsRepeatedClasses(contract)
    else { return nil }
    return try RunNotes.withoutNotes {
      var uncached = self
      (uncached.store.cache, uncached.store.verify) = (nil, false)
      let read = try uncached.allFeatures(missingValues: missingValues, collecting: rule)
      // Rows whose labels are left out are left out too, and before the parts are.
      let hasFiles =
        isLabelled && faults.policy.skipsRows && (labels != nil || plugins.labelInputSplit != nil)
      let own = hasFiles ? try uncached.labelReader(besides: read, collecting: rule) : nil
      var all = LabelledSequences(
        features: read, labels: own, parts: try parts(of: read, by: rule.partKey, contract))
      all.leaveOutRowsWithoutLabels()
      try all.divide(by: batching.chronologicalSplit)
      return try all.usedCategories(leavingOut: rule.leftOut)
    }
  }

  /// Throws the error that a policy leaves out every sequence that classes are collected from, if the first one cannot be
  /// read.
  func checkRest(_ first: Int, of features: any SequenceRecordReader) throws {
    var (cursor, record): (any SequenceCursor, SequenceRecord) = (try features.makeCursor(), SequenceRecord())
    do {
      try cursor.read(first, into: &record)
    } catch let error as RecordError where faults.policy[error.kind] == .skipSequence {
      throw RecordError(
        nothingLeftAfter: Ledger.Entry(error, rule: .skipSequence, action: "left out the sequence"))
    }
  }

  /// True if sequences that are joined from several files are divided into parts.
  private var dividesJoined: Bool { features.count > 1 && batching.isDivided }

  /// True if categories or classes are collected from the data.
  func collects(_ contract: DataContract?) -> Bool {
    let collectsClasses = (labelSource.isGiven || stateLabels) && !describesLabels
    return contract == nil && (collectsClasses || columns.category.contains { $0.values == nil })
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
    var columns = columns
    let statics = try attributeReferences(contract)
    var known = (contract?.encodings ?? [:]).filter { !statics.contains($0.key) }
    columns.category.removeAll { statics.contains($0.name) }
    if let vocabulary = labelVocabulary(contract), let column = labelColumn?.names.first {
      known[column] = .category(vocabulary)
    }
    if !known.isEmpty, let first = try? files.locations().first {
      known = keyed(known, by: columns, in: first)
    }
    if contract?.isSortedByTime == true { columns.sortByTime = true }
    let repeated = collectsRepeatedClasses(contract) ? labelColumn?.names.first : nil
    func reader(
      _ files: any InputSplit, _ columns: ColumnOptions, _ known: [String: ColumnEncoding],
      _ classNumbers: CSVColumns.Selection, labels: [String], _ used: [String: Set<String>]?
    ) throws -> any SequenceRecordReader {
      try layout.featureReader(
        files, featureFormat, columns, missing: missing, policy: faults.policy, knowing: known,
        classNumbers: classNumbers, labels: labels,
        classes: repeated.flatMap { labels.contains($0) ? $0 : nil }, missingLabels: labelSource.missingTexts,
        collectingFrom: { own in
          // Parts are those of the joined sequences, which have the keys of the first files: `usedCategories` knows them.
          try dividesJoined
            ? own.kept(Array(0..<own.count), by: faults.policy)
            : collectedSequences(of: own, by: rule, contract)
        },
        keeping: used)
    }
    let labels = labelColumn?.names ?? []
    guard features.count > 1 else {
      let all = try reader(files, columns, known, classNumbers, labels: labels, rule.categories)
      return try withAttributes(store.kept(all, as: "features"), contract, rule)
    }
    let all = try joined { files, own in
      let ownLabels = labels.compactMap(own.own)
      return try reader(
        files, try own.own(columns), own.own(known),
        .keep(areClassNumbers(contract) ? ownLabels : []), labels: ownLabels,
        rule.categories.map { own.own($0) })
    }
    return try withAttributes(store.kept(all, as: "features"), contract, rule)
  }

  /// The format of the rows of feature files.
  var featureFormat: FileFormat {
    FileFormat(
      skippedLines: skipLines, notation: notationFlags.notation, header: header ? .present : .none)
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

extension Alignment: FlagValue {}
extension CSVHeader: FlagValue {}

/// Returns a number of things in words: "1 batch", "2 batches".
func pluralized(_ count: Int, _ one: String, _ several: String? = nil) -> String {
  "\(count) \(count == 1 ? one : several ?? one + "s")"
}
