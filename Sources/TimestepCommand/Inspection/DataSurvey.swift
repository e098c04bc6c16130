import Platform
import Sequences
import Timestep

/// What a look at files without any flags tells: how they are written, what they contain, and which flags read them.
///
/// Of many or large files, only some are read, and only their beginnings.
struct DataSurvey {
  /// The most files that are read, and the most bytes of all of them.
  private static let limits = (files: 48, bytes: 1 << 21)

  /// The most label files that classes are collected from.
  private static let labelLimit = 4096

  /// All data files.
  let folder: FolderSurvey
  /// The feature files.
  let files: [FolderSurvey.File]
  /// The value of `--features`.
  let pattern: FilePattern
  /// The beginnings of the feature files.
  let samples: [TextSample]
  /// The dialect of the feature files.
  let guess: DialectGuess
  /// The first rows of the feature files.
  let tables: [TableSample]
  /// The columns of the feature files.
  let columns: [ColumnSurvey]
  /// How series lie in the files.
  let series: SeriesGuess
  /// Where labels may be, the likeliest first.
  let sources: [LabelSourceGuess]
  /// Further sets of feature files, whose columns are joined to those of the first one.
  let others: [FeatureSet]
  /// The dialects that explain the feature files, the likeliest first.
  let dialects: [Dialect]
  /// The rows of label files that classes are collected from; empty if there are none.
  let labelTables: [TableSample]
  /// The column by which the rows of several sets belong together; `nil`: they have the same rows.
  let joinColumn: String?
  /// The same files in other readings, with what each of them says.
  private(set) var alternatives: [(words: String, survey: DataSurvey)] = []
  /// The validation part and the test part, if there are any, with their names in flags.
  private(set) var heldOut: [(name: String, survey: DataSurvey)] = []
  /// Files that are not read, with the reason.
  private(set) var remarks: [String] = []

  /// The likeliest dialect.
  var dialect: Dialect { dialects.first ?? guess.dialect }

  /// True if not all of the files were read to their ends.
  var isSampled: Bool {
    samples.count < files.count || samples.contains { !$0.isWhole } || tables.contains { !$0.isWhole }
  }

  /// The first file that has no row with as many fields as most rows have; `nil` if there is none.
  var otherShape: String? {
    let known = Set(tables.map(\.path))
    return samples.first { !known.contains($0.path) && $0.lines.count > 1 }?.path
  }

  /// What is assumed of files that can be read in several ways; `nil`: what is likelier.
  private struct Reading {
    var areRows: Bool?
    var areJoined = false
    /// The place of the features among groups of files with rows that are series.
    var group = 0
    /// The depth of the directory with the features, as that of the training part has it.
    var depth: Int?
    /// True if the names of series are paths below the location, as those of the training part.
    var isRooted = false
  }

  /// Looks at the files at `location`.
  ///
  /// - Throws: `RecordError` or `FileError` if there is nothing to read.
  init(_ location: String) throws {
    let folder = try FolderSurvey(location)
    guard let parts = Self.parts(of: folder) else {
      self = try DataSurvey(folder, among: folder)
      return
    }
    var survey = try DataSurvey(folder.only(parts.training + parts.rest), among: folder, rest: parts.rest)
    // Held-out parts have the form of the training part, or are left out.
    let reading = Reading(depth: survey.pattern.depth, isRooted: survey.pattern.isRooted)
    for (name, files) in [("validation", parts.validation), ("test", parts.test)] where !files.isEmpty {
      do {
        survey.heldOut.append((name, try DataSurvey(folder.only(files), among: folder, reading)))
      } catch let error as RecordError {
        survey.remarks.append("the \(name) part is not read: \(error)")
      }
    }
    self = survey
  }

  /// Looks at some files of a folder, and at what else they may mean.
  ///
  /// - Parameter rest: Those that are data only if nothing else is.
  private init(
    _ data: FolderSurvey, among folder: FolderSurvey, rest: [FolderSurvey.File] = []
  ) throws {
    var survey = try DataSurvey(data, among: folder, Reading(), rest: rest)
    if survey.series.isDoubtful {
      let words = "the file is one series of \(pluralized(survey.columns.count, "column"))"
      let other = try DataSurvey(data, among: folder, Reading(areRows: false), rest: rest)
      survey.alternatives.append((words, other))
    }
    if survey.couldBeJoined {
      let other = try DataSurvey(data, among: folder, Reading(areJoined: true), rest: rest)
      survey.alternatives.append(("the files of a number are one series", other))
    }
    for (index, rival) in survey.rivals.enumerated() {
      let other = try DataSurvey(data, among: folder, Reading(group: index + 1), rest: rest)
      survey.alternatives.append(
        ("the series are the rows of \(rival.map(\.path).joined(separator: ", "))", other))
    }
    self = survey
  }

