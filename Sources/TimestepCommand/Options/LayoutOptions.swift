import ArgumentParser
import Timestep

/// The flags for the layout of sequences in files.
struct LayoutOptions: ParsableArguments {
  @Option(help: .flag("group-by")) var groupBy: NameList?

  @Flag(help: .flag("sort")) var sort = false

  @Flag(help: .flag("one-series-per-row")) var oneSeriesPerRow = false

  @Option(help: .flag("channels")) var channels: Int?

  @Option(help: .flag("separator")) var separator: String?

  @Option(help: .flag("lines-per-sequence")) var linesPerSequence: Int?

  @Option(help: .flag("remainder")) var remainder: RemainderName?

  @Option(help: .flag("line-pattern")) var linePattern: String?

  @Option(help: .flag("missing")) var missing: [String] = []

  func validate() throws {
    if let linesPerSequence, linesPerSequence < 1 {
      throw ValidationError("--lines-per-sequence \(linesPerSequence): at least 1 is needed")
    }
    if let channels, channels < 1 { throw ValidationError("--channels \(channels): at least 1 is needed") }
  }

  /// The way in which the sequences of one file are distinguished; `nil` if each file holds one.
  private var grouping: CSVGrouping? {
    if oneSeriesPerRow { return .rows(1) }
    return groupBy.map { group in
      group.names.count == 1 && !sort ? .column(group.names[0]) : .columns(group.names, scattered: sort)
    } ?? separator.map { .separator($0) }
      ?? linesPerSequence.map { .rows($0, remainder: (remainder ?? .keep).rule) }
  }

  /// True if a file holds several sequences.
  var isGrouped: Bool { grouping != nil }

  /// The columns of `--group-by`, without the file.
  var keyColumns: [String] { groupBy?.names.filter { !["file", "@file"].contains($0) } ?? [] }

  /// Returns a reader of the feature files of `split`, with the layout that the flags specify.
  ///
  /// - Parameters:
  ///   - files: The format of rows.
  ///   - columns: The use of the columns.
  ///   - known: The encodings that a model brings along, by the columns' names.
  ///   - classNumbers: The columns of class numbers.
  ///   - labels: The columns of labels.
  ///   - classes: The column of labels whose texts are collected as classes; `nil`: none.
  ///   - missingLabels: The texts of labels that are missing; empty if they may not be.
  ///   - training: Returns the sequences that unlisted categories are collected from.
  ///   - used: The categories to collect, by the columns' new names; `nil`: all texts of these sequences.
  func featureReader(
    _ split: any InputSplit, _ files: FileFormat, _ columns: ColumnOptions, missing: MissingValues,
    policy: ErrorPolicy, knowing known: [String: ColumnEncoding], classNumbers: CSVColumns.Selection,
    labels: [String], classes: String? = nil, missingLabels: [String] = [],
    collectingFrom training: (any SequenceRecordReader) throws -> [Int],
    keeping used: [String: Set<String>]? = nil
  ) throws -> any SequenceRecordReader {
    try columns.reader(
      knowing: known, classNumbers: classNumbers, labels: labels, classes: classes,
      missingLabels: missingLabels, collectingFrom: training, keeping: used
    ) { columns in
      if oneSeriesPerRow {
        return try CSVWideSequenceRecordReader(
          split, channels: channels ?? 1, labels: labels, skippingLines: files.skippedLines,
          header: files.header, notation: files.notation, missingValues: missing, columns: columns,
          policy: policy)
      }
      guard let linePattern else {
        let reader = try csvReader(split, files, missing: missing, columns: columns, policy: policy)
        noteRemainder(of: reader)
        return reader
      }
      return try RegexSequenceRecordReader(
        split, pattern: linePattern, skippingLines: files.skippedLines, missingValues: missing,
        notation: files.notation, columns: columns, policy: policy)
    }
  }

