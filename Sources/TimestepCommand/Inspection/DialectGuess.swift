import Sequences

/// The dialect of some files of the same form, guessed from the beginnings of these.
///
/// The dialect under which most cells are numbers, and most rows have the same number of fields, is the likeliest.
/// Others that explain the files as well, but read other numbers, are named too.
struct DialectGuess {
  /// The dialects that explain the files, the likeliest first.
  private(set) var candidates: [Dialect] = []
  /// The number of lines before the header or the first row.
  private(set) var skippedLineCount = 0
  /// True if a line names the columns.
  private(set) var hasHeader = false
  /// True if the header is one name shorter than the rows, which begin with a name of their own.
  private(set) var hasShortHeader = false
  /// True if the first row only numbers the columns.
  private(set) var numbersColumns = false
  /// True if the line below the header has the units of the columns.
  private(set) var hasUnits = false
  /// True if the files have different numbers of lines above their rows, which have as many fields as these.
  private(set) var hasUnevenStart = false
  /// The files with another number of lines before the header or the first row than most have, with that number.
  private(set) var otherStarts: [String: Int] = [:]
  /// The number of fields in a row.
  private(set) var fieldCount = 1
  /// The share of rows with another number of fields.
  private(set) var irregularShare = 0.0
  /// The names in the header of the first file; empty without a header.
  private(set) var names: [String] = []

  /// The likeliest dialect.
  var dialect: Dialect { candidates.first ?? Dialect(delimiter: ",") }

  /// The most lines of a file, files, and bytes that dialects are tried on.
  private static let limits = (lines: 40, files: 16, bytes: 1 << 15)

  /// Guesses the dialect of files of the same form.
  ///
  /// - Parameters:
  ///   - other: The dialect of the files beside them, whose decimal comma these may have too; `nil`: it is not known.
  ///   - dialects: The dialects to try.
  init(_ samples: [TextSample], beside other: Dialect? = nil, among dialects: [Dialect] = Dialect.all) {
    let chosen = samples.filter { !$0.lines.isEmpty }.prefix(Self.limits.files)
    guard !chosen.isEmpty else { return }
    let share = Self.limits.bytes / chosen.count
    let files = chosen.map { sample in
      var left = share
      // At least a header and two rows, however long.
      return sample.lines.prefix(Self.limits.lines).enumerated().prefix { number, line in
        left -= line.utf8.count
        return left > 0 || number < 3
      }.map(\.element)
    }
    let present = Set(files.joined().joined(separator: "\n"))
    let readings = dialects.filter { $0.canBe(in: present) }.compactMap { Reading($0, files) }
    guard let best = readings.max(by: { $0.score < $1.score }) else { return }
    // The first of equals, which is the likelier one.
    var first = readings.first { $0.score >= best.score - 1e-9 } ?? best
    if first.hasDecimalsBehindDelimiter,
      let other = readings.first(where: { first.isDoubtful(beside: $0) && $0.isPlausible })
    {
      first = other
    }
    // A line of one name above rows of two fields names one column.
    if let other = readings.first(where: {
      first.isDoubtful(beside: $0) && $0.isPlausible && $0.skippedLineCount < first.skippedLineCount
    }) {
      first = other
    }
    if let other, other.decimal == ",", first.dialect.decimal != ",",
      let alike = readings.first(where: {
        $0.dialect.decimal == "," && [other.delimiter, ""].contains($0.dialect.delimiter) && $0.isPlausible
      })
    {
      first = alike
    }
    let others = readings.filter { other in
      other.dialect != first.dialect && other.score >= first.score - 0.051 && other.isPlausible
        && other.numbers != first.numbers && first.isDoubtful(beside: other)
    }
    candidates = [first.dialect] + (other == nil ? others.prefix(1).map(\.dialect) : [])
    (skippedLineCount, fieldCount, irregularShare) = (
      first.skippedLineCount, first.fieldCount, first.irregularShare
    )
    let split = LineFields(delimiter: dialect.delimiter)
    for sample in samples where sample.lines.count > 1 {
      let lines = Array(sample.lines.prefix(Self.limits.lines))
      let start = Reading.start(lines, lines.map(split.callAsFunction), fieldCount)
      if Reading.isOther(start, than: skippedLineCount, lines) { otherStarts[sample.path] = start }
    }
    let alike = zip(chosen, files).filter { otherStarts[$0.0.path] == nil }.map(\.1)
    let rows = alike.map { $0.dropFirst(skippedLineCount).map(split.callAsFunction) }
    let count = skipPreamble(rows)
    skippedLineCount += count
    findHeader(rows.map { Array($0.dropFirst(count)) })
  }

