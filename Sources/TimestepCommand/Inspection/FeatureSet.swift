import Platform
import Timestep

/// The beginnings of feature files of one form.
struct FeatureSet {
  /// The value of `--features`.
  var pattern = ""
  let samples: [TextSample]
  let guess: DialectGuess
  /// The first rows of the files that have any.
  let tables: [TableSample]
  /// Rows from later places of long files.
  let later: [TableSample]
  /// The columns in all these rows.
  let columns: [ColumnSurvey]

  /// The most bytes from later places of all files, the bytes at a place, and the most places in a file.
  private static let limits = (bytes: 1 << 20, piece: 1 << 12, places: 64)

  /// Reads samples in a dialect.
  ///
  /// - Throws: `FileError` if later places of the files cannot be read.
  init(_ samples: [TextSample], _ guess: DialectGuess) throws {
    (self.samples, self.guess) = (samples, guess)
    let tables = samples.map { TableSample($0, guess).withoutStrays(guess) }.filter { !$0.rows.isEmpty }
    self.tables = tables
    let later = try Self.later(samples, guess, names: tables.first?.names)
    self.later = later
    columns = (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables + later, guess.dialect) }
  }

  /// Returns rows from later places of the files that were not read to their ends.
  ///
  /// - Throws: `FileError` if they cannot be read.
  static func later(_ samples: [TextSample], _ guess: DialectGuess, names: [String]?) throws -> [TableSample]
  {
    let long = samples.filter { !$0.isWhole && $0.encoding != .utf16 }
    let places = min(limits.places, max(3, limits.bytes / (limits.piece * max(1, long.count))))
    return try long.flatMap { sample in
      try TextFile.later(of: sample.path, count: limits.piece, places: places).map { bytes in
        let text = TextSample(path: sample.path, bytes: bytes, isWhole: false)
        return TableSample(later: text, guess, names: names)
      }
    }
  }
}
