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
    CSVLocation(offset: offset, line: line, column: line == 1 ? offset + 1 : 1)
  }
}

/// The locations of all sequences of some files, found by reading the files once.
///
/// It takes 40 bytes per sequence plus the keys: 100,000 sequences take about ten megabytes, however long
/// they are. Scattered rows take 16 bytes more for each run of rows of the same sequence. The texts of compressed files are
/// kept decompressed (`TextSpool`), so that each is decompressed once.
struct CSVGroupIndex: Sendable {
  let locations: [SequenceLocation]
  private let directory: String?
  let schema: CSVFileSchema
  let grouping: CSVGrouping
  private(set) var groups: [CSVGroup] = []
  private(set) var keys: [String] = []
  /// The numbers of rows at the ends of files that were too few for a sequence and were dropped.
  private(set) var droppedRowCounts: [Int] = []
  /// The runs of every sequence; `nil` if rows are not scattered.
  private var runs: CSVRuns?
  /// The schemas of files that differ from the first one, and for every file the place of its schema, or -1.
  private var otherSchemas: [CSVFileSchema] = []
  private var schemaOfFile: [Int32] = []
  /// True if keys are those of their files.
  private let areKeysOfFiles: Bool
  /// The texts of compressed files, by the index of the file.
  private var texts: [Int: TextFile] = [:]
  /// The rows of the sequences whose positions were asked for last: the windows of a sequence ask for one after the other.
  private let located = LocatedRows()

  /// Reads the files of `split`.
  ///
  /// - Throws: Any error of the split; `FileError`; `RecordError` about anything that prevents finding the
  ///   sequences.
  init(
    _ split: any InputSplit, format: CSVDialect, columns: CSVColumns, by grouping: CSVGrouping,
    policy: ErrorPolicy, checksValues: Bool = true
  ) throws {
    self.grouping = grouping
    locations = try split.files()
    directory = split.directory
    // Mapped only briefly: just the pages up to the end of the first row are read.
    let versions = FileVersions.forReader()
    let first = locations[0]
    schema = try MappedText(first.path, versions).withBytes { bytes in
      try CSVFileSchema(
        path: first.path, bytes: bytes, format: format, columns: columns, policy: policy,
        versions: versions, checksFirstRow: false, checksValues: checksValues,
        firstRow: { location in
          guard case .separator(let separator) = grouping else { return nil }
          return CSVGroupScan.location(in: bytes, after: Array(separator.utf8), from: location)
        },
        keyFields: { names, newNames, line throws(RecordError) in
          try grouping.keyFields(among: names, renamed: newNames, path: first.path, line: line)
        })
    }
    areKeysOfFiles = grouping.isOfFile(schema.names ?? [])
    if grouping.isScattered { runs = CSVRuns() }
    var lines = [String: Int]()
    let spool = TextSpool()
    for (index, location) in locations.enumerated() {
      let own = try addSchema(of: location)
      var scan = CSVGroupScan(
        file: index, path: location.path, schema: own, rule: grouping, areKeysOfFiles: areKeysOfFiles)
      let start = groups.count
      try scan.run(keepingIn: spool)
      if let text = scan.text, text.isCopy { texts[index] = text }
      groups += scan.groups
      if scan.droppedRowCount > 0 { droppedRowCounts.append(scan.droppedRowCount) }
      runs?.add(scan.runs, of: scan.owners, count: scan.groups.count)
      for number in start..<groups.count {
        let key =
          hasKeys
          ? areKeysOfFiles ? "\(location.key)/\(scan.keys[number - start])" : scan.keys[number - start]
          : locations.count == 1 ? "\(number)" : "\(location.key)/\(number - start)"
        if hasKeys, let earlier = lines.updateValue(number, forKey: key) {
          throw returned(key, groups[number], after: groups[earlier])
        }
        keys.append(key)
      }
    }
    if checksValues, policy.isAboutRows { try countRows() }
  }

  /// True if columns distinguish the sequences.
  private var hasKeys: Bool { !schema.keyFields.isEmpty }

  /// Returns the schema of the next file, and keeps it if it differs from that of the first one.
  private mutating func addSchema(of location: SequenceLocation) throws -> CSVFileSchema {
    guard schema.differsByFile else { return schema }
    let own = try MappedText(location.path, schema.versions).withBytes {
      try schema.schema(of: location.path, bytes: $0)
    }
    var place = -1
    if own.names != schema.names || !own.isAsRead(as: schema) {
      if let known = otherSchemas.firstIndex(where: { $0.names == own.names && $0.isAsRead(as: own) }) {
        place = known
      } else {
        place = otherSchemas.count
        otherSchemas.append(own)
      }
    }
    schemaOfFile.append(Int32(place))
    return own
  }

