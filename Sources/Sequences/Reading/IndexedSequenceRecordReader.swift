/// A reader that reads any sequence without a state from the sequences before: the shortest way to a custom
/// reader.
///
/// ```swift
/// struct Sines: IndexedSequenceRecordReader {
///   let count = 100
///   let schema = SequenceSchema(columns: ["sine"])
///
///   func read(_ index: Int, into sequence: inout SequenceRecord) {
///     sequence.begin(columnCount: 1)
///     for step in 0..<50 { sequence.append(row: [sin(Float(step * (index + 1)) / 10)]) }
///   }
/// }
/// ```
/// A reader that benefits from an open file or a buffer per thread has a cursor of its own instead.
public protocol IndexedSequenceRecordReader: SequenceRecordReader {
  /// Reads sequence `index` into `sequence`, beginning with `sequence.begin(columnCount:)`.
  ///
  /// Any number of threads may call it at once.
  ///
  /// - Throws: `RecordError` or another error that names the location. `sequence` is then invalid.
  func read(_ index: Int, into sequence: inout SequenceRecord) throws
}

extension IndexedSequenceRecordReader {
  /// Makes a cursor that calls `read(_:into:)`.
  public func makeCursor() -> some SequenceCursor { IndexedSequenceCursor(reader: self) }

  /// The name of the type and the index as path, and the index as key.
  public func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(path: "\(Self.self)[\(index)]", key: "\(index)")
  }
}

/// Calls the reader for every sequence.
private struct IndexedSequenceCursor<Reader: IndexedSequenceRecordReader>: SequenceCursor {
  let reader: Reader

  func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try reader.read(index, into: &sequence)
  }
}
