import Platform
import Sequences
import Tensors

/// The properties of a data set that are the same for every batch: the sources of its sequences, and their
/// processing.
struct BatchRecipe: Sendable {
  let features: any SequenceRecordReader
  let labelSource: LabelSource
  /// The separate reader of the labels, if any, and their encoding.
  ///
  /// Both are in `labelSource`, and stored separately because they are needed for every example.
  let ownLabelReader: (any SequenceRecordReader)?
  let labelEncoding: LabelSource.Encoding?
  let pairing: Pairing
  let alignment: Alignment
  var storageOrder: Tensor.StorageOrder
  /// The column counts of the feature reader, and of the separate label reader if there is one.
  ///
  /// Stored, like the next property, because every sequence is checked against them and a reader may have to
  /// compute them.
  let readerWidths: (features: Int, labels: Int)
  /// True if an example with an invalid class is skipped, so that labels must be checked before they are
  /// written.
  let skipsBadClasses: Bool
  /// The transform that merges rows of the features, and whose rule merges the labels of their rows; `nil` if
  /// there is none, or if labels have no reader of their own.
  let labelMerging: (any RowMerging)?
  /// True if labels may be missing: their steps are masked.
  let mayLackLabels: Bool
  /// The positions among the features of columns that are constant within a series.
  let staticColumns: Set<Int>
  /// For every example, true if an earlier one is a part of the same series; empty without such columns.
  private let isLaterPart: [Bool]
  /// True if the features may have missing values, which must not reach a batch: transforms are applied to them, or they are
  /// joined.
  let mayHaveGaps: Bool
  /// The columns of the feature reader that are features.
  let featureColumns: [Int]
  /// The columns of the label reader (or of the feature reader) that are labels; each several times if it is repeated for
  /// quantiles.
  private(set) var labelColumns: [Int]
  /// The levels of the quantiles that label columns are repeated for; empty if they are not.
  private var quantiles: [Float] = []
  /// The keys that decided which part of its files the data is; `nil` if it is all of them.
  var partKey: Partition.Key?
  /// How the files are written, by the names of flags; `nil`: nothing is known of it.
  var fileSettings: [String: DataContract.Setting]?
  /// True if every series has one label, which is about all of it; `nil`: it is not known.
  var hasOneLabelPerSeries: Bool?
  /// True if batches have the exact timestamps of their steps.
  var keepsTimes = false
  /// True if labels of steps that several windows have are present in the first of these windows only.
  var countsStepsOnce = false
  /// True if only the label of the last step of an example is used; labels of their own reader may be missing then.
  var keepsLastLabel = false
  /// True if it is known whether label files have a header, so that a first label that is text is no header.
  var knowsLabelHeader = false
  /// True if a model requires the alignment, so that errors do not offer another one.
  var isAlignmentRequired = false
  var featuresNormalizer: AffineNormalizer?
  var labelsNormalizer: AffineNormalizer?
  /// The handling of faults that concern a whole sequence.
  let policy: ErrorPolicy
  /// The decisions about the sequences that were left out before: because they have no partner, or for another fault.
  var leftOut: [Ledger.Entry]
  /// The number of sequences that these are about.
  var leftOutCount: Int

