import Platform
import Sequences

/// The location of one sequence in a file of several.
struct CSVGroup: Sendable {
  /// The index of its file.
  let file: Int32
  /// The number of its rows that the policy skips.
  var skippedCount: Int32 = 0
  /// The offset of its first byte.
  let offset: Int
  /// The line of its first byte.
  let line: Int
  /// The offset after its last row.
  var end: Int
  /// The number of its rows, including those that are skipped, and blank lines before them.
  var rowCount: Int

  /// The position of its first row; only a byte-order mark can precede it on its line.
  var location: CSVLocation {
    let mark = CSVLocation.byteOrderMark.count
    return CSVLocation(offset: offset, line: line, column: line == 1 && offset == mark ? mark + 1 : 1)
  }
}

/// The locations of all sequences of some files, found by reading the files once.
///
/// It takes 40 bytes per sequence plus the keys: 100,000 sequences take about ten megabytes, however long
/// they are. The texts of compressed files are kept decompressed (`TextSpool`), so that each is decompressed once.
struct CSVGroupIndex: Sendable {
  let locations: [SequenceLocation]
  private let directory: String?
  let schema: CSVFileSchema
  let grouping: CSVGrouping
  private(set) var groups: [CSVGroup] = []
  private(set) var keys: [String] = []
  /// The texts of compressed files, by the index of the file.
  private var texts: [Int: TextFile] = [:]

  /// Reads the files of `split`.
  ///
  /// - Throws: Any error of the split; `FileError`; `RecordError` about anything that prevents finding the
  ///   sequences.
  init(
    _ split: any InputSplit, format: CSVDialect, columns: CSVColumns, by grouping: CSVGrouping,
    policy: ErrorPolicy
  ) throws {
    self.grouping = grouping
    locations = try split.locations()
    directory = split.directory
    guard let first = locations.first else {
      throw RecordError(
        .missingFile, path: String(describing: type(of: split)),
        "the split names no file: expected at least one, found none; add the files to read")
    }
    // Mapped only briefly: just the pages up to the end of the first row are read.
    let versions = FileVersions.forReader()
    schema = try MappedText(first.path, versions).withBytes { bytes in
      try CSVFileSchema(
        path: first.path, bytes: bytes, format: format, columns: columns, policy: policy,
        versions: versions, checksFirstRow: false,
        firstRow: { location in
          guard case .separator(let separator) = grouping else { return nil }
          return CSVGroupScan.location(in: bytes, after: Array(separator.utf8), from: location)
        },
        keyField: { columns, line throws(RecordError) in
          try grouping.keyField(among: columns, path: first.path, line: line)
        })
    }
    var lines = [String: Int]()
    let spool = TextSpool()
    for (index, location) in locations.enumerated() {
      var scan = CSVGroupScan(file: index, path: location.path, schema: schema, rule: grouping)
      let start = groups.count
      try scan.run(keepingIn: spool)
      if let text = scan.text, text.isCopy { texts[index] = text }
      groups += scan.groups
      for number in start..<groups.count {
        let key =
          schema.keyField != nil
          ? scan.keys[number - start]
          : locations.count == 1 ? "\(number)" : "\(location.key)/\(number - start)"
        if schema.keyField != nil, let earlier = lines.updateValue(number, forKey: key) {
          throw returned(key, groups[number], after: groups[earlier])
        }
        keys.append(key)
      }
    }
    if policy.isAboutRows { try countRows() }
  }

  /// Reads every sequence once, to count the rows that the policy keeps.
  private mutating func countRows() throws {
    var cursor = CSVGroupedCursor(self)
    var sequence = SequenceRecord()
    for index in groups.indices {
      do {
        try cursor.read(index, into: &sequence)
        groups[index].skippedCount = Int32(sequence.skippedRows.count)
      } catch is RecordError {
        // The caller gets this error when it reads the sequence, and skips it or stops.
      }
    }
  }

  /// Opens the text of file `file`, for random access.
  ///
  /// - Throws: `FileError` if it cannot be opened, or has changed.
  func text(of file: Int) throws(FileError) -> TextFile {
    if let text = texts[file] { return text }
    return try TextFile(locations[file].path, schema.versions)
  }

  /// Returns the file, first line and key of sequence `index`.
  func source(of index: Int) -> SequenceRecord.Source {
    let group = groups[index]
    return SequenceRecord.Source(
      path: locations[Int(group.file)].path, firstLine: group.line, key: keys[index])
  }

  /// Returns the key of the example: of its file, and in it.
  func exampleKey(of index: Int) -> String {
    let group = groups[index]
    let location = locations[Int(group.file)]
    // Without a key column, a key ends with the sequence's number in its file: "a/0".
    let name = schema.keyField != nil ? keys[index] : String(keys[index].split(separator: "/").last ?? "")
    return "\(location.exampleKey(below: directory)):\(name)"
  }

  /// Returns the exact location of one value, by reading the sequence again.
  func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let group = groups[index]
    let path = locations[Int(group.file)].path
    let guess = SequenceRecord.Position(path: path, line: group.line + row)
    do {
      let buffer = FileBuffer()
      try buffer.read(group.offset..<group.end, of: text(of: Int(group.file)))
      var location = group.location
      location.offset = 0
      var rows = CSVTextRows(path: path, bytes: Array(buffer.bytes), format: schema.format, from: location)
      rows.passesBlankLines = schema.passesBlankLines
      let index = schema.layout.fields[column]
      guard let fields = try rows.row(row)?.fields, index < fields.count else { return guess }
      return SequenceRecord.Position(
        path: path, line: fields[index].location.line, column: fields[index].location.column,
        text: String(decoding: fields[index].text, as: UTF8.self),
        offset: group.offset + fields[index].location.offset)
    } catch {
      return guess
    }
  }

  private func returned(_ key: String, _ group: CSVGroup, after earlier: CSVGroup) -> RecordError {
    let name = "the key \"\(escapedText(key.utf8))\""
    return RecordError(
      .duplicateKey, path: locations[Int(group.file)].path, line: group.line,
      earlier.file == group.file
        ? "\(name) returns: expected all its rows one after the other, found rows of another key since line "
          + "\(earlier.line); sort the rows by their key"
        : "\(name) is in two files: expected all its rows in one, one after the other, found rows from line "
          + "\(earlier.line) of \(shown(locations[Int(earlier.file)].path)) on too; move them into one file, or give them "
          + "different keys")
  }
}
