import Platform
import Sequences

/// A reader that can list the distinct texts of a column of its files, to make a closed vocabulary.
package protocol TextColumnReader: SequenceRecordReader {
  /// Returns the distinct texts of a column, which is identified as in `CSVColumns`, sorted by their code
  /// points; the files of the sequences are read once.
  ///
  /// - Parameter sequences: The sequences that have the texts, in ascending order; `nil`: all.
  func texts(ofColumn name: String, in sequences: [Int]?) throws -> [String]
}

/// The distinct texts of a column, as they are found in rows.
struct ColumnTexts {
  private let name: String
  /// The index and the name of the column in the first file.
  private let field: Int
  private let column: String
  private let layout: ResolvedColumns
  private var texts: Set<[UInt8]> = []

  /// Makes an empty collection.
  ///
  /// - Throws: `RecordError` if there is no such column.
  init(ofColumn name: String, _ layout: ResolvedColumns, path: String) throws {
    let field = try ColumnReference(name).position(
      among: layout.fileNames, renamed: layout.fileColumns, path: path)
    (self.name, self.layout, column) = (name, layout, layout.fileColumns[field])
    self.field = field
  }

  /// The texts, sorted by their code points.
  var sorted: [String] {
    texts.map { String(decoding: $0, as: UTF8.self) }.sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
  }

  /// Adds the texts of rows.
  ///
  /// - Parameter other: The columns of the rows, if they are in other places than in the first file.
  mutating func add(_ rows: some CSVRows, of other: ResolvedColumns? = nil) throws {
    var rows = rows
    let layout = other ?? self.layout
    let field =
      layout.fileColumns == self.layout.fileColumns ? self.field : layout.fileColumns.firstIndex(of: column)
    guard let field else { return }
    while let row = try rows.next() {
      guard row.fieldCount == layout.roles.count, !rows.format.isMissing(row.fields[field].text),
        !layout.isMissingLabel(row.fields[field].text, field)
      else { continue }
      let text = row.fields[field].text
      guard texts.insert(text).inserted else { continue }
      let found = row.fields[field].location
      guard String(validating: text, as: UTF8.self) != nil else {
        throw RecordError(
          .malformed, path: rows.path, line: found.line, column: found.column,
          text: escapedText(text),
          "the category is not UTF-8 text: expected UTF-8, found \"\(escapedText(text))\"; name its encoding (\(Remedy.encoding("latin1")))"
        )
      }
      guard texts.count <= 1 << 16 else {
        throw RecordError(
          .unknownCategory, path: rows.path, line: found.line, column: found.column,
          text: escapedText(text),
          "column \"\(escapedText(name.utf8))\" has too many texts for categories: expected at most 65536, found "
            + "one more; drop the column, or name the categories that count")
      }
    }
  }
}
