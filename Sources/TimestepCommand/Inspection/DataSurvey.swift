import Platform
import Sequences
import Timestep

/// What a look at files without any flags tells: how they are written, what they contain, and which flags read them.
///
/// Of many or large files, only some are read, and only their beginnings.
struct DataSurvey {
  /// The most files that are read, and the most bytes of all of them.
  private static let limits = (files: 48, bytes: 1 << 21)

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
  /// The feature files of a test part, if there are any.
  private(set) var testFiles: [FolderSurvey.File] = []

  /// True if not all of the files were read to their ends.
  var isSampled: Bool { samples.count < files.count || samples.contains { !$0.isWhole } }

  /// Looks at the files at `location`.
  ///
  /// - Throws: `RecordError` or `FileError` if there is nothing to read.
  init(_ location: String) throws {
    let folder = try FolderSurvey(location)
    var data = folder
    if let parts = Self.parts(of: folder) {
      testFiles = parts.test
      data = folder.only(parts.training)
    }
    let table = try Self.table(in: data)
    if let table { data = data.only(data.files.filter { $0 != table.file }) }
    let pairs = table == nil ? try PairGuess(data, among: folder, look: Self.look) : nil
    self.folder = folder
    files = pairs?.features ?? data.files
    guard let pattern = pairs?.featurePattern ?? FilePattern(files, in: folder) else {
      throw RecordError(
        .mismatch, path: location,
        "the names of the \(pluralized(files.count, "data file")) have no pattern that excludes other files: expected data in a "
          + "directory of its own, found other files beside it (\(table?.file.path ?? "...")); move these, and inspect again"
      )
    }
    self.pattern = pattern
    samples = try Self.look(files)
    guess = DialectGuess(samples)
    let (guess, samples) = (self.guess, self.samples)
    tables = samples.map { TableSample($0, guess) }.filter { !$0.rows.isEmpty }
    let tables = self.tables
    columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables, guess.dialect) }
    series = SeriesGuess(tables, columns, fileCount: files.count)
    sources = try Self.sources(table, pairs, files, columns, tables, series)
  }

  /// Reads the beginnings of files that stand for all.
  private static func look(_ files: [FolderSurvey.File]) throws -> [TextSample] {
    let sample = FolderSurvey.sample(files, count: limits.files)
    return try sample.map { try TextSample($0.path, byteCount: max(limits.bytes / sample.count, 1 << 14)) }
  }

  private static let trainingWords: Set<String> = ["train", "training"]
  private static let testWords: Set<String> = ["test", "testing"]

  /// Returns the training and the test files, if directories or names call them so.
  static func parts(
    of folder: FolderSurvey
  ) -> (training: [FolderSurvey.File], test: [FolderSurvey.File])? {
    func words(_ file: FolderSurvey.File) -> Set<String> {
      let first = file.directory.split(separator: "/").first.map(String.init) ?? file.stem
      return Set(NamePieces(first).pieces.map { $0.text.lowercased() })
    }
    guard folder.isDirectory, folder.files.count > 1 else { return nil }
    let training = folder.files.filter { !words($0).isDisjoint(with: trainingWords) }
    let test = folder.files.filter { !words($0).isDisjoint(with: testWords) }
    guard !training.isEmpty, !test.isEmpty, training.count + test.count == folder.files.count else {
      return nil
    }
    return (training, test)
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
      "meta", "metadata", "index", "info", "reference", "key", "answers",
    ])
    func isCalledSo(_ file: FolderSurvey.File) -> Bool {
      NamePieces(file.stem).pieces.contains { $0.text.count > 1 && words.contains($0.text.lowercased()) }
    }
    odd.append(
      contentsOf: folder.files.count <= 10_000
        ? folder.files.filter { isCalledSo($0) && !odd.contains($0) }.prefix(4) : [])
    odd.sort { (isCalledSo($0) ? 0 : 1, $0.path) < (isCalledSo($1) ? 0 : 1, $1.path) }
    guard !odd.isEmpty else { return nil }
    var names: Set<String> = []
    for file in folder.files {
      names.formUnion([
        file.stem, file.stem + file.suffix, file.relativePath,
        String(file.relativePath.dropLast(file.suffix.count)),
      ])
    }
    for file in odd.prefix(8) {
      let sample = try TextSample(file.path, byteCount: limits.bytes)
      if let table = LabelTableGuess(file, sample, isSeries: names.contains),
        folder.files.count > 2 || table.key.cellCount > 1
      {
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
      let ids = Set(rows[0].rows.map { $0[key] })
      let sample = try TextSample(folder.files[file].path, byteCount: limits.bytes)
      if let table = LabelTableGuess(folder.files[file], sample, isSeries: ids.contains) { return table }
    }
    return nil
  }

  private static func sources(
    _ table: LabelTableGuess?, _ pairs: PairGuess?, _ files: [FolderSurvey.File], _ columns: [ColumnSurvey],
    _ tables: [TableSample], _ series: SeriesGuess
  ) throws -> [LabelSourceGuess] {
    if let table { return [.table(table)] }
    if let pairs {
      let samples = try look(pairs.labels)
      let guess = DialectGuess(samples)
      return [
        .files(
          pairs.labelPattern, tables: samples.map { TableSample($0, guess) }, guess, reason: pairs.reason)
      ]
    }
    let found = LabelSourceGuess.columns(columns, of: tables, series)
    var sources: [LabelSourceGuess] = []
    if files.count > 1, series.layout == .files {
      let folders = Set(files.map(\.directory))
      if folders.count > 1, !folders.contains("") {
        let classes = Set(folders.map { $0.split(separator: "/").last.map(String.init) ?? $0 })
        if classes.count > 1 { sources.append(.folder) }
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
    return Array((isNamed ? found + sources : sources + found).prefix(2))
  }
}
