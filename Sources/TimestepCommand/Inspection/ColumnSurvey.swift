import CSV
import Timestep

/// What the rows of some files have in one column.
struct ColumnSurvey {
  /// What a column contains.
  enum Kind: Equatable {
    /// Numbers.
    case number
    /// A few texts that are repeated.
    case category
    /// Timestamps, in a format, or one of several.
    case time([TimestampEncoding.Format])
    /// Texts that are not repeated.
    case text
    /// Nothing.
    case empty
  }

  /// The name, or the position without a header.
  let name: String
  /// The position, from 0.
  let position: Int
  private(set) var kind = Kind.empty
  /// The number of cells, and of those with numbers.
  private(set) var cellCount = 0
  private(set) var numberCount = 0
  /// The least, the greatest and the sum of the numbers, and of their squares.
  private(set) var minimum = Double.infinity
  private(set) var maximum = -Double.infinity
  private var sum = 0.0
  private var squares = 0.0
  /// The texts that stand for missing values, with their counts.
  private(set) var missing: [String: Int] = [:]
  /// The distinct texts of cells that are not missing, with their counts; only the first ones of many.
  private(set) var values: [String: Int] = [:]
  /// True if `values` lacks some.
  private(set) var hasMoreValues = false
  /// True if all numbers are whole.
  private(set) var isWhole = true
  /// True if the numbers of every file never decrease, and once increase.
  private(set) var increases = false
  /// True if every file has one value only.
  private(set) var isConstantInFiles = true
  /// A number that Float cannot hold exactly, or at all.
  private(set) var beyondFloat: String?

  private static let valueLimit = 4096

  /// The mean of the numbers; 0 if there are none.
  var mean: Double { numberCount == 0 ? 0 : sum / Double(numberCount) }

  /// The standard deviation of the numbers.
  var deviation: Double {
    numberCount == 0 ? 0 : (squares / Double(numberCount) - mean * mean).magnitude.squareRoot()
  }

  /// The texts among numbers that are taken for missing values although they do not usually mean that.
  var unusualMissing: [String] {
    missing.keys.filter { !CellKind.missingTexts.contains($0) }.sorted()
  }

  /// The number of missing values.
  var missingCount: Int { missing.values.reduce(0, +) }

  /// True if all cells have one value, and there are several.
  var isConstant: Bool { values.count == 1 && missing.isEmpty && cellCount > 1 && !hasMoreValues }

  /// Surveys the column at `position` of files that have it.
  init(_ position: Int, of tables: [TableSample], _ dialect: Dialect) {
    self.position = position
    let names = tables.first?.names
    name = names.map { $0.indices.contains(position) ? $0[position] : "" } ?? "\(position)"
    var texts = 0
    var (decreases, grows, goesBack) = (false, false, false)
    for table in tables {
      var before: Double?
      var earlier: String?
      var first: String?
      for row in table.rows where row.indices.contains(position) {
        let cell = row[position]
        cellCount += 1
        var limit = Self.valueLimit
        switch CellKind(cell, decimal: dialect.decimal, thousands: dialect.thousands) {
        case .missing:
          missing[cell, default: 0] += 1
          continue
        case .text:
          // Texts among thousands of numbers are known too.
          texts += 1
          limit *= 2
          if let earlier, cell < earlier { goesBack = true }
          earlier = cell
        case .number(let value):
          numberCount += 1
          (minimum, maximum) = (min(minimum, value), max(maximum, value))
          sum += value
          squares += value * value
          if value != value.rounded() { isWhole = false }
          if beyondFloat == nil, Self.isBeyondFloat(value) { beyondFloat = cell }
          if let before, value < before { decreases = true }
          if let before, value > before { grows = true }
          before = value
        }
        if let first, first != cell { isConstantInFiles = false }
        first = first ?? cell
        if values[cell] != nil || values.count < limit {
          values[cell, default: 0] += 1
        } else {
          hasMoreValues = true
        }
      }
    }
    increases = grows && !decreases
    decideKind(texts: texts, isNamed: names != nil, goesBack: goesBack, dialect)
  }

