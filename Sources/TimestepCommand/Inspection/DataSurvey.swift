import Platform
import Sequences
import Timestep

/// What a look at files without any flags tells: how they are written, what they contain, and which flags read them.
///
/// Of many or large files, only some are read, and only their beginnings.
struct DataSurvey {
  /// The most files that are read, and the most bytes of all of them.
  static let limits = (files: 48, bytes: 1 << 21)

  /// The most label files that classes are collected from.
  static let labelLimit = 4096

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
  /// The rows of each series in each of the tables.
  let seriesRows: [[TableSample.Rows]]
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
  /// How folders name the series; `nil`: files or groups do.
  private let folderKeys: FolderKeys?
  /// Files that are not read, with the reason.
  private(set) var remarks: [String] = []

  /// The likeliest dialect.
  var dialect: Dialect { dialects.first ?? guess.dialect }

  /// The rows with another number of fields than most: their share, and the file and line of the first; `nil`: none.
  var irregular: (share: Double, path: String, line: Int)? {
    guard let first = tables.first(where: { $0.irregular != nil }), let line = first.irregular?.line else {
      return nil
    }
    let count = tables.reduce(0) { $0 + ($1.irregular?.count ?? 0) }
    let all = tables.reduce(count) { $0 + $1.rows.count + $1.emptyRowCount }
    return (Double(count) / Double(all), first.path, line)
  }

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
    /// How folders name series, as those of the training part.
    var folders: FolderKeys?
  }

  /// Looks at the files at `location`.
  ///
  /// - Throws: `RecordError` or `FileError` if there is nothing to read.
  init(_ location: String) throws {
    let folder = try FolderSurvey(location)
    guard let parts = FolderParts(folder) else {
      self = try DataSurvey(folder, among: folder)
      return
    }
    var survey = try DataSurvey(folder.only(parts.training + parts.rest), among: folder, rest: parts.rest)
    // Held-out parts have the form of the training part, or are left out.
    let reading = Reading(
      depth: survey.pattern.depth, isRooted: survey.pattern.isRooted, folders: survey.folderKeys)
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
    let found = try Self.table(in: own) ?? (rest.isEmpty ? nil : Self.table(in: data))
    let table = found?.objection == nil ? found : nil
    let left = Set(rest).subtracting([found?.file].compactMap { $0 })
    let stray = try found == nil ? Self.strayTable(in: data) : nil
    data = data.only(
      data.files.filter { $0 != found?.file && $0 != stray?.file && !left.contains($0) })
    let folders = table?.folders ?? reading.folders.flatMap { FolderSeries(data.files, $0) }
    if let folders { data = data.only(data.files.filter { folders.keys.key(of: $0) != nil }) }
    folderKeys = folders?.channels.isEmpty == false ? folders?.keys : nil
    let pairs =
      table == nil && folders == nil && !reading.areJoined
      ? try PairGuess(data, among: folder, look: Self.look) : nil
    var join: JoinGuess?
    if let folders {
      join = try JoinGuess(folders, among: folder, look: Self.look)
      couldBeJoined = false
    } else if pairs == nil, table?.namesEach(of: data.files) == true {
      couldBeJoined = false
    } else if pairs == nil {
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
    let plain =
      folderKeys != nil
      ? nil
      : FilePattern(
        files, in: folder, keepsDirectory: table?.namesNumbers != true,
        isRooted: reading.isRooted || Self.areRooted(files, in: table),
        depth: reading.depth)
    guard let pattern = pairs?.featurePattern ?? join?.patterns[0] ?? plain else {
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
    // The second series of a long file may begin long after its beginning.
    series = SeriesGuess(
      tables.map { $0.followed(by: made[0].later) }, columns, fileCount: fileCount,
      areRows: join?.areRows == true ? true : reading.areRows)
    seriesRows = tables.map(series.series(in:))
    let labels = try Self.sources(
      table,
      pairs.map { ($0.labels, $0.labelPattern, $0.reason) }
        ?? join.flatMap { join in join.labels.map { ($0.files, $0.pattern, join.labelReason) } },
      self.files, dialects.first, columns, tables, made[0].later, series)
    (sources, labelTables) = (labels.sources, labels.tables)
    if let found, let objection = found.objection {
      remarks.append("\(escapedText(found.file.path.utf8, limit: nil)) \(objection), and is not read")
    }
    if let folders { remarks += Self.remarks(on: folders, join, table) }
    if let problem = labels.problem { remarks.append(problem) }
    if let stray { remarks.append(stray.problem) }
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

  /// Returns which files of series that are folders are not read, with the reason.
  private static func remarks(
    on folders: FolderSeries, _ join: JoinGuess?, _ table: LabelTableGuess?
  ) -> [String] {
    func path(_ file: FolderSurvey.File) -> String { escapedText(file.path.utf8, limit: nil) }
    func name(_ channel: [FolderSurvey.File]) -> String {
      escapedText(folders.keys.channel(of: channel[0]).utf8, limit: nil)
    }
    var remarks = folders.incomplete.map { channel in
      let lacking = folders.folders(without: channel)
      return
        "\(name(channel)) is missing in \(pluralized(lacking.count, "folder")) (\(escapedText(lacking[0].utf8))"
        + "\(lacking.count > 1 ? ", ..." : "")), and is not read: add it there, or move such folders, and inspect again"
    }
    remarks += (join?.leftOut ?? []).map { channel in
      "\(name(channel)) has other numbers of rows than \(name(join?.features[0] ?? channel)), and the two have no column of "
        + "times of the same name by which they could be joined: it is not read; add one, and inspect again"
    }
    if folders.channels.isEmpty, let table, let example = folders.example {
      remarks.append("\(path(table.file)) \(Self.problem(of: folders, example)), and inspect again")
    }
    if let other = folders.others.first {
      let count = folders.others.count
      remarks.append(
        "\(pluralized(count, "file")) beside the folders \(count == 1 ? "is" : "are") not read: \(path(other))"
          + "\(count > 1 ? ", ..." : "")")
    }
    return remarks
  }

  /// Returns why the rows of a table that names folders do not label series, and how they can.
  private static func problem(of folders: FolderSeries, _ example: FolderSurvey.File) -> String {
    let folder = escapedText((folders.keys.folder(of: example) ?? "").utf8, limit: nil)
    let path = escapedText(String(example.relativePath.dropLast(example.suffix.count)).utf8, limit: nil)
    if folders.keys.pattern == nil {
      return
        "has the numbers of folders without the zeros before them, which a pattern reads only if no number is left out, and is "
        + "not read: write the names of the folders into it (\(folder))"
    }
    if folders.hasRepeatedNames {
      return
        "names folders, but their files have other names in each (\(path)), and is not read: call the files the same in every "
        + "folder, without the name of the folder"
    }
    return
      "names folders with several series each, and is not read: write a row for each series into it, with a name such as "
      + path
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
  static func look(_ files: [FolderSurvey.File]) throws -> [TextSample] {
    let sample = FolderSurvey.sample(files, count: limits.files)
    return try sample.map { try TextSample($0.path, byteCount: max(limits.bytes / sample.count, 1 << 14)) }
  }
}