  init(
    features: any SequenceRecordReader, labels: LabelSource, alignment: Alignment,
    storageOrder: Tensor.StorageOrder,
    policy: ErrorPolicy = .raise
  ) throws {
    self.policy = policy
    var features = features
    var leftOut: [Ledger.Entry] = []
    if case .reader(let reader, _) = labels, policy[.unpaired] == .skipSequence {
      (features, _, leftOut) = try Pairing.paired(features, with: reader)
    }
    self.features = features
    (self.leftOut, leftOutCount) = (leftOut, leftOut.count)
    labelSource = labels
    labelEncoding = labels.encoding
    if case .reader(let reader, _) = labels { ownLabelReader = reader } else { ownLabelReader = nil }
    self.alignment = alignment
    self.storageOrder = storageOrder
    let all = Array(features.columns.indices)
    if case .reader(let reader, _) = labels {
      readerWidths = (all.count, reader.columns.count)
    } else {
      readerWidths = (all.count, all.count)
    }
    skipsBadClasses = policy[.classIndex] == .skipSequence
    mayHaveGaps = features.schema.transforms != nil || features.schema.mayHaveGaps
    labelMerging = try Self.labelMerging(of: features, labels)
    switch labels {
    case .none:
      pairing = .identity
      featureColumns = all
      labelColumns = []
    case .reader(let reader, let encoding):
      pairing = try Pairing(
        features: features, labels: reader, allowsLonelyLabels: policy[.unpaired] == .skipSequence)
      featureColumns = all
      labelColumns = Array(reader.columns.indices)
      let width = reader.columns.count
      if case .oneHot(let names) = encoding, width != 1, width != names.count {
        throw RecordError(
          .mismatch, path: reader.source(of: 0).path,
          "has \(width) columns: expected one column of class numbers, or a column for each of the "
            + "\(names.count) classes (one-hot); remove the others, or set the class count (\(Remedy.classes("\(width)"))) if they are "
            + "one-hot")
      }
      if case .oneHot = encoding, let name = Self.rowNumberName(of: reader.columns) {
        throw RecordError(
          .mismatch, path: reader.source(of: 0).path, line: reader.source(of: 0).firstLine - 1,
          "the labels could be class numbers or one-hot: expected one column, or a column for each class, found "
            + "\(width) and the name \"\(escapedText(name.utf8))\" of the first, as if it numbered the rows; leave it out of the "
            + "label files, or call it by its class")
      }
    case .columns(let columns, let encoding):
      precondition(
        !columns.isEmpty && Set(columns).count == columns.count, "label columns: at least one, each once")
      if case .oneHot(let names) = encoding {
        precondition(
          [1, names.count].contains(columns.count), "class labels are one column, or one for each class")
      }
      for column in columns where !all.contains(column) {
        throw RecordError(
          .mismatch, path: features.source(of: 0).path,
          "has no column \(column) for the labels; it has \(all.count) column\(all.count == 1 ? "" : "s"), "
            + "numbered from 0; name one of them")
      }
      pairing = .identity
      featureColumns = all.filter { !columns.contains($0) }
      labelColumns = columns
      if featureColumns.isEmpty {
        throw RecordError(
          .mismatch, path: features.source(of: 0).path,
          "has label columns only; at least one column must be left for the features")
      }
    }
    mayLackLabels = Self.mayLackLabels(features, labels, labelColumns)
    let (schema, used) = (features.schema, featureColumns)
    staticColumns = Set(used.indices.filter { schema.isStatic(used[$0]) })
    var seen: Set<Int> = []
    let reader = features
    isLaterPart =
      staticColumns.isEmpty
      ? [] : (0..<reader.count).map { !seen.insert(reader.wholeSequence(of: $0)).inserted }
  }

  /// Repeats every label column for quantiles of these levels.
  mutating func repeatLabels(for levels: [Float]) {
    precondition(
      labelEncoding == .values && quantiles.isEmpty && labelsNormalizer == nil,
      "labels are repeated once, for quantiles of numbers, before they are normalized")
    quantiles = levels
    labelColumns = labelColumns.flatMap { column in levels.map { _ in column } }
  }

  /// Returns the columns of a batch of the examples `indices` that are constant within a series.
  func statics(of indices: [Int]) -> StaticColumns {
    if staticColumns.isEmpty { return StaticColumns() }
    return StaticColumns(
      columns: staticColumns, countedRows: Set(indices.indices.filter { isLaterPart[indices[$0]] }))
  }

  /// Returns true if a label column may have missing values.
  private static func mayLackLabels(
    _ features: any SequenceRecordReader, _ labels: LabelSource, _ columns: [Int]
  ) -> Bool {
    let schema: SequenceSchema
    switch labels {
    case .none: return false
    case .reader(let reader, _): schema = reader.schema
    case .columns: schema = features.schema
    }
    return columns.contains { schema.optionalColumns.contains(schema.columns[$0]) }
  }

  /// Checks the rule by which transforms have merged labels that are columns of the features.
  private static func checkMerging(
    of features: any SequenceRecordReader, _ merging: [any RowMerging], _ encoding: LabelSource.Encoding
  ) throws(RecordError) -> (any RowMerging)? {
    let path = features.count > 0 ? features.source(of: 0).path : "features"
    if let transform = merging.first(where: { $0.labels == nil }) {
      throw RecordError(
        .mismatch, path: path,
        "has a label for every row, and \(transform.summary): expected a rule for their labels, found none; name one "
          + "(labels=last, mode or mean)")
    }
    if encoding != .values, merging.contains(where: { $0.labels == .mean }) {
      throw RecordError(
        .mismatch, path: path,
        "class labels have no mean: expected labels=last or labels=mode, found labels=mean")
    }
    return nil
  }

  /// Returns the transform that merges rows, if label files have a label for each.
  ///
  /// - Throws: `RecordError` if there are several, or if its rule does not suit the labels.
  private static func labelMerging(
    of features: any SequenceRecordReader, _ labels: LabelSource
  ) throws(RecordError) -> (any RowMerging)? {
    let merging = (features.schema.transforms?.transforms ?? []).compactMap { $0 as? any RowMerging }
    if case .columns(_, let encoding) = labels { return try checkMerging(of: features, merging, encoding) }
    guard case .reader(let reader, let encoding) = labels else { return nil }
    func error(_ problem: String) -> RecordError {
      RecordError(.mismatch, path: reader.count > 0 ? reader.source(of: 0).path : "labels", problem)
    }
    guard merging.count < 2 || merging.allSatisfy({ $0.labels == nil }) else {
      throw error(
        "its labels would be merged twice: expected one transform that merges rows, found \(merging.count)")
    }
    if encoding != .values, merging.first?.labels == .mean {
      throw error("class labels have no mean: expected labels=last or labels=mode, found labels=mean")
    }
    return merging.first
  }

