import ArgumentParser
import Platform
import Timestep

// Finds the labels: where they are, what they mean, and that they go with the features.
extension DataOptions {
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
  func labelVocabulary(_ contract: DataContract?) -> Vocabulary? {
    if let labelCategories { return Vocabulary(labelCategories.names) }
    return classes == nil && !regression ? contract?.labelVocabulary : nil
  }

  /// Returns the reader of the labels, before they are cut into windows; `nil` if they have no reader of
  /// their own.
  ///
  /// - Parameters:
  ///   - features: The features of all parts, before transforms.
  ///   - contract: The properties that a model already knows.
  ///   - partKey: The keys that decide the parts.
  func labelReader(
    besides features: any SequenceRecordReader, contract: DataContract? = nil, partKey: Partition.Key
  ) throws -> (any SequenceRecordReader)? {
    func part(_ reader: any SequenceRecordReader) throws -> any SequenceRecordReader {
      try batching.part(ofLabels: store.kept(reader, as: "labels"), of: features, by: partKey)
    }
    let files = try labels.map(split) ?? plugins.split(plugins.labelInputSplit, flag: "--label-input-split")
    if let reader = try plugins.reader(
      plugins.labelReader, flag: "--label-reader", files, faults.policy,
      classNumbers: areClassNumbers(contract) ? .all : .keep([]))
    {
      return try part(reader)
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
    return try part(reader)
  }

  /// Returns true if the labels are class numbers, according to the flags or else to `contract`.
  func areClassNumbers(_ contract: DataContract?) -> Bool {
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

  /// Rejects files that are cut after every N lines, and are not cut in the same places, if a policy leaves out rows.
  ///
  /// Where the numbers of rows differ, a line too many in one file moves all rows after it to other labels.
  ///
  /// - Throws: `RecordError` with the counts of the first sequence that differs.
  private func checkGroups(of labels: any SequenceRecordReader, besides features: any SequenceRecordReader)
    throws
  {
    guard let size = layout.linesPerSequence, !faults.policy.raisesEverything else { return }
    // Sequences with faults that the policy does not leave out are reported when they are read.
    func rowCounts(_ reader: any SequenceRecordReader) -> [Int?] {
      (0..<reader.count).map { try? counts(reader, $0).all }
    }
    let labelCounts = rowCounts(labels)
    if labelCounts.compactMap({ $0 }).reduce(0, +) == features.count { return }
    let own = Dictionary(
      labelCounts.enumerated().map { (labels.source(of: $0).key, $1) },
      uniquingKeysWith: { first, _ in first })
    for (index, rows) in rowCounts(features).enumerated() {
      let source = features.source(of: index)
      guard let rows, let labelled = own[source.key], let found = labelled, found != rows else { continue }
      throw RecordError(
        .lengths, path: labels.source(of: 0).path,
        "its labels cannot be assigned to the rows of \(source.path): expected the same lines in both, since each "
          + "\(size) lines are a sequence and the policy leaves out rows, found \(rows) row\(rows == 1 ? "" : "s") and "
          + "\(found) label\(found == 1 ? "" : "s") in the sequence from line \(source.firstLine); give every line its "
          + "label, or correct the files")
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
