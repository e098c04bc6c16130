import Platform
import Sequences
import Timestep

// Finds where the labels are.
extension DataSurvey {
  static func sources(
    _ table: LabelTableGuess?,
    _ labels: (files: [FolderSurvey.File], pattern: FilePattern, reason: String)?,
    _ files: [FolderSurvey.File], _ dialect: Dialect?, _ columns: [ColumnSurvey], _ tables: [TableSample],
    _ later: [TableSample], _ series: SeriesGuess
  ) throws -> (sources: [LabelSourceGuess], tables: [TableSample], problem: String?) {
    if let table {
      // The rows of folders with several series label none of them.
      if table.folders?.channels.isEmpty == true { return ([], [], nil) }
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
      let names = own.first?.names ?? []
      let clock =
        guess.hasHeader && guess.fieldCount == 2
        ? columns.lazy.filter { Clock($0) != nil && names.contains($0.name) }.first?.name : nil
      if clock == nil, let other = Self.otherColumn(own, guess) {
        return (
          [], [],
          "\(escapedText(labels.pattern.text.utf8, limit: nil)) have \(guess.fieldCount) columns, of which \(other) is not the label: "
            + "expected label files without other columns, found this one; remove it, and inspect again"
        )
      }
      let source = LabelSourceGuess.files(
        LabelFilesGuess(
          pattern: labels.pattern, samples: samples, tables: own, guess: guess, reason: labels.reason,
          clock: clock))
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
        sources += folderSources(files)
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
          // "y" may be an axis.
          column.name.count > 1 && PairGuess.labelWords.contains(column.name.lowercased())
        } else {
          false
        }
      }
    return (Array((isNamed ? found + sources : sources + found).prefix(2)), [], nil)
  }

  /// Returns where labels may be in the paths of files in several folders: in the last folder that several files share, and is
  /// not one of numbered recordings or persons; if all are, in the names of files that several folders have.
  private static func folderSources(_ files: [FolderSurvey.File]) -> [LabelSourceGuess] {
    let paths = files.map { $0.directory.split(separator: "/").map(String.init) }
    func values(_ names: [String]) -> [String: Int]? {
      let counts = Dictionary(grouping: names) { $0 }.mapValues(\.count)
      return counts.count > 1 && counts.count < files.count ? counts : nil
    }
    func areNumbered(_ names: some Collection<String>) -> Bool {
      let pieces = names.map { NamePieces($0) }
      let hasWords = pieces.allSatisfy { $0.pieces.contains { $0.kind == .letters } }
      return hasWords && Set(pieces.map(\.shape)).count == 1
        && Set(pieces.map { $0.pieces.filter { $0.kind != .digits }.map(\.text) }).count == 1
    }
    let last = values(paths.compactMap(\.last))
    guard let depth = paths.map(\.count).min(), depth == paths.map(\.count).max() else {
      return last == nil ? [] : [.folder]
    }
    let levels = (0..<depth).compactMap { level in
      values(paths.map { $0[level] }).map { (level: level, values: $0) }
    }
    let classes = levels.filter { !areNumbered($0.values.keys) }.reversed().map { found in
      let before = found.level == 0 ? "" : "(?:[^/]+/){\(found.level)}"
      return found.level == depth - 1
        ? LabelSourceGuess.folder : .name("^\(before)([^/]+)/", values: found.values)
    }
    if !classes.isEmpty || levels.isEmpty { return classes }
    let stems = values(files.map(\.stem))
    if let stems, !areNumbered(stems.keys), stems.values.allSatisfy({ $0 > 1 }) {
      return [.name("([^/.]+)[.][^/]*$", values: stems), .folder]
    }
    return last == nil ? [] : [.folder]
  }

  /// Returns the first column of label files that has ids, times, numbers of rows, or texts beside others; `nil` if there is
  /// none.
  private static func otherColumn(_ tables: [TableSample], _ guess: DialectGuess) -> String? {
    guard guess.fieldCount > 1 else { return nil }
    let words: Set<String> = ["t", "time", "timestamp", "index", "step", "row", "frame", "file", "name"]
    let columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables, guess.dialect) }
    let texts = columns.filter { $0.kind == .category || $0.kind == .text }
    // The only texts beside numbers are rather the labels.
    if texts.count == 1, let number = columns.first(where: { $0.kind == .number }) {
      return TableSample.reference(number.position, names: tables.first?.names)
    }
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
}
