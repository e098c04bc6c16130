import ArgumentParser
import Timestep

/// The flags for joining files by time.
struct JoinOptions: ParsableArguments {
  @Option(help: .flag("join-on")) var joinOn: JoinArgument?

  @Option(help: .flag("tolerance")) var tolerance: DurationArgument?

  /// The rule by which the rows of several files belong together.
  var rule: JoinedSequenceRecordReader.Rule { match.map { .time($0) } ?? .rows }

  /// The rule for times; `nil` without `--join-on`.
  var match: TimeMatch? {
    joinOn.map { TimeMatch($0.direction, tolerance: tolerance?.nanoseconds) }
  }
}

/// A column of timestamps, and the side on which a row is looked for: `COLUMN` or `COLUMN:nearest`.
struct JoinArgument: NotatedFlagValue {
  let column: String
  let direction: TimeMatch.Direction

  init(flag text: String) throws(ValidationError) {
    // A name may contain colons too, if a side follows it.
    let colon = text.lastIndex(of: ":")
    let direction = colon.map { TimeMatch.Direction(rawValue: String(text[text.index(after: $0)...])) }
    let column = String(text[..<(colon ?? text.endIndex)])
    guard let direction = direction ?? .previous, !column.isEmpty else {
      throw ValidationError(
        "expected COLUMN, COLUMN:previous or COLUMN:nearest, the column of timestamps first")
    }
    (self.column, self.direction) = (column, direction)
  }
}

extension DataOptions {
  /// Returns a reader of all columns of the files that several --features name.
  ///
  /// - Parameter make: Makes the reader of the files of one of them, with the flags about its own columns.
  func joined(
    _ make: (_ files: any InputSplit, _ own: ColumnsOfFiles) throws -> any SequenceRecordReader
  ) throws -> any SequenceRecordReader {
    let own = try columnsOfFiles()
    if labelSource.horizon != nil, let join = join.joinOn, join.direction == .nearest {
      throw ValidationError(
        "--horizon and --join-on \(join.column):nearest exclude each other: the nearest row may be a later one, which is to be "
          + "forecast; join the previous one, as --join-on \(join.column) does")
    }
    let readers = try zip(features, own).map { try make(split($0), $1) }
    let time = join.joinOn.map { readers[0].schema.name(of: $0.column) }
    if let time, !readers.contains(where: { $0.columns.contains(time) }) {
      throw ValidationError(
        "--join-on \(time): expected a column of the files, found none of that name"
          + suggestion(for: time, among: Set(readers.flatMap(\.columns))))
    }
    return try JoinedSequenceRecordReader(readers, names: own.map(\.name), on: join.rule, time: time)
  }

  /// Returns the columns of the files that each of several --features names.
  func columnsOfFiles() throws -> [ColumnsOfFiles] {
    var own = try zip(features, Self.names(of: features)).map { pattern, name in
      ColumnsOfFiles(
        try split(pattern).locations().first.flatMap { columnNames(in: $0) }, name: name,
        renamed: columns.rename)
    }
    // What no file has is reported by the first one.
    own[0].others = Array(own.dropFirst())
    return own
  }

