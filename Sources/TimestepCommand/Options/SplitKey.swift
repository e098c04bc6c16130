import ArgumentParser
import Platform
import Sequences
import Timestep

/// What keeps series in one part, or in what order they are divided: `time`, `folder`, `name:REGEX`, or a column.
enum SplitKey: NotatedFlagValue, Equatable {
  /// The order of the rows of every series.
  case time
  /// The folder of the file.
  case folder
  /// The first group of a pattern in the path of the file.
  case name(String)
  /// A column of the table of labels, or of the features.
  case column(String)

  init(flag text: String) throws(ValidationError) {
    switch text {
    case "time": self = .time
    case "folder": self = .folder
    case "": throw ValidationError("expected time, folder, name:REGEX or a column")
    default: self = text.hasPrefix("name:") ? .name(String(text.dropFirst(5))) : .column(text)
    }
  }
}

/// A fold such as `2/5`, the third of five.
struct FoldArgument: NotatedFlagValue {
  let index: Int
  let count: Int

  init(flag text: String) throws(ValidationError) {
    (index, count) = try ShardArgument.parsed(text, least: 2, "folds", such: 5)
    if count > 1 << 20 { throw ValidationError("at most \(1 << 20) folds are possible") }
  }
}

// The groups that stay together in parts and folds.
extension DataOptions {
  /// Returns the text that keeps each sequence of `features` together with others; `nil` if nothing does.
  ///
  /// - Throws: `RecordError` about a sequence without one.
  func splitGroups(of features: any SequenceRecordReader, _ contract: DataContract?) throws -> [String]? {
    switch batching.splitBy {
    case nil, .time?: return nil
    case .folder?: return try grouping { try SeriesLabels(foldersOf: features) }
    case .name(let pattern)?: return try grouping { try SeriesLabels(namesOf: features, matching: pattern) }
    case .column(let name)?: return try texts(ofColumn: name, for: features, contract)
    }
  }

  /// Returns the text of a column of the table of labels, or of the features, for each sequence.
  private func texts(
    ofColumn name: String, for features: any SequenceRecordReader, _ contract: DataContract?
  ) throws -> [String] {
    if let argument = labelSource.labelTable {
      let table = try table(argument.path)
      if let place = try? table.position(of: name) {
        try checkOneMeaning(of: name, inTable: table.columns[place], features)
        return try StaticAttributes(
          table: table, key: argument.key, columns: [name], of: features
        ).groups(byColumn: 0, policy: faults.policy)
      }
    }
    if let texts = keyTexts(ofColumn: name, in: features) { return texts }
    // A row that is a series has its values as steps, not as columns.
    guard !layout.oneSeriesPerRow else {
      return try firstTexts(ofColumn: 0, in: reader(ofColumn: name, besides: features))
    }
    let column = try named(name, in: features)
    let rows = try firstRows(contract)
    if let position = features.columns.firstIndex(of: column) {
      return try firstTexts(ofColumn: position, in: features, rows: rows)
    }
    // What a series belongs to is often no feature of it.
    let reader = try reader(ofColumn: name, besides: features)
    guard self.features.count > 1 else { return try firstTexts(ofColumn: 0, in: reader, rows: rows) }
    // The files of another --features are in another order.
    func byKey<Value>(_ values: [Value], of reader: any SequenceRecordReader) -> [String: Value] {
      Dictionary(zip(values.indices.map { reader.source(of: $0).key }, values)) { first, _ in first }
    }
    let rowsByKey = rows.map { byKey($0, of: features) }
    let ownRows = rowsByKey.map { rows in (0..<reader.count).map { rows[reader.source(of: $0).key] ?? 0 } }
    let texts = try firstTexts(ofColumn: 0, in: reader, rows: ownRows)
    let textsByKey = byKey(texts, of: reader)
    return (0..<features.count).map { textsByKey[features.source(of: $0).key] ?? texts[$0] }
  }

  /// Returns the number of the first row of each sequence in its file, which is not 0 where a policy leaves out rows before
  /// it; `nil`: it leaves out none.
  private func firstRows(_ contract: DataContract?) throws -> [Int]? {
    guard faults.policy.skipsRows else { return nil }
    // Read without parts, so that no category is unknown since it is one of another part.
    var options = self
    options.batching.takeAll()
    (options.store.cache, options.store.verify) = (nil, false)
    let features = try options.allFeatures(
      missingValues: contract?.transforms?.fillsMissing == true ? .nan : .rejected, contract: contract,
      collecting: CollectionRule(partKey: .rank))
    var (cursor, record) = (try features.makeCursor(), SequenceRecord())
    return try (0..<features.count).map { index in
      do {
        try cursor.read(index, into: &record)
      } catch is RecordError {
        // It is reported, or left out, where the sequence is used.
        return 0
      }
      return record.stepCount > 0 ? record.rowOrdinal(ofStep: 0) : 0
    }
  }

  /// Returns the name of a column of the features; if there is none, the error lists the columns of the table too.
  private func named(_ reference: String, in features: any SequenceRecordReader) throws -> String {
    do {
      return try columnNames(NameList([reference]), flag: "--split-by", in: features)[0]
    } catch var error as RecordError {
      if let argument = labelSource.labelTable, let table = try? table(argument.path) {
        error.problem +=
          "; the table of labels has the columns \(quoted(table.columns))"
          + suggestion(for: reference, among: table.columns)
      }
      throw error
    }
  }

