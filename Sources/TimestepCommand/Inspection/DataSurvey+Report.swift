import Platform
import Timestep

// What a look at files found, as text and as JSON.
extension DataSurvey {
  /// Finds what looks like a mistake.
  func findSuspicious(_ conclusion: inout Conclusion) {
    var found: [String] = []
    let label = sources.first
    for column in features(besides: label) {
      let name = "column \(shown(column))"
      if column.isConstant {
        found.append(
          "\(name) is \(escapedText((column.values.first?.key ?? "").utf8)) in every row\(isSampled ? " that was read" : "")"
        )
      }
      if guess.hasHeader, SeriesGuess.isNamedID(column.name),
        column.kind == .category || column.kind == .number,
        !column.isConstant, uselessness(of: column) == nil,
        IdentityGuess.isConstant(column, in: Array(seriesRows.joined()))
      {
        found.append(
          "\(name) is the same in all rows of a series, and may only identify what was measured: add it to --drop-columns unless "
            + "new data will have the same values"
        )
      }
      if let sentinel = column.sentinel(dialect) {
        found.append(
          "\(name): \(sentinel.text) occurs \(sentinel.count) times, far from all other values: leave out --missing=\(sentinel.text) if it is a value like others"
        )
      }
      for text in column.unusualMissing {
        found.append(
          "\(name): \(escapedText(text.utf8)) occurs \(pluralized(column.missing[text] ?? 0, "time")) among numbers, and is taken for a missing value"
        )
      }
      if let text = column.textLikeNumbers(dialect) {
        let isDropped = column.kind == .text
        found.append(
          "\(name): texts such as \(escapedText(text.utf8)) look like numbers or times, but are \(isDropped ? "left out" : "read as categories"): write them as plain numbers if they are such"
        )
      }
      if Clock(column)?.hasTimestamps != true, let text = column.beyondFloat {
        found.append(
          "\(name): Float cannot hold \(escapedText(text.utf8)) exactly (\(Remedy.offsetFirst(reference(column))) reads differences)"
        )
      }
      if column.kind == .empty { found.append("\(name) is empty") }
      if !isNewestFirst(column), let (path, earlier, later) = stepBack(of: column) {
        found.append(
          "\(name) goes back from \(escapedText(earlier.utf8)) to \(escapedText(later.utf8)) in \(shownPath(path)): commands reject such "
            + "rows, unless they are sorted (\(Remedy.sortByTime)); an hour that comes twice needs times with their zone"
        )
      }
    }
    if let path = otherShape, let delimiter = otherDelimiter(ofFile: path) {
      found.append(
        "\(shownPath(path)) has the delimiter \(delimiter), other files have \(dialect.delimiterName): write all in one way, and inspect "
          + "again")
    } else if let path = otherShape {
      found.append(
        "\(shownPath(path)) has no row of \(pluralized(guess.fieldCount, "field")), as other files have: it cannot be read with them; move it, and inspect again"
      )
    } else if let irregular {
      found.append(
        "\((irregular.share * 1000).rounded(.up) / 10) % of the rows do not have \(pluralized(guess.fieldCount, "field")), such as "
          + "\(shownPath(irregular.path)):\(irregular.line)\(series.layout == .rows ? "" : ": they are left out")"
      )
    }
    if dialect.delimiter == ",", dialect.decimal == "," {
      found.append(
        "a comma is the decimal sign and separates the fields, which no command reads: write the files with semicolons between the fields"
      )
    }
    if let sample = samples.first(where: \.hasBareReturns) {
      found.append(
        "\(shownPath(sample.path)): lines end with a carriage return alone, which no command reads: write line feeds (tr '\\r' '\\n')"
      )
    }
    if guess.hasUnevenStart {
      found.append(
        "the files have different numbers of lines above their rows, so that the header may not be the first of them"
      )
    }
    for guess in [guess] + others.map(\.guess) {
      for (path, count) in guess.otherStarts.sorted(by: { $0.key < $1.key }).prefix(3) {
        let most = guess.skippedLineCount
        found.append(
          "\(shownPath(path)) has \(pluralized(count, "line")) above its header or its first row, where most files have \(most): "
            + "commands read all files in one way; give it as many, and inspect again")
      }
    }
    for row in Set(tables.flatMap(\.strays)).sorted(by: { $0.lexicographicallyPrecedes($1) }).prefix(3) {
      let text = escapedText(row.joined(separator: dialect.readDelimiter).utf8)
      found.append("the line \(text) is no row of numbers, and is left out")
    }
    let empty = samples.filter(\.lines.isEmpty)
    if let first = empty.first {
      let (others, verb, them) =
        empty.count == 1
        ? ("", "has", "it") : (" and \(pluralized(empty.count - 1, "other file"))", "have", "them")
      found.append(
        "\(shownPath(first.path))\(others) \(verb) no rows, and commands reject such files: move \(them), and inspect again"
      )
    }
    let lines = Dictionary(grouping: samples.filter { $0.isWhole && !$0.lines.isEmpty }, by: \.lines)
    if let same = lines.values.filter({ $0.count > 1 }).min(by: { $0[0].path < $1[0].path }) {
      found.append("\(shownPath(same[0].path)) and \(shownPath(same[1].path)) have the same contents")
    }
    let encodings = Set(samples.map(\.encoding))
    if encodings.count > 1, encodings.contains(.utf16) {
      found.append("some files are UTF-16, others are not")
    }
    if samples.contains(where: { $0.encoding != .utf8 && $0.encoding != .utf16 }),
      let other = samples.first(where: { $0.encoding == .utf8 && !$0.isASCII && !$0.hasMark })
    {
      found.append(
        "\(shownPath(other.path)) is UTF-8, other files are not: write all in one encoding, or begin those in UTF-8 with a byte-order "
          + "mark")
    }
    if case .singleBytes? = samples.lazy.map(\.encoding).first(where: { $0.flag != nil }) {
      found.append(
        "the bytes are not UTF-8, and do not say which other encoding they have: \"timestep help convert\" names them"
      )
    }
    found += remarks
    if case .column(_, let isOnce)? = label, !isOnce, isSampled, !conclusion.classes.isEmpty {
      found.append(
        "the classes are those of the rows that were read: if a command finds another one, add it to \(classFlag(of: conclusion))"
      )
    }
    for set in others where set.guess.hasHeader != guess.hasHeader {
      found.append("some of \(set.pattern) and \(pattern.text) have a header, others do not")
    }
    for (suffix, count) in folder.ignored.sorted(by: { $0.key < $1.key }) {
      found.append(
        "\(pluralized(count, "file")) of the kind \"\(escapedText(suffix.utf8))\" \(count == 1 ? "is" : "are") not read"
      )
    }
    if let smallest = conclusion.classes.min(by: { $0.count < $1.count }), conclusion.classes.count > 1,
      smallest.count < 3
    {
      found.append("class \(escapedText(smallest.name.utf8)) has \(pluralized(smallest.count, "label")) only")
    }
    conclusion.suspicious += found
  }

