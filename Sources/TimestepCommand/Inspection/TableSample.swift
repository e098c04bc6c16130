import Timestep

/// The first rows of a file, as fields.
struct TableSample {
  /// Rows of fields.
  typealias Rows = [[String]]

  /// The path of the file.
  let path: String
  /// The names of the columns; `nil` without a header.
  let names: [String]?
  /// The rows with as many fields as most have, but for those without any text.
  private(set) var rows: Rows
  /// The number of rows with delimiters only.
  let emptyRowCount: Int
  /// The number of lines without any text between the others.
  private(set) var blankLineCount = 0
  /// The number of blocks of rows that such lines separate.
  private(set) var blockCount = 1
  /// The lines that are no rows: of units, and of a sum or a mean below the rows.
  private(set) var strays: [[String]] = []
  /// The lines with another number of fields: the number of the first, from 1, and how many there are; `nil`: none.
  private(set) var irregular: (line: Int, count: Int)?
  /// True if the file has no more rows.
  let isWhole: Bool

  /// Reads a sample in a dialect.
  init(_ sample: TextSample, _ guess: DialectGuess, rowLimit: Int = 200_000) {
    let split = LineFields(delimiter: guess.dialect.delimiter)
    var lines = sample.lines.dropFirst(guess.lineCount(above: sample))
    if guess.hasHeader, let first = lines.popFirst() {
      let found = split(first)
      names = guess.hasShortHeader ? [""] + found : found
    } else {
      names = nil
    }
    path = sample.path
    var all: Rows = []
    for (index, line) in zip(lines.indices, lines).prefix(rowLimit) where !line.isEmpty {
      let fields = split(line)
      if fields.count == guess.fieldCount {
        all.append(fields)
      } else if !line.contains("\"") {
        // A field in quotes may have several lines.
        irregular = (irregular?.line ?? sample.number(ofLine: index), (irregular?.count ?? 0) + 1)
      }
    }
    rows = all.filter { row in row.contains { !$0.isEmpty } }
    emptyRowCount = all.count - rows.count
    isWhole = sample.isWhole && lines.count <= rowLimit
    if guess.fieldCount > 1 {
      blankLineCount = lines.prefix(rowLimit).count(where: \.isEmpty)
      blockCount = lines.prefix(rowLimit).split(whereSeparator: \.isEmpty).count
    }
  }

  /// Returns the sample without lines of units below the header, without headers between the rows, and without a last line with
  /// texts below numbers alone.
  func withoutStrays(_ guess: DialectGuess) -> TableSample {
    var sample = self
    if guess.hasUnits, !rows.isEmpty { sample.strays = [sample.rows.removeFirst()] }
    // Tables that were put one below the other repeat their header.
    if let names, let repeated = sample.rows.first(where: { $0 == names }) {
      sample.strays.append(repeated)
      sample.rows.removeAll { $0 == names }
    }
    let dialect = guess.dialect
    func kind(_ text: String) -> CellKind {
      CellKind(text, decimal: dialect.decimal, thousands: dialect.thousands)
    }
    func isQuantity(_ text: String) -> Bool {
      if case .number = kind(text) { return true }
      return TimeGuess.format(of: [text]) != nil
    }
    if guess.hasUnevenStart, !rows.isEmpty {
      let numbers = rows[0].indices.filter { column in
        rows.count { isQuantity($0[column]) } * 2 > rows.count
      }
      while let first = sample.rows.first, numbers.contains(where: { kind(first[$0]) == .text }) {
        sample.strays.append(sample.rows.removeFirst())
      }
    }
    guard isWhole, let last = sample.rows.last, sample.rows.count > 3 else { return sample }
    let others = sample.rows.dropLast()
    let isStray = last.indices.contains { column in
      kind(last[column]) == .text && !isQuantity(last[column])
        && others.allSatisfy { isQuantity($0[column]) }
    }
    if isStray { sample.strays.append(sample.rows.removeLast()) }
    return sample
  }

  /// Reads lines from the middle of a file whose columns have these names.
  init(later sample: TextSample, _ guess: DialectGuess, names: [String]?) {
    let split = LineFields(delimiter: guess.dialect.delimiter)
    rows = sample.lines.filter { !$0.isEmpty }.map(split.callAsFunction).filter { row in
      row.count == guess.fieldCount && row.contains { !$0.isEmpty }
    }
    (path, self.names, emptyRowCount, isWhole) = (sample.path, names, 0, false)
  }

  /// Returns the rows followed by those of later places in the same file.
  func followed(by later: [TableSample]) -> TableSample {
    var all = self
    for table in later where table.path == path { all.rows += table.rows }
    return all
  }

  /// The name of a column as flags refer to it: its name if no other column has it, or its position.
  static func reference(_ column: Int, names: [String]?) -> String {
    guard let names, names.indices.contains(column) else { return "@\(column)" }
    let name = names[column]
    // A number, a comma or an equals sign in a name would be read otherwise.
    guard !name.isEmpty, Int(name) == nil, !name.contains(where: { ",=@:".contains($0) }),
      names.count(where: { $0 == name }) == 1
    else { return "@\(column)" }
    return name
  }
}
