import Timestep

/// Batches of a command, wherever they come from.
enum BatchSource {
  /// Made from CSV files.
  case sequences(SequenceDataSets)
  /// Read from a directory that `convert` wrote.
  case saved(SavedDataSets)

  /// What a model may rely on about the batches.
  var contract: DataContract {
    switch self {
    case .sequences(let dataSets): return dataSets.contract
    case .saved(let dataSets): return dataSets.contract
    }
  }

  /// The same batches normalized.
  func normalized(features: AffineNormalizer?, labels: AffineNormalizer?) -> BatchSource {
    if features == nil && labels == nil { return self }
    switch self {
    case .sequences(let dataSets): return .sequences(dataSets.normalized(features: features, labels: labels))
    case .saved(let dataSets): return .saved(dataSets.normalized(features: features, labels: labels))
    }
  }

  /// How sequences are laid end to end.
  struct Lanes {
    /// The number of lanes.
    var count: Int
    /// The steps of a piece.
    var steps: Int
  }

  /// An iterator over the batches.
  var iterator: any ResumableDataSetIterator { iterator(nil) }

  /// An iterator over the batches, or over pieces of lanes.
  func iterator(_ lanes: Lanes?) -> any ResumableDataSetIterator {
    switch self {
    case .sequences(let dataSets):
      guard let lanes else { return UntilInterrupted(base: SequenceDataSetIterator(dataSets)) }
      return UntilInterrupted(base: LaneDataSetIterator(dataSets, lanes: lanes.count, steps: lanes.steps))
    case .saved(let dataSets): return UntilInterrupted(base: SavedDataSetIterator(dataSets))
    }
  }
}

/// Draws from an iterator until a signal comes.
struct UntilInterrupted<Base: ResumableDataSetIterator>: ResumableDataSetIterator {
  fileprivate var base: Base

  var state: Base.State { base.state }

  mutating func restore(_ state: Base.State) throws { try base.restore(state) }

  mutating func begin(epoch: Int) throws { try base.begin(epoch: epoch) }

  mutating func next() throws -> DataSet? {
    try Interruption.check()
    return try base.next()
  }
}

extension UntilInterrupted: CountedDataSetIterator where Base: CountedDataSetIterator {
  var batchCount: Int { base.batchCount }
}
