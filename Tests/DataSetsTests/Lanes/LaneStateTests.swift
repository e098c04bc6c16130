import DataSets
import FoundationEssentials
import Sequences
import Tensors
import TestSupport
import Testing

/// Saved and restored positions on lanes, and copies that continue independently.
struct LaneStateTests {
  private func iterator(
    lanes: Int = 3, steps: Int = 4, alignment: Alignment = .end, order: ExampleOrder = .shuffled(seed: 9),
    lengths: [Int] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
  ) throws -> LaneDataSetIterator {
    LaneDataSetIterator(
      try SequenceBatches(
        features: TestReader(lengths: lengths),
        labels: .reader(TestReader(lengths: lengths.reversed()), .values), alignment: alignment, order: order),
      lanes: lanes, steps: steps)
  }

  private func throughJSON(_ state: LaneDataSetIterator.State) throws -> LaneDataSetIterator.State {
    try JSONDecoder().decode(LaneDataSetIterator.State.self, from: JSONEncoder().encode(state))
  }

  @Test(arguments: [Alignment.start, .end], [(1, 3), (2, 4), (3, 1), (13, 2)])
  func everyPositionCanBeResumed(alignment: Alignment, shape: (lanes: Int, steps: Int)) throws {
    func make() throws -> LaneDataSetIterator {
      try iterator(lanes: shape.lanes, steps: shape.steps, alignment: alignment)
    }
    for epoch in 0..<2 {
      var all = try make()
      all.begin(epoch: epoch)
      let pass = try rest(&all)
      var walker = try make()
      walker.begin(epoch: epoch)
      for index in 0...pass.count {
        let state = try throughJSON(walker.state)
        #expect(state == walker.state)
        #expect(state.iterator.epoch == epoch && state.iterator.batch == index)
        var other = try make()
        other.begin(epoch: 7)
        _ = try other.next()
        for _ in 0..<2 {
          try other.restore(state)
          #expect(other.state == state)
          let found = try rest(&other)
          #expect(found == Array(pass[index...]))
          #expect(found.map(\.features.elements) == pass[index...].map(\.features.elements))
        }
        other.begin(epoch: epoch)
        #expect(try rest(&other) == pass)
        #expect(try walker.next() == (index < pass.count ? pass[index] : nil))
      }
    }
  }

  @Test func passesDifferAndRepeat() throws {
    var lanes = try iterator()
    var passes: [[DataSet]] = []
    for epoch in [0, 1, 0, 2, 1] {
      lanes.begin(epoch: epoch)
      passes.append(try rest(&lanes))
    }
    #expect(passes[0] == passes[2] && passes[1] == passes[4])
    #expect(passes[0] != passes[1] && passes[1] != passes[3])
  }

  @Test func aCopyIsAnIndependentIterator() throws {
    var all = try iterator()
    let pass = try rest(&all)
    var first = try iterator()
    for step in 0..<pass.count {
      var second = first
      // Both orders: whichever reads first must not move the other.
      if step.isMultiple(of: 2) {
        #expect(try rest(&second) == Array(pass[step...]))
        #expect(try first.next() == pass[step])
      } else {
        #expect(try first.next() == pass[step])
        #expect(try rest(&second) == Array(pass[step...]))
      }
    }
  }

  @Test func positionsOfOtherDataOrOptionsAreRejected() throws {
    let own = try iterator().state
    func data(_ what: String) -> String {
      "iterator state: belongs to other data: \(what); restore it on the data it was taken from"
    }
    func options(_ what: String) -> String {
      "iterator state: belongs to other options: \(what); restore it with the options it was taken with"
    }
    func expect(_ message: String, _ iterator: LaneDataSetIterator) throws {
      var iterator = iterator
      let before = iterator.state
      expectMessage(message) { try iterator.restore(throughJSON(own)) }
      #expect(iterator.state == before)
    }
    let count = own.iterator.data.aspects[0].value
    try expect(data("the number of sequences was \(count), is 3"), iterator(lengths: [1, 2, 3]))
    try expect(options("the number of lanes was 3, is 4"), iterator(lanes: 4))
    try expect(options("the length of a piece was 4, is 5"), iterator(steps: 5))
    try expect(options("the alignment was end, is start"), iterator(alignment: .start))
    try expect(options("the order was shuffled (seed 9), is sequential"), iterator(order: .sequential))
  }

  @Test func impossiblePositionsAreRejected() throws {
    var lanes = try iterator(lanes: 2)
    _ = try lanes.next()
    let text = try #require(String(data: try JSONEncoder().encode(lanes.state), encoding: .utf8))
    func restore(_ from: String, _ to: String) throws {
      let changed = text.replacing(from, with: to)
      #expect(changed != text)
      try lanes.restore(try JSONDecoder().decode(LaneDataSetIterator.State.self, from: Data(changed.utf8)))
    }
    let before = lanes.state
    for (from, to) in [
      ("\"begun\":", "\"begun\":9"), ("\"begun\":", "\"begun\":-"), ("\"piece\":", "\"piece\":1"),
      ("\"lanes\":[", "\"lanes\":[null,"), ("\"sequence\":", "\"sequence\":-1"),
    ] {
      expectMessage(
        "iterator state: names piece 1 of pass 0, with lanes that no such piece has; the state is damaged"
      ) { try restore(from, to) }
    }
    expectMessage("iterator state: is of format version 3, this program knows version 2; update it") {
      try restore("\"version\":2", "\"version\":3")
    }
    #expect(lanes.state == before)
  }

  @Test func afterTheEndNothingIsReadAgain() throws {
    final class Count: @unchecked Sendable { var value = 0 }  // one thread reads
    /// Counts how often a sequence is begun.
    struct Counting: SequenceRecordReader {
      let base: TestReader
      let begun = Count()
      struct Cursor: SequenceCursor {
        var base: TestReader.Cursor
        let begun: Count
        mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
          begun.value += 1
          try base.read(index, into: &sequence)
        }
      }
      var count: Int { base.count }
      var schema: SequenceSchema { base.schema }
      func makeCursor() -> Cursor { Cursor(base: base.makeCursor(), begun: begun) }
      func source(of index: Int) -> SequenceRecord.Source { base.source(of: index) }
      func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
        base.position(of: index, row: row, column: column)
      }
    }
    // Sequences that end exactly with a piece: their end is noticed only when the next piece is requested.
    let reader = Counting(base: TestReader(lengths: [4, 8]))
    var lanes = LaneDataSetIterator(try SequenceBatches(features: reader), lanes: 2, steps: 4)
    #expect(try rest(&lanes).count == 2)
    let begun = reader.begun.value
    for _ in 0..<3 { #expect(try lanes.next() == nil) }
    let state = lanes.state
    try lanes.restore(state)
    #expect(try lanes.next() == nil)
    #expect(reader.begun.value == begun)
  }

  @Test func aSeriesThatBecameShorterIsNoticed() throws {
    func lanes(_ length: Int) throws -> LaneDataSetIterator {
      LaneDataSetIterator(
        try SequenceBatches(features: TestReader(lengths: [length])), lanes: 1, steps: 4)
    }
    var long = try lanes(12)
    _ = try long.next()
    _ = try long.next()
    var short = try lanes(7)
    try short.restore(long.state)
    expectMessage(
      "x_0.csv: is shorter than it was when the position was taken: expected at least 8 time steps, found 7; "
        + "restore the position on the data it was taken from"
    ) { _ = try short.next() }
  }
}
