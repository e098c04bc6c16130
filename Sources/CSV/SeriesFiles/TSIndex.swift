import Platform
import Sequences

/// The headers of some `.ts` or `.arff` files, and the location of every series in them.
///
/// It takes 32 bytes per series. The texts of compressed files are kept decompressed (`TextSpool`).
struct TSIndex: Sendable {
  /// The location of a series: a line.
  struct Entry: Sendable {
    let file: Int32
    let line: Int
    let offset: Int
    /// The offset after its last byte, without the line ending.
    let end: Int

    /// The bytes of the line.
    var range: Range<Int> { offset..<end }
  }

  let locations: [SequenceLocation]
  private let directory: String?
  private(set) var headers: [TSHeader] = []
  private(set) var entries: [Entry] = []
  /// The index of the first series of every file.
  private var firstEntries: [Int] = []
  /// The number of dimensions of all series.
  private(set) var dimensions: TSHeader.Expectation
  /// The number of steps that the series of each file have; `nil`: any.
  private(set) var steps: [TSHeader.Expectation?] = []
  let versions: FileVersions
  /// The texts of compressed files, by the index of the file.
  private var texts: [Int: TextFile] = [:]
  /// The fault of the first line that does not have the form of its header.
  private var fault: RecordError?

  /// Reads the files of `split`.
  ///
  /// - Throws: Any error of the split; `FileError`; `RecordError` about headers, or if there is no series.
  init(_ split: any InputSplit) throws {
    locations = try split.files()
    directory = split.directory
    versions = FileVersions.forReader()
    dimensions = TSHeader.Expectation(count: 0, basis: "")
    let spool = TextSpool()
    for (file, location) in locations.enumerated() {
      guard let format = TSFormat(path: location.path) else { throw TSFormat.unknown(location.path) }
      let mapped = try MappedText(location.path, versions, in: spool)
      if mapped.text.isCopy { texts[file] = mapped.text }
      try mapped.withBytes { bytes in
        let header = try TSHeader(bytes, format: format, path: location.path)
        try check(header)
        headers.append(header)
        firstEntries.append(entries.count)
        scan(bytes, from: header.end, file)
        try expect(bytes, header, file)
      }
    }
    if dimensions.count == 0, let fault { throw fault }
    guard !entries.isEmpty else {
      throw RecordError(
        .empty, path: locations[0].path, line: max(1, headers[0].end.line - 1),
        "there is no series: expected one on each line below @data, found none; add them")
    }
  }

  /// Checks that a file has the labels of the first one.
  private func check(_ header: TSHeader) throws(RecordError) {
    guard let first = headers.first else { return }
    let problem: String
    switch (header.labels, first.labels) {
    case (.none, .none), (.numbers, .numbers): return
    case (.classes(let own), .classes(let known)):
      if Set(own) == Set(known) { return }
      problem =
        "the classes are not those of \(shown(first.path)): expected \(Vocabulary(known).shown()), found \(Vocabulary(own).shown())"
    default:
      problem =
        "the labels are not of the kind of those of \(shown(first.path)): expected \(words(first.labels)), found \(words(header.labels))"
    }
    throw RecordError(
      .header, path: header.path, line: header.labelsLine,
      "\(problem); correct one of the headers, or read the files one by one")
  }

  private func words(_ labels: TSHeader.Labels) -> String {
    switch labels {
    case .none: "none"
    case .classes: "classes"
    case .numbers: "numbers"
    }
  }

  /// Finds the lines with series.
  private mutating func scan<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, from start: CSVLocation, _ file: Int
  ) where Text.Index == Int {
    var (offset, line) = (start.offset, start.line)
    while offset < bytes.endIndex {
      var end = offset
      while end < bytes.endIndex, bytes[end] != 0x0A { end &+= 1 }
      let text = TSLine.trimmed(bytes, offset..<end)
      if let first = text.first, !TSFormat.isComment(bytes[first]) {
        entries.append(Entry(file: Int32(file), line: line, offset: offset, end: text.upperBound))
      }
      offset = end &+ 1
      line &+= 1
    }
  }

  /// Takes what the header says of the series, or else what the first series shows.
  private mutating func expect<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, _ header: TSHeader, _ file: Int
  ) throws(RecordError) where Text.Index == Int {
    var line = TSLine()
    var first: Entry?
    // Faults are reported when the series are read.
    for index in entries[firstEntries[file]...].indices {
      do throws(TSLine.Fault) {
        try line.divide(bytes, entries[index].range, header)
        first = entries[index]
        break
      } catch {
        fault = fault ?? self.error(error, of: index)
      }
    }
    let basis = "as in the series of line \(first?.line ?? 1)"
    let own =
      header.dimensions ?? first.map { _ in TSHeader.Expectation(count: line.dimensions.count, basis: basis) }
    if let own {
      if dimensions.count == 0 {
        dimensions =
          file == 0 ? own : TSHeader.Expectation(count: own.count, basis: "as in \(shown(header.path))")
      } else if own.count != dimensions.count {
        throw RecordError(
          .header, path: header.path, line: first?.line,
          "the series do not have the dimensions of those of \(shown(locations[0].path)): expected \(dimensions.count), found "
            + "\(own.count) (\(own.basis)); read the files one by one")
      }
    }
    if first != nil, header.steps == nil, header.isEqualLength == true, let dimension = line.dimensions.first
    {
      steps.append(TSHeader.Expectation(count: TSLine.valueCount(bytes, dimension), basis: basis))
    } else {
      steps.append(header.steps)
    }
  }

  /// Returns the header of the file of series `index`.
  func header(of index: Int) -> TSHeader { headers[Int(entries[index].file)] }

  /// Opens the text of file `file`, for random access.
  ///
  /// - Throws: `FileError` if it cannot be opened, or has changed.
  func text(of file: Int) throws(FileError) -> TextFile {
    if let text = texts[file] { return text }
    return try TextFile(locations[file].path, versions)
  }

  /// Returns the number of series `index` in its file.
  private func rank(of index: Int) -> Int { index - firstEntries[Int(entries[index].file)] }

  /// Returns the file, line and key of series `index`.
  func source(of index: Int) -> SequenceRecord.Source {
    let entry = entries[index]
    let location = locations[Int(entry.file)]
    let key = locations.count == 1 ? "\(index)" : "\(location.key)/\(rank(of: index))"
    return SequenceRecord.Source(path: location.path, firstLine: entry.line, key: key)
  }

  /// Returns the key of the example: of its file, and its number there.
  func exampleKey(of index: Int) -> String {
    "\(locations[Int(entries[index].file)].exampleKey(below: directory)):\(rank(of: index))"
  }

  /// Returns the error about a line that does not have the form of its file's header.
  func error(_ fault: TSLine.Fault, of index: Int) -> RecordError {
    error(.columnCount, of: index, at: fault.offset - entries[index].offset, fault.problem)
  }

  /// Returns an error about series `index`, with a remedy.
  ///
  /// - Parameter offset: The offset in the line.
  func error(
    _ kind: RecordError.Kind, of index: Int, at offset: Int, text: String? = nil, _ problem: String
  ) -> RecordError {
    RecordError(
      kind, path: locations[Int(entries[index].file)].path, line: entries[index].line, column: offset + 1,
      text: text, "\(problem); correct it, or leave out such series (\(Remedy.skipSequences))")
  }
}
