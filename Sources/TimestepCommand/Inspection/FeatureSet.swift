import Timestep

/// The beginnings of feature files of one form.
struct FeatureSet {
  /// The value of `--features`.
  var pattern = ""
  let samples: [TextSample]
  let guess: DialectGuess
  /// The first rows of the files that have any.
  let tables: [TableSample]
  let columns: [ColumnSurvey]

  /// Reads samples in a dialect.
  init(_ samples: [TextSample], _ guess: DialectGuess) {
    (self.samples, self.guess) = (samples, guess)
    let tables = samples.map { TableSample($0, guess) }.filter { !$0.rows.isEmpty }
    self.tables = tables
    columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables, guess.dialect) }
  }
}
