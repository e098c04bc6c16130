import Sequences
import Tensors
import TestSupport
import Testing

@testable import DataSets

/// Identities of examples by their content.
@Suite struct ExampleContentsTests {
  private func identities(_ batches: some DataSetSource) throws -> [UInt64] {
    var iterator = batches.makeIterator()
    try iterator.begin(epoch: 0)
    var contents = ExampleContents()
    var found: [UInt64] = []
    while let batch = try iterator.next() { contents.add(batch) { identity, _ in found.append(identity) } }
    contents.finish { identity, _ in found.append(identity) }
    return found
  }

  private func data(_ seed: UInt64, count: Int = 12) -> (features: TestReader, labels: TestReader) {
    var random = SplitMix(state: seed)
    let lengths = (0..<count).map { _ in 1 + Int(random.next(below: 9)) }
    let features = TestReader(lengths: lengths)
    var labels = TestReader(values: lengths.map { _ in [Float(random.next(below: 3))] })
    labels.name = "y"
    return (features, labels)
  }

  private func batches(
    _ data: (features: TestReader, labels: TestReader), size: Int, _ alignment: Alignment = .end,
    _ order: ExampleOrder = .sequential, stored: Tensor.StorageOrder = .timeMajor
  ) throws -> SequenceBatches {
    try SequenceBatches(
      features: data.features, labels: .reader(data.labels, .oneHot(classes: 3)), batchSize: size,
      alignment: alignment, order: order
    ).stored(stored)
  }

  @Test func batchesPaddingOrderAndLanesDoNotMatter() throws {
    for seed in 0..<5 {
      let data = data(UInt64(seed))
      let expected = try identities(batches(data, size: 1))
      #expect(Set(expected).count == 12)
      for size in [1, 2, 5, 32] {
        for alignment in [Alignment.start, .end] {
          for stored in [Tensor.StorageOrder.c, .timeMajor] {
            #expect(try identities(batches(data, size: size, alignment, stored: stored)) == expected)
          }
        }
        let shuffled = try identities(batches(data, size: size, .end, .shuffled(seed: 3)))
        #expect(shuffled != expected && Set(shuffled) == Set(expected))
        let lanes = try LaneDataSetIterator(batches(data, size: 4), lanes: size, steps: 1 + size % 4)
        #expect(try Set(identities(lanes)) == Set(expected))
      }
    }
  }

  /// A zero is the same number with either sign, in any column, of features and of labels.
  @Test func theSignOfZeroDoesNotMatter() throws {
    for columns in 1...5 {
      for cell in 0..<3 * columns {
        func batch(_ zero: Float) -> DataSet {
          func tensor(_ width: Int) -> Tensor {
            var elements = (0..<3 * width).map { Float($0 + 1) }
            elements[cell % elements.count] = zero
            return Tensor(shape: [1, width, 3], elements: elements)
          }
          return DataSet(features: tensor(columns), labels: tensor(1))
        }
        func identity(_ batch: DataSet) -> UInt64 {
          var contents = ExampleContents()
          var found: [UInt64] = []
          contents.add(batch) { identity, _ in found.append(identity) }
          contents.finish { identity, _ in found.append(identity) }
          return found.first ?? 0
        }
        #expect(identity(batch(-0.0)) == identity(batch(0)))
        #expect(identity(batch(-.leastNonzeroMagnitude)) != identity(batch(0)))
      }
    }
  }

  @Test func featuresAndLabelsMatterAndNamesDoNot() throws {
    let original = data(1)
    let before = try identities(batches(original, size: 4))
    var renamed = original
    (renamed.features.name, renamed.features.headLines) = ("other", 3)
    #expect(try identities(batches(renamed, size: 4)) == before)
    for example in 0..<12 {
      var changed = original
      changed.features.sequences[example].values[0] += 1
      var after = try identities(batches(changed, size: 4))
      #expect(after[example] != before[example])
      after[example] = before[example]
      #expect(after == before)
      changed = original
      changed.labels.sequences[example].values[0] = changed.labels.sequences[example].values[0] == 0 ? 1 : 0
      after = try identities(batches(changed, size: 4))
      #expect(after[example] != before[example])
      after[example] = before[example]
      #expect(after == before)
    }
  }
}