  /// Returns the name of the first of several label columns if that of numbered rows is usual for it, or if the header
  /// leaves it without a name.
  private static func rowNumberName(of columns: [String]) -> String? {
    guard columns.count > 1, let first = columns.first else { return nil }
    let usual = ["id", "index", "idx", "row", "rowid", "row_id", "key", ColumnReference.name(ofUnnamed: 0)]
    return usual.contains(first.lowercased()) ? first : nil
  }

  /// The number of columns of the batch's labels, L; `nil` without labels.
  var labelWidth: Int? {
    switch labelEncoding {
    case .none: return nil
    case .oneHot(let names): return names.count
    case .values, .multiLabel: return labelColumns.count
    }
  }

  /// True if a normalizer records what it was fitted on, so that examples must be looked up.
  var hasLineage: Bool { [featuresNormalizer, labelsNormalizer].contains { $0?.lineage.isEmpty == false } }

  /// Returns true if a normalizer was fitted on the example with this identity.
  func isFitted(on identity: UInt64) -> Bool {
    [featuresNormalizer, labelsNormalizer].contains { $0?.lineage.contains(identity) == true }
  }

  /// The reader that provides the labels.
  var labelReader: (any SequenceRecordReader)? {
    switch labelSource {
    case .none: return nil
    case .reader(let reader, _): return reader
    case .columns: return features
    }
  }

  /// A batch without examples: the result if all of its sequences were skipped, or a shard's empty slice.
  var emptyBatch: DataSet {
    DataSet(
      features: Tensor(shape: [0, featureColumns.count, 1], order: storageOrder),
      labels: labelWidth.map { Tensor(shape: [0, $0, 1], order: storageOrder) })
  }

  var contract: DataContract {
    let labels: DataContract.Labels
    switch labelEncoding {
    case .none: labels = .none
    case .oneHot(let names): labels = .init(encoding: .oneHot, names: names)
    case .values, .multiLabel:
      let columns = labelReader?.columns ?? []
      let each = max(1, quantiles.count)
      let plain = DataContract.Labels(
        encoding: labelEncoding == .values ? .values : .multiLabel,
        names: stride(from: 0, to: labelColumns.count, by: each).map { columns[labelColumns[$0]] })
      labels = quantiles.isEmpty ? plain : plain.repeated(for: quantiles)
    }
    let schema = features.schema
    let columns = schema.columns
    var contract = DataContract(
      columns: featureColumns.map { columns[$0] }, labels: labels, alignment: alignment,
      featuresNormalizer: featuresNormalizer, labelsNormalizer: labelsNormalizer,
      transforms: schema.transforms)
    contract.source = source(of: schema, contract.columns)
    contract.partKey = partKey
    if schema.isSortedByTime { contract.isSortedByTime = true }
    (contract.longestGap, contract.window, contract.seriesRow) = (
      schema.longestGap, schema.window, schema.seriesRow
    )
    if !schema.staticColumns.isEmpty { contract.staticColumns = schema.staticColumns }
    if schema.notation != .plain { contract.notation = schema.notation }
    contract.fileSettings = fileSettings
    contract.hasOneLabelPerSeries = hasOneLabelPerSeries
    // The categories of a label column are its classes.
    var encodings = schema.encodings
    if case .columns(let indices, _) = labelSource {
      for index in indices {
        if case .category = encodings[columns[index]] { encodings[columns[index]] = nil }
      }
    }
    if !encodings.isEmpty { contract.encodings = encodings }
    if let reader = labelReader, let column = labelColumns.first,
      case .category(let vocabulary) = reader.schema.encodings[reader.columns[column]]
    {
      contract.labelVocabulary = vocabulary
    }
    return contract
  }

  /// Returns the columns of the data, if they are not just `features`.
  private func source(of schema: SequenceSchema, _ features: [String]) -> DataContract.Source? {
    let columns = schema.transforms == nil ? schema.columns : schema.columnsRead
    guard schema.transforms != nil || schema.fileColumns != features else { return nil }
    let fileColumns = schema.fileColumns == columns ? nil : schema.fileColumns
    guard case .columns = labelSource else {
      return DataContract.Source(columns: columns, fileColumns: fileColumns)
    }
    let pipeline = schema.transforms ?? TransformPipeline()
    let labels = Set(labelColumns.compactMap { try? pipeline.sourceColumn(of: $0, columns: columns) })
    return DataContract.Source(
      columns: columns, labels: labels.sorted().map { columns[$0] }, fileColumns: fileColumns)
  }
}
