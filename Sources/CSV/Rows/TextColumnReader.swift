import Platform
import Sequences

/// A reader that can list the distinct texts of a column of its files, to make a closed vocabulary.
package protocol TextColumnReader: SequenceRecordReader {
  /// Returns the distinct texts of a column, which is identified as in `CSVColumns`, sorted by their code
  /// points; all files are read once.
  func texts(ofColumn name: String) throws -> [String]
}

extension ResolvedColumns {
  /// Returns the distinct texts of a column in all rows of `locations`, sorted by their code points.
  func texts<Rows: CSVRows>(
    ofColumn name: String, in locations: [SequenceLocation], _ versions: FileVersions,
    _ makeRows: (MappedFile) throws -> Rows
  ) throws -> [String] {
    let field = try ColumnReference(name).position(
      among: fileNames, renamed: fileColumns, path: locations[0].path)
    var texts: Set<[UInt8]> = []
    for location in locations {
      let file = try MappedFile(location.path, versions)
      try withExtendedLifetime(file) {
        var rows = try makeRows(file)
        while let row = try rows.next() {
          guard row.fieldCount == roles.count, !rows.format.isMissing(row.fields[field].text) else {
            continue
          }
          let text = row.fields[field].text
          guard texts.insert(text).inserted else { continue }
          let found = row.fields[field].location
          guard String(validating: text, as: UTF8.self) != nil else {
            throw RecordError(
              .malformed, path: location.path, line: found.line, column: found.column,
              text: escapedText(text),
              "the category is not UTF-8 text: expected UTF-8, found \"\(escapedText(text))\"; convert the file to UTF-8"
            )
          }
          guard texts.count <= 1 << 16 else {
            throw RecordError(
              .unknownCategory, path: location.path, line: found.line, column: found.column,
              text: escapedText(text),
              "column \"\(escapedText(name.utf8))\" has too many texts for categories: expected at most 65536, found "
                + "one more; drop the column, or name the categories that count")
          }
        }
      }
    }
    return texts.map { String(decoding: $0, as: UTF8.self) }.sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
  }
}
