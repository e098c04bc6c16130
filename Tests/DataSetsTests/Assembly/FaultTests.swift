import DataSets
import Sequences
import Tensors
import TestSupport
import Testing

/// Lengths, pairing and readers that break their promises: errors that name the files.
struct FaultTests {
  private let advice =
    "alignment \"equal\" requires the same length for all series of a batch; pad with alignment \"start\" or \"end\" (--align "
    + "start, --align end)"

  private let labelAdvice =
    "alignment \"equal\" requires a label for every row; give every row its label, or the series one label; if the first "
    + "lines of the label file are not labels, say so (--label-skip-lines N); if the lengths differ "
    + "on purpose, choose how they are aligned (--align start, --align end)"

  private func pass(_ features: TestReader, _ labels: TestReader? = nil, _ alignment: Alignment = .equal)
    throws
  {
    let source = labels.map { LabelSource.reader($0.named("y"), .values) } ?? .none
    _ = try allBatches(SequenceBatches(features: features, labels: source, alignment: alignment))
  }

  @Test func unequalLengthsNameBothFiles() throws {
    expectMessage("x_2.csv: has 1 time step where x_0.csv has 3; \(advice)") {
      try pass(TestReader(lengths: [3, 3, 1]), TestReader(lengths: [3, 3, 1]))
    }
    expectMessage("y_1.csv: has 2 rows where x_1.csv has 3 rows; \(labelAdvice)") {
      try pass(TestReader(lengths: [3, 3]), TestReader(lengths: [3, 2]))
    }
    expectMessage("y_1.csv: has 3 rows where x_1.csv has 2 rows; \(labelAdvice)") {
      try pass(TestReader(lengths: [3, 2]), TestReader(lengths: [3, 3]))
    }
    expectMessage(
      "y_1.csv: has one label where x_1.csv has 3 rows: say which step it belongs to, the last (--align end), as usual, "
        + "or the first (--align start), at which a recurrent network has seen one row"
    ) { try pass(TestReader(lengths: [1, 3]), TestReader(lengths: [1, 1])) }
    // Other lengths in another batch are not a fault.
    let lengths = TestReader(lengths: [3, 3, 1, 1])
    let batches = try allBatches(
      SequenceBatches(features: lengths, labels: .reader(lengths.named("y"), .values), batchSize: 2))
    #expect(batches.map(\.stepCount) == [3, 1])
  }

  /// Without label files nothing can differ within a series, so series of different lengths are padded at the end.
  @Test func oneReaderNeedsNoAlignment() throws {
    let reader = TestReader(lengths: [3, 1, 2])
    for labels in [LabelSource.none, .columns([1], .values)] {
      let batches = try SequenceBatches(features: reader, labels: labels).batch(epoch: 0, index: 0)
      let padded = try SequenceBatches(features: reader, labels: labels, alignment: .start).batch(
        epoch: 0, index: 0)
      #expect(batches == padded && batches.featuresMask.count == 6)
    }
  }

  /// The shuffle decides when two lengths meet; the check does not wait for it.
  @Test func unequalLengthsAreFoundBeforeTheFirstEpoch() throws {
    func batches(
      _ lengths: [Int], _ order: ExampleOrder, size: Int = 2, _ alignment: Alignment = .equal
    ) throws -> SequenceBatches {
      let reader = TestReader(lengths: lengths)
      return try SequenceBatches(
        features: reader, labels: .reader(reader.named("y"), .values), batchSize: size, alignment: alignment,
        order: order)
    }
    for seed in 0..<5 as Range<UInt64> {
      expectMessage("x_2.csv: has 2 time steps where x_0.csv has 3; \(advice)") {
        try batches([3, 3, 2], .shuffled(seed: seed)).checkLengths()
      }
      try batches([3, 3, 3], .shuffled(seed: seed)).checkLengths()
      try batches([3, 3, 2], .shuffled(seed: seed), size: 1).checkLengths()
      try batches([3, 3, 2], .shuffled(seed: seed), .end).checkLengths()
    }
    // In the order of the files, the batches are always the same.
    try batches([3, 3, 2], .sequential).checkLengths()
  }

