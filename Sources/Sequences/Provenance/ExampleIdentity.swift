/// The number that tells an example from others, worked out step by step.
///
/// ```swift
/// var identity = ExampleIdentity(of: reader.source(of: 3))
/// identity.add(record, columns: [0, 1, 2])
/// identity.value   // the same in every process, on every machine
/// ```
/// It is made of where the example comes from (the file's name, the first line) and of the bits of its features' values,
/// before anything that was fitted changed them; of present steps alone. So batch size, padding, alignment, order and
/// storage order change nothing, nor does the way to the file, or the key that a split gives it; a value that was corrected
/// makes another example. Two files of one name with the very same values are one example: it is the same data twice.
///
/// The label is no part of it. What was fitted has seen the example, whatever its label was called then: a label that was
/// corrected, or left out, or laid elsewhere, must not make the example a new one.
public struct ExampleIdentity: Sendable, Hashable {
  private var place = Fingerprint()
  /// A hash of the values: 8 bytes at a time, an eighth of what `Fingerprint` would take.
  private var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var stepCount = 0
  private var columnCount = 0

  /// Begins the identity of an example from `source`; `nil`: from nowhere in particular, its values are all there is.
  public init(of source: RecordSource?) {
    guard let source else { return }
    place.combine(
      String(
        source.path[
          (source.path.lastIndex(of: "/").map { source.path.index(after: $0) } ?? source.path.startIndex)...])
    )
    place.combine(source.firstLine)
  }

  /// Adds one step, whose values lie at `start` and the offsets from there, one a column.
  public mutating func add(stepAt start: Int, of values: [Float], offsets: [Int]) {
    columnCount = offsets.count
    stepCount += 1
    // Pairs within a step: in however many calls a series comes, it gives the same words.
    var column = 0
    while column + 1 < offsets.count {
      add(
        UInt64(values[start + offsets[column]].bitPattern)
          | UInt64(values[start + offsets[column + 1]].bitPattern) << 32)
      column += 2
    }
    if column < offsets.count { add(UInt64(values[start + offsets[column]].bitPattern)) }
  }

  /// Adds all steps of `record`, of its columns `columns`.
  public mutating func add(_ record: SequenceRecord, columns: [Int]) {
    for step in 0..<record.stepCount {
      add(stepAt: step * record.columnCount, of: record.values, offsets: columns)
    }
  }

  /// The identity of the example if these are all its steps.
  public var value: UInt64 {
    var result = place
    result.combine(columnCount)
    result.combine(stepCount)
    result.combine(bits)
    return result.value
  }

  private mutating func add(_ word: UInt64) {
    // Both steps can be undone, so two hashes that differ stay different whatever follows.
    bits = (bits ^ word) &* 0xD6E8_FEB8_6659_FD93
    bits ^= bits >> 32
  }
}
