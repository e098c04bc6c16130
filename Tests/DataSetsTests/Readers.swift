import DataSets
import Sequences
import Testing

/// A reader for tests: it knows files, lines and texts, and can break every promise.
struct TestReader: SequenceRecordReader {
  var sequences: [SequenceRecord]
  var schema: SequenceSchema
  var keys: [String]
  var name = "x"
  /// The lines before the first row of every file.
  var headLines = 0
  /// The error that reading a sequence throws.
  var failures: [Int: RecordError] = [:]
  /// The text of every field, for messages.
  var text: String?

  /// Sequences of the given lengths, whose values show example, step and column; none is 0.
  init(lengths: [Int], columns: Int = 2) {
    sequences = lengths.enumerated().map { example, length in
      let values = (0..<length * columns).map { cell -> Float in
        let (step, column) = cell.quotientAndRemainder(dividingBy: columns)
        return Float(1000 * (example + 1) + 10 * (step + 1) + column)
      }
      return SequenceRecord(values: values, columnCount: columns)
    }
    schema = SequenceSchema(columns: (0..<columns).map { "c\($0)" })
    keys = lengths.indices.map(String.init)
  }

  /// One column of the given values.
  init(values: [[Float]]) {
    self.init(lengths: values.map(\.count), columns: 1)
    for (index, values) in values.enumerated() { sequences[index].values = values }
  }

  var count: Int { sequences.count }
  func makeCursor() -> Cursor { Cursor(reader: self) }
  func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(path: "\(name)_\(keys[index]).csv", firstLine: headLines + 1, key: keys[index])
  }
  func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    SequenceRecord.Position(
      path: source(of: index).path, line: headLines + 1 + row, column: text == nil ? nil : 7, text: text)
  }

  struct Cursor: SequenceCursor {
    let reader: TestReader
    mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
      if let error = reader.failures[index] { throw error }
      sequence = reader.sequences[index]
      let first = reader.headLines + 1
      sequence.lines = first...first + max(0, sequence.stepCount - 1)
    }
  }

  /// The same sequences in another order, with their keys.
  func reordered(_ indices: [Int]) -> TestReader {
    var result = self
    result.sequences = indices.map { sequences[$0] }
    result.keys = indices.map { keys[$0] }
    return result
  }

  func named(_ name: String) -> TestReader {
    var result = self
    result.name = name
    return result
  }
}

/// Every batch of pass `epoch`.
func allBatches(_ batches: SequenceBatches, epoch: Int = 0) throws -> [DataSet] {
  try (0..<batches.batchCount).map { try batches.batch(epoch: epoch, index: $0) }
}

/// Returns the rest of the pass.
func rest(_ iterator: inout some DataSetIterator) throws -> [DataSet] {
  var found: [DataSet] = []
  while let batch = try iterator.next() { found.append(batch) }
  return found
}

/// All ways to choose `count` of `values` with repetition.
func choices(_ values: [Int], _ count: Int) -> [[Int]] {
  (0..<count).reduce([[]]) { found, _ in found.flatMap { choice in values.map { choice + [$0] } } }
}

extension Mask {
  /// Row by row as 0 and 1.
  var rows: [[Int]] {
    (0..<exampleCount).map { row in (0..<stepCount).map { self[row, $0] ? 1 : 0 } }
  }
}