  /// The flag of a command that lists the classes.
  private func classFlag(of conclusion: Conclusion) -> String {
    let names = conclusion.commands.first?.flags.map(\.name) ?? []
    return names.contains("classes") ? "--classes" : "--label-categories"
  }

  /// The name of the delimiter of a file that has as many fields as others, but another delimiter; `nil` of any other file.
  private func otherDelimiter(ofFile path: String) -> String? {
    let own = DialectGuess(samples.filter { $0.path == path })
    guard own.fieldCount == guess.fieldCount, own.dialect.delimiter != dialect.delimiter else { return nil }
    return own.dialect.delimiterName
  }

  private func shownPath(_ path: String) -> String { escapedText(path.utf8, limit: nil) }

  /// The lengths of the series that were read to their ends.
  private var lengths: [Int] {
    switch series.layout {
    case .rows:
      return tables.flatMap { table in
        table.rows.map { row in
          var cells = features(besides: sources.first).map {
            CellKind.missingTexts.contains(row[$0.position])
          }
          while cells.last == true { cells.removeLast() }
          return cells.count
        }
      }.sorted()
    default:
      return zip(tables, seriesRows).filter(\.0.isWhole).flatMap { $1.map(\.count) }.sorted()
    }
  }

  /// Returns the first two timestamps of neighbouring rows of a series of which the second is the earlier one, and their file;
  /// `nil` if there are none, or the column has no timestamps.
  private func stepBack(of column: ColumnSurvey) -> (path: String, earlier: String, later: String)? {
    guard let clock = Clock(column), clock.hasTimestamps else { return nil }
    return zip(tables, seriesRows).lazy.compactMap { table, series in
      series.lazy.compactMap(clock.stepBack(in:)).first.map { (table.path, $0.earlier, $0.later) }
    }.first
  }

