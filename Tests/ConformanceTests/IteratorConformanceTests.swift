import BatchFiles
import Conformance
import DataSets
import Sequences
import TensorFiles
import TestSupport
import Testing

@Suite struct IteratorTests {
  @Test func aGoodIteratorPasses() throws {
    let report = try checkConformance(of: BrokenIterator(nil))
    #expect(
      report.description == """
        3 batches in epoch 0, 3 in epoch 1
        - a pass that has ended stays ended until begin
        - begin gives the batches of its epoch again
        - a pass has no more batches than its batch count
        - asking for the state changes nothing
        - the state after a restore is the one that was given, as JSON
        - a restored iterator gives the rest of the pass, and ends
        - a restored iterator begins the next pass as any other
        """)
  }

  @Test(arguments: IteratorFault.allCases) func everyBrokenPromiseIsNamed(_ fault: IteratorFault) {
    let expected =
      switch fault {
      case .empty: "epoch 0: an iterator that is checked has at least one batch, but it has none"
      case .stays:
        "epoch 0, after batch 2: a pass that has ended stays ended until begin, but a further batch comes"
      case .repeats:
        "epoch 1, batch 1: begin gives the batches of its epoch again, "
          + "but features [0, 0, 1] were 11.0 and are now 11.5"
      case .fewer:
        "epoch 1: begin gives the batches of its epoch again, but 3 batches are due and 2 come"
      case .count:
        "epoch 0, before batch 0: a pass has no more batches than its batch count, "
          + "but the count is 2, the batches are 3"
      case .countLeft:
        "epoch 0, before batch 1: a pass has no more batches than its batch count, "
          + "but the count is 2, the batches are 3"
      case .stateChanges:
        "epoch 0, before batch 0: asking for the state changes nothing, but the second time it is another"
      case .restoredState:
        "epoch 1, before batch 3: the state after a restore is the one that was given, "
          + #"but it was {"batchIndex":3,"epoch":1,"note":21} and is now {"batchIndex":3,"epoch":1,"note":0}"#
      case .prefetched:
        "epoch 1: restored before batch 3, an iterator gives the rest of the pass, "
          + "but 0 batches are due and 1 come"
      case .epoch:
        "epoch 1, batch 2: restored before batch 2, an iterator gives the rest of the pass, "
          + "but features [0, 0, 1] were 12.0 and are now 42.0"
      case .end:
        "epoch 1, before batch 3: restored before batch 3, an iterator gives the rest of the pass, "
          + "but a further batch comes after its end"
      case .border:
        "epoch 1, before batch 0: a restored iterator begins the next pass as any other, "
          + #"but its state was {"batchIndex":0,"epoch":1,"note":0} and is now {"batchIndex":3,"epoch":1,"note":0}"#
      }
    #expect(message { try checkConformance(of: BrokenIterator(fault)) } == expected)
  }

  /// Sequences of unequal lengths with labels in their second column.
  static func makeBatches(_ order: ExampleOrder) throws -> SequenceBatches {
    func row(_ step: Int, of index: Int) -> [Float] {
      [Float(10 * index + step), Float((step + index) % 3), 1]
    }
    let features = try CollectionSequenceRecordReader(
      [3, 1, 4, 1, 5].enumerated().map { index, length in (0..<length).map { row($0, of: index) } })
    return try SequenceBatches(
      features: features, labels: .columns([1], .oneHot(classes: 3)), batchSize: 2, alignment: .end,
      order: order)
  }

  @Test func theBundledIteratorsPass() throws {
    for order in [ExampleOrder.sequential, .shuffled(seed: 3)] {
      let batches = try Self.makeBatches(order)
      try checkConformance(of: SequenceDataSetIterator(batches))
      try checkConformance(of: LaneDataSetIterator(batches, lanes: 2, steps: 3))
      let directory = TestDirectory()
      let writer = try SavedDataSetWriter(
        "\(directory.path)/saved", format: .safetensors, layout: .nct, contract: batches.contract)
      for step in 0..<batches.batchCount { try writer.append(batches.batch(epoch: 0, index: step)) }
      try writer.commit()
      try checkConformance(of: SavedDataSets.Iterator("\(directory.path)/saved", order: order))
    }
  }
}