  /// Returns the number of lines before the header or the first row of a file.
  func lineCount(above sample: TextSample) -> Int { otherStarts[sample.path] ?? skippedLineCount }

  /// Returns the number of lines of text above the header, or above the first row, that have as many fields as rows.
  private mutating func skipPreamble(_ files: [[[String]]]) -> Int {
    let dialect = dialect
    func kind(_ text: String) -> CellKind {
      CellKind(text, decimal: dialect.decimal, thousands: dialect.thousands)
    }
    func isQuantity(_ text: String) -> Bool {
      if case .number = kind(text) { return true }
      return TimeGuess.format(of: [text]) != nil
    }
    let all = files.joined().filter { $0.count == fieldCount }
    let numbers = (0..<fieldCount).filter { column in
      let cells = all.map { $0[column] }.filter { kind($0) != .missing }
      return cells.count > 2 && cells.count(where: isQuantity) * 2 > cells.count
    }
    guard !numbers.isEmpty else { return 0 }
    // The last line with a text in a column of numbers, before any number.
    let ends = files.map { rows -> Int in
      let above = rows.prefix { row in row.count != fieldCount || !numbers.contains { isQuantity(row[$0]) } }
      return above.lastIndex { row in
        row.count == fieldCount && numbers.contains { kind(row[$0]) == .text }
      } ?? -1
    }
    guard let end = ends.max(), end > 0, end < 32 else { return 0 }
    if Set(ends).count > 1 {
      hasUnevenStart = true
      return 0
    }
    func areNames(_ row: [String]) -> Bool {
      row.count == fieldCount && Set(row).count == fieldCount
        && row.allSatisfy { !$0.isEmpty && !isQuantity($0) }
    }
    if files.allSatisfy({ Self.areUnits($0[end]) && areNames($0[end - 1]) }) {
      hasUnits = true
      return end - 1
    }
    return files.allSatisfy { areNames($0[end]) } ? end : end + 1
  }

  private static let units: Set<String> = [
    "s", "sec", "ms", "us", "ns", "min", "h", "d", "v", "mv", "uv", "a", "ma", "g", "mg", "kg", "m/s", "m/s2",
    "m/s^2", "c", "degc", "f", "k", "%", "deg", "rad", "rad/s", "deg/s", "dps", "hz", "khz", "rpm", "bpm",
    "m",
    "mm", "cm", "km", "km/h", "pa", "hpa", "kpa", "mbar", "bar", "n", "nm", "w", "kw", "kwh", "j", "lx",
    "lux",
    "db", "ppm", "ppb", "l", "l/min", "-", "unit", "units", "count", "counts", "a.u.", "t", "ut",
    "kn", "mn", "mpa", "gpa", "n/mm2", "u/min", "1/min", "va", "kva", "ah", "mah", "wh", "ohm", "kohm",
    "mg/l", "g/l", "l/s",
    "m3/h", "1/s", "hh:mm", "hh:mm:ss", "yyyy-mm-dd", "dd.mm.yyyy", "tt.mm.jjjj",
  ]

  /// Returns true if a line has a unit, or nothing, in every field.
  private static func areUnits(_ row: [String]) -> Bool {
    row.allSatisfy { text in
      let isInBrackets = ["[": "]", "(": ")"].contains { text.hasPrefix($0) && text.hasSuffix($1) }
      return text.isEmpty || isInBrackets || text.contains { "°µμ²³".contains($0) }
        || units.contains(text.lowercased())
    }
  }

  /// Returns the same guess with a header, for files whose first line is known to have names.
  func withHeader(_ names: [String]) -> DialectGuess {
    var guess = self
    (guess.hasHeader, guess.names) = (true, names)
    return guess
  }

