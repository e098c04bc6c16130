/// A column of ids, which measures nothing: a network would learn it by heart.
struct IdentityGuess {
  /// Why the column is not a feature.
  let reason: String

  /// Words in the names of columns that number the rows.
  private static let rowWords: Set<String> = [
    "", "index", "unnamed: 0", "row", "nr", "no", "no.", "#", "sample", "record", "line",
  ]

  /// Guesses from the name of a column and from its values; `nil` if it may be a measurement.
  ///
  /// - Parameters:
  ///   - series: The rows of each series.
  ///   - files: The rows of each file.
  init?(_ column: ColumnSurvey, series: [TableSample.Rows], files: [TableSample.Rows]) {
    let name = column.name.lowercased()
    guard column.missing.isEmpty, column.kind == .category || column.kind == .number && column.isWhole else {
      return nil
    }
    let isID = SeriesGuess.isNamedID(column.name) || SeriesGuess.isNamedIdentity(column.name)
    if isID || Self.rowWords.contains(name) && column.minimum <= 1,
      Self.isCounting(column, series) || Self.isCounting(column, files)
    {
      reason = "it numbers the rows"
      return
    }
    guard isID else { return nil }
    let isIdentity = SeriesGuess.isNamedIdentity(column.name)
    if Self.isConstant(column, in: series) {
      let names = Set(series.compactMap { $0.first?[column.position] })
      if names.count == series.count, series.count > (isIdentity ? 1 : 3) {
        reason = "it names the series"
      } else if isIdentity {
        reason = "it is an id, the same in all rows of a series"
      } else {
        return nil
      }
    } else if isIdentity, column.kind == .number,
      column.values.count == column.cellCount || column.hasMoreValues && column.increases
    {
      reason = "it is an id, with another value in every row"
    } else {
      return nil
    }
  }

  /// Returns true if all rows of a series have the same value.
  static func isConstant(_ column: ColumnSurvey, in series: [TableSample.Rows]) -> Bool {
    series.contains { $0.count > 1 }
      && series.allSatisfy { rows in rows.allSatisfy { $0[column.position] == rows[0][column.position] } }
  }

  /// Returns true if the rows of every series have consecutive numbers.
  private static func isCounting(_ column: ColumnSurvey, _ series: [TableSample.Rows]) -> Bool {
    guard column.kind == .number, series.contains(where: { $0.count > 1 }) else { return false }
    return series.allSatisfy { rows in
      let numbers = rows.compactMap { Int($0[column.position]) }
      return numbers.count == rows.count && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
    }
  }
}
