import CSV
import Sequences
import TestSupport
import Testing

/// Every reader reads the same from compressed files and archives as from the plain files in them.
@Suite struct CompressedReaderTests {
  private let directory = TestDirectory()

  /// A way to keep files: how they are written below a directory, and the path of that directory in a split.
  enum Form: CaseIterable {
    case gzip, zstd, zip, tar, tarGzip, tarZstd, zipOfGzip

    /// Writes the files, and returns the path of the directory that they are in, and what follows their
    /// names.
    func write(_ files: [ArchivedFile], to scratch: TestDirectory) -> (directory: String, suffix: String) {
      switch self {
      case .gzip, .zstd:
        for file in files {
          let half = file.bytes.count / 2
          let parts = [file.bytes[..<half], file.bytes[half...]].map(Array.init)
          scratch.write(
            parts.flatMap { self == .gzip ? gzipped($0) : zstandard($0) },
            to: "\(self)/\(file.name).\(self == .gzip ? "gz" : "zst")")
        }
        return (scratch.path("\(self)"), self == .gzip ? ".gz" : ".zst")
      case .zip: return (scratch.write(zipArchive(files), to: "\(self).zip") + ":", "")
      case .tar: return (scratch.write(tarArchive(files), to: "\(self).tar") + ":", "")
      case .tarGzip: return (scratch.write(gzipped(tarArchive(files)), to: "\(self).tar.gz") + ":", "")
      case .tarZstd: return (scratch.write(zstandard(tarArchive(files)), to: "\(self).tar.zst") + ":", "")
      case .zipOfGzip:
        let packed = files.map { ArchivedFile($0.name + ".gz", gzipped($0.bytes)) }
        return (scratch.write(zipArchive(packed), to: "\(self).zip") + ":", ".gz")
      }
    }
  }

  private func join(_ directory: String, _ name: String) -> String {
    directory.hasSuffix(":") ? directory + name : "\(directory)/\(name)"
  }

  /// The plain files, and the same in `form`.
  private func places(
    _ files: [ArchivedFile], _ form: Form
  ) -> (plain: (String, String), other: (String, String)) {
    for file in files { directory.write(file.bytes, to: "plain/\(file.name)") }
    return ((directory.path("plain"), ""), form.write(files, to: directory))
  }

  private func randomFiles(_ seed: UInt64, _ line: (inout SplitMix, Int) -> String, header: String = "")
    -> [ArchivedFile]
  {
    var random = SplitMix(state: seed)
    return (0..<5).map { number in
      let rows = (0...random.next(below: 30)).map { line(&random, Int($0)) }
      return ArchivedFile("f_\(number).csv", (header + rows.joined(separator: "\n") + "\n").utf8)
    }
  }

  private func numbers(_ random: inout SplitMix, _ row: Int) -> String {
    "\(Double(random.next(below: 1000)) / 8),\"\(random.next(below: 99))\",\(row)"
  }

  /// Everything that a reader gives, in an order that jumps between its files.
  private func contents(_ reader: some SequenceRecordReader) throws -> [[String]] {
    var (cursor, sequence) = (try reader.makeCursor(), SequenceRecord())
    return try (0..<reader.count).map { number in
      let index = number * 7 % reader.count == number * 7 ? number : (number * 7) % reader.count
      try cursor.read(index, into: &sequence)
      let position = reader.position(of: index, row: sequence.stepCount - 1, column: 0)
      return [
        "\(index)", "\(sequence.values)", "\(sequence.lines)", reader.exampleKey(of: index),
        reader.source(of: index).key,
        "\(position.line) \(position.column ?? 0) \(position.text ?? "") \(position.offset ?? -1)",
      ]
    }
  }