  /// Says how many files end with a shorter sequence, unless the flags ask for it, or with rows that are dropped.
  private func noteRemainder(of reader: any TextColumnReader) {
    guard let linesPerSequence, let reader = reader as? CSVGroupedSequenceRecordReader else { return }
    let dropped = reader.droppedRowCounts
    if !dropped.isEmpty {
      RunNotes.write(
        "\(pluralized(dropped.reduce(0, +), "row")) at the end of \(pluralized(dropped.count, "file")), fewer than the "
          + "\(linesPerSequence) of a sequence: left out (\(Remedy.keepRemainder) keeps them)")
    }
    let count = reader.remainderCount
    guard remainder == nil, count > 0 else { return }
    RunNotes.write(
      "\(pluralized(count, "file ends", "files end")) with fewer than \(pluralized(linesPerSequence, "row")): the last "
        + "\(count == 1 ? "sequence is" : "sequences are") shorter (\(Remedy.dropRemainder) leaves "
        + "\(count == 1 ? "it" : "them") out)")
  }

  /// Returns a reader of the label files of `split`, whose sequences have the same layout as those of the
  /// features.
  ///
  /// - Parameters:
  ///   - vocabulary: The texts of the labels, if they are texts.
  ///   - areClasses: True if the labels are class numbers.
  ///   - missingLabels: The texts of labels that are missing; empty if they may not be.
  func labelReader(
    _ split: any InputSplit, _ files: FileFormat, policy: ErrorPolicy, _ vocabulary: Vocabulary?,
    areClasses: Bool, missingLabels: [String] = []
  ) throws -> any SequenceRecordReader {
    func reader(textIn column: String?) throws -> any SequenceRecordReader {
      var columns = CSVColumns()
      if let column, let vocabulary { columns.encodings[column] = .category(vocabulary) }
      if areClasses { columns.classNumbers = .all }
      if !missingLabels.isEmpty { (columns.optional, columns.missingLabels) = (.all, missingLabels) }
      return try csvReader(
        split, files, missing: MissingValues(.rejected, tokens: [""] + missing), columns: columns,
        policy: policy)
    }
    guard vocabulary != nil else { return try reader(textIn: nil) }
    do {
      return try reader(textIn: "@0")
    } catch let error as RecordError where error.kind == .header && groupBy != nil {
      // The first columns may be those to group by.
      return try reader(textIn: "@\(max(1, keyColumns.count))")
    }
  }

  /// Returns a reader of the labels in columns of files in which every row is a sequence.
  func labelReader(
    inColumns names: [String], of split: any InputSplit, _ files: FileFormat, policy: ErrorPolicy,
    _ vocabulary: Vocabulary?, areClasses: Bool
  ) throws -> any SequenceRecordReader {
    var columns = CSVColumns(.keep(names))
    if let vocabulary, let name = names.first { columns.encodings[name] = .category(vocabulary) }
    if areClasses { columns.classNumbers = .all }
    columns.labels = names
    return try csvReader(
      split, files, missing: MissingValues(.rejected, tokens: [""] + missing), columns: columns,
      policy: policy)
  }

  private func csvReader(
    _ split: any InputSplit, _ files: FileFormat, missing: MissingValues, columns: CSVColumns,
    policy: ErrorPolicy
  ) throws -> any TextColumnReader {
    guard let grouping else {
      return try CSVSequenceRecordReader(
        split, skippingLines: files.skippedLines, header: files.header, notation: files.notation,
        missingValues: missing, columns: columns, policy: policy)
    }
    return try CSVGroupedSequenceRecordReader(
      split, groupBy: grouping, skippingLines: files.skippedLines, header: files.header,
      notation: files.notation, missingValues: missing, columns: columns, policy: policy)
  }
}

/// The handling of the last rows of a file if they are too few for a sequence.
enum RemainderName: String, FlagValue, CaseIterable {
  case keep, drop, error

  var rule: CSVGrouping.Remainder {
    switch self {
    case .keep: .keep
    case .drop: .drop
    case .error: .refuse
    }
  }
}

/// The format of rows in files.
struct FileFormat: Hashable {
  let skippedLines: Int
  let notation: TextNotation
  let header: CSVHeader
}
