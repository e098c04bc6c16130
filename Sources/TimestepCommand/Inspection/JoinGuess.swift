import Timestep

/// Feature files in several sets whose columns belong together: `acc_0.csv` and `gyro_0.csv`.
struct JoinGuess {
  /// The sets of feature files; the same key has the same place in each.
  let features: [[FolderSurvey.File]]
  /// The values of `--features`.
  let patterns: [FilePattern]
  /// The label files; `nil` if there are none.
  let labels: (files: [FolderSurvey.File], pattern: FilePattern)?
  /// Why the label files are such.
  let labelReason: String
  /// True if the sets could as well be classes.
  let isDoubtful: Bool
  /// True if every row is a series.
  let areRows: Bool
  /// The name of the column by which rows belong together; `nil`: the files have the same rows.
  let timeColumn: String?
  /// Other files of rows that are series, which could be the features instead.
  private(set) var rivals: [[FolderSurvey.File]] = []
  /// Channels that cannot be joined to the others.
  private(set) var leftOut: [[FolderSurvey.File]] = []

  /// A set of files, and the word that distinguishes it from the others.
  private typealias NamedFiles = (word: String, files: [FolderSurvey.File])

  /// The most sets.
  private static let limit = 16

  /// Finds the sets that the files of `data` consist of; `nil` if they do not.
  ///
  /// - Parameters:
  ///   - data: The files without tables and other parts.
  ///   - folder: All files, which patterns must not name too.
  ///   - hasTable: True if a table has the labels.
  ///   - areFeatures: True if no set has labels.
  ///   - look: Reads the beginnings of some files.
  init?(
    _ data: FolderSurvey, among folder: FolderSurvey, hasTable: Bool, areFeatures: Bool = false,
    look: ([FolderSurvey.File]) throws -> [TextSample]
  ) rethrows {
    for candidate in Self.candidates(in: data.files) {
      let samples = try candidate.map { try look($0.files) }
      var shapes = samples.map { PairGuess.Shape($0) }
      // A comma in one set is the decimal sign if it is in another one.
      if let other = shapes.filter({ $0.dialect.decimal == "," }).max(by: { $0.fieldCount < $1.fieldCount }) {
        shapes = samples.map { PairGuess.Shape($0, beside: other.dialect) }
      }
      let label = hasTable || areFeatures ? nil : Self.label(of: candidate, shapes)
      let sets = candidate.indices.filter { $0 != label }
      // Rows that are series have their labels in one file.
      if sets.contains(where: { shapes[$0].isWide }) { continue }
      let hasLabels = label != nil || hasTable
      guard sets.count > 1 || label != nil, hasLabels || candidate[0].files.count > 1 else { continue }
      let own = sets.map { shapes[$0] }
      var timeColumn: String?
      if !own.allSatisfy({ $0.hasSameRows(as: own[0]) }) {
        guard let time = Self.sharedTimeColumn(own) else { continue }
        timeColumn = time
      }
      let haveSameColumns = own.allSatisfy {
        $0.fieldCount == own[0].fieldCount && $0.names == own[0].names
      }
      let inDirectories = Set(candidate[0].files.map(\.directory)) != Set(candidate[1].files.map(\.directory))
      func pattern(_ files: [FolderSurvey.File]) -> FilePattern? {
        FilePattern(files, in: folder, keepsDirectory: inDirectories)
      }
      let patterns = sets.compactMap { pattern(candidate[$0].files) }
      let labelPattern = label.flatMap { pattern(candidate[$0].files) }
      guard patterns.count == sets.count, (label == nil) == (labelPattern == nil) else { continue }
      features = sets.map { candidate[$0].files }
      self.patterns = patterns
      labels = label.flatMap { index in labelPattern.map { (candidate[index].files, $0) } }
      labelReason =
        label.map { "\"\(candidate[$0].word)\" means labels, and the names are the same otherwise" } ?? ""
      isDoubtful = !hasLabels && haveSameColumns
      (areRows, self.timeColumn) = (false, timeColumn)
      return
    }
    return nil
  }

  /// Joins the channels of series that are folders, as far as they can be joined to the one with the most values.
  ///
  /// - Returns: `nil` if there are no channels, or no pattern names their files alone.
  init?(
    _ series: FolderSeries, among folder: FolderSurvey, look: ([FolderSurvey.File]) throws -> [TextSample]
  )
    rethrows
  {
    guard !series.channels.isEmpty else { return nil }
    var shapes = try series.channels.map { PairGuess.Shape(try look($0)) }
    if let other = shapes.first(where: { $0.dialect.decimal == "," }) {
      shapes = try series.channels.map { PairGuess.Shape(try look($0), beside: other.dialect) }
    }
    // Notes have fewer rows than measurements.
    func size(_ shape: PairGuess.Shape) -> Int { shape.rowCounts.reduce(0, +) * shape.fieldCount }
    guard let fullest = shapes.max(by: { size($0) < size($1) }) else { return nil }
    let same = shapes.map { $0.hasSameRows(as: fullest) }
    let time = same.contains(false) ? Self.sharedTimeColumn(shapes) : nil
    let isJoined = same.map { $0 || time != nil }
    let joined = zip(series.channels, isJoined).filter(\.1).map(\.0)
    let patterns = joined.compactMap { FilePattern($0, in: folder, keys: series.keys) }
    guard patterns.count == joined.count else { return nil }
    (features, self.patterns, timeColumn) = (joined, patterns, time)
    leftOut = zip(series.channels, isJoined).filter { !$0.1 }.map(\.0)
    (labels, labelReason, isDoubtful, areRows) = (nil, "", false, false)
  }

