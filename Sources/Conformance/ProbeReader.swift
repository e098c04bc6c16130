import Sequences
import Synchronization

/// A reader with everything that a reader can offer, which notes how it is read.
struct ProbeReader: SequenceRecordReader {
  /// A way of reading.
  enum Reading: Hashable { case whole, stream, range }

  /// The text of every value, by its exact location.
  static let text = "as written"

  /// The beginning of every example's key.
  static let exampleKey = "folder/probe"

  /// The number of steps that a sequence and the one before have, except for the first one.
  static let repeatedStepCount = 2

  let schema: SequenceSchema
  private let readings = Readings()
  private let values = (0..<3).map { index in
    SequenceRecord(values: (0..<2 * (3 + index)).map { Float($0 + 10 * index) }, columnCount: 2)
  }

  init() throws {
    let read = SequenceSchema(
      columns: ["sky", "x"], fileColumns: ["key", "sky", "x"],
      encodings: ["sky": .offset(.value(1))], options: ["how the probe is read": "slowly"],
      policy: ErrorPolicy(.skipSequence))
    // A clip that changes nothing: a schema with transforms.
    schema = try TransformedSequenceRecordReader(
      Described(schema: read), TransformPipeline(Clip(-1e30...1e30, columns: ["x"]))
    ).schema
  }

  var count: Int { values.count }

  var signature: Signature {
    var signature = indexSignature
    signature.add("the sizes of the probe", "3, 4, 5")
    return signature
  }

  func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(path: "probe[\(index)]", key: "\(index)")
  }

  func exampleKey(of index: Int) -> String { "\(Self.exampleKey)_\(index)" }

  func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    SequenceRecord.Position(path: "probe[\(index)]", line: 1 + row, column: 1 + column, text: Self.text)
  }

  func stepCount(of index: Int) -> Int? { values[index].stepCount }

  func repeatedStepCount(of index: Int) -> Int { index == 0 ? 0 : Self.repeatedStepCount }

  func wholeSequence(of index: Int) -> Int { 100 + index }

  func makeCursor() -> ProbeCursor { ProbeCursor(values: values, note: readings.add) }

  func makeRowStream() -> any RowStream { ProbeStream(values: values, note: readings.add) }

  func makeRowRangeCursor() -> (any RowRangeCursor)? { ProbeCursor(values: values, note: readings.add) }

  /// Returns the ways of reading since the last call.
  func takeReads() -> Set<Reading> { readings.take() }

  private final class Readings: Sendable {
    private let all = Mutex<Set<Reading>>([])

    func add(_ reading: Reading) { all.withLock { _ = $0.insert(reading) } }

    func take() -> Set<Reading> {
      all.withLock { all in
        defer { all = [] }
        return all
      }
    }
  }
}

/// A reader of no sequences with a schema.
private struct Described: IndexedSequenceRecordReader {
  let count = 0
  let schema: SequenceSchema

  func read(_ index: Int, into sequence: inout SequenceRecord) {
    preconditionFailure("a reader of no sequences")
  }
}

struct ProbeCursor: SequenceCursor, RowRangeCursor {
  let values: [SequenceRecord]
  let note: (ProbeReader.Reading) -> Void
  private var bytes = 0

  init(values: [SequenceRecord], note: @escaping (ProbeReader.Reading) -> Void) {
    (self.values, self.note) = (values, note)
  }

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) {
    note(.whole)
    bytes += 1
    sequence.take(0..<values[index].stepCount, of: values[index])
  }

  mutating func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) {
    note(.range)
    sequence.take(rows, of: values[index])
  }

  mutating func takeCost() -> ReadingCost {
    var cost = ReadingCost()
    (cost.bytes, bytes) = (bytes, 0)
    return cost
  }
}

private struct ProbeStream: RowStream {
  let values: [SequenceRecord]
  let note: (ProbeReader.Reading) -> Void
  private var sequence = 0
  private var done = 0

  init(values: [SequenceRecord], note: @escaping (ProbeReader.Reading) -> Void) {
    (self.values, self.note) = (values, note)
  }

  mutating func begin(_ index: Int) {
    note(.stream)
    (sequence, done) = (index, 0)
  }

  mutating func read(upTo count: Int, into rows: inout SequenceRecord) -> Int {
    let next = done..<min(done + count, values[sequence].stepCount)
    rows.take(next, of: values[sequence])
    done = next.upperBound
    return next.count
  }

  mutating func end() {}
}