  /// True if the files could as well be sets that belong together.
  private let couldBeJoined: Bool
  /// Files of rows that are series, which could be the features instead.
  private let rivals: [[FolderSurvey.File]]

  private init(
    _ data: FolderSurvey, among folder: FolderSurvey, _ reading: Reading, rest: [FolderSurvey.File] = []
  ) throws {
    var data = data
    let events = try Self.keylessIntervals(in: data)
    if let events { data = data.only(data.files.filter { $0 != events }) }
    let own = data.only(data.files.filter { !rest.contains($0) })
    let table = try Self.table(in: own) ?? (rest.isEmpty ? nil : Self.table(in: data))
    let left = Set(rest).subtracting([table?.file].compactMap { $0 })
    data = data.only(data.files.filter { $0 != table?.file && !left.contains($0) })
    let pairs =
      table == nil && !reading.areJoined ? try PairGuess(data, among: folder, look: Self.look) : nil
    var join: JoinGuess?
    if pairs == nil {
      join = try JoinGuess(
        data, among: folder, hasTable: table != nil, areFeatures: reading.areJoined, look: Self.look)
      couldBeJoined = join?.isDoubtful == true && !reading.areJoined
      if couldBeJoined { join = nil }
      if join == nil, table == nil {
        join = try JoinGuess(rowsOf: data, group: reading.group) {
          try $0.map { try TextSample($0.path, byteCount: 1 << 17) }
        }
      }
    } else {
      couldBeJoined = pairs?.isDoubtful == true
    }
    rivals = join?.rivals ?? []
    self.folder = folder
    files = pairs?.features ?? join?.features[0] ?? data.files
    guard
      let pattern = pairs?.featurePattern ?? join?.patterns[0]
        ?? FilePattern(
          files, in: folder, keepsDirectory: table?.namesNumbers != true,
          isRooted: reading.isRooted || Self.areRooted(files, in: table),
          depth: reading.depth)
    else {
      throw RecordError(
        .mismatch, path: folder.location,
        "the names of the \(pluralized(files.count, "data file")) have no pattern that excludes other files: expected data in a "
          + "directory of its own, found other files beside it (\(Self.stranger(among: files) ?? table?.file.path ?? "...")); move the "
          + "data into a directory of its own below this one, and inspect this one again")
    }
    self.pattern = pattern
    let sets = try ([files] + (join?.features.dropFirst() ?? [])).map(Self.look)
    let guesses = Self.guesses(sets)
    (samples, guess) = (sets[0], guesses[0])
    dialects = Self.richest(guesses).candidates
    let made = try zip(sets, guesses).map { try FeatureSet($0, $1) }
    (tables, columns) = (made[0].tables, made[0].columns)
    others = zip(made, join?.patterns ?? []).dropFirst().map { set, pattern in
      var set = set
      set.pattern = pattern.text
      return set
    }
    joinColumn = join?.timeColumn
    let fileCount = join?.areRows == true ? 1 : files.count
    // The second series of a long file may begin far behind its beginning.
    series = SeriesGuess(
      tables.map { $0.followed(by: made[0].later) }, columns, fileCount: fileCount,
      areRows: join?.areRows == true ? true : reading.areRows)
    let found = try Self.sources(
      table,
      pairs.map { ($0.labels, $0.labelPattern, $0.reason) }
        ?? join.flatMap { join in join.labels.map { ($0.files, $0.pattern, join.labelReason) } },
      self.files, dialects.first, columns, tables, made[0].later, series)
    (sources, labelTables) = (found.sources, found.tables)
    if let problem = found.problem { remarks.append(problem) }
    let labelFiles = pairs?.labels ?? join?.labels?.files ?? []
    if labelFiles.count > Self.labelLimit {
      remarks.append(
        "\(Self.labelLimit) of \(labelFiles.count) label files were read: others may have more classes, which must be named too"
      )
    }
    if let events {
      remarks.append(
        "\(escapedText(events.path.utf8, limit: nil)) has intervals, but no column names their recordings: expected the name of "
          + "a file before start, end and class, found none; add it, and inspect again")
    }
    if !left.isEmpty {
      let shown = left.map(\.path).sorted()
      remarks.append(
        "\(pluralized(left.count, "file")) beside the training and test parts \(left.count == 1 ? "is" : "are") not read: "
          + "\(escapedText(shown[0].utf8, limit: nil))\(left.count > 1 ? ", ..." : "")")
    }
  }