  /// Returns the texts of a column, the earliest times first.
  private func sorted(_ column: ColumnSurvey) -> [String] {
    guard let clock = Clock(column), clock.hasTimestamps else {
      return column.values.keys.sorted(by: naturallyPrecedes)
    }
    return column.values.keys.map { (clock.time($0) ?? 0, $0) }.sorted(by: <).map(\.1)
  }

  /// The time between two rows that occurs most often, in seconds; `nil` if it is not known, or the column has no timestamps.
  func step(of column: ColumnSurvey) -> Double? {
    guard let clock = Clock(column), clock.hasTimestamps else { return nil }
    var counts: [Int128: Int] = [:]
    for series in seriesRows.prefix(8) {
      for rows in series.prefix(8) {
        let times = clock.times(of: rows.prefix(500))
        for (one, next) in zip(times, times.dropFirst()) {
          if let one, let next { counts[next - one, default: 0] += 1 }
        }
      }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { Double($0.key) / 1e9 }
  }

  /// What is read, in words.
  private var coverage: String {
    guard isSampled else { return "all rows were looked at" }
    let part =
      samples.count < files.count ? "\(samples.count) of them were sampled" : "their beginnings were read"
    return "\(part), so that other rows may differ"
  }

  /// The report for people.
  func text(_ conclusion: Conclusion, program: String) -> String {
    var text = "data: \(pluralized(files.count, "file")) in \(shownPath(folder.location)); \(coverage)\n"
    text += "format: \(dialect.description), \(guess.hasHeader ? "a header" : "no header")"
    if guess.skippedLineCount > 0 { text += " after \(pluralized(guess.skippedLineCount, "line"))" }
    let encodings = [
      "utf-16": "UTF-16", "latin1": "one byte per character", "windows-1252": "one byte per character",
    ]
    text += ", \(samples.lazy.compactMap(\.encoding.flag).first.flatMap { encodings[$0] } ?? "UTF-8")"
    let compressed = files.filter { FolderSurvey.plainSuffix($0.suffix) != $0.suffix.lowercased() }
    text +=
      compressed.isEmpty ? ", not compressed\n" : ", \(pluralized(compressed.count, "file")) compressed\n"
    text += "layout: \(series.reason)\n"
    if !others.isEmpty {
      text += "joined: the columns of \(others.count + 1) files are one series: "
      text += ([pattern.text] + others.map(\.pattern)).map(shownPath).joined(separator: ", ") + "\n"
    }
    text += "labels: \(sources.first?.words ?? "none found")\n"
    let lengths = lengths
    if let shortest = lengths.first, let longest = lengths.last {
      text +=
        "lengths: \(shortest) to \(longest) steps, median \(lengths[lengths.count / 2]), of \(pluralized(lengths.count, "series", "series"))\n"
    }
    text += "columns\n" + columnTable
    if !conclusion.classes.isEmpty {
      let total = conclusion.classes.reduce(0) { $0 + $1.count }
      let shown = conclusion.classes.prefix(20).map { name, count in
        "\(escapedText(name.utf8)) \(count) (\(Int((Double(count) / Double(max(1, total)) * 100).rounded())) %)"
      }
      let rest = conclusion.classes.count - shown.count
      text += "classes: \(shown.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")\n"
    }
    for line in conclusion.uncertain { text += "not certain: \(line)\n" }
    for line in conclusion.suspicious { text += "suspicious: \(line)\n" }
    for command in conclusion.commands {
      text += "next\(command.purpose.map { ", \($0)" } ?? command.variant.map { ", if \($0)" } ?? "")\n"
      if let training = command.training(program: program) { text += "  \(training)\n" }
      text += "  \(command.conversion(program: program))\n"
      if command.purpose != nil {
        text += command.reasons(besides: conclusion.commands[0])
      } else if command.variant == nil || command.variant == conclusion.commands[0].variant {
        text += command.reasons()
      }
    }
    return text
  }

