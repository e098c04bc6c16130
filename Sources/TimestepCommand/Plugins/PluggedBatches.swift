import Timestep

/// An iterator of a plug-in, with what a model may rely on about its batches.
public struct PluggedBatches {
  /// The iterator, before its first pass.
  public var iterator: any DataSetIterator
  /// What its batches hold: columns, labels, alignment.
  public var contract: DataContract

  /// Makes the batches of a plug-in.
  public init(_ iterator: any DataSetIterator, contract: DataContract) {
    self.iterator = iterator
    self.contract = contract
  }
}

/// Batches of a plug-in, normalized, whose position can be written down.
///
/// Of an iterator that knows no positions the batches before one are drawn again, and dropped.
struct ReplayedIterator: ResumableDataSetIterator {
  /// The pass, and the number of batches drawn in it.
  struct State: Codable, Sendable, Hashable {
    var epoch = 0
    var step = 0
  }

  private(set) var state = State()
  private var base: any DataSetIterator
  private let contract: DataContract

  init(_ batches: PluggedBatches) {
    base = batches.iterator
    contract = batches.contract
  }

  mutating func begin(epoch: Int) throws {
    try base.begin(epoch: epoch)
    state = State(epoch: epoch)
  }

  mutating func next() throws -> DataSet? {
    guard let batch = try base.next() else { return nil }
    state.step += 1
    guard contract.featuresNormalizer != nil || contract.labelsNormalizer != nil else { return batch }
    return batch.normalized(features: contract.featuresNormalizer, labels: contract.labelsNormalizer)
  }

  mutating func restore(_ state: State) throws {
    try begin(epoch: state.epoch)
    while self.state.step < state.step {
      guard try next() != nil else {
        throw IteratorStateError(
          problem:
            "names batch \(state.step) of pass \(state.epoch), the pass has \(self.state.step) batches; restore it "
            + "on the data it was taken from")
      }
    }
  }
}
