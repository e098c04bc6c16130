import CSV
import Glibc
import Sequences
import TestSupport

extension TestDirectory {
  /// Writes `count` files of unequal lengths, `x_0.csv` the first, with missing values and signed zeros.
  func writeSeries(_ count: Int, seed: UInt64 = 1) {
    var random = SplitMix(state: seed)
    for number in 0..<count {
      var text = ""
      for _ in 0..<Int.random(in: 1...9, using: &random) {
        let value = Double(Int.random(in: -999...999, using: &random)) / 7
        text += "\(value),\(["", "-0", "1e-40", "3"].randomElement(using: &random) ?? "")\n"
      }
      write(text, to: "x_\(number).csv")
    }
  }

  /// A reader of the files that `writeSeries` has written.
  func series(_ count: Int) throws -> CSVSequenceRecordReader {
    try CSVSequenceRecordReader(
      NumberedFileInputSplit("\(path)/x_%d.csv", 0...count - 1), missingValues: .nan)
  }

  /// The path of the tests' cache.
  var cache: String { "\(path)/c.timestep-cache" }

  /// Sets the modification time of a file, in seconds since 1970.
  func touch(_ name: String, _ seconds: Int) {
    var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
    utimensat(AT_FDCWD, "\(path)/\(name)", &times, 0)
  }
}

/// The complete contents of a sequence, with values as bits, which can be compared.
struct Read: Equatable {
  var bits: [UInt32]
  var columnCount: Int
  var lines: ClosedRange<Int>
  var skippedRows: [Int]
  var ledger: [Ledger.Entry]

  init(_ record: SequenceRecord) {
    bits = record.values.map(\.bitPattern)
    (columnCount, lines) = (record.columnCount, record.lines)
    (skippedRows, ledger) = (record.skippedRows, record.ledger)
  }
}

/// Every sequence of `reader`, or the error of reading it.
func everything(_ reader: some SequenceRecordReader) throws -> [Result<Read, RecordError>] {
  var cursor = try reader.makeCursor()
  var record = SequenceRecord()
  return try (0..<reader.count).map { index in
    do {
      try cursor.read(index, into: &record)
      return .success(Read(record))
    } catch let error as RecordError {
      return .failure(error)
    }
  }
}

/// A reader with several sequences per file, all with notes and some with a fault.
struct NotedReader: SequenceRecordReader {
  var base: CSVSequenceRecordReader
  var scale = 1

  var count: Int { base.count * 2 }
  var schema: SequenceSchema {
    SequenceSchema(columns: base.columns, options: ["the scale": "\(scale)"])
  }
  func source(of index: Int) -> SequenceRecord.Source {
    var source = base.source(of: index / 2)
    source.key += index.isMultiple(of: 2) ? "a" : "b"
    return source
  }
  func makeCursor() -> Cursor { Cursor(base: base.makeCursor(), reader: self) }

  struct Cursor: SequenceCursor {
    var base: any SequenceCursor
    let reader: NotedReader

    mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
      try base.read(index / 2, into: &sequence)
      let path = reader.source(of: index).path
      let error = RecordError(
        .notANumber, path: path, line: 7, column: 2, text: "n/a", "\"n/a\" is not a number")
      if index % 5 == 3 { throw error }
      sequence.skippedRows = [index, index + 2]
      sequence.ledger = [Ledger.Entry(error, rule: .repair(.constant(0)), action: "took 0 for it")]
      sequence.lines = 3...40 + index
    }
  }
}