  /// True if the rows of a sequence need not follow each other.
  var isScattered: Bool { runs != nil }

  /// Returns the schema of a file.
  func schema(ofFile file: Int) -> CSVFileSchema { otherSchema(ofFile: file) ?? schema }

  /// Returns the schema of a file if it differs from that of the first one.
  ///
  /// Cursors ask for it with every sequence, because to copy a schema takes longer than to parse a short row.
  func otherSchema(ofFile file: Int) -> CSVFileSchema? {
    guard file < schemaOfFile.count, schemaOfFile[file] >= 0 else { return nil }
    return otherSchemas[Int(schemaOfFile[file])]
  }

  /// Returns the ranges of bytes of sequence `index`, in the order of the file.
  func ranges(of index: Int) -> [Range<Int>] {
    guard let runs else { return [groups[index].offset..<groups[index].end] }
    return runs[index].map { $0.offset..<$0.offset + Int($0.byteCount) }
  }

  /// Returns the lines of the parts of sequence `index` in its bytes, one part after the other; none if it is one part.
  func parts(of index: Int) -> [CSVPart] {
    guard let runs else { return [] }
    var offset = 0
    return runs[index].map { run in
      defer { offset += Int(run.byteCount) }
      return CSVPart(offset: offset, line: Int(run.line))
    }
  }

  /// Returns the offset in the file of a byte of sequence `index`, given its offset in the sequence.
  func fileOffset(of offset: Int, in index: Int) -> Int {
    var rest = offset
    for range in ranges(of: index) {
      if rest < range.count { return range.lowerBound + rest }
      rest -= range.count
    }
    return groups[index].end
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
    var name = hasKeys ? keys[index][...] : keys[index].split(separator: "/").last ?? ""
    if areKeysOfFiles { name = name.dropFirst(location.key.count + 1) }
    return "\(location.exampleKey(below: directory)):\(name)"
  }

  /// Returns the exact location of one value, by reading the sequence again.
  func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let group = groups[index]
    let path = locations[Int(group.file)].path
    let guess = SequenceRecord.Position(path: path, line: group.line + row)
    do {
      let schema = schema(ofFile: Int(group.file))
      let field = schema.layout.fields[column]
      let known = try located.rows(of: index) {
        var rows = try rows(of: index, CSVGroupBytes(self))
        rows.passesBlankLines = schema.passesBlankLines
        return rows
      }
      guard let location = known.location(of: row) else { return guess }
      var found = CSVTextRows(path: path, bytes: known.bytes, format: schema.format, from: location)
      guard let fields = try found.next()?.fields, field < fields.count else { return guess }
      return SequenceRecord.Position(
        path: path, line: fields[field].location.line, column: fields[field].location.column,
        text: String(decoding: fields[field].text, as: UTF8.self),
        offset: fileOffset(of: fields[field].location.offset, in: index))
    } catch {
      return guess
    }
  }

  /// Returns the distinct texts of a column, sorted by their code points.
  ///
  /// - Parameter sequences: The sequences that have the texts, in ascending order; `nil`: all.
  func texts(ofColumn name: String, in sequences: [Int]?) throws -> [String] {
    var texts = try ColumnTexts(ofColumn: name, schema.layout, path: locations[0].path)
    let bytes = CSVGroupBytes(self)
    for number in sequences ?? Array(groups.indices) {
      var rows = try rows(of: number, bytes)
      rows.passesBlankLines = true
      try texts.add(rows, of: schema(ofFile: Int(groups[number].file)).layout)
    }
    return texts.sorted
  }

  /// Returns the rows of sequence `index` as text, read with `bytes`.
  private func rows(of index: Int, _ bytes: CSVGroupBytes) throws -> CSVTextRows<[UInt8]> {
    _ = try bytes.read(index)
    let file = Int(groups[index].file)
    var location = groups[index].location
    location.offset = 0
    var rows = CSVTextRows(
      path: locations[file].path, bytes: Array(bytes.window.bytes), format: schema(ofFile: file).format,
      from: location)
    rows.parts = parts(of: index)
    return rows
  }

  private func returned(_ key: String, _ group: CSVGroup, after earlier: CSVGroup) -> RecordError {
    let name = "the key \"\(escapedText(key.utf8))\""
    return RecordError(
      .duplicateKey, path: locations[Int(group.file)].path, line: group.line,
      earlier.file == group.file
        ? "\(name) returns: expected all its rows one after the other, found rows of another key since line "
          + "\(earlier.line); sort the rows by their key, or read them where they are (\(Remedy.scatteredRows))"
        : "\(name) is in two files: expected all its rows in one, one after the other, found rows from line "
          + "\(earlier.line) of \(shown(locations[Int(earlier.file)].path)) on too; move them into one file, or "
          + "give every file keys of its own (\(Remedy.groupByFile))")
  }
}
