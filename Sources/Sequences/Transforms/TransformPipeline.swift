/// Transforms, one after another.
///
/// ```swift
/// let pipeline = TransformPipeline(FillMissing(.linear), Logarithm(columns: ["load"]), Difference())
/// let reader = try csv.transformed(by: pipeline)
/// ```
/// `Codable`: it is saved with the model, and read through the transforms' kinds.
public struct TransformPipeline: Sendable {
  /// The transforms in the order in which they are applied.
  public var transforms: [any SequenceTransform]

  /// Makes a pipeline of transforms.
  public init(_ transforms: any SequenceTransform...) { self.transforms = transforms }

  /// Makes a pipeline of a list of transforms.
  public init(_ transforms: [any SequenceTransform]) { self.transforms = transforms }

  /// What it does, transform by transform.
  public var summary: String { transforms.map(\.summary).joined(separator: "; ") }

  /// Whether every transform has the numbers that it needs.
  public var isFitted: Bool {
    transforms.allSatisfy { ($0 as? any FittedSequenceTransform)?.isFitted ?? true }
  }

  /// The sequences that any of the transforms has learned from, as they are before all transforms.
  public var lineage: Lineage {
    transforms.reduce(Lineage()) { $0.merging(($1 as? any FittedSequenceTransform)?.lineage ?? Lineage()) }
  }

  /// The names of the columns before every transform, and at last after all.
  ///
  /// - Throws: `TransformFault` about a column that there is not.
  public func stages(_ columns: [String]) throws -> [[String]] {
    var stages = [columns]
    for transform in transforms { stages.append(try transform.outputColumns(stages[stages.count - 1])) }
    return stages
  }

  /// The column among `columns`, before all transforms, that column `column` after them is worked out from; the first
  /// of several.
  package func sourceColumn(of column: Int, columns: [String]) throws -> Int {
    let stages = try stages(columns)
    // Far from the first rows, which may be made of nothing.
    var cell = TransformCell(1 << 12, column)
    for (transform, names) in zip(transforms, stages).reversed() {
      cell =
        transform.sources(of: cell, columns: names, stepCount: .max).first
        ?? TransformCell(cell.step, min(cell.column, names.count - 1))
    }
    return cell.column
  }

  /// The same pipeline with what its transforms learn from all sequences of `reader`, which holds training data only.
  ///
  /// One pass over the data for every transform that learns; each sees the data as the ones before it leave them, and
  /// remembers which sequences it has seen, as they are in `reader`.
  ///
  /// - Throws: What reading throws, and `RecordError` when the data does not suffice.
  public func fitted(on reader: some SequenceRecordReader) throws -> TransformPipeline {
    var result = TransformPipeline([])
    for transform in transforms {
      guard let learning = transform as? any FittedSequenceTransform, !learning.isFitted else {
        result.transforms.append(transform)
        continue
      }
      let before = try TransformedSequenceRecordReader(reader, result)
      let columns = before.columns
      var identities: [UInt64] = []
      var current = 0
      do {
        let learned = try learning.fitted(columns: columns, encodings: reader.encodings) { body in
          var cursor = try before.makeIdentifyingCursor()
          var record = SequenceRecord()
          for index in 0..<before.count {
            current = index
            try cursor.read(index, into: &record)
            identities.append(cursor.identity)
            try body(record)
          }
        }
        result.transforms.append(learned.remembering(Lineage(identities)))
      } catch let fault as TransformFault {
        guard let cell = fault.cell else {
          throw RecordError(fault.kind, path: reader.firstPath, fault.problem)
        }
        let place = before.position(of: current, step: cell.step, column: cell.column)
        throw RecordError(
          fault.kind, path: place.path, line: place.line, column: place.column, text: place.text,
          fault.problem)
      }
    }
    return result
  }
}

extension SequenceRecordReader {
  /// What a message about all of the data names.
  var firstPath: String { count == 0 ? "data" : source(of: 0).path }
}

extension TransformPipeline: SequenceTransformation {}

extension TransformPipeline: CustomStringConvertible {
  /// The summary: the same in every process, so that signatures may hold it.
  public var description: String { summary }
}

extension TransformPipeline: Hashable {
  /// Whether the transforms are the same, in the same order.
  public static func == (a: TransformPipeline, b: TransformPipeline) -> Bool {
    a.transforms.count == b.transforms.count
      && zip(a.transforms, b.transforms).allSatisfy { $0.isEqual(to: $1) }
  }

  /// Adds the transforms.
  public func hash(into hasher: inout Hasher) {
    for transform in transforms { transform.hash(into: &hasher) }
  }
}
