import ArgumentParser
import Platform
import Timestep

/// The batches of a command, from any source.
enum BatchSource {
  /// Assembled from CSV files.
  case sequences(SequenceBatches, FaultHandling = FaultHandling())
  /// Assembled from CSV files, with series laid end to end.
  case lanes(SequenceBatches, Lanes)
  /// Read from a directory that `convert` wrote.
  case saved(SavedDataSets)
  /// Read from an iterator of a plug-in.
  case plugged(PluginRegistry.Batches)

  /// The properties of the batches that a model may rely on.
  var contract: DataContract {
    switch self {
    case .sequences(let dataSets, _), .lanes(let dataSets, _): return dataSets.contract
    case .saved(let dataSets): return dataSets.contract
    case .plugged(let batches): return batches.contract
    }
  }

  /// True if series are laid end to end.
  var isOnLanes: Bool { if case .lanes = self { true } else { false } }

  /// The number of examples per batch; `nil` if batches were assembled elsewhere.
  var batchSize: Int? {
    switch self {
    case .sequences(let dataSets, _): return dataSets.batchSize
    case .lanes(_, let lanes): return lanes.count
    case .saved, .plugged: return nil
    }
  }

  /// The number of examples; `nil` if only the iterator knows.
  var exampleCount: Int? {
    switch self {
    case .sequences(let dataSets, _), .lanes(let dataSets, _): return dataSets.exampleCount
    case .saved(let dataSets): return dataSets.exampleCount
    case .plugged: return nil
    }
  }

  /// Returns the same batches, normalized.
  func normalized(by features: AffineNormalizer?, labels: AffineNormalizer?) -> BatchSource {
    if features == nil && labels == nil { return self }
    switch self {
    case .sequences(let dataSets, let faults):
      return .sequences(dataSets.normalized(by: features, labels: labels), faults)
    case .lanes(let dataSets, let lanes):
      return .lanes(dataSets.normalized(by: features, labels: labels), lanes)
    case .saved(let dataSets): return .saved(dataSets.normalized(by: features, labels: labels))
    case .plugged(var batches):
      (batches.contract.featuresNormalizer, batches.contract.labelsNormalizer) = (features, labels)
      return .plugged(batches)
    }
  }

  /// Returns the same batches for a network that predicts several quantiles: each label column once for each of them.
  ///
  /// - Parameter levels: The levels of the quantiles; none, or one, changes nothing.
  /// - Throws: `ValidationError` if the labels are no numbers, or cannot be repeated.
  func repeatingLabels(for levels: [Float]) throws -> BatchSource {
    let labels = contract.labels
    if levels.count < 2 || labels.quantiles == levels || labels.encoding == .none { return self }
    func refusal(_ problem: String) -> ValidationError {
      ValidationError("--loss \(Loss.quantiles(levels)): \(problem)")
    }
    guard labels.encoding == .values, labels.quantiles == nil else {
      throw refusal("quantiles are those of numbers: expected labels that are numbers, found others")
    }
    switch self {
    case .sequences(let dataSets, let faults):
      return .sequences(dataSets.repeatingLabels(for: levels), faults)
    case .lanes(let dataSets, let lanes): return .lanes(dataSets.repeatingLabels(for: levels), lanes)
    case .saved(let dataSets):
      guard contract.labelsNormalizer == nil else {
        throw refusal(
          "each label is repeated for its quantiles before it is normalized: expected batches whose labels are not normalized, "
            + "found normalized ones; convert the data without --normalize, and normalize in training")
      }
      return .saved(dataSets.repeatingLabels(for: levels))
    case .plugged:
      throw refusal(
        "the batches of a plug-in have a label column for each output: expected one level, found several; train a model for "
          + "each level")
    }
  }

  /// True if several examples may have the same steps, as windows have.
  var mayRepeatSteps: Bool {
    switch self {
    case .sequences(let dataSets, _), .lanes(let dataSets, _): dataSets.mayRepeatSteps
    case .saved, .plugged: false
    }
  }

  /// The same batches for an evaluation: a step that several windows have counts once.
  var countingStepsOnce: BatchSource {
    switch self {
    case .sequences(let dataSets, let faults): return .sequences(dataSets.countingStepsOnce(), faults)
    case .lanes(let dataSets, let lanes): return .lanes(dataSets.countingStepsOnce(), lanes)
    case .saved, .plugged: return self
    }
  }

  /// The same batches with all labels that there are, also where only the last one of an example is used, or where an
  /// earlier window has the step.
  var keepingAllLabels: BatchSource {
    guard case .sequences(let dataSets, let faults) = self else { return self }
    return .sequences(dataSets.keepingAllLabels(), faults)
  }

  /// Returns the key of an example: for files, the path of its file without the common directory; otherwise its pairing
  /// key.
  func exampleKey(of batch: DataSet, _ row: Int) -> String {
    guard row < batch.metadata.count else { return "\(row)" }
    if case .sequences(let dataSets, _) = self { return dataSets.exampleKey(of: batch.metadata[row].index) }
    return batch.metadata[row].features.key
  }

