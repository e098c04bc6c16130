import Conformance
import Sequences
import TestSupport
import Testing

/// Readers around other readers pass on everything, and a forgotten property is named.
@Suite struct ForwardingTests {
  /// The first sequences of another reader; it forgets one property.
  private struct First<Base: SequenceRecordReader>: SequenceRecordReader {
    let base: Base
    let forgotten: ForwardedProperty?

    var count: Int { 2 }

    var schema: SequenceSchema {
      var schema = base.schema
      if forgotten == .encodings { schema.encodings = [:] }
      if forgotten == .options { schema.options = Signature() }
      if forgotten == .policy { schema.policy = .raise }
      if forgotten == .transforms {
        schema = SequenceSchema(
          columns: schema.columns, fileColumns: schema.fileColumns, encodings: schema.encodings,
          options: schema.options, policy: schema.policy)
      }
      return schema
    }

    var signature: Signature { forgotten == .signature ? [:] : base.signature }

    func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }

    func exampleKey(of index: Int) -> String {
      forgotten == .exampleKey ? "first" : base.exampleKey(of: index)
    }

    func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
      forgotten == .position
        ? SequenceRecord.Position(path: "first", line: 1) : base.position(of: index, row: row, column: column)
    }

    func repeatedStepCount(of index: Int) -> Int {
      forgotten == .repeatedStepCount ? 0 : base.repeatedStepCount(of: index)
    }

    func stepCount(of index: Int) -> Int? { forgotten == .stepCount ? nil : base.stepCount(of: index) }

    func wholeSequence(of index: Int) -> Int {
      forgotten == .wholeSequence ? index : base.wholeSequence(of: index)
    }

    func makeCursor() throws -> Cursor { Cursor(base: try base.makeCursor(), measures: forgotten != .cost) }

    func makeRowStream() throws -> any RowStream {
      if forgotten == .rowStream { return WholeSequenceRowStream(try base.makeCursor()) }
      return try base.makeRowStream()
    }

    func makeRowRangeCursor() throws -> (any RowRangeCursor)? {
      forgotten == .rowRanges ? nil : try base.makeRowRangeCursor()
    }

    struct Cursor: SequenceCursor {
      var base: Base.Cursor
      let measures: Bool

      mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
        try base.read(index, into: &sequence)
      }

      mutating func takeCost() -> ReadingCost { measures ? base.takeCost() : ReadingCost() }
    }
  }

  private func first(_ base: any SequenceRecordReader, forgetting forgotten: ForwardedProperty?)
    -> any SequenceRecordReader
  {
    func wrap(_ base: some SequenceRecordReader) -> any SequenceRecordReader {
      First(base: base, forgotten: forgotten)
    }
    return wrap(base)
  }

  @Test func propertiesThatAreNotForwardedAreNamed() throws {
    try checkForwarding { first($0, forgetting: nil) }
    for property in ForwardedProperty.allCases {
      let error = try #require(throws: ConformanceError.self) {
        try checkForwarding { first($0, forgetting: property) }
      }
      #expect(error.location == property.rawValue)
      try checkForwarding(except: [property]) { first($0, forgetting: property) }
    }
  }

  @Test func theBundledReadersForwardEverything() throws {
    try checkForwarding { $0.choosing([0, 1]) }
    try checkForwarding { base in
      func watched(_ base: some SequenceRecordReader) -> any SequenceRecordReader {
        PrecisionWatch(base).reader
      }
      return watched(base)
    }
    // It computes a checksum instead, and reads its file.
    try checkForwarding(except: [.signature, .cost, .rowStream, .rowRanges]) { base in
      func cached(_ base: some SequenceRecordReader) throws -> any SequenceRecordReader {
        try CachedSequenceRecordReader(temporarilyCaching: base)
      }
      return try cached(base)
    }
    // Windows are short: streaming their rows would gain nothing.
    try checkForwarding(except: [.rowStream, .cost, .repeatedStepCount]) { base in
      func windows(_ base: some SequenceRecordReader) throws -> any SequenceRecordReader {
        try WindowedSequenceRecordReader(base, size: 2)
      }
      return try windows(base)
    }
    // Transforms are applied to whole sequences, and a difference leaves fewer repeated steps.
    try checkForwarding(except: [.rowStream, .rowRanges, .repeatedStepCount]) {
      try $0.transformed(by: Difference())
    }
  }
}
