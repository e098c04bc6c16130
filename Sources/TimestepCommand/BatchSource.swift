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

  /// An iterator over the batches.
  var iterator: BatchSourceIterator {
    switch self {
    case .sequences(let dataSets): return .sequences(SequenceDataSetIterator(dataSets))
    case .saved(let dataSets): return .saved(SavedDataSetIterator(dataSets))
    }
  }
}

/// Draws from either source, until a signal comes.
enum BatchSourceIterator: CountedDataSetIterator {
  case sequences(SequenceDataSetIterator)
  case saved(SavedDataSetIterator)

  var batchCount: Int {
    switch self {
    case .sequences(let batches): return batches.batchCount
    case .saved(let batches): return batches.batchCount
    }
  }

  mutating func next() throws -> DataSet? {
    try Interruption.check()
    switch self {
    case .sequences(var batches):
      defer { self = .sequences(batches) }
      return try batches.next()
    case .saved(var batches):
      defer { self = .saved(batches) }
      return try batches.next()
    }
  }

  mutating func begin(epoch: Int) throws {
    switch self {
    case .sequences(var batches):
      batches.begin(epoch: epoch)
      self = .sequences(batches)
    case .saved(var batches):
      batches.begin(epoch: epoch)
      self = .saved(batches)
    }
  }
}
