import Timestep

extension PluginRegistry {
  /// An iterator of a plug-in, with the properties of its batches that a model may rely on.
  public struct Batches {
    /// The iterator, before its first pass.
    public var iterator: any DataSetIterator
    /// The properties of its batches: columns, labels, alignment.
    public var contract: DataContract

    /// Makes the batches of a plug-in.
    public init(_ iterator: any DataSetIterator, contract: DataContract) {
      self.iterator = iterator
      self.contract = contract
    }
  }
}

/// The batches of a plug-in, normalized, with a position that can be saved.
///
/// If an iterator has no positions, the batches before a position are read again and dropped.
struct ReplayedIterator: ResumableDataSetIterator {
  /// The pass, and the number of batches read in it.
  struct State: Codable, Sendable, Hashable {
    var epoch = 0
    var batch = 0

    // Files call the batch a step.
    private enum CodingKeys: String, CodingKey {
      case epoch
      case batch = "step"
    }
  }

  private(set) var state = State()
  private var base: any DataSetIterator
  private let contract: DataContract

  init(_ batches: PluginRegistry.Batches) {
    base = batches.iterator
    contract = batches.contract
  }

  mutating func begin(epoch: Int) throws {
    try base.begin(epoch: epoch)
    state = State(epoch: epoch)
  }

  mutating func next() throws -> DataSet? {
    guard let batch = try base.next() else { return nil }
    state.batch += 1
    guard contract.featuresNormalizer != nil || contract.labelsNormalizer != nil else { return batch }
    return batch.normalized(by: contract.featuresNormalizer, labels: contract.labelsNormalizer)
  }

  mutating func restore(_ state: State) throws {
    try begin(epoch: state.epoch)
    while self.state.batch < state.batch {
      guard try next() != nil else {
        throw IteratorState.RestoreError(
          problem:
            "names batch \(state.batch) of pass \(state.epoch), the pass has \(self.state.batch) batches; restore it "
            + "on the data it was taken from")
      }
    }
  }
}
