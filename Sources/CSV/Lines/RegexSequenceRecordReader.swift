import Platform
import Sequences

/// A reader of files whose lines are split by a regular expression: log files, fixed columns, numbers within
/// text.
///
/// ```swift
/// let reader = try RegexSequenceRecordReader(
///   FileSplit("logs", extensions: ["log"]), pattern: #"\[(?<level>[A-Z]+)\] took (?<ms>[0-9.]+) ms.*"#,
///   columns: levels)   // the column "level" a category
/// reader.columns  // ["level", "ms"]
/// ```
/// One file is one sequence, one line is one time step, and one group of the pattern is a field, in the order
/// of the groups. The pattern matches whole lines (UTF-8, without line ending); a line that does not match is
/// an error, or is dropped under a policy that skips rows (`.noMatch`). A named group names its column;
/// others are called by their 0-based indices. A group that did not take part in the match is an empty field.
/// Fields are as in CSV files, but without quotes.
///
/// Swift's `Regex` takes a few microseconds per line; use `CachedSequenceRecordReader` to keep the result.
public struct RegexSequenceRecordReader: SequenceRecordReader, TextColumnReader {
  /// The files, in the order of the split: sequence `i` is file `i`.
  public let locations: [SequenceLocation]
  private let directory: String?
  /// The groups of the pattern that are columns, and the options they are read with.
  public let schema: SequenceSchema
  private let lines: LineFormat
  private let reading: CSVRowReading
  private let versions = FileVersions.forReader()

  /// Makes a reader of the files of `split`, and reads the first file up to the first line that matches.
  ///
  /// - Parameters:
  ///   - split: The files, in order.
  ///   - pattern: The regular expression, with at least one group.
  ///   - skippingLines: The number of lines to skip in every file.
  ///   - missingValues: The fields that are missing values, and their handling.
  ///   - nonFinite: The handling of `nan` and `inf`.
  ///   - notation: How numbers are written, and the encoding of the characters.
  ///   - columns: The groups that are values, in order, and the encodings of their texts.
  ///   - policy: The handling of faults in lines.
  /// - Throws: Any error of the split; `UsageError` if an option is invalid; `FileError` if a file cannot
  ///   be read; `RecordError` if the first line is faulty and the policy raises it, or if no line matches.
  public init(
    _ split: any InputSplit, pattern: String, skippingLines: Int = 0,
    missingValues: MissingValues = .rejected, nonFinite: NonFiniteValues = .rejected,
    notation: TextNotation = .plain, columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws {
    let format = try CSVDialect(
      skippingLines: skippingLines, notation: notation.betweenWords, header: .none,
      missingValues: missingValues,
      nonFinite: nonFinite)
    locations = try split.files()
    directory = split.directory
    var lines = LineFormat(format: format, pattern: pattern)
    let (path, line, names) = try Self.names(locations, lines, policy, versions)
    guard !names.isEmpty else {
      throw UsageError(
        "the line pattern has no group: expected one group in parentheses or more, found "
          + "\"\(escapedText(pattern.utf8))\"; put parentheses around each value")
    }
    lines.names = names
    self.lines = lines
    let layout = try ResolvedColumns(columns, of: names, key: [], path: path, line: line)
    reading = CSVRowReading(format: format, layout: layout, policy: policy)
    var options = lines.format.signature
    options.add("the line pattern", lines.pattern)
    layout.addAspects(to: &options)
    if !policy.raisesEverything { options.add("the error policy", policy.description) }
    schema = layout.sequenceSchema(notation, options: options, policy: policy)
  }

  /// Returns the names of the groups, from the first line that matches; only a match provides them.
  private static func names(
    _ locations: [SequenceLocation], _ lines: LineFormat, _ policy: ErrorPolicy, _ versions: FileVersions
  ) throws -> (path: String, line: Int, names: [String]) {
    let pattern = try LinePattern(lines.pattern)
    var first: RecordError?
    for location in locations {
      let buffer = FileBuffer()
      try buffer.read(location.path, versions)
      try ForeignContent.check(buffer.bytes, path: location.path, lines.format, isAnyText: true)
      var rows = LineRows(
        path: location.path, bytes: Array(buffer.bytes), lines, pattern: pattern,
        passesBlankLines: policy[.blankLine] == .skipRow)
      do {
        while let row = try rows.next() {
          if let names = rows.names { return (location.path, row.location.line, names) }
          first = first ?? rows.noMatch(row)
          if policy[.noMatch] != .skipRow { throw rows.noMatch(row) }
        }
        first = first ?? rows.empty()
        if policy[.empty] == .raise { throw rows.empty() }
      } catch let error as RecordError where policy[error.kind] == .skipSequence {
        first = first ?? error
      }
    }
    guard let first else { preconditionFailure("a reader without files") }
    throw first
  }

  /// The number of files.
  public var count: Int { locations.count }

  /// Makes a cursor for one thread, which compiles the pattern.
  ///
  /// - Throws: Nothing, because the pattern has been compiled before.
  public func makeCursor() throws -> some SequenceCursor {
    RegexSequenceCursor(locations: locations, lines, reading, try LinePattern(lines.pattern), versions)
  }

  /// Returns the file, its first line, and its key.
  public func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(
      path: locations[index].path, firstLine: lines.format.skippedLines + 1, key: locations[index].key)
  }

  /// Returns the path of the file relative to the directory of the split, without extensions.
  public func exampleKey(of index: Int) -> String { locations[index].exampleKey(below: directory) }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(schema.options)
    signature.addSizes(of: locations)
    return signature
  }

  /// Returns the distinct texts of a column, sorted by their code points, to make a closed vocabulary.
  ///
  /// The files are read once. Missing values are not included, and rows with a different number of fields are
  /// ignored: the error is reported when the sequences are read.
  ///
  /// - Parameter sequences: The sequences that have the texts; `nil`: all.
  /// - Throws: `RecordError` if there is no such column, if a text is not UTF-8, if there are more than
  ///   65,536, or if a file is malformed; `FileError`.
  public func texts(ofColumn name: String, in sequences: [Int]? = nil) throws -> [String] {
    var texts = try ColumnTexts(ofColumn: name, reading.layout, path: locations[0].path)
    for path in sequences?.map({ locations[$0].path }) ?? locations.map(\.path) {
      let bytes = try MappedText(path, versions).withBytes { Array($0) }
      try texts.add(
        LineRows(
          path: path, bytes: bytes, lines, pattern: try LinePattern(lines.pattern), passesBlankLines: true))
    }
    return texts.sorted
  }

  /// Returns the exact location of one value and its text, by reading the file again.
  ///
  /// `row` counts all lines, including those that the policy skips.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let path = locations[index].path
    let guess = SequenceRecord.Position(path: path, line: lines.format.skippedLines + 1 + row)
    do {
      let buffer = FileBuffer()
      try buffer.read(path)
      var rows = LineRows(
        path: path, bytes: Array(buffer.bytes), lines, pattern: try LinePattern(lines.pattern),
        passesBlankLines: true)
      guard let line = try rows.row(row) else { return guess }
      let field = reading.layout.fields[column]
      guard field < line.fields.count else {
        return SequenceRecord.Position(path: path, line: line.location.line)
      }
      let found = line.fields[field]
      return SequenceRecord.Position(
        path: path, line: found.location.line, column: found.location.column,
        text: String(decoding: found.text, as: UTF8.self), offset: found.location.offset)
    } catch {
      return guess
    }
  }
}