  private var columnTable: String {
    var rows = [["  column", "kind", "least", "greatest", "missing", "distinct"]]
    for column in columns.prefix(40) {
      var kind = ""
      switch column.kind {
      case .number: kind = column.isWhole ? "whole numbers" : "numbers"
      case .category: kind = "categories"
      case .text: kind = "texts"
      case .empty: kind = "empty"
      case .time(let formats):
        kind = "time (\(formats.first?.flagText ?? "iso8601"))"
        if let step = step(of: column) { kind += ", every \(step.short) s" }
      }
      let isNumber = column.kind == .number && column.numberCount > 0
      let texts = sorted(column)
      let ends =
        isNumber
        ? [column.minimum.short, column.maximum.short]
        : [texts.first, texts.last].map { escapedText(($0 ?? "-").utf8) }
      rows.append(
        ["  \(guess.hasHeader ? escapedText(column.name.utf8) : "@\(column.position)")", kind] + ends
          + ["\(column.missingCount)", "\(column.values.count)\(column.hasMoreValues ? "+" : "")"])
    }
    let rest = columns.count - 40
    return TextTable(rows: rows).text + "\n" + (rest > 0 ? "  and \(pluralized(rest, "more column"))\n" : "")
  }

  /// The report for programs.
  func inspection(_ conclusion: Conclusion, program: String) -> Inspection {
    let lengths = lengths
    let found = columns.map { column in
      let kind =
        switch column.kind {
        case .number: "number"
        case .category: "category"
        case .time: "time"
        case .text: "text"
        case .empty: "empty"
        }
      let hasNumbers = column.kind == .number && column.numberCount > 0
      func figure(_ value: Double) -> Double? { hasNumbers ? value : nil }
      return Inspection.Column(
        name: guess.hasHeader ? column.name : "\(column.position)", kind: kind,
        minimum: figure(column.minimum),
        maximum: figure(column.maximum), mean: figure(column.mean), deviation: figure(column.deviation),
        missing: column.missingCount)
    }
    var inspection = Inspection(
      columns: found, sequences: series.layout == .files ? files.count : lengths.count,
      lengths: Inspection.Lengths(
        minimum: lengths.first ?? 0, median: lengths.isEmpty ? 0 : lengths[lengths.count / 2],
        maximum: lengths.last ?? 0,
        total: lengths.reduce(0, +)),
      batches: Inspection.Batches(count: 0),
      classes: conclusion.classes.isEmpty
        ? nil : conclusion.classes.map { Inspection.Class(name: $0.name, labels: $0.count) },
      command: conclusion.commands[0].conversion(program: program))
    inspection.commands = conclusion.commands.map { command in
      Inspection.Command(
        command: command.conversion(program: program), training: command.training(program: program),
        reading: command.purpose ?? command.variant,
        flags: command.flags.map { Inspection.Flag(flag: $0.words, reason: $0.reason) })
    }
    inspection.survey = Inspection.Survey(
      files: files.count, filesRead: samples.count, isComplete: !isSampled,
      delimiter: dialect.delimiter, decimal: String(dialect.decimal),
      thousands: dialect.thousands.map { String($0) },
      header: guess.hasHeader, skippedLines: guess.skippedLineCount,
      encoding: samples.lazy.compactMap(\.encoding.flag).first ?? "utf-8", layout: series.reason,
      labels: sources.first?.words, uncertain: conclusion.uncertain, suspicious: conclusion.suspicious)
    return inspection
  }
}
