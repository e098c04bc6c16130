import Platform
import Sequences

/// Sequences in files of lines that a regular expression takes apart: log files, fixed columns, texts around numbers.
///
/// ```swift
/// let reader = try RegexSequenceRecordReader(
///   FileSplit("logs", extensions: ["log"]), pattern: #"\[(?<level>[A-Z]+)\] took (?<ms>[0-9.]+) ms.*"#,
///   columns: levels)   // the column "level" a category
/// reader.columns  // ["level", "ms"]
/// ```
/// One file is one sequence, one line one time step, one group of the pattern a field, in the order of the groups. The
/// pattern takes whole lines (UTF-8, without their line end); a line that it does not match is an error, or left out
/// under a policy that skips rows (`.noMatch`). A named group names its column; others go by their 0-based indices. A
/// group that took no part in the match is an empty field. Fields are as those of CSV files, without quotes.
///
/// Swift's `Regex` takes some microseconds a line: `CachedSequenceRecordReader` keeps what was read.
public struct RegexSequenceRecordReader: TextColumnReader {
  /// The files, in the split's order: sequence `i` is file `i`.
  public let locations: [SequenceLocation]
  private let lines: LineFormat
  private let reading: CSVRowReading

  /// Makes a reader of the files of `split`; it reads the first file up to the first line that matches.
  ///
  /// - Parameters:
  ///   - split: Which files, in which order.
  ///   - pattern: The regular expression, with one group or more.
  ///   - skippingLines: The number of lines to skip in every file.
  ///   - missingValues: Which fields are missing values, and what to do about them.
  ///   - nonFinite: What to do about `nan` and `inf`.
  ///   - columns: Which groups are values, in which order, and how their texts become numbers.
  ///   - policy: What is done about faults in lines.
  /// - Throws: What the split throws; `CSVOptionError` when an option cannot be; `FileError` when a file cannot be
  ///   read; `RecordError` when the first line is at fault and the policy raises it, or no line matches.
  public init(
    _ split: any InputSplit, pattern: String, skippingLines: Int = 0,
    missingValues: MissingValues = .refused, nonFinite: NonFiniteValues = .refused,
    columns: CSVColumns = .all, policy: ErrorPolicy = .raise
  ) throws {
    let format = try CSVDialect(
      skippingLines: skippingLines, delimiter: ",", header: .none, missingValues: missingValues,
      nonFinite: nonFinite)
    locations = try split.locations()
    guard !locations.isEmpty else {
      throw RecordError(
        .missingFile, path: String(describing: type(of: split)),
        "the split names no file: expected at least one, found none; add the files to read")
    }
    var lines = LineFormat(format: format, pattern: pattern)
    let (path, line, names) = try Self.names(locations, lines, policy)
    guard !names.isEmpty else {
      throw CSVOptionError(
        "the line pattern has no group: expected one group in parentheses or more, found "
          + "\"\(escapedText(pattern.utf8))\"; put parentheses around what is a value")
    }
    lines.names = names
    self.lines = lines
    let layout = try ResolvedColumns(columns, of: names, key: nil, path: path, line: line)
    reading = CSVRowReading(format: format, layout: layout, policy: policy)
  }

  /// The names of the groups, by the first line that matches; only its match tells them.
  private static func names(
    _ locations: [SequenceLocation], _ lines: LineFormat, _ policy: ErrorPolicy
  ) throws -> (path: String, line: Int, names: [String]) {
    let pattern = try LinePattern(lines.pattern)
    var first: RecordError?
    for location in locations {
      let buffer = FileBuffer()
      try buffer.read(OpenFile(location.path))
      var rows = LineRows(
        path: location.path, bytes: Array(buffer.bytes), lines, pattern: pattern,
        passesBlankLines: policy[.blankLine] == .skipRow)
      do {
        while let row = try rows.next() {
          if let names = rows.names { return (location.path, row.place.line, names) }
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

  /// The columns' names: the groups', new ones, or the groups' 0-based indices.
  public var columns: [String] { reading.layout.columns }

  /// The names of all groups.
  public var fileColumns: [String] { reading.layout.fileColumns }

  /// How texts that are no numbers become numbers.
  public var encodings: [String: ColumnEncoding] { reading.layout.encodings }

  /// Makes one thread's cursor, which compiles the pattern.
  ///
  /// - Throws: Nothing: the pattern was compiled before.
  public func makeCursor() throws -> RegexSequenceCursor {
    RegexSequenceCursor(locations: locations, lines, reading, try LinePattern(lines.pattern))
  }

  /// The file, its first line, and its key.
  public func source(of index: Int) -> RecordSource {
    RecordSource(
      path: locations[index].path, firstLine: lines.format.skippedLines + 1, key: locations[index].key)
  }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(optionSignature)
    signature.addSizes(of: locations)
    return signature
  }

  /// The pattern, how fields are read, and what is done about faults.
  public var optionSignature: Signature {
    var signature = lines.format.signature
    signature.add("the line pattern", lines.pattern)
    reading.layout.addAspects(to: &signature)
    if !reading.policy.raisesEverything { signature.add("the error policy", reading.policy.description) }
    return signature
  }

  /// The distinct texts of a column, sorted.
  public func texts(ofColumn name: String) throws -> [String] {
    try reading.layout.texts(ofColumn: name, in: locations) { file in
      LineRows(
        path: file.path, bytes: Array(file.bytes), lines, pattern: try LinePattern(lines.pattern),
        passesBlankLines: true)
    }
  }

  /// The exact place of one value and its text; found by reading the file again.
  ///
  /// `step` counts the lines that are not blank, those that the policy leaves out too.
  public func position(of index: Int, step: Int, column: Int) -> RecordPosition {
    let path = locations[index].path
    let guess = RecordPosition(path: path, line: lines.format.skippedLines + 1 + step)
    do {
      let buffer = FileBuffer()
      try buffer.read(OpenFile(path))
      var rows = LineRows(
        path: path, bytes: Array(buffer.bytes), lines, pattern: try LinePattern(lines.pattern),
        passesBlankLines: true)
      for _ in 0..<step { _ = try rows.next() }
      guard let row = try rows.next() else { return guess }
      let field = reading.layout.fields[column]
      guard field < row.fields.count else { return RecordPosition(path: path, line: row.place.line) }
      let found = row.fields[field]
      return RecordPosition(
        path: path, line: found.place.line, column: found.place.column,
        text: String(decoding: found.text, as: UTF8.self), offset: found.place.offset)
    } catch {
      return guess
    }
  }
}
