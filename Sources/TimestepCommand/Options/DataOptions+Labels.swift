import ArgumentParser
import Platform
import Timestep

// Finds the labels: where they are, what they mean, and that they go with the features.
extension DataOptions {
  /// True if there are labels.
  var hasLabels: Bool { hasOwnLabels || labelColumn != nil }

  /// True if labels have their own reader.
  var hasOwnLabels: Bool {
    labels != nil || plugins.labelInputSplit != nil || plugins.labelReader != nil || labelSource.isGiven
      || labelSource.horizon != nil || layout.oneSeriesPerRow && labelColumn != nil || stateLabels
  }

  /// Returns the label encoding from the flags, or else from `contract`; `nil` if there are no labels.
  ///
  /// - Parameters:
  ///   - vocabulary: The texts of the labels, if they are texts.
  ///   - columns: The names of the columns that hold labels.
  func labelEncoding(_ contract: DataContract? = nil, _ vocabulary: Vocabulary? = nil, columns: [String])
    throws -> LabelSource.Encoding?
  {
    guard hasLabels else { return nil }
    if regression || labelSource.horizon != nil { return .values }
    if multiLabel { return .multiLabel }
    if oneHot {
      guard columns.count > 1 else {
        throw ValidationError(
          "--one-hot: expected a column of labels for each class, found \(pluralized(columns.count, "column")); for one column of "
            + "class numbers, give --classes N")
      }
      return .oneHot(names: Self.classNames(of: columns) ?? columns.indices.map(String.init))
    }
    let known = contract?.labels.encoding == .oneHot ? contract?.labels.names ?? [] : []
    let count = classes ?? vocabulary?.classNames.count ?? known.count
    // A model of an earlier version took numbers for the names of such classes.
    if !known.isEmpty, known == (0..<count).map(String.init),
      vocabulary == nil || vocabulary == contract?.labelVocabulary
    {
      return .oneHot(names: known)
    }
    if let names = vocabulary?.classNames ?? Self.classNames(of: columns), names.count == count {
      return .oneHot(names: names)
    }
    if let classes { return known.count == classes ? .oneHot(names: known) : .oneHot(classes: classes) }
    if let vocabulary { return .oneHot(names: vocabulary.classNames) }
    if !known.isEmpty { return .oneHot(names: known) }
    if contract?.labels.encoding == .values { return .values }
    if contract?.labels.encoding == .multiLabel { return .multiLabel }
    // Files that state labels without classes state numbers.
    if stateLabels { return .values }
    throw ValidationError(
      "labels need --classes N (class numbers from 0), --label-categories A,B (texts) or --regression (numbers to predict)"
    )
  }

  /// Returns the classes of one-hot columns, by the names of the columns; `nil` if these are one column, or numbers.
  private static func classNames(of columns: [String]) -> [String]? {
    columns.count < 2 || columns.contains { Int($0) != nil } ? nil : columns
  }

  /// Returns the labels from the future of the sequences themselves.
  ///
  /// - Parameters:
  ///   - features: The sequences, or their pieces: nothing is taken from beyond the end of a piece.
  ///   - pipeline: The transforms that follow.
  ///   - horizon: The number of steps.
  func futureLabels(
    of features: any SequenceRecordReader, before pipeline: TransformPipeline?, _ horizon: Int
  ) throws -> any SequenceRecordReader {
    if let merging = pipeline?.transforms.first(where: { $0 is any RowMerging }) {
      throw ValidationError(
        "--horizon and a transform that merges rows exclude each other (\(merging.summary)): the steps ahead are rows of "
          + "the files; give files with rows that are as far apart as the steps")
    }
    let columns = try columnNames(labelSource.targets, flag: "--targets", in: features).map {
      try position(of: $0, in: features)
    }
    if let name = columns.lazy.map({ features.columns[$0] }).first(where: { name in
      if case .category? = features.schema.encodings[name] { true } else { false }
    }) {
      throw ValidationError(
        "--targets \(shellQuoted(name)): expected columns of numbers to predict, found one of categories")
    }
    let lead = labelSource.lead ?? 0
    func ahead(_ reader: some SequenceRecordReader) -> any SequenceRecordReader {
      HorizonLabelReader(reader, targets: columns, horizon: horizon, lead: lead)
    }
    return ahead(features)
  }

  /// Returns the columns whose future is known, as a transform; without any, one without transforms.
  func knownAhead(in features: any SequenceRecordReader) throws -> TransformPipeline {
    guard let horizon = labelSource.horizon, let known = labelSource.knownAhead else {
      return TransformPipeline()
    }
    let names = try columnNames(known, flag: "--known-ahead", in: features)
    let targets = try columnNames(labelSource.targets, flag: "--targets", in: features)
    if let both = names.first(where: targets.contains) {
      throw ValidationError(
        "--known-ahead \(shellQuoted(both)): expected columns that are known beforehand, found one of --targets, which is to be "
          + "forecast; leave it out of one of them")
    }
    return TransformPipeline([KnownAhead(names, horizon: horizon, lead: labelSource.lead ?? 0)])
  }

  /// Returns true if every series has one label, which is about all of it; `nil` without labels.
  ///
  /// Of label files, the first thousand tell.
  func hasOneLabelPerSeries(
    _ labels: (any SequenceRecordReader)?, _ alignment: Alignment
  ) throws -> Bool? {
    if labelSource.horizon != nil { return labelSource.labelOnce }
    guard let labels else { return hasLabels ? false : nil }
    if labelSource.labelIntervals != nil || labelSource.labelTable?.time != nil { return false }
    if labelSource.isGiven || stateLabels || layout.oneSeriesPerRow { return true }
    if alignment == .equal || labels.count == 0 { return false }
    var (cursor, record) = (try labels.makeCursor(), SequenceRecord())
    for index in 0..<min(labels.count, 1000) {
      do {
        try cursor.read(index, into: &record)
      } catch is RecordError {
        // Reading it for a batch throws the error, or leaves it out.
        continue
      }
      if record.rowCount > 1 { return false }
    }
    return true
  }

