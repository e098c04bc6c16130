import Platform
import Sequences
import Timestep

// Finds the table of labels among the files, and the names by which it refers to the others.
extension DataSurvey {
  /// Returns a file, among few others, with intervals that do not say which series they belong to.
  static func keylessIntervals(in folder: FolderSurvey) throws -> FolderSurvey.File? {
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

  /// Returns true if the name of a file says that it is a table of labels.
  private static func isCalledSo(_ file: FolderSurvey.File) -> Bool {
    let words = PairGuess.labelWords.union([
      "meta", "metadata", "index", "info", "reference", "key", "answers", "events", "intervals", "segments",
    ])
    return NamePieces(file.stem).pieces.contains { $0.text.count > 1 && words.contains($0.text.lowercased()) }
  }

  /// Returns the files that may be tables of labels, the likeliest first: those with names of their own.
  private static func possibleTables(in folder: FolderSurvey) -> [FolderSurvey.File] {
    let shapes = Dictionary(grouping: folder.files) {
      "\($0.directory)/\(NamePieces($0.stem).shape)\($0.suffix)"
    }
    var odd = shapes.values.filter { $0.count == 1 }.flatMap { $0 }
    if folder.files.count <= 4 { odd = folder.files }
    odd.append(
      contentsOf: folder.files.count <= 10_000
        ? folder.files.filter { isCalledSo($0) && !odd.contains($0) }.prefix(4) : [])
    return odd.sorted { (isCalledSo($0) ? 0 : 1, $0.path) < (isCalledSo($1) ? 0 : 1, $1.path) }
  }

  /// Returns a file that is called like a table of labels, and has texts beside files of numbers, but names none of them.
  ///
  /// - Returns: The file, with what it would have to be; `nil` if there is none.
  static func strayTable(in folder: FolderSurvey) throws -> (file: FolderSurvey.File, problem: String)? {
    guard folder.isDirectory, folder.files.count > 4 else { return nil }
    let odd = possibleTables(in: folder)
    guard let other = folder.files.first(where: { !odd.contains($0) }) else { return nil }
    func columns(of file: FolderSurvey.File) throws -> (
      columns: [ColumnSurvey], last: [String], rowCount: Int
    ) {
      let sample = try TextSample(file.path, byteCount: 1 << 16)
      let guess = DialectGuess([sample])
      let table = TableSample(sample, guess)
      return (
        (0..<guess.fieldCount).map { ColumnSurvey($0, of: [table], guess.dialect) }, table.rows.last ?? [],
        // Tables have a header, which texts alone do not show.
        table.rows.count - (guess.hasHeader ? 0 : 1)
      )
    }
    func texts(_ columns: [ColumnSurvey]) -> [ColumnSurvey] {
      columns.filter { $0.kind == .category || $0.kind == .text }
    }
    guard try texts(columns(of: other).columns).isEmpty else { return nil }
    for file in odd.prefix(8) where isCalledSo(file) || file.stem == "participants" {
      // Label files of series have names of one shape.
      let shape = NamePieces(file.stem).shape
      guard !folder.files.contains(where: { $0 != file && NamePieces($0.stem).shape == shape }) else {
        continue
      }
      let (columns, last, rowCount) = try columns(of: file)
      guard let text = texts(columns).first, rowCount > 1 else { continue }
      let path = escapedText(file.path.utf8, limit: nil)
      let found = last[text.position]
      let order =
        rowCount == folder.files.count - 1
        ? ", or, if its rows are in the order of the files, add --label-table \(shellQuoted("\(file.path):key=@row")) to the command"
        : ""
      return (
        file,
        "\(path) looks like a table of labels, but none of its columns names the files: expected names such as "
          + "\(escapedText(other.stem.utf8)), found \(escapedText(found.utf8)); it is not read: correct the names\(order)"
      )
    }
    return nil
  }

  /// Returns a table of labels among the files.
  static func table(in folder: FolderSurvey) throws -> LabelTableGuess? {
    guard folder.isDirectory, folder.files.count > 1 else { return nil }
    let odd = possibleTables(in: folder)
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
      if let table = folderTable(file, sample, beside: beside, isCalledSo: isCalledSo(file), in: folder) {
        return table
      }
      // A column that counts its rows has the numbers of files too: only its name tells that a file is no such series.
      if isCalledSo(file),
        var table = LabelTableGuess(file, sample, beside: beside, isCalledSo: true, series: numbers)
      {
        table.namesNumbers = true
        // A column that counts the rows from 0 says nothing of files that are counted from 1.
        let counted = table.inOrder(of: (0..<table.rowCount).map(String.init))
        if let counted, counted.rowCount == folder.files.count - 1, !counted.keys.isSuperset(of: numbers.keys)
        {
          return counted
        }
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

  /// Returns the table in a file that names the folders of series; `nil` if it does not.
  private static func folderTable(
    _ file: FolderSurvey.File, _ sample: TextSample, beside dialect: Dialect?, isCalledSo: Bool,
    in folder: FolderSurvey
  ) -> LabelTableGuess? {
    let data = folder.files.filter { $0 != file }
    for keys in FolderKeys.candidates(data) where isCalledSo || !keys.areNumbers {
      let names = Set(data.compactMap(keys.key(of:))).enumerated().map { ($0.element, $0.offset) }
      guard
        var table = LabelTableGuess(
          file, sample, beside: dialect, isCalledSo: isCalledSo,
          series: Dictionary(uniqueKeysWithValues: names)),
        let series = FolderSeries(data, keys)
      else { continue }
      let areLabelled = series.channels.contains { files in
        files[0].stem.lastWord.count > 1 && PairGuess.labelWords.contains(files[0].stem.lastWord)
      }
      if areLabelled {
        table.objection = "names folders, which have label files of their own"
      } else if series.channels.isEmpty, table.mayBeLegend {
        table.objection = "explains the names of folders"
      }
      table.folders = series
      return table
    }
    return nil
  }

  /// Returns true if a table names files by their paths below the location.
  static func areRooted(_ files: [FolderSurvey.File], in table: LabelTableGuess?) -> Bool {
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
}
