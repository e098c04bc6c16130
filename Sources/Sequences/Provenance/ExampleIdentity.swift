import Platform

/// A number that identifies an example, computed step by step.
///
/// ```swift
/// var identity = ExampleIdentity(of: reader.source(of: 3))
/// identity.add(record, columns: [0, 1, 2])
/// identity.value   // the same in every process, on every machine
/// ```
/// It is computed from the origin of the example (the file's name, without an archive or the extension of a compressed
/// file; the first line) and from the bits of its
/// feature values, before any fitted transform or normalizer changed them, and only from steps that are
/// present. So batch size, padding, alignment, order and storage order do not affect it, nor does the
/// directory of the file or the key that a split assigns; but a corrected value makes it a different example.
/// Two files with the same name and identical values are one example: the same data twice.
///
/// The label is not included. Whatever was fitted has seen the example regardless of its label at that time:
/// correcting, removing or realigning a label must not make the example a new one. One row of features with
/// several labels, as in one-to-many, is therefore not identified: many such examples have the same row.
package struct ExampleIdentity: Sendable, Hashable {
  private var location = Fingerprint()
  /// A hash of the values.
  private var bits = WordHash()
  private var stepCount = 0
  private var columnCount = 0

  /// Begins the identity of an example from `source`; `nil` if only its values identify it.
  package init(of source: SequenceRecord.Source?) {
    guard let source else { return }
    let name = source.path[MemberPath.directoryEnd(in: source.path)...]
    location.combine(String(Compression.withoutExtension(name)))
    location.combine(source.firstLine)
  }

  /// Returns true if the features identify an example; one row with several labels does not.
  package static func identifies(rows: Int, labels: Int) -> Bool { rows > 1 || labels <= 1 }

  /// Adds one step, whose values are at `start` plus the offsets, one per column.
  package mutating func add(stepAt start: Int, of values: [Float], offsets: [Int]) {
    columnCount = offsets.count
    stepCount += 1
    // Pairs are formed within a step, so the words are the same however a series is split over calls.
    var column = 0
    while column + 1 < offsets.count {
      bits.add(
        UInt64(values[start + offsets[column]].bitPattern)
          | UInt64(values[start + offsets[column + 1]].bitPattern) << 32)
      column += 2
    }
    if column < offsets.count { bits.add(UInt64(values[start + offsets[column]].bitPattern)) }
  }

  /// Adds the columns `columns` of all steps of `record`.
  package mutating func add(_ record: SequenceRecord, columns: [Int]) {
    for step in 0..<record.stepCount {
      add(stepAt: step * record.columnCount, of: record.values, offsets: columns)
    }
  }

  /// The identity of an example that consists of the steps added so far.
  package var value: UInt64 {
    var result = location
    result.combine(columnCount)
    result.combine(stepCount)
    result.combine(bits.value)
    return result.value
  }
}