  /// A row that is dropped from features or labels is missing in both, so lengths are compared after that.
  @Test func rowsThatPoliciesDropCountForNeither() throws {
    func batches(_ features: [Int: Int], _ labels: [Int: Int], policy: ErrorPolicy) throws -> SequenceBatches
    {
      func reader(_ name: String, _ dropped: [Int: Int]) -> TestReader {
        var reader = TestReader(lengths: [4, 4, 4, 4]).named(name)
        for (index, row) in dropped {
          reader.sequences[index].values.removeSubrange(row * 2..<row * 2 + 2)
          reader.sequences[index].skippedRows = [row]
        }
        return reader
      }
      return try SequenceBatches(
        features: reader("x", features), labels: .reader(reader("y", labels), .values), batchSize: 2,
        order: .shuffled(seed: 1), policy: policy)
    }
    for policy in [ErrorPolicy.raise, ErrorPolicy(.skipRow)] {
      // A row of each, in some series of the features and in others of the labels.
      let equal = try batches([1: 2, 3: 1], [0: 2, 2: 3], policy: policy)
      try equal.checkLengths()
      #expect(try allBatches(equal).map(\.stepCount) == [3, 3])
      for (features, labels) in [([1: 2], [:]), ([:], [1: 2])] as [([Int: Int], [Int: Int])] {
        let unequal = try batches(features, labels, policy: policy)
        expectMessage("x_1.csv: has 3 time steps where x_0.csv has 4; \(advice)") {
          try unequal.checkLengths()
        }
      }
    }
  }

  /// A series is not at fault because another one is shorter, so no policy leaves it out.
  @Test(arguments: [ErrorPolicy.raise, ErrorPolicy(.skipSequence)])
  func noPolicyLeavesOutASeriesOfAnotherLength(_ policy: ErrorPolicy) throws {
    func batches(_ lengths: [Int], _ order: ExampleOrder, labels: [Int]? = nil) throws -> SequenceBatches {
      try SequenceBatches(
        features: TestReader(lengths: lengths),
        labels: .reader(TestReader(lengths: labels ?? lengths).named("y"), .values), batchSize: 2,
        order: order,
        policy: policy)
    }
    for order in [ExampleOrder.sequential, .shuffled(seed: 3)] {
      let unequal = try batches([3, 2, 3, 3], order)
      expectMessage("x_1.csv: has 2 time steps where x_0.csv has 3; \(advice)") {
        try unequal.checkLengths()
      }
      #expect(throws: RecordError.self) { _ = try allBatches(unequal) }
      try batches([3, 3, 3, 3], order).checkLengths()
    }
    // Series that never meet may differ.
    let apart = try batches([3, 3, 2, 2], .sequential)
    try apart.checkLengths()
    #expect(try allBatches(apart).map(\.stepCount) == [3, 2])
    // A series whose labels are more or fewer is at fault.
    if policy != .raise {
      let faulty = try batches([3, 3], .sequential, labels: [3, 2])
      try faulty.checkLengths()
      #expect(try allBatches(faulty).map(\.exampleCount) == [1])
    }
  }

  /// A model fixes the alignment, so another one is no remedy.
  @Test func aModelThatRequiresTheAlignmentLeavesOtherRemedies() throws {
    let reader = TestReader(lengths: [3, 2])
    func batches(_ labels: [Int]) throws -> SequenceBatches {
      try SequenceBatches(
        features: reader, labels: .reader(TestReader(lengths: labels).named("y"), .values)
      ).requiringAlignment()
    }
    expectMessage(
      "x_1.csv: has 2 time steps where x_0.csv has 3; alignment \"equal\" requires the same length for all series of a batch; "
        + "the model was trained with it: use batches of one series (--batch-size 1), or, in evaluate, lanes (--lanes N)"
    ) { _ = try allBatches(batches([3, 2])) }
    expectMessage(
      "y_1.csv: has one label where x_1.csv has 2 rows; the model was trained with a label for every row (alignment "
        + "\"equal\"): give every row its label"
    ) { _ = try allBatches(batches([3, 1])) }
  }

  @Test(arguments: Alignment.allCases) func aSequenceWithoutStepsIsRejected(alignment: Alignment) {
    expectMessage("x_1.csv: has no time steps; every sequence needs at least one row") {
      try pass(TestReader(lengths: [1, 0]), nil, alignment)
    }
    expectMessage("y_0.csv: has no time steps; every sequence needs at least one row") {
      try pass(TestReader(lengths: [1, 1]), TestReader(lengths: [0, 1]), alignment)
    }
  }

