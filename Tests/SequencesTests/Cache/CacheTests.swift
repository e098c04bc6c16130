import CSV
import Glibc
import Platform
import Sequences
import TestSupport
import Testing

@Suite struct CacheTests {
  @Test func readsTheSameAsTheOtherReader() throws {
    for count in [1, 2, 40] {
      let directory = TestDirectory()
      directory.writeSeries(count, seed: UInt64(count))
      let csv = try directory.series(count)
      for parsed in [count, 0] {
        let cached = try CachedSequenceRecordReader(csv, cache: directory.cache) { Issue.record("\($0)") }
        #expect(cached.parsedFileCount == parsed)
        #expect(try everything(cached) == everything(csv))
        #expect((0..<count).allSatisfy { cached.source(of: $0) == csv.source(of: $0) })
        #expect(
          cached.position(of: 0, row: 0, column: 1) == csv.position(of: 0, row: 0, column: 1))
        #expect(try cached.stepCounts == everything(csv).map { try $0.get().bits.count / 2 })
        #expect(cached.columns == csv.columns)
        try cached.verify()
      }
      #expect(!directory.names().contains { $0.hasSuffix(".tmp") })
    }
  }

  @Test func rowsAreCutOutOfTheFile() throws {
    let directory = TestDirectory()
    directory.writeSeries(12)
    let csv = try directory.series(12)
    let cached = try CachedSequenceRecordReader(csv, cache: directory.cache)
    let noted = NotedReader(base: csv)
    let odd = try CachedSequenceRecordReader(noted, cache: "\(directory.path)/odd.timestep-cache")
    func check<Base>(_ cached: CachedSequenceRecordReader<Base>) throws {
      var (plain, cursor) = (try cached.base.makeCursor(), try #require(cached.makeRowRangeCursor()))
      var (whole, found, expected) = (SequenceRecord(), SequenceRecord(), SequenceRecord())
      for index in 0..<cached.count where cached.stepCounts[index] > 0 {
        try plain.read(index, into: &whole)
        for start in 0..<whole.stepCount {
          for end in start...whole.stepCount {
            expected.take(start..<end, of: whole)
            try cursor.read(index, rows: start..<end, into: &found)
            #expect(Read(found) == Read(expected))
          }
        }
      }
    }
    try check(cached)
    try check(odd)
  }

  @Test func notesAndFaultsAreKept() throws {
    let directory = TestDirectory()
    directory.writeSeries(10)
    let noted = NotedReader(base: try directory.series(10))
    for parsed in [10, 0] {
      let cached = try CachedSequenceRecordReader(noted, cache: directory.cache)
      #expect(cached.parsedFileCount == parsed)
      #expect(try everything(cached) == everything(noted))
      #expect(cached.stepCount(of: 3) == 0)
      try cached.verify()
    }
    // One file of two sequences each: both are read again.
    directory.write("1,2\n", to: "x_4.csv")
    let changed = NotedReader(base: try directory.series(10))
    let cached = try CachedSequenceRecordReader(changed, cache: directory.cache)
    #expect(cached.parsedFileCount == 1)
    #expect(try everything(cached) == everything(changed))
  }

  @Test func onlyChangedFilesAreParsed() throws {
    let directory = TestDirectory()
    directory.writeSeries(30)
    for number in 0..<30 { directory.touch("x_\(number).csv", 1_000_000_000) }
    var said: [String] = []
    func open(_ count: Int) throws -> CachedSequenceRecordReader<CSVSequenceRecordReader> {
      said = []
      let cached = try CachedSequenceRecordReader(directory.series(count), cache: directory.cache) {
        said.append($0)
      }
      #expect(try everything(cached) == everything(cached.base))
      return cached
    }
    let first = try open(30)
    #expect(first.parsedFileCount == 30)
    // Another time, the same bytes.
    for number in 0..<30 { directory.touch("x_\(number).csv", 1_100_000_000) }
    #expect(try open(30).parsedFileCount == 0)
    #expect(said == [])
    #expect(try open(30).signature == first.signature)
    // Other bytes, and then the same number of different bytes within the same clock tick.
    directory.write("7,8\n", to: "x_17.csv")
    let changed = try open(30)
    #expect(changed.parsedFileCount == 1)
    #expect(said == ["\(directory.cache): 1 of 30 files are new or changed and are read again"])
    #expect(
      changed.signature.firstDifference(from: first.signature) == "the contents of the sequences changed")
    directory.write("8,7\n", to: "x_17.csv")
    #expect(try open(30).parsedFileCount == 1)
    // Fewer files, and all again: the cache keeps the others.
    let size = FileStamp(directory.cache)?.size
    #expect(try open(12).parsedFileCount == 0)
    #expect(said == [])
    directory.write("5,5\n", to: "x_3.csv")
    #expect(try open(12).parsedFileCount == 1)
    #expect(try open(30).parsedFileCount == 0)
    #expect(said == [])
    // Files that are gone are not kept.
    for number in 10..<30 { unlink(directory.path("x_\(number).csv")) }
    directory.write("6,5\n", to: "x_3.csv")
    #expect(try open(10).parsedFileCount == 1)
    #expect(FileStamp(directory.cache)?.size ?? 0 < size ?? 0)
  }

  /// Folders that look the same from outside, as from an archive, and an edit that hides itself.
  @Test func whatLooksTheSameIsNotTakenForIt() throws {
    let directory = TestDirectory()
    func write(_ value: Int) {
      directory.makeDirectory("now")
      for number in 0..<5 {
        directory.write("\(value),\(number)\n", to: "now/x_\(number).csv")
        directory.touch("now/x_\(number).csv", 1_000_000_000)
      }
    }
    // A reader of its own each time: one reader rejects files that change.
    func open() throws -> Int {
      let reader = try CSVSequenceRecordReader(
        NumberedFileInputSplit("\(directory.path)/now/x_%d.csv", 0...4))
      let cached = try CachedSequenceRecordReader(reader, cache: directory.cache)
      #expect(try everything(cached) == everything(reader))
      return cached.parsedFileCount
    }
    write(1)
    #expect(try open() == 5)
    try #require(rename(directory.path("now"), directory.path("before")) == 0)
    write(2)
    #expect(try open() == 5)
    // An edit in place that keeps size and time.
    directory.write("3,1\n", to: "now/x_1.csv")
    directory.touch("now/x_1.csv", 1_000_000_000)
    #expect(try open() == 1)
    // A copy with the same contents needs no parsing.
    try #require(rename(directory.path("now"), directory.path("then")) == 0)
    directory.makeDirectory("now")
    for number in 0..<5 {
      directory.write(try directory.bytes(of: "then/x_\(number).csv"), to: "now/x_\(number).csv")
    }
    #expect(try open() == 0)
  }

  /// A run that began without a cache is resumed with one, and the other way round.
  @Test func aCacheDoesNotChangeTheData() throws {
    let directory = TestDirectory()
    directory.writeSeries(5)
    let csv = try directory.series(5)
    let cached = try CachedSequenceRecordReader(csv, cache: directory.cache)
    #expect(cached.signature.firstDifference(from: csv.signature) == nil)
    #expect(csv.signature.firstDifference(from: cached.signature) == nil)
    let part = try CachedSequenceRecordReader(directory.series(3), cache: directory.cache)
    let alone = try CachedSequenceRecordReader(directory.series(3), cache: directory.path("other"))
    #expect(part.signature == alone.signature)
  }

  /// Nothing but the bytes that were verified is ever delivered.
  @Test func aCacheThatChangesWhileItIsReadIsAnError() throws {
    let directory = TestDirectory()
    directory.writeSeries(5)
    for damage in ["cut", "overwritten"] {
      _ = try CachedSequenceRecordReader(directory.series(5), cache: directory.cache)
      // Old enough that its time tells a later change.
      directory.touch("c.timestep-cache", 1_000_000_000)
      let cached = try CachedSequenceRecordReader(directory.series(5), cache: directory.cache)
      let bytes = try directory.bytes(of: "c.timestep-cache")
      var cursor = cached.makeCursor()
      var record = SequenceRecord()
      try cursor.read(0, into: &record)
      if damage == "cut" {
        try #require(truncate(directory.cache, 0) == 0)
      } else {
        directory.write(bytes.map { ~$0 }, to: "c.timestep-cache")
      }
      let error = #expect(throws: FileError.self) { try cursor.read(1, into: &record) }
      #expect(error?.path == directory.cache)
      let found = damage == "cut" ? "became shorter" : "changed"
      #expect(error?.problem.hasPrefix("\(found) while it was read: expected ") == true)
    }
  }

  @Test func otherOptionsAreOtherData() throws {
    let directory = TestDirectory()
    directory.writeSeries(5)
    var noted = NotedReader(base: try directory.series(5))
    _ = try CachedSequenceRecordReader(noted, cache: directory.cache)
    noted.scale = 2
    var said: [String] = []
    let cached = try CachedSequenceRecordReader(noted, cache: directory.cache) { said.append($0) }
    #expect(cached.parsedFileCount == 5)
    #expect(said == ["\(directory.cache): the scale was 1, is 2; all files are read again"])
  }

  @Test func dataInNoFileIsReadEveryTime() throws {
    let directory = TestDirectory()
    let memory = try CollectionSequenceRecordReader([[[1, 2]], [[3, 4], [5, .nan]]])
    for _ in 0..<2 {
      let cached = try CachedSequenceRecordReader(memory, cache: directory.cache)
      #expect(cached.parsedFileCount == 2)
      #expect(try everything(cached) == everything(memory))
    }
    let temporary = try CachedSequenceRecordReader(temporarilyCaching: memory)
    #expect(try Directory.kind(of: temporary.path) == .missing)
    #expect(try everything(temporary) == everything(memory))
  }

  @Test func aDifferenceIsNamed() throws {
    let directory = TestDirectory()
    directory.writeSeries(3)
    // A reader that has not opened the file, and so cannot know that it has changed.
    _ = try CachedSequenceRecordReader(directory.series(3), cache: directory.cache)
    let cached = try CachedSequenceRecordReader(directory.series(3), cache: directory.cache)
    #expect(cached.parsedFileCount == 0)
    let before = try everything(cached)[1].get()
    directory.write(String(repeating: "7,3\n", count: before.bits.count / 2), to: "x_1.csv")
    #expect(
      message(in: directory) { try cached.verify() }
        == "DIR/x_1.csv:1: the cache DIR/c.timestep-cache differs in step 0, column \"0\" of sequence 1: expected 7.0, "
        + "found \(Float(bitPattern: before.bits[0])); remove the cache")
  }

  @Test func faultsOfTheFileSystem() throws {
    let directory = TestDirectory()
    directory.writeSeries(2)
    let csv = try directory.series(2)
    #expect(
      message(in: directory) {
        _ = try CachedSequenceRecordReader(csv, cache: "\(directory.path)/none/c")
      }
        == "DIR/none/c: cannot be created: no such file or directory; check the name and the working directory"
    )
    #expect(
      message(in: directory) { _ = try CachedSequenceRecordReader(csv, cache: directory.path) }
        == "DIR: cannot be read: it is a directory where a file was expected; name a file inside it")
    #expect(
      message(in: directory) { _ = try CachedSequenceRecordReader(csv, cache: "/proc/self/c") }
        == "/proc/self/c: cannot be created: no such file or directory; check the name and the working directory"
    )
  }
}
