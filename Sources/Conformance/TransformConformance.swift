import FoundationEssentials
import Sequences

/// Checks that a transform keeps the promises of `SequenceTransform`, and of `StreamingSequenceTransform` if
/// it conforms.
///
/// ```swift
/// @Test func myTransform() throws { try checkConformance(of: MyTransform(columns: ["x"]), on: reader) }
/// ```
/// It must produce the declared numbers of rows and columns, the same every time; `sources` must name every
/// cell that a value depends on; it must survive a JSON round trip; row by row it must give the same as for
/// whole sequences. Every value of `reader` is changed once: use a few short sequences, preferably of unequal
/// length. A transform that learns must have been fitted.
///
/// - Returns: The report of the promises checked.
/// - Throws: `ConformanceError` naming the broken promise and where it is broken; the reader's errors.
@discardableResult
public func checkConformance<Transform: SequenceTransform>(
  of transform: Transform, on reader: some SequenceRecordReader
) throws -> ConformanceReport {
  let check = TransformCheck(transform: transform, columns: reader.columns)
  var (cursor, records) = (try reader.makeCursor(), [SequenceRecord]())
  for index in 0..<reader.count {
    var record = SequenceRecord()
    try cursor.read(index, into: &record)
    records.append(record)
  }
  let steps = records.reduce(0) { $0 + $1.stepCount }
  var report = ConformanceReport("\(records.count) sequences, \(steps) steps, \(transform.summary)")
  for (promise, body) in [
    ("a sequence becomes as many rows and columns as the transform declares", check.shapes),
    ("the same sequence becomes the same every time", check.repetition),
    ("all values that a value depends on are among its sources", check.sources),
    ("row by row it gives the same as for the whole sequence", check.streaming),
  ] {
    for (index, record) in records.enumerated() {
      if let finding = try body(record) {
        throw ConformanceError(at: "sequence \(index)\(finding.location)", promise, found: finding.text)
      }
    }
    report.add(promise)
  }
  let coded = "it comes back from JSON as it was"
  let copy = try JSONDecoder().decode(Transform.self, from: JSONEncoder().encode(transform))
  guard copy == transform, copy.summary == transform.summary else {
    throw ConformanceError(at: "JSON", coded, found: "\"\(transform.summary)\" is now \"\(copy.summary)\"")
  }
  report.add(coded)
  return report
}

/// The checks of one sequence; each returns the violation found, or `nil` if there is none.
private struct TransformCheck<Transform: SequenceTransform> {
  typealias Finding = (location: String, text: String)

  let transform: Transform
  let columns: [String]

  /// Returns the transformed `record`; `nil` if the transform rejects it.
  private func result(_ record: SequenceRecord) throws -> SequenceRecord? {
    var record = record
    do {
      try transform.apply(&record, columns: columns)
      return record
    } catch is TransformFault { return nil }
  }

  func shapes(_ record: SequenceRecord) throws -> Finding? {
    guard let made = try result(record) else { return nil }
    let (rows, names) = (transform.outputStepCount(record.stepCount), try transform.outputColumns(columns))
    guard made.columnCount == names.count, made.values.count == rows * names.count else {
      return (
        "",
        "it says \(rows) rows of \(names.count) columns, and made \(made.values.count) values in \(made.columnCount) columns"
      )
    }
    return nil
  }

  func repetition(_ record: SequenceRecord) throws -> Finding? {
    guard let made = try result(record) else { return nil }
    guard let again = try result(record), isSame(made.values, again.values) else {
      return ("", "it became something else the second time")
    }
    return nil
  }

  func sources(_ record: SequenceRecord) throws -> Finding? {
    guard let made = try result(record) else { return nil }
    let all = made.values.indices.map { at in
      Set(
        transform.sources(
          of: TransformCell(at / made.columnCount, at % made.columnCount), columns: columns,
          stepCount: record.stepCount))
    }
    func location(_ at: Int) -> String { ", step \(at / made.columnCount), column \(at % made.columnCount)" }
    for (at, sources) in all.enumerated() {
      if let cell = sources.first(where: {
        !(0..<record.stepCount).contains($0.step) || !columns.indices.contains($0.column)
      }) {
        return (location(at), "there is no step \(cell.step), column \(cell.column) before it")
      }
    }
    for at in record.values.indices where record.values[at].isFinite {
      var changed = record
      changed.values[at] = changed.values[at] * 1.5 + 1
      guard let other = try result(changed), other.values.count == made.values.count else { continue }
      let cell = TransformCell(at / columns.count, at % columns.count)
      for at in made.values.indices
      where !isSame([made.values[at]], [other.values[at]]) && !all[at].contains(cell) {
        return (location(at), "it depends on step \(cell.step), column \(cell.column) too")
      }
    }
    return nil
  }

  func streaming(_ record: SequenceRecord) throws -> Finding? {
    guard transform is any StreamingSequenceTransform, transform.needsWholeSequences == nil,
      let made = try result(record)
    else { return nil }
    var stream = try TransformStream(TransformPipeline(transform), columns: columns)
    // The transform must not remember an earlier sequence.
    _ = try? stream.next(Array(record.values.suffix(columns.count)))
    stream.begin()
    var row = 0
    for step in 0..<record.stepCount {
      let values = Array(record.values[step * columns.count..<(step + 1) * columns.count])
      guard let next = try stream.next(values) else { continue }
      let expected = made.values.dropFirst(row * made.columnCount).prefix(made.columnCount)
      guard isSame(Array(expected), next) else {
        return (", row \(row)", "\(Array(expected)) became \(next)")
      }
      row += 1
    }
    return row == made.stepCount ? nil : ("", "\(made.stepCount) rows became \(row)")
  }

  private func isSame(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
  }
}