  @Test func aFaultyLabelFileIsNamedWhereTheOrdersDiffer() {
    expectMessage("y_2.csv: has no time steps; every sequence needs at least one row") {
      try pass(TestReader(lengths: [1, 1, 1]), TestReader(lengths: [1, 1, 0]).reordered([2, 0, 1]), .start)
    }
    expectMessage("y_0.csv: has 2 rows where x_0.csv has 1 row; \(labelAdvice)") {
      try pass(TestReader(lengths: [1, 1, 1]), TestReader(lengths: [2, 1, 1]).reordered([2, 0, 1]))
    }
  }

  @Test func anotherNumberOfColumnsIsRejected() {
    var reader = TestReader(lengths: [2, 2])
    reader.sequences[1] = SequenceRecord(values: [1, 2, 3, 4, 5, 6], columnCount: 3)
    expectMessage("x_1.csv: has 3 columns where 2 were expected, as in x_0.csv") { try pass(reader) }
    expectMessage("y_1.csv: has 3 columns where 2 were expected, as in y_0.csv") {
      try pass(TestReader(lengths: [2, 2]), reader)
    }
  }

  @Test func labelsPairByKeyInAnyOrder() throws {
    let features = TestReader(lengths: [1, 2, 3, 4])
    let labels = TestReader(lengths: [1, 2, 3, 4], columns: 1)
    func all(_ labels: TestReader) throws -> [DataSet] {
      try allBatches(SequenceBatches(features: features, labels: .reader(labels, .values), alignment: .start))
    }
    let expected = try all(labels)
    #expect(expected[0].labels?[3, 0, 3] == 4040)
    for order in [[3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]] {
      #expect(try all(labels.reordered(order)) == expected)
    }
    let sets = try SequenceBatches(
      features: features, labels: .reader(labels.reordered([3, 1, 0, 2]), .values))
    #expect((0..<4).map { sets.sources(of: $0).labels?.key } == ["0", "1", "2", "3"])
  }

  @Test func filesWithoutPartnerAreNamed() {
    let all = TestReader(lengths: [1, 1, 1, 1])
    let remedy =
      "every feature file needs one label file of the same number, glob match or name: add the missing file, or "
      + "narrow the range"
    expectMessage("x_2.csv: has no label file with its key \"2\"; \(remedy)") {
      try pass(all, all.reordered([0, 1, 3]))
    }
    expectMessage("x_1.csv: has no label file with its key \"1\" (nor has 1 more); \(remedy)") {
      try pass(all, all.reordered([0, 3]))
    }
    expectMessage("x_0.csv: has no label file with its key \"0\" (nor have 2 more); \(remedy)") {
      try pass(all, all.reordered([2]))
    }
    expectMessage("y_3.csv: has no feature file with its key \"3\"; \(remedy)") {
      try pass(all.reordered([0, 1, 2]), all)
    }
    expectMessage("y_0.csv: has no feature file with its key \"0\" (nor have 2 more); \(remedy)") {
      try pass(all.reordered([3]), all)
    }
    // The same number of both, but different ones.
    expectMessage("x_0.csv: has no label file with its key \"0\"; \(remedy)") {
      try pass(all.reordered([0, 1]), all.reordered([1, 2]))
    }
  }

  @Test func twoLabelFilesOfOneKeyAreRejected() {
    var labels = TestReader(lengths: [1, 1, 1])
    labels.keys = ["0", "1", "1"]
    expectMessage(
      "y_1.csv: has the same key \"1\" as y_1.csv; every feature file needs one label file: remove or "
        + "rename one"
    ) { try pass(TestReader(lengths: [1, 1]), labels) }
  }

  @Test func aReadersErrorIsRethrown() {
    var reader = TestReader(lengths: [1, 1])
    reader.failures[1] = RecordError(.notANumber, path: "x_1.csv", line: 4, column: 2, "bad")
    expectMessage("x_1.csv:4:2: bad") { try pass(reader) }
    expectMessage("x_1.csv:4:2: bad") { try pass(TestReader(lengths: [1, 1]), reader) }
  }
}