  /// Rejects a position that is one of a column of the table, and of another column of the features.
  private func checkOneMeaning(
    of reference: String, inTable name: String, _ features: any SequenceRecordReader
  ) throws(ValidationError) {
    guard reference != name, !layout.oneSeriesPerRow, let place = try? features.schema.fileColumn(reference)
    else { return }
    let other = features.schema.fileColumns[place]
    guard other != name else { return }
    throw ValidationError(
      "--split-by \(shellQuoted(reference)) could mean two columns: expected one, found \(quoted([name])) of the table of labels and "
        + "\(quoted([other])) of the features; write its name")
  }

  /// Returns the texts of a column that sequences are grouped by; `nil` if it is none.
  private func keyTexts(ofColumn name: String, in features: any SequenceRecordReader) -> [String]? {
    let keys = layout.keyColumns
    func column(_ reference: String) -> Int? { try? features.schema.fileColumn(reference) }
    guard let wanted = column(name), let place = keys.firstIndex(where: { column($0) == wanted }) else {
      return nil
    }
    let isAlone = layout.groupBy?.names.count == 1
    return (0..<features.count).map { index in
      let key = features.source(of: index).key
      return isAlone ? key : CSVGrouping.texts(ofKey: key, count: keys.count)[place]
    }
  }

  /// Returns the text that a column has in the first row of each sequence.
  ///
  /// - Parameter rows: The number of that row in the file; `nil`: 0.
  private func firstTexts(
    ofColumn column: Int, in reader: any SequenceRecordReader, rows: [Int]? = nil
  ) throws -> [String] {
    try (0..<reader.count).map { index in
      let row = rows?[index] ?? 0
      // The text: a category of another part has no number, and long numbers are not exact in Float.
      let place = reader.position(of: index, row: row, column: column)
      let read = place.text == nil ? try reader.firstRows(of: index, atMost: row + 1) : nil
      let values = read.map { Array($0.values.dropFirst(row * $0.columnCount)) }
      let text = place.text ?? values.flatMap { $0.isEmpty ? nil : "\($0[column])" } ?? ""
      guard !text.isEmpty, text != "nan" else {
        throw RecordError(
          .noMatch, path: place.path, line: place.line, column: place.column,
          "the series is in no group: expected a text in column \"\(escapedText(reader.columns[column].utf8))\" in its first row, as --split-by needs, "
            + "found none; fill it in, or divide by another column")
      }
      return text
    }
  }

  /// Returns the texts that names give; a name without one is in no group, whatever the policy.
  private func grouping(_ names: () throws -> SeriesLabels) throws -> [String] {
    do {
      return try names().texts
    } catch var error as RecordError where error.kind == .noMatch {
      error.problem =
        (error.problem.split(separator: ";").first.map(String.init) ?? error.problem)
        + "; --split-by needs one for every series: correct the pattern or the name, or name other files"
      throw error
    }
  }

  /// Returns a reader of one column of the feature files alone, which the flags leave out of the features; its texts may be
  /// anything.
  ///
  /// - Parameter column: Its name or position, by which every file is searched.
  private func reader(
    ofColumn column: String, besides features: any SequenceRecordReader
  ) throws -> any SequenceRecordReader {
    var (options, column) = (self, column)
    if self.features.count > 1 {
      let all = try columnsOfFiles()
      if let place = all.firstIndex(where: { $0.has(column) }) {
        (options.features, options.columns) = ([self.features[place]], try all[place].own(columns))
        column = all[place].own(column) ?? column
      }
    }
    if layout.oneSeriesPerRow {
      (options.layout.oneSeriesPerRow, options.layout.channels, options.layout.linesPerSequence) = (
        false, nil, 1
      )
    }
    (options.columns.keepColumns, options.columns.dropColumns) = (NameList([column]), nil)
    options.columns.unknownCategory = .ignore
    options.columns.category = [NamedList(name: column, values: [])]
    (options.columns.time, options.columns.offset, options.columns.sortByTime) = ([], [], false)
    options.faults.onError.removeAll { if case .repair = $0.action { true } else { false } }
    (options.labelColumn, options.labelSource.static, options.store.cache) = (nil, nil, nil)
    return try options.allFeatures(collecting: CollectionRule(partKey: .rank))
  }

  /// Returns the part of every sequence by `--fold`.
  ///
  /// - Parameter classes: The class of every sequence, if it is known: folds have nearly equal shares of each.
  func foldParts(
    of features: any SequenceRecordReader, _ fold: FoldArgument, by key: Partition.Key, classes: [Int?]?,
    _ contract: DataContract?
  ) throws -> [String] {
    let folds: [Int]
    if let groups = try splitGroups(of: features, contract) {
      guard Set(groups).count >= fold.count else {
        throw ValidationError(
          "--fold \(fold.index)/\(fold.count): expected at least as many groups of --split-by as folds, found "
            + "\(Set(groups).count); make fewer folds")
      }
      folds = Partition.folds(ofGroups: groups, count: fold.count)
    } else {
      guard features.count >= fold.count else {
        throw ValidationError(
          "--fold \(fold.index)/\(fold.count): expected at least as many series as folds, found \(features.count); make fewer "
            + "folds")
      }
      let partition = Partition(
        names: (0..<fold.count).map(String.init), weights: Array(repeating: 1, count: fold.count),
        seed: batching.splitSeed)
      folds = partition.parts(of: features, by: key, classes: classes).compactMap(Int.init)
    }
    return folds.map { ($0 == fold.index ? PartName.test : .train).rawValue }
  }
}