  /// Returns a text that windows of one series have in common, and no two series.
  ///
  /// In saved batches, a number after the last "@" of a key is taken for the row that a window begins at.
  func seriesKey(of batch: DataSet, _ row: Int) -> String? {
    guard row < batch.metadata.count else { return nil }
    if case .sequences(let dataSets, _) = self { return dataSets.seriesKey(of: batch.metadata[row].index) }
    let source = batch.metadata[row].features
    return "\(source.path):\(source.key.withoutWindow)"
  }

  /// Returns the first example that does not have exactly one label, the number of its labels, and the number of examples
  /// before it; `nil` if all have one.
  ///
  /// It reads the batches up to that example.
  func firstWithoutOneLabel() throws -> (path: String, labelCount: Int, number: Int)? {
    var number = 0
    var batches = iterator
    while let batch = try batches.next() {
      let counts = batch.labelsMask.lengths
      guard let row = counts.firstIndex(where: { $0 != 1 }) else {
        number += counts.count
        continue
      }
      let metadata = row < batch.metadata.count ? batch.metadata[row] : nil
      return (
        (metadata?.labels ?? metadata?.features)?.path ?? "the training data", counts[row], number + row
      )
    }
    return nil
  }

  /// The most files that a message names.
  private static let namedCount = 4

  /// Rejects series of several labels where a network predicts once per series.
  ///
  /// - Parameters:
  ///   - name: "training", "test" or "validation".
  ///   - path: The flag or the path that names the data.
  ///   - remedy: What else can be done.
  /// - Throws: `RecordError` that names files.
  func checkOneLabelPerSeries(_ name: String, path: String, remedy: String) throws {
    var (seriesCount, faultyCount) = (0, 0)
    var faulty: [(path: String, count: Int)] = []
    var batches = iterator
    while let batch = try batches.next() {
      let counts = batch.labelsMask.lengths
      seriesCount += counts.count
      for (row, count) in counts.enumerated() where count > 1 {
        faultyCount += 1
        guard faulty.count < Self.namedCount, row < batch.metadata.count else { continue }
        let metadata = batch.metadata[row]
        faulty.append((escapedText((metadata.labels ?? metadata.features).path.utf8, limit: nil), count))
      }
    }
    guard faultyCount > 0 else { return }
    let named = faulty.map { "\($0.path) has \($0.count)" }.joined(separator: ", ")
    let rest = faultyCount > faulty.count && !faulty.isEmpty ? " and \(faultyCount - faulty.count) more" : ""
    throw RecordError(
      .mismatch, path: faulty.first?.path ?? path,
      "\(faultyCount) of the \(seriesCount) series of the \(name) data have several labels, where the network predicts "
        + "once per series: expected 1 label, found more (\(named)\(rest)); give one label per series\(remedy)"
    )
  }

  /// The way in which sequences are laid end to end.
  struct Lanes {
    /// The number of lanes.
    var count: Int
    /// The number of steps in a piece.
    var steps: Int
  }

  /// Returns the same series laid end to end on lanes; saved batches, and all without lanes, are unchanged.
  ///
  /// - Throws: `InsufficientMemory` if the lanes do not fit in memory; `ValidationError` about a model of sorted rows.
  func laid(on lanes: Lanes?) throws -> BatchSource {
    guard let lanes, case .sequences(let dataSets, _) = self else { return self }
    guard dataSets.contract.isSortedByTime != true else {
      throw ValidationError(
        "--lanes: the model was trained on rows sorted by time, and lanes read rows in the order of their files; leave out "
          + "--lanes")
    }
    try dataSets.checkMemory(lanes: lanes.count, stepsPerPiece: lanes.steps)
    return .lanes(dataSets, lanes)
  }

  /// An iterator over the batches, or over the pieces of lanes.
  var iterator: any ResumableDataSetIterator {
    switch self {
    case .sequences(let dataSets, let faults):
      return UntilInterrupted(
        base: SequenceDataSetIterator(dataSets, errorBudget: faults.budget) { faults.log?.append($0) })
    case .lanes(let dataSets, let lanes):
      return UntilInterrupted(base: LaneDataSetIterator(dataSets, lanes: lanes.count, steps: lanes.steps))
    case .saved(let dataSets): return UntilInterrupted(base: SavedDataSets.Iterator(dataSets))
    case .plugged(let batches): return UntilInterrupted(base: ReplayedIterator(batches))
    }
  }
}

/// The handling of faults that a policy does not raise.
struct FaultHandling {
  /// The number of faulty sequences allowed per pass.
  var budget = ErrorBudget.unlimited
  /// The log of decisions; `nil`: nobody asks for them.
  var log: DecisionLog?
}

/// An iterator that ends when a signal arrives.
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

extension UntilInterrupted where Base == SequenceDataSetIterator {
  /// The report about the time spent.
  var report: PipelineReport { base.report }
}

extension UntilInterrupted: CountedDataSetIterator where Base: CountedDataSetIterator {
  var batchCount: Int { base.batchCount }
}

extension UntilInterrupted: IndexedDataSetIterator where Base: IndexedDataSetIterator {
  var batchIndex: Int { base.batchIndex }

  mutating func begin(epoch: Int, batch: Int) { base.begin(epoch: epoch, batch: batch) }
}