  private mutating func decideKind(texts: Int, isNamed: Bool, goesBack: Bool, _ dialect: Dialect) {
    if numberCount == 0, texts == 0 { return }
    if texts == 0 {
      kind = unixFormat(isNamed).map { Kind.time([$0]) } ?? .number
      return
    }
    // Times of day can only be steps of a series if they do not start again.
    let formats = TimeGuess.formats(of: values.keys).filter {
      !goesBack || $0 != .pattern(TimeGuess.timeOfDay)
    }
    let words = values.filter { text, _ in
      CellKind(text, decimal: dialect.decimal, thousands: dialect.thousands) == .text
    }
    if !formats.isEmpty {
      kind = .time(formats)
    } else if numberCount > texts * 4, words.count <= 2, words.values.reduce(0, +) == texts {
      // A few texts among numbers mean that there is none.
      for (text, count) in words { (missing[text], values[text]) = (count, nil) }
      kind = .number
    } else {
      let isRepeated =
        !hasMoreValues && values.count <= max(2, (numberCount + texts) / 2) && values.count <= 256
      kind = isRepeated ? .category : .text
    }
  }

  /// Returns the format of numbers that count seconds or milliseconds since 1970.
  private func unixFormat(_ isNamed: Bool) -> TimestampEncoding.Format? {
    guard increases, numberCount > 1, missing.isEmpty else { return nil }
    let isCalled = ["time", "date", "unix", "epoch", "ts"].contains { name.lowercased().contains($0) }
    guard isCalled || !isNamed || minimum > 9.4e8 else { return nil }
    // From 2000 to 2100.
    if minimum >= 946_684_800, maximum <= 4_102_444_800 { return .unixSeconds }
    if minimum >= 946_684_800_000, maximum <= 4_102_444_800_000, isWhole { return .unixMilliseconds }
    return nil
  }

  private static func isBeyondFloat(_ value: Double) -> Bool {
    if !Float(value).isFinite || value != 0 && Float(value) == 0 { return true }
    return value == value.rounded() && value.magnitude > 16_777_216 && Double(Float(value)) != value
  }
}

extension ColumnSurvey {
  /// A text of a column of texts that contains a number or a time, as most of them do; `nil` if there is none.
  func textLikeNumbers(_ dialect: Dialect) -> String? {
    guard kind == .category || kind == .text else { return nil }
    func isLike(_ text: String) -> Bool {
      if CellKind.number(text, decimal: dialect.decimal, thousands: dialect.thousands) != nil { return true }
      // A minus sign of typography, a currency.
      let start = text.drop { "+-\u{2212}\u{2013}$€£<>~≈ ".contains($0) }
      return start.first?.isASCII == true && start.first?.isNumber == true
    }
    guard values.keys.count(where: isLike) * 10 >= values.count * 9 else { return nil }
    let texts = values.keys.filter {
      isLike($0) && CellKind.number($0, decimal: dialect.decimal, thousands: dialect.thousands) == nil
    }
    return texts.min()
  }

  /// Numbers that programs write for missing values.
  private static let sentinels = [-99.0, -200, -999, -999.9, -9999, -99999, 9999, 99999]

  /// A number that probably stands for missing values: a usual one, repeated, and far from all others.
  ///
  /// - Returns: The text, and how often it occurs.
  func sentinel(_ dialect: Dialect) -> (text: String, count: Int)? {
    guard kind == .number, values.count > 3, !hasMoreValues || values.count > 1000 else { return nil }
    let numbers = values.compactMap { text, count in
      CellKind.number(text, decimal: dialect.decimal, thousands: dialect.thousands).map { (text, $0, count) }
    }
    for (text, value, count) in numbers where count > 1 && Self.sentinels.contains(value) {
      let others = numbers.lazy.map(\.1).filter { $0 != value }
      guard let least = others.min(), let greatest = others.max() else { continue }
      let distance = value < least ? least - value : value - greatest
      if distance > max(greatest - least, 1) * 0.5, value < least || value > greatest { return (text, count) }
    }
    return nil
  }
}