  /// Returns a file that lies elsewhere than most, or has another extension; `nil` if none does.
  private static func stranger(among files: [FolderSurvey.File]) -> String? {
    let groups = Dictionary(grouping: files) {
      "\($0.directory.split(separator: "/").count) \(FolderSurvey.plainSuffix($0.suffix))"
    }
    let most = groups.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
    return groups.filter { $0.key != most }.values.joined().map(\.path).min()
  }

  /// Returns the guess for each of several sets of files: what one of them tells of the decimal sign holds for all.
  private static func guesses(_ sets: [[TextSample]]) -> [DialectGuess] {
    let own = sets.map { DialectGuess($0) }
    guard own.count > 1 else { return own }
    let best = richest(own)
    return zip(sets, own).map { set, guess in
      guess.dialect == best.dialect ? guess : DialectGuess(set, beside: best.dialect)
    }
  }

  /// Returns the guess from the files with the most fields.
  private static func richest(_ guesses: [DialectGuess]) -> DialectGuess {
    guesses.max { one, other in
      (one.fieldCount, one.dialect.decimal == "," ? 1 : 0) < (
        other.fieldCount, other.dialect.decimal == "," ? 1 : 0
      )
    } ?? guesses[0]
  }

  /// Reads the beginnings of files that stand for all.
  private static func look(_ files: [FolderSurvey.File]) throws -> [TextSample] {
    let sample = FolderSurvey.sample(files, count: limits.files)
    return try sample.map { try TextSample($0.path, byteCount: max(limits.bytes / sample.count, 1 << 14)) }
  }

  private static let trainingWords: Set<String> = ["train", "training"]
  private static let validationWords: Set<String> = ["valid", "validation", "val", "dev"]
  private static let testWords: Set<String> = ["test", "testing"]
  /// Words for whichever of these two there is not.
  private static let heldOutWords: Set<String> = ["eval", "evaluation", "holdout", "heldout"]

  /// The files of each part of a folder, and those of none.
  typealias Parts = (
    training: [FolderSurvey.File], validation: [FolderSurvey.File], test: [FolderSurvey.File],
    rest: [FolderSurvey.File]
  )

  /// Returns the training and the held-out files, if directories or names call them so, and at most 16 others.
  static func parts(of folder: FolderSurvey) -> Parts? {
    func words(_ file: FolderSurvey.File) -> Set<String> {
      let first = file.directory.split(separator: "/").first.map(String.init) ?? file.stem
      return Set(NamePieces(first).pieces.map { $0.text.lowercased() })
    }
    guard folder.isDirectory, folder.files.count > 1 else { return nil }
    var parts: Parts = ([], [], [], [])
    var heldOut: [FolderSurvey.File] = []
    for file in folder.files {
      let own = words(file)
      if !own.isDisjoint(with: trainingWords) {
        parts.training.append(file)
      } else if !own.isDisjoint(with: validationWords) {
        parts.validation.append(file)
      } else if !own.isDisjoint(with: testWords) {
        parts.test.append(file)
      } else if !own.isDisjoint(with: heldOutWords) {
        heldOut.append(file)
      } else if parts.rest.count < 16 {
        parts.rest.append(file)
      } else {
        return nil
      }
    }
    if parts.test.isEmpty { parts.test = heldOut } else { parts.validation += heldOut }
    return parts.training.isEmpty || parts.test.isEmpty && parts.validation.isEmpty ? nil : parts
  }

  /// Returns a file, among few others, with intervals that do not say which series they belong to.
  private static func keylessIntervals(in folder: FolderSurvey) throws -> FolderSurvey.File? {
    guard folder.isDirectory, folder.files.count > 1 else { return nil }
    let words: Set<String> = ["events", "event", "intervals", "segments", "annotations", "labels"]
    let named = folder.files.lazy.filter { file in
      let letters = NamePieces(file.stem).pieces.filter { $0.kind == .letters }
      return !letters.isEmpty && letters.allSatisfy { words.contains($0.text.lowercased()) }
    }
    return try named.prefix(8).first { file in
      LabelTableGuess.hasKeylessIntervals(try TextSample(file.path, byteCount: 1 << 16))
    }
  }

