/// A parser for files that differ from the first one, which is made again where they differ from the last one.
final class CSVFileParser {
  private var last: (schema: CSVFileSchema, parser: CSVParser)?

  /// Returns the parser of files with `schema`.
  func parser(for schema: CSVFileSchema) -> CSVParser {
    if let last, schema.isAsRead(as: last.schema) { return last.parser }
    let parser = CSVParser(schema.format, layout: schema.layout)
    last = (schema, parser)
    return parser
  }
}

extension CSVFileSchema {
  /// Returns true if files of both are parsed in the same way.
  func isAsRead(as other: CSVFileSchema) -> Bool {
    format.decoder == other.format.decoder && layout.roles == other.layout.roles
      && layout.order == other.layout.order
  }
}
