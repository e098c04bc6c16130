/// A pipeline applied to streamed rows: it gives the same rows as for whole sequences.
///
/// ```swift
/// var stream = try TransformStream(TransformPipeline(Difference()), columns: ["x"])
/// try stream.next([3])   // nil: the first row is left out
/// try stream.next([5])   // [2]
/// ```
public struct TransformStream: Sendable {
  /// The column names before the transforms.
  public let inputColumns: [String]
  /// The column names after all transforms.
  public var columns: [String] { stages[stages.count - 1] }
  private let transforms: [any StreamingSequenceTransform]
  private let stages: [[String]]
  private let pipeline: TransformPipeline
  /// The columns that the columns after each transform come from; `nil` before the first row with exact timestamps.
  private var origins: [[Int?]]?
  private var memories: [any Sendable]

  /// Makes a stream, positioned before the first row of a sequence whose columns are `columns`.
  ///
  /// - Throws: `TransformFault` about a transform that needs whole sequences, or a column that does not
  ///   exist.
  public init(_ pipeline: TransformPipeline, columns: [String]) throws {
    precondition(
      pipeline.isFitted, "the pipeline has still to learn from training data: pipeline.fitted(on: reader)")
    inputColumns = columns
    stages = try pipeline.stages(columns)
    self.pipeline = pipeline
    transforms = try pipeline.transforms.map { transform in
      let reason = transform.needsWholeSequences
      guard reason == nil, let streaming = transform as? any StreamingSequenceTransform else {
        throw TransformFault(
          .mismatch,
          "the transform \"\(transform.summary)\" cannot be applied row by row: \(reason ?? "it is made for whole sequences")"
        )
      }
      return streaming
    }
    memories = transforms.map(\.erasedFirstMemory)
  }

  /// Begins a new sequence.
  public mutating func begin() { memories = transforms.map(\.erasedFirstMemory) }

  /// Returns the transformed next row, or `nil` if a transform drops it.
  ///
  /// After an error, the stream is in the same state as before the row.
  ///
  /// - Throws: `TransformFault` about a value that a transform does not accept.
  public mutating func next(_ row: [Float]) throws -> [Float]? { try next(row, times: nil) }

  /// Returns the transformed next row, or `nil` if a transform drops it, given its exact timestamps.
  ///
  /// - Throws: As `next(_:)` does.
  package mutating func next(_ row: [Float], times: RowTimes?) throws -> [Float]? {
    precondition(row.count == inputColumns.count, "\(row.count) values for \(inputColumns.count) columns")
    var record = SequenceRecord(values: row, columnCount: row.count)
    record.times = times
    if times != nil && origins == nil { origins = pipeline.origins(stages) }
    var memories = self.memories
    var hasRow = true
    for (stage, transform) in transforms.enumerated() where hasRow {
      hasRow = try transform.applyNext(&record, columns: stages[stage], erased: &memories[stage])
      if let times = record.times, let origins, !(transform is any TimeCarrying) {
        record.times = times.moved(to: origins[stage])
      }
    }
    self.memories = memories
    return hasRow ? record.values : nil
  }
}