  /// Returns the texts of the labels from the flags, or else from `contract`.
  func labelVocabulary(_ contract: DataContract?) -> Vocabulary? {
    if let labelCategories { return Vocabulary(labelCategories.names) }
    return describesLabels ? nil : contract?.labelVocabulary
  }

  /// Returns the reader of the labels of all parts, before they are cut into windows; `nil` if they have no reader of
  /// their own.
  ///
  /// - Parameters:
  ///   - features: The features of all parts, before transforms.
  ///   - contract: The properties that a model already knows.
  ///   - rule: The sequences that classes are collected from.
  ///   - others: Other data that shares a table of labels.
  func labelReader(
    besides features: any SequenceRecordReader, contract: DataContract? = nil,
    collecting rule: CollectionRule,
    sharing others: [DataOptions] = []
  ) throws -> (any SequenceRecordReader)? {
    // In memory already, so not cached.
    if let labels = try sourcedLabels(of: features, contract, rule, sharing: others) { return labels }
    let files = try labels.map(split) ?? plugins.split(plugins.labelInputSplit, flag: "--label-input-split")
    if let reader = try plugins.reader(
      plugins.labelReader, flag: "--label-reader", files, faults.policy,
      classNumbers: areClassNumbers(contract) ? .all : .keep([]))
    {
      return try store.kept(reader, as: "labels")
    }
    if let files, let match = join.match {
      return try store.kept(self.labels(files, joinedTo: features, by: match, contract), as: "labels")
    }
    let vocabulary = labelVocabulary(contract)
    let areClasses = areClassNumbers(contract)
    let missing = labelSource.missingTexts
    guard let files else {
      guard layout.oneSeriesPerRow, let labelColumn,
        let rows = try self.features.first.map(split)
          ?? plugins.split(
            plugins.inputSplit, flag: "--input-split")
      else { return nil }
      do {
        let reader = try layout.labelReader(
          inColumns: labelColumn.names, of: rows, featureFormat, policy: faults.policy.withoutGaps,
          vocabulary,
          areClasses: areClasses)
        return try store.kept(reader, as: "labels")
      } catch let error as RecordError {
        throw error.ofLabels(vocabulary, classCount: vocabulary?.classNames.count ?? classes)
      }
    }
    let reader: any SequenceRecordReader
    do {
      let format = try labelFormat(besides: features, hasVocabulary: vocabulary != nil) { format, policy in
        try layout.labelReader(
          files, format, policy: policy, vocabulary, areClasses: areClasses, missingLabels: missing)
      }
      reader = try layout.labelReader(
        files, format, policy: faults.policy.withoutGaps, vocabulary, areClasses: areClasses,
        missingLabels: missing)
      try checkCuts {
        try layout.labelReader(
          files, format, policy: ErrorPolicy(.repair(.missing)), vocabulary, areClasses: areClasses)
      }
    } catch let error as RecordError {
      // That they are the features says more than the fault that follows from it.
      try checkDistinct((try? files.locations())?.map(\.path) ?? [], from: features)
      // The reader reads the first row already.
      throw error.ofLabels(
        vocabulary, classCount: vocabulary?.classNames.count ?? classes, areNumbers: regression)
    }
    try checkDistinct((0..<reader.count).lazy.map { reader.source(of: $0).path }, from: features)
    return try store.kept(reader, as: "labels")
  }

  /// Returns true if the labels are class numbers, according to the flags or else to `contract`.
  func areClassNumbers(_ contract: DataContract?) -> Bool {
    if regression || multiLabel || labelVocabulary(contract) != nil { return false }
    return classes != nil || oneHot || contract?.labels.encoding == .oneHot
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

  /// Returns the texts of the labels, if they are categories.
  func vocabulary(ofLabels names: [String], _ reader: any SequenceRecordReader) -> Vocabulary? {
    guard let name = hasOwnLabels ? reader.columns.first : names.first,
      case .category(let vocabulary) = reader.schema.encodings[name]
    else { return nil }
    return vocabulary
  }

  /// Returns the names of the columns that `--label-column` refers to.
  func labelNames(in reader: any SequenceRecordReader) throws -> [String] {
    // They have a reader of their own.
    if layout.oneSeriesPerRow { return [] }
    return try columnNames(labelColumn, flag: "--label-column", in: reader)
  }

  /// Returns the names of the columns that the value of a flag refers to.
  func columnNames(
    _ references: NameList?, flag: String, in reader: any SequenceRecordReader
  ) throws -> [String] {
    let names = reader.schema.fileColumns
    var positions: [Int] = []
    func fault(_ problem: String) -> RecordError {
      RecordError(.mismatch, path: reader.source(of: 0).path, "\(flag): \(problem)")
    }
    for reference in references?.names ?? [] {
      let position: Int
      do throws(ColumnReference.Fault) {
        position = try reader.schema.fileColumn(reference)
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

  func position(of name: String, in reader: any SequenceRecordReader) throws -> Int {
    guard let position = reader.columns.firstIndex(of: name) else {
      throw RecordError(
        .mismatch, path: reader.source(of: 0).path,
        "has no column \"\(escapedText(name.utf8))\" for the labels among its sequences' columns; leave it out of "
          + "--group-by, --drop-columns and --transform, and name it in --keep-columns")
    }
    return position
  }
}