  private func expectSame<Reader: SequenceRecordReader>(
    _ files: [ArchivedFile], _ form: Form, _ make: (any InputSplit) throws -> Reader,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (plain, other) = places(files, form)
    // The keys of directories, patterns and globs are those of the plain ones.
    let splits: [(String, String) throws -> any InputSplit] = [
      { directory, _ in FileSplit(directory, extensions: ["csv"]) },
      { directory, suffix in try NumberedFileInputSplit(join(directory, "f_%d.csv\(suffix)")) },
      { directory, suffix in try NumberedFileInputSplit(join(directory, "f_%d.csv\(suffix)"), 0...4) },
      { directory, suffix in try GlobSplit(join(directory, "f_*.csv\(suffix)")) },
      { directory, suffix in
        CollectionInputSplit(
          [SequenceLocation(path: join(directory, "f_3.csv\(suffix)"), key: "0")], in: directory)
      },
    ]
    for split in splits {
      let expected = try contents(make(split(plain.0, plain.1)))
      #expect(try contents(make(split(other.0, other.1))) == expected, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: Form.allCases) func filesOfOneSequence(_ form: Form) throws {
    let files = randomFiles(1, numbers)
    try expectSame(files, form) { try CSVSequenceRecordReader($0) }
    try expectSame(files, form) {
      try WindowedSequenceRecordReader(CSVSequenceRecordReader($0), size: 2, stride: 1)
    }
    try expectSame(files, form) {
      try CachedSequenceRecordReader(
        CSVSequenceRecordReader($0), cache: directory.path("cache-\(form)-\($0.directory?.count ?? 0)"))
    }
  }

  @Test(arguments: Form.allCases) func rowsOfLongFiles(_ form: Form) throws {
    let (plain, other) = places(randomFiles(2, numbers, header: "a,b,c\n"), form)
    func rows(_ directory: String) throws -> [[Float]] {
      let reader = try CSVSequenceRecordReader(FileSplit(directory, extensions: ["csv"]), header: .present)
      var (stream, rows) = (reader.makeRowStream(), SequenceRecord())
      var all: [[Float]] = []
      for index in 0..<reader.count {
        try stream.begin(index)
        while try stream.read(upTo: 3, into: &rows) > 0 { all.append(rows.values) }
      }
      stream.end()
      return all
    }
    let expected = try rows(plain.0)
    #expect(try rows(other.0) == expected && expected.count > 10)
  }

  @Test(arguments: Form.allCases) func filesOfManySequences(_ form: Form) throws {
    let files = (0..<5).map { file in
      let rows = (0..<40).map { "g\(file)_\($0 / 3),\($0),\"\($0 * $0)\"\n" }.joined()
      return ArchivedFile("f_\(file).csv", ("key,a,b\n" + rows).utf8)
    }
    try expectSame(files, form) {
      try CSVGroupedSequenceRecordReader($0, groupBy: .column("key"), header: .present)
    }
    let (plain, other) = places(files, form)
    func texts(_ directory: String) throws -> [String] {
      var columns = CSVColumns()
      columns.encodings["a"] = .category(Vocabulary([], unknown: .ignore))
      return try CSVGroupedSequenceRecordReader(
        FileSplit(directory, extensions: ["csv"]), groupBy: .column("key"), header: .present, columns: columns
      ).texts(ofColumn: "a")
    }
    #expect(try texts(other.0) == texts(plain.0))
    let separated = (0..<5).map { file in
      ArchivedFile("f_\(file).csv", (0..<9).map { "\($0),\(file)\n\($0),7\n==\n" }.joined().utf8)
    }
    try expectSame(separated, form) { try CSVGroupedSequenceRecordReader($0, groupBy: .separator("==")) }
    try expectSame(randomFiles(4, numbers), form) {
      try CSVGroupedSequenceRecordReader($0, groupBy: .rows(2, remainder: .keep))
    }
  }

  @Test(arguments: Form.allCases) func linesAndTexts(_ form: Form) throws {
    let files = randomFiles(5, { random, row in "took \(random.next(below: 500)) ms after \(row)" })
    try expectSame(files, form) { try RegexSequenceRecordReader($0, pattern: #"took (\d+) ms after (\d+)"#) }
    let (plain, other) = places(randomFiles(6, { random, _ in "word\(random.next(below: 9)),x" }), form)
    func words(_ path: String) throws -> [[String]] {
      var reader = try CSVTextReader(path)
      var rows: [[String]] = []
      while let row = try reader.next() { rows.append(row.fields) }
      return rows
    }
    #expect(try words(join(other.0, "f_1.csv\(other.1)")) == words(join(plain.0, "f_1.csv")))
  }

  /// A fault in compressed text is at the line, column and byte of the text.
  @Test(arguments: Form.allCases) func faultsAreAtTheirPlacesInTheText(_ form: Form) throws {
    let (_, other) = places([ArchivedFile("f_0.csv", "1,2\n3,x4\n".utf8)], form)
    let path = join(other.0, "f_0.csv\(other.1)")
    for grouping in [nil, CSVGrouping.rows(2, remainder: .keep)] {
      let split = CollectionInputSplit([SequenceLocation(path: path, key: "")])
      let found = message {
        if let grouping {
          _ = try contents(CSVGroupedSequenceRecordReader(split, groupBy: grouping))
        } else {
          _ = try contents(CSVSequenceRecordReader(split))
        }
      }
      #expect(found.hasPrefix("\(path):2:3: "))
    }
  }

  /// A file that is cut off, at any byte, or damaged, in any bit, is never read in part.
  @Test(arguments: [Form.gzip, .zstd]) func damagedFilesAreErrorsThatNameThem(_ form: Form) throws {
    let text = "1.5,2\n3,4\n5,6\n"
    let packed = form == .gzip ? gzipped(Array(text.utf8)) : zstandard(Array(text.utf8))
    var written = 0
    func values(_ bytes: [UInt8]) -> [Float]? {
      written += 1
      let path = directory.write(bytes, to: "\(written).csv")
      do {
        let reader = try CSVSequenceRecordReader(
          CollectionInputSplit([SequenceLocation(path: path, key: "")]))
        var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
        try cursor.read(0, into: &sequence)
        return sequence.values
      } catch {
        #expect("\(error)".hasPrefix(path))
        return nil
      }
    }
    #expect(values(packed) == [1.5, 2, 3, 4, 5, 6])
    for count in 0..<packed.count { #expect(values(Array(packed[..<count])) == nil) }
    for bit in 0..<packed.count * 8 {
      var damaged = packed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      if let found = values(damaged) { #expect(found == [1.5, 2, 3, 4, 5, 6], "bit \(bit)") }
    }
  }

  /// A cache knows a compressed file, and a member, by its bytes.
  @Test func aCacheReadsAgainWhatHasOtherBytes() throws {
    var files = randomFiles(7, numbers)
    func parsed(_ directory: String) throws -> Int {
      try CachedSequenceRecordReader(
        CSVSequenceRecordReader(FileSplit(directory, extensions: ["csv"])),
        cache: self.directory.path("cache")
      ).parsedFileCount
    }
    for form in [Form.gzip, .zip, .tarGzip] {
      directory.remove("cache")
      let place = form.write(files, to: directory).directory
      #expect(try parsed(place) == 5)
      #expect(try parsed(place) == 0)
      files[2].bytes += Array("1,2,3\n".utf8)
      directory.remove("\(form).zip")
      directory.remove("\(form).tar.gz")
      #expect(try parsed(form.write(files, to: directory).directory) == 1)
    }
  }

  @Test func aFileAndItsCompressedCopyHaveOneKey() throws {
    directory.write("1\n", to: "d/x.csv")
    directory.write(gzipped(Array("1\n".utf8)), to: "d/x.csv.gz")
    expectRejection(directory.path("d/x.csv.gz"), "the file has the same pairing key as another") {
      _ = try FileSplit(directory.path("d"), extensions: ["csv"]).locations()
    }
    directory.write("1\n", to: "e/x.csv.GZ")
    directory.write("1\n", to: "e/y.gz")
    #expect(try FileSplit(directory.path("e"), extensions: ["csv"]).locations().map(\.key) == ["x"])
    #expect(try FileSplit(directory.path("e")).locations().map(\.key) == ["x", "y"])
    #expect(try FileSplit(directory.path("e"), extensions: ["gz"]).locations().map(\.key) == ["x.csv", "y"])
  }

  @Test func anArchiveIsTheDirectoryOfItsMembers() throws {
    let files = ["b/2.csv", "b/10.csv", "a.csv", ".hidden.csv", "__MACOSX/._a.csv", "readme.md"]
    let path = directory.write(zipArchive(files.map { ArchivedFile($0, "1\n2\n".utf8) }), to: "d.zip")
    for name in [path, path + ":"] {
      let reader = try CSVSequenceRecordReader(FileSplit(name, extensions: ["csv"]))
      #expect((0..<reader.count).map { reader.exampleKey(of: $0) } == ["a", "b/2", "b/10"])
    }
    #expect(try FileSplit("\(path):b").locations().map(\.path) == ["\(path):b/2.csv", "\(path):b/10.csv"])
    expectRejection("\(path):c", "there is no such directory") { _ = try FileSplit("\(path):c").locations() }
    expectRejection("\(path):%d.csv", "no file matches the pattern") {
      _ = try NumberedFileInputSplit("\(path):%d.csv")
    }
    expectRejection("\(path):b/%d.csv", "files are missing") {
      _ = try NumberedFileInputSplit("\(path):b/%d.csv")
    }
  }
}