  /// Returns the name of each pattern in front of column names that several files have: what distinguishes it.
  ///
  /// `acc_%d.csv` and `gyro_%d.csv` are called acc and gyro, and so are `acc/*.csv` and `gyro/*.csv`, and
  /// `acc_train.txt` and `gyro_train.txt`.
  static func names(of patterns: [String]) -> [String] {
    func words(_ text: Substring) -> String {
      let plain = text.prefix { $0 != "." }.replacing(/%0?\d*d|[*?]|\[[^\]]*\]/, with: "")
      return String(plain.drop { "_-".contains($0) }.reversed().drop { "_-".contains($0) }.reversed())
    }
    var levels = 1
    while true {
      let names = patterns.map { pattern in
        pattern.split(separator: "/").suffix(levels).map(words).filter { !$0.isEmpty }.joined(separator: "_")
      }
      let longest = patterns.map { $0.split(separator: "/").count }.max() ?? 1
      if Set(names).count == names.count, !names.contains("") { return withoutCommonEnd(names) }
      if levels >= longest { return patterns.indices.map { "\($0)" } }
      levels += 1
    }
  }

  /// Returns names without the last words that all of them have, unless nothing would be left of one.
  private static func withoutCommonEnd(_ names: [String]) -> [String] {
    var words = names.map { $0.split(separator: "_", omittingEmptySubsequences: false) }
    while let last = words.first?.last, words.count > 1, words.allSatisfy({ $0.count > 1 && $0.last == last })
    {
      words = words.map { $0.dropLast() }
    }
    return words.map { $0.joined(separator: "_") }
  }

  /// Returns labels with a clock of their own, one for every row of `features`: missing where no label is near.
  ///
  /// - Parameters:
  ///   - files: The label files, which have a column of timestamps.
  ///   - features: Whole sequences of all parts, with their timestamps.
  ///   - match: The rule that finds the label of a row.
  func labels(
    _ files: any InputSplit, joinedTo features: any SequenceRecordReader, by match: TimeMatch,
    _ contract: DataContract?
  ) throws -> any SequenceRecordReader {
    let vocabulary = labelVocabulary(contract)
    let time = join.joinOn.map { features.schema.name(of: $0.column) } ?? ""
    guard let encoding = features.schema.encodings[time], case .time = encoding else {
      throw ValidationError("--join-on \(time) requires --time \(time): it is a column of timestamps")
    }
    let format = FileFormat(
      skippedLines: labelSkipLines ?? skipLines, notation: notationFlags.labelNotation,
      header: labelHeader ?? (header ? .present : .none))
    func reader(_ label: String?) throws -> CSVSequenceRecordReader {
      var columns = CSVColumns()
      columns.encodings[time] = encoding
      if let label, let vocabulary { columns.encodings[label] = .category(vocabulary) }
      if areClassNumbers(contract) { columns.classNumbers = .drop([time]) }
      let missing = labelSource.missingTexts
      if !missing.isEmpty { (columns.optional, columns.missingLabels) = (.drop([time]), missing) }
      return try CSVSequenceRecordReader(
        files, skippingLines: format.skippedLines, header: format.header, notation: format.notation,
        missingValues: MissingValues(.rejected, tokens: [""] + layout.missing), columns: columns,
        policy: faults.policy.withoutGaps)
    }
    var labels: CSVSequenceRecordReader
    do {
      labels = try reader(vocabulary == nil ? nil : "@0")
      if labels.columns.count < 2 {
        throw RecordError(
          .mismatch, path: labels.source(of: 0).path,
          "has no labels beside its timestamps: expected another column, found one; add it")
      }
    } catch let error as RecordError where error.kind == .header && vocabulary != nil {
      // The first column is that of the timestamps.
      labels = try reader("@1")
    }
    let joined = try JoinedSequenceRecordReader(
      [features, labels], names: ["features", "labels"], on: .time(match), time: time)
    return ColumnSubsetSequenceRecordReader(
      joined, columns: Array(features.columns.count..<joined.columns.count))
  }
}

/// The columns of the files that one of several --features names, among which the flags about columns are shared out.
struct ColumnsOfFiles {
  /// The names in the files; `nil` if they are not known.
  private let names: [String]?
  /// What is in front of the names of columns that other files have too.
  let name: String
  /// The new names of columns, of all files.
  private let renamed: [NamePair]
  /// Those of the other files, if this is the first one.
  var others: [ColumnsOfFiles] = []

  init(_ names: [String]?, name: String, renamed: [NamePair]) {
    (self.names, self.name, self.renamed) = (names, name, renamed)
  }

  /// Returns the reference to a column in these files, given one of the joined columns; `nil` if it is in other files.
  func own(_ reference: String) -> String? {
    if let found = found(reference) { return found }
    return names == nil || !others.isEmpty && others.allSatisfy { $0.found(reference) == nil }
      ? reference : nil
  }

  /// Returns true if these files have the column that a reference among the joined columns means.
  func has(_ reference: String) -> Bool { found(reference) != nil }

  private func found(_ reference: String) -> String? {
    guard let names else { return nil }
    func isThere(_ text: String) -> Bool { (try? ColumnReference(text).position(among: names)) != nil }
    /// The reference, and the one in these files alone, if it has their name in front.
    func spellings(_ text: String) -> [String] {
      [text] + (text.hasPrefix(name + "_") ? [String(text.dropFirst(name.count + 1))] : [])
    }
    return spellings(reference).first { spelling in
      isThere(spelling)
        || renamed.contains { $0.newName == spelling && spellings($0.name).contains(where: isThere) }
    }
  }

  /// Returns the flags about columns that concern these files.
  ///
  /// - Throws: `ValidationError` if none of the columns to keep is in these files.
  func own(_ options: ColumnOptions) throws(ValidationError) -> ColumnOptions {
    var result = options
    func list(_ list: NameList?) -> NameList? {
      let names = list?.names.compactMap(own) ?? []
      return names.isEmpty ? nil : NameList(names)
    }
    result.keepColumns = list(options.keepColumns)
    if let kept = options.keepColumns, result.keepColumns == nil {
      throw ValidationError(
        "--keep-columns \(kept): expected a column of every --features, found none of \(name): name one, or leave out these files"
      )
    }
    result.dropColumns = list(options.dropColumns)
    result.rename = options.rename.compactMap { pair in own(pair.name).map { pair.named($0) } }
    result.category = options.category.compactMap { column in own(column.name).map { column.named($0) } }
    result.time = options.time.compactMap { column in own(column.name).map { column.named($0) } }
    result.offset = options.offset.compactMap { column in own(column.name).map { column.named($0) } }
    return result
  }

  /// Returns what is known of columns in these files, among what is known of all.
  func own<Value>(_ known: [String: Value]) -> [String: Value] {
    var result: [String: Value] = [:]
    for (name, value) in known {
      if let own = found(name) { result[own] = value }
    }
    return result
  }
}