  private mutating func findHeader(_ files: [[[String]]]) {
    guard let first = files.first?.first else { return }
    let dialect = dialect
    func kind(_ text: String) -> CellKind {
      CellKind(text, decimal: dialect.decimal, thousands: dialect.thousands)
    }
    func isText(_ text: String) -> Bool { kind(text) == .text && TimeGuess.format(of: [text]) == nil }
    let rows = files.flatMap { $0.dropFirst() }.filter { $0.count == fieldCount }
    if first.count == fieldCount - 1, first.count > 1, first.allSatisfy(isText),
      rows.allSatisfy({ $0.count == fieldCount })
    {
      (hasHeader, hasShortHeader, names) = (true, true, first)
      return
    }
    guard first.count == fieldCount else { return }
    var isHeader = false
    for column in first.indices where isText(first[column]) {
      let cells = rows.map { $0[column] }.filter { kind($0) != .missing }
      let quantities = cells.count { !isText($0) }
      if !cells.isEmpty, quantities * 2 > cells.count { isHeader = true }
    }
    // Texts alone: names are not repeated below, but above all files.
    if !isHeader, !rows.isEmpty, first.allSatisfy(isText), files.allSatisfy({ $0.first == first }) {
      let below = Set(rows.flatMap { $0 })
      let isRepeated = below.count * 2 <= rows.count * fieldCount
      isHeader = below.isDisjoint(with: first) && (isRepeated || files.count > 1)
    }
    hasHeader = isHeader
    if isHeader { names = first }
    let positions = (0..<fieldCount).map(String.init)
    numbersColumns =
      !isHeader && fieldCount > 2 && !rows.isEmpty && files.allSatisfy { $0.first == positions }
  }
}

/// What a dialect makes of files.
private struct Reading {
  let dialect: Dialect
  let fieldCount: Int
  let skippedLineCount: Int
  let irregularShare: Double
  /// How well it explains them: 1 if every cell is a number and every row has as many.
  let score: Double
  /// The share of numbers among the cells.
  private let numberShare: Double
  /// The numbers of the first rows.
  let numbers: [Double]
  /// True if the first row has as many fields, and none is a number: it names them.
  private let namesFields: Bool
  /// True if the second of two fields is once a whole number with a zero in front, as only decimals are.
  let hasDecimalsBehindDelimiter: Bool
  /// True if every sign that tells the dialect from another one has three digits after it.
  private let hasGroupsOnly: Bool

