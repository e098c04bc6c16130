import Conformance
import Sequences
import Synchronization
import TestSupport
import Testing

/// The promises of transforms that a `BrokenTransform` can break.
enum TransformBreak: String, CaseIterable, Codable {
  case none, rows, repetition, sources, nowhere, streaming, coding
}

/// Adds the value before to every value, and breaks at most one promise.
private struct BrokenTransform: StreamingSequenceTransform {
  static let kind = "broken"
  var fault: TransformBreak
  var summary: String { "broken: \(fault)" }

  init(_ fault: TransformBreak) { self.fault = fault }

  init(from decoder: any Decoder) throws {
    fault = try decoder.singleValueContainer().decode(TransformBreak.self)
    if fault == .coding { fault = .none }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(fault)
  }

  func outputColumns(_ columns: [String]) -> [String] { columns }
  func outputStepCount(_ stepCount: Int) -> Int { fault == .rows ? stepCount - 1 : stepCount }

  func apply(_ record: inout SequenceRecord, columns: [String]) {
    for at in record.values.indices.dropFirst(record.columnCount).reversed() {
      record.values[at] += record.values[at - record.columnCount]
    }
    if fault == .repetition { record.values[0] = Float(counter.add(1, ordering: .relaxed).newValue) }
  }

  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    let before = TransformCell(cell.step - 1, cell.column)
    if fault == .nowhere { return [cell, before] }
    return cell.step == 0 || fault == .sources ? [cell] : [cell, before]
  }

  var firstMemory: [Float] { [] }

  func applyNext(_ row: inout SequenceRecord, columns: [String], memory: inout [Float]) -> Bool {
    let own = row.values
    for column in memory.indices { row.values[column] += memory[column] }
    memory = fault == .streaming ? row.values : own
    return true
  }
}

private let counter = Atomic(0)

@Suite struct TransformTests {
  private let reader: CollectionSequenceRecordReader

  init() throws {
    let rows: [[Float]] = (1...7).map { (step: Int) -> [Float] in
      [Float(step * step), Float(10 - step), Float(step % 3)]
    }
    reader = try CollectionSequenceRecordReader(
      [rows, Array(rows[..<4]), [rows[6]]], columns: ["x", "y", "z"])
  }

  @Test func bundledTransformsPass() throws {
    try checkConformance(of: SelectColumns(.keep(["z", "x"])), on: reader)
    try checkConformance(of: SelectColumns(.rename(["z": "w"])), on: reader)
    try checkConformance(of: MapValues(.scale(2, offset: 1), columns: ["y"]), on: reader)
    try checkConformance(of: Logarithm(.onePlus), on: reader)
    try checkConformance(of: Clip(2...5), on: reader)
    try checkConformance(of: OneHotColumns(classes: ["z": ["a", "b", "c"]]), on: reader)
    for first in [Difference.FirstRows.drop, .fill(0)] {
      for lag in 1...3 {
        try checkConformance(of: Difference(lag: lag, firstRows: first, columns: ["x", "z"]), on: reader)
        try checkConformance(of: LagFeatures(lag, firstRows: first, columns: ["z"]), on: reader)
      }
    }
    for figure in Resample.Figure.allCases {
      for every in 1...3 {
        try checkConformance(of: Resample(every: every, figure, remainder: .keep), on: reader)
      }
    }
    try checkConformance(of: FillMissing(.forward(first: 1)), on: reader)
    try checkConformance(of: FillMissing(.linear), on: reader)
  }

  @Test func aGoodTransformPasses() throws {
    #expect(
      try checkConformance(of: BrokenTransform(.none), on: reader).description == """
        3 sequences, 12 steps, broken: none
        - a sequence becomes as many rows and columns as the transform declares
        - the same sequence becomes the same every time
        - all values that a value depends on are among its sources
        - row by row it gives the same as for the whole sequence
        - it comes back from JSON as it was
        """)
  }

  private let findings: [TransformBreak: String] = [
    .none: "no error",
    .rows:
      "sequence 0: a sequence becomes as many rows and columns as the transform declares, but it says 6 rows of 3 columns, and made 21 values in 3 columns",
    .repetition:
      "sequence 0: the same sequence becomes the same every time, but it became something else the second time",
    .sources:
      "sequence 0, step 1, column 0: all values that a value depends on are among its sources, but it depends on step 0, column 0 too",
    .nowhere:
      "sequence 0, step 0, column 0: all values that a value depends on are among its sources, but there is no step -1, column 0 before it",
    .streaming:
      "sequence 0, row 2: row by row it gives the same as for the whole sequence, but [13.0, 15.0, 2.0] became [14.0, 24.0, 3.0]",
    .coding: "JSON: it comes back from JSON as it was, but \"broken: coding\" is now \"broken: none\"",
  ]

  @Test(arguments: TransformBreak.allCases) func everyBrokenPromiseIsNamed(_ fault: TransformBreak) {
    #expect(message { try checkConformance(of: BrokenTransform(fault), on: reader) } == findings[fault])
  }
}