  /// Returns the name of the column of times that all files have; `nil` if they have none, or different ones.
  private static func sharedTimeColumn(_ shapes: [PairGuess.Shape]) -> String? {
    let names = Set(shapes.map(\.timeColumn))
    return names.count == 1 ? names.first ?? nil : nil
  }

  /// Returns the ways in which files are sets with the same names.
  private static func candidates(in files: [FolderSurvey.File]) -> [[NamedFiles]] {
    var candidates: [[NamedFiles]] = []
    func add(_ groups: [String: [FolderSurvey.File]], key: (FolderSurvey.File) -> String) {
      guard (2...limit).contains(groups.count), let first = groups.values.first,
        groups.values.allSatisfy({ $0.count == first.count })
      else { return }
      let keys = Set(first.map(key))
      guard keys.count == first.count, groups.values.allSatisfy({ Set($0.map(key)) == keys }) else { return }
      candidates.append(
        groups.keys.sorted().map { word in
          (
            word: word,
            files: (groups[word] ?? []).sorted { ($0.path.count, $0.path) < ($1.path.count, $1.path) }
          )
        })
    }
    let byDirectory = Dictionary(grouping: files, by: \.directory)
    if byDirectory.count > 1 {
      // Folders of recordings are numbered; those of sets have other words.
      let shapes = Set(
        byDirectory.keys.map { NamePieces($0).pieces.map { $0.kind == .digits ? "" : $0.text } })
      let areLabelled = files.contains { file in
        file.stem.lastWord.count > 1 && PairGuess.labelWords.contains(file.stem.lastWord)
      }
      if shapes.count == byDirectory.count, !areLabelled {
        add(byDirectory, key: \.stem)
      } else {
        add(Dictionary(grouping: files, by: \.stem), key: \.directory)
      }
      return candidates
    }
    guard let table = NameTable(files.map(\.stem)), table.names.count == files.count else { return [] }
    let named = files.map { (file: $0, pieces: NamePieces($0.stem)) }
    for index in table.values.indices
    where table.names[0].pieces[index].kind == .letters && (2...limit).contains(table.values[index].count) {
      let rest = Dictionary(named.map { ($0.file, $0.pieces.replacing(index, with: "")) }) { first, _ in first
      }
      add(
        Dictionary(grouping: named) { $0.pieces.pieces[index].text }.mapValues { $0.map(\.file) },
        key: { rest[$0] ?? "" })
    }
    return candidates
  }

  /// Returns the set of labels: the only one of which a word says so, or the only one that can label all others.
  private static func label(of sets: [NamedFiles], _ shapes: [PairGuess.Shape]) -> Int? {
    let named = sets.indices.filter { index in
      let word = sets[index].word.lastWord
      guard PairGuess.labelWords.contains(word) else { return false }
      // "y" may be an axis.
      return word.count > 1
        || sets.indices.allSatisfy {
          $0 == index || shapes[index].fieldCount <= max(1, shapes[$0].fieldCount - 1)
        }
    }
    if named.count == 1 { return named[0] }
    guard named.isEmpty, sets.count > 2 else { return nil }
    let fitting = sets.indices.filter { index in
      shapes[index].isDiscrete
        && sets.indices.allSatisfy { $0 == index || shapes[index].canLabel(shapes[$0]) }
    }
    return fitting.count == 1 ? fitting[0] : nil
  }
}

extension JoinGuess {
  /// Finds files of which every row is a series, and one with the label of each row; `nil` if there are none.
  ///
  /// Several files with as many columns are the channels of the same series.
  ///
  /// - Parameters:
  ///   - data: The files without other parts.
  ///   - place: The place of the features among several groups that could be such.
  ///   - look: Reads the beginnings of some files.
  init?(
    rowsOf data: FolderSurvey, group place: Int = 0, look: ([FolderSurvey.File]) throws -> [TextSample]
  ) rethrows {
    guard data.isDirectory, (2...64).contains(data.files.count) else { return nil }
    var (wide, narrow) = ([Int: [FolderSurvey.File]](), [FolderSurvey.File]())
    var (wideRows, narrowRows) = ([Int: Set<Int>](), [FolderSurvey.File: Int]())
    for file in data.files {
      guard let sample = try look([file]).first else { continue }
      let guess = DialectGuess([sample])
      let table = TableSample(sample, guess)
      let columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: [table], guess.dialect) }
      let id = SeriesGuess.idPosition([table], columns)
      if columns.count >= 8, SeriesGuess.areOfOneKind(columns.filter { $0.position != id }) {
        wide[columns.count, default: []].append(file)
        if table.isWhole { wideRows[columns.count, default: []].insert(table.rows.count) }
      } else if columns.count == 1, table.rows.count > 1 {
        narrow.append(file)
        if table.isWhole { narrowRows[file] = table.rows.count }
      }
    }
    let groups = wide.filter { (wideRows[$0.key]?.count ?? 0) < 2 }.sorted {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }
    guard groups.indices.contains(place) else { return nil }
    let (width, files) = groups[place]
    let rows = wideRows[width]?.first
    let fitting = narrow.filter { file in rows == nil || narrowRows[file] == nil || narrowRows[file] == rows }
    let named = fitting.filter { file in
      NamePieces(file.stem).pieces.contains { PairGuess.labelWords.contains($0.text.lowercased()) }
    }
    guard named.count == 1 || fitting.count == 1, let label = named.first ?? fitting.first,
      let labelPattern = FilePattern([label], in: data)
    else { return nil }
    features = files.map { [$0] }
    patterns = files.compactMap { FilePattern([$0], in: data) }
    labels = ([label], labelPattern)
    labelReason = "its rows are the labels of the rows of the other files"
    (isDoubtful, areRows, timeColumn) = (false, true, nil)
    rivals = place == 0 ? groups.dropFirst().map(\.value) : []
  }
}