  /// Returns a table of labels among the files.
  private static func table(in folder: FolderSurvey) throws -> LabelTableGuess? {
    guard folder.isDirectory, folder.files.count > 1 else { return nil }
    // A table has a name of its own.
    let shapes = Dictionary(grouping: folder.files) {
      "\($0.directory)/\(NamePieces($0.stem).shape)\($0.suffix)"
    }
    var odd = shapes.values.filter { $0.count == 1 }.flatMap { $0 }
    if folder.files.count <= 4 { odd = folder.files }
    let words = PairGuess.labelWords.union([
      "meta", "metadata", "index", "info", "reference", "key", "answers", "events", "intervals", "segments",
    ])
    func isCalledSo(_ file: FolderSurvey.File) -> Bool {
      NamePieces(file.stem).pieces.contains { $0.text.count > 1 && words.contains($0.text.lowercased()) }
    }
    odd.append(
      contentsOf: folder.files.count <= 10_000
        ? folder.files.filter { isCalledSo($0) && !odd.contains($0) }.prefix(4) : [])
    odd.sort { (isCalledSo($0) ? 0 : 1, $0.path) < (isCalledSo($1) ? 0 : 1, $1.path) }
    guard !odd.isEmpty else { return nil }
    var (names, numbers) = ([String: Int](), [String: Int]())
    for (number, file) in folder.files.enumerated() {
      for name in Self.names(of: file) { names[name] = number }
      if let key = Self.number(of: file) { numbers[key] = number }
    }
    for file in odd.prefix(8) {
      let number = folder.files.firstIndex(of: file)
      var names = names
      for name in Self.names(of: file) where names[name] == number { names[name] = nil }
      let sample = try TextSample(file.path, byteCount: limits.bytes)
      let other = folder.files.first { $0 != file && !odd.contains($0) }
      let beside = try other.map { DialectGuess([try TextSample($0.path, byteCount: 1 << 14)]).dialect }
      if let table = LabelTableGuess(
        file, sample, beside: beside, isCalledSo: isCalledSo(file) || folder.files.count > 4, series: names),
        folder.files.count > 2 || table.key.cellCount > 1
      {
        return table
      }
      // A column that counts its rows has the numbers of files too: only its name tells that a file is no such series.
      if isCalledSo(file),
        var table = LabelTableGuess(file, sample, beside: beside, isCalledSo: true, series: numbers)
      {
        table.namesNumbers = true
        return table
      }
    }
    guard folder.files.count == 2 else { return nil }
    // One file has the series, the other one their labels.
    for (file, other) in [(0, 1), (1, 0)] {
      let data = try TextSample(folder.files[other].path, byteCount: limits.bytes)
      let guess = DialectGuess([data])
      let rows = [TableSample(data, guess)]
      let columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: rows, guess.dialect) }
      let series = SeriesGuess(rows, columns, fileCount: 1)
      guard series.keyColumns.count == 1, let key = series.keyColumns.first else { continue }
      let ids = Set(rows[0].rows.map { $0[key] }).enumerated().map { ($0.element, $0.offset) }
      let sample = try TextSample(folder.files[file].path, byteCount: limits.bytes)
      if let table = LabelTableGuess(
        folder.files[file], sample, beside: guess.dialect, isCalledSo: isCalledSo(folder.files[file]),
        series: Dictionary(uniqueKeysWithValues: ids))
      {
        return table
      }
    }
    return nil
  }

  /// Returns the first column of label files that has ids, times, numbers of rows, or texts beside others; `nil` if there is
  /// none.
  private static func otherColumn(_ tables: [TableSample], _ guess: DialectGuess) -> String? {
    guard guess.fieldCount > 1 else { return nil }
    let words: Set<String> = ["t", "time", "timestamp", "index", "step", "row", "frame", "file", "name"]
    let columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables, guess.dialect) }
    let other = columns.first { column in
      switch column.kind {
      case .time, .category, .text: return true
      case .empty: return false
      case .number:
        if guess.hasHeader, SeriesGuess.isNamedID(column.name) || !words.isDisjoint(with: column.name.words) {
          return true
        }
        return tables.contains { $0.rows.count > 3 }
          && tables.allSatisfy { table in
            let numbers = table.rows.compactMap { Int($0[column.position]) }
            return numbers.count == table.rows.count
              && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
          }
      }
    }
    return other.map { TableSample.reference($0.position, names: tables.first?.names) }
  }

  /// Returns true if a table names files by their paths below the location.
  private static func areRooted(_ files: [FolderSurvey.File], in table: LabelTableGuess?) -> Bool {
    guard let table, let file = files.first(where: { !names(of: $0).isDisjoint(with: table.keys) }) else {
      return false
    }
    return names(of: file).intersection(table.keys).allSatisfy { $0.contains("/") }
  }

  /// Returns the only number in the name of a file; `nil` if there is none, or several.
  static func number(of file: FolderSurvey.File) -> String? {
    let digits = NamePieces(file.stem).pieces.filter { $0.kind == .digits }
    return digits.count == 1 ? digits[0].text : nil
  }

  /// Returns the names by which a table can refer to a file.
  static func names(of file: FolderSurvey.File) -> Set<String> {
    let path = String(file.relativePath.dropLast(file.suffix.count))
    let plain = FolderSurvey.plainSuffix(file.suffix)
    return [
      file.stem, file.stem + file.suffix, file.relativePath, path, file.stem + plain, path + plain,
    ]
  }

  private static func sources(
    _ table: LabelTableGuess?,
    _ labels: (files: [FolderSurvey.File], pattern: FilePattern, reason: String)?,
    _ files: [FolderSurvey.File], _ dialect: Dialect?, _ columns: [ColumnSurvey], _ tables: [TableSample],
    _ later: [TableSample], _ series: SeriesGuess
  ) throws -> (sources: [LabelSourceGuess], tables: [TableSample], problem: String?) {
    if let table {
      // Rows that are series have no other names than their numbers.
      if series.layout == .rows, let id = series.idColumn {
        let isWhole = tables.allSatisfy(\.isWhole)
        if isWhole, let table = table.inOrder(of: tables.flatMap { $0.rows.map { $0[id] } }) {
          return ([.table(table)], [], nil)
        }
        return (
          [], [],
          "\(escapedText(table.file.path.utf8, limit: nil)) has another order than the rows that are series, and no command looks them up by "
            + "their ids: write the label as a last column of these rows, and inspect again"
        )
      }
      return ([.table(table)] + (table.rival.map { [.table($0)] } ?? []), [], nil)
    }
    if let labels {
      let samples = try look(labels.files)
      let guess = DialectGuess(samples, beside: dialect)
      let own = samples.map { TableSample($0, guess) }
      if let other = Self.otherColumn(own, guess) {
        return (
          [], [],
          "\(escapedText(labels.pattern.text.utf8, limit: nil)) have \(guess.fieldCount) columns, of which \(other) is not the label: "
            + "expected label files without other columns, found this one; remove it, and inspect again"
        )
      }
      let source = LabelSourceGuess.files(
        labels.pattern, samples: samples, tables: own, guess, reason: labels.reason)
      // More files than these have the classes.
      var all = own
      if samples.count < labels.files.count, samples.allSatisfy(\.isWhole) {
        all = try FolderSurvey.sample(labels.files, count: labelLimit).map {
          TableSample(try TextSample($0.path, byteCount: 1 << 14), guess)
        }
      } else {
        all += try FeatureSet.later(samples, guess, names: own.first?.names)
      }
      return ([source], all, nil)
    }
    let found = LabelSourceGuess.columns(columns, of: tables, later: later, series)
    var sources: [LabelSourceGuess] = []
    if files.count > 1, series.layout == .files {
      let folders = Set(files.map(\.directory))
      if folders.count > 1, !folders.contains("") {
        let classes = Set(folders.map { $0.split(separator: "/").last.map(String.init) ?? $0 })
        // A folder of its own for each series, as for recordings of several sensors, is no class.
        if classes.count > 1, classes.count < files.count { sources.append(.folder) }
      } else if files.count >= 4, let names = NameTable(files.map(\.stem)), names.share(of: files.count) == 1
      {
        for piece in names.classPieces.prefix(2) {
          sources.append(
            .name(names.expression(for: piece, inDirectories: folders != [""]), values: names.values[piece]))
        }
      }
    }
    // A header that says so is surer than a name.
    let isNamed =
      tables.first?.names != nil
      && found.contains { source in
        if case .column(let column, _) = source {
          PairGuess.labelWords.contains(column.name.lowercased())
        } else {
          false
        }
      }
    return (Array((isNamed ? found + sources : sources + found).prefix(2)), [], nil)
  }
}