  init?(_ dialect: Dialect, _ files: [[String]]) {
    let split = LineFields(delimiter: dialect.delimiter)
    let rows = files.map { $0.map(split.callAsFunction) }
    // The first lines may be comments and names.
    var frequency: [Int: Int] = [:]
    for file in rows {
      for row in file.dropFirst(file.count > 2 ? min(file.count / 2, 8) : 0) {
        frequency[row.count, default: 0] += 1
      }
    }
    guard let common = frequency.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return nil }
    if common.key == 1, !dialect.delimiter.isEmpty { return nil }
    fieldCount = common.key
    self.dialect = dialect
    let starts = zip(files, rows).map { Self.start($0, $1, common.key) }
    // What most files have.
    let above =
      Set(starts).first { start in
        start < 32 && starts.count { $0 == start } * 2 > starts.count
      } ?? 0
    skippedLineCount = above
    let skips = zip(files, starts).map { Self.isOther($1, than: above, $0) ? $1 : above }
    let firstRows = zip(rows, skips).compactMap { $0.dropFirst($1).first }
    func isNumber(_ text: String) -> Bool {
      CellKind.number(text, decimal: dialect.decimal, thousands: dialect.thousands) != nil
    }
    namesFields = firstRows.allSatisfy { $0.count == common.key && !$0.contains(where: isNumber) }
    hasDecimalsBehindDelimiter =
      common.key == 2
      && rows.joined().contains {
        $0.count == 2 && $0[1].count > 1 && $0[1].first == "0" && Int($0[1]) != nil
      }
    var (cells, numbers, times, texts, broken, regular, total) = (0, 0, 0, 0, 0, 0, 0)
    var values: [Double] = []
    var (groups, others) = (0, 0)
    for ((lines, file), skip) in zip(zip(files, rows), skips) {
      let body = file.dropFirst(skip)
      // The first line may be a header, if it has letters.
      let isHeader = body.count > 1 && lines[skip].contains(where: \.isLetter)
      for row in body.dropFirst(isHeader ? 1 : 0) where !(row.count == 1 && row[0].isEmpty) {
        total += 1
        guard row.count == common.key else { continue }
        regular += 1
        for cell in row where !cell.isEmpty {
          cells += 1
          switch CellKind(cell, decimal: dialect.decimal, thousands: dialect.thousands) {
          case .number(let value):
            numbers += 1
            if values.count < 64 { values.append(value) }
            switch Self.hasGroups(cell) {
            case true?: groups += 1
            case false?: others += 1
            case nil: break
            }
          case .missing: cells -= 1
          case .text:
            // A time of day may be the end of a timestamp that was split.
            if let format = TimeGuess.format(of: [cell]), format != .pattern(TimeGuess.timeOfDay) {
              times += 1
            } else if Self.isBroken(cell) {
              broken += 1
            } else {
              texts += 1
            }
          }
        }
      }
    }
    guard total > 0, regular > 0 else { return nil }
    irregularShare = Double(total - regular) / Double(total)
    numberShare = cells == 0 ? 1 : Double(numbers) / Double(cells)
    let known = Double(numbers) + 0.98 * Double(times) + 0.7 * Double(texts) - 0.5 * Double(broken)
    let quality = cells == 0 ? 0.5 : known / Double(cells)
    // A delimiter explains more than none; a separator between digits must be needed.
    score =
      quality * (1 - irregularShare) + (dialect.delimiter.isEmpty ? 0 : 0.05)
      - (dialect.thousands == nil ? 0 : 0.02)
      - (dialect.delimiter == "space" && numbers + times == 0 ? 0.1 : 0)
    self.numbers = values
    hasGroupsOnly = groups > 0 && others == 0
  }

  /// Returns the number of lines that begin a file and are neither rows nor names of columns.
  static func start(_ lines: [String], _ rows: [[String]], _ fieldCount: Int) -> Int {
    zip(lines, rows).prefix { line, row in
      isComment(line)
        || row.count != fieldCount && (row.count != fieldCount - 1 || row.count == 1) && rows.count > 2
    }.count
  }

  /// Returns true if a file begins with another number of such lines than most files, rather than with a faulty row.
  static func isOther(_ start: Int, than most: Int, _ lines: [String]) -> Bool {
    start != most && start < lines.count && (most > 0 || lines.prefix(start).allSatisfy(isComment))
  }

  private static func isComment(_ line: String) -> Bool {
    ["#", "%", "//"].contains { line.hasPrefix($0) }
  }

  /// True if all cells are numbers or times under this dialect.
  var isPlausible: Bool { numberShare > 0.999 && irregularShare == 0 }

  /// Returns true if the files do not say which of two dialects they have.
  ///
  /// Commas and points with three digits after each can be decimal signs or separators of thousands. Rows with one
  /// comma each can be one number with decimals, if there are always as many.
  func isDoubtful(beside other: Reading) -> Bool {
    if dialect.delimiter == other.dialect.delimiter { return hasGroupsOnly }
    guard isPlausible, other.dialect.delimiter.isEmpty, fieldCount == 2, !namesFields else { return false }
    return dialect.delimiter == "," && other.dialect.decimal == ","
  }

  /// Returns true if the points and commas of a number could separate thousands, false if not, `nil` if it has none.
  private static func hasGroups(_ text: String) -> Bool? {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard parts.count > 1 else { return nil }
    let first = parts[0].drop { $0 == "-" || $0 == "+" }
    return (1...3).contains(first.count) && first != "0" && !first.hasPrefix("0")
      && parts.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(\.isNumber) }
  }

  /// Returns true if a text looks like several fields, or a number in another dialect.
  private static func isBroken(_ text: String) -> Bool {
    guard let sign = text.firstIndex(where: { ",;\t|".contains($0) }) else {
      return text.first?.isNumber == true
        && text.allSatisfy { $0.isNumber || $0 == "." || $0 == "'" || $0 == " " }
    }
    return sign > text.startIndex || text.contains { $0.isNumber }
  }
}
