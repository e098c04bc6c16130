import Platform
import Timestep

/// Held-out data that was read once.
struct HeldOutBatches {
  /// "test" or "validation".
  let name: String
  private(set) var source: BatchSource
  /// The data for an evaluation: a step that several windows have counts once.
  ///
  /// It is not what examples are compared by: an example is the same whichever of its labels count.
  var evaluated: BatchSource { source.countingStepsOnce }
  /// The contents of its examples, normalized as the training data was when it was written.
  let identities: Set<UInt64>
  /// Identifies the data, whatever its order.
  let fingerprint: String
  /// The flag or the path that names the data.
  private let path: String

  /// Reads `source` once, so that faults in it are found now, not after the training.
  ///
  /// - Parameters:
  ///   - path: The flag or the path that names the data.
  ///   - contract: That of the training data as it is read. Where it was written normalized, the held-out data is
  ///     normalized with the same numbers: only then are equal examples equal numbers.
  ///   - observe: Is called with every batch that is read, and the normalizer of its labels.
  /// - Throws: `RecordError` if there is nothing to evaluate on.
  init(
    _ name: String, _ source: BatchSource, path: String, as contract: DataContract,
    observe: (DataSet, AffineNormalizer?) -> Void
  ) throws {
    let source = source.normalized(by: contract.featuresNormalizer, labels: contract.labelsNormalizer)
    let normalizer = source.contract.labelsNormalizer
    var identities: Set<UInt64> = []
    var (count, sum, labelCount) = (0, UInt64(0), 0)
    try source.forEachExample {
      if !source.mayRepeatSteps { observe($0, normalizer) }
      labelCount += $0.labelsMask.count
    } _: { identity, _ in
      identities.insert(identity)
      count += 1
      sum &+= identity
    }
    if source.mayRepeatSteps {
      // Labels are counted as figures count them.
      var counted = source.countingStepsOnce.iterator
      while let batch = try counted.next() { observe(batch, normalizer) }
    }
    guard labelCount > 0 else {
      throw RecordError(
        .mismatch, path: path,
        "the \(name) data has no label to evaluate on: expected at least one, found none in "
          + "\(pluralized(count, "example", "examples")); give other \(name) data")
    }
    var fingerprint = Fingerprint()
    fingerprint.combine(count)
    fingerprint.combine(sum)
    (self.name, self.source, self.identities, self.path) = (name, source, identities, path)
    self.fingerprint = fingerprint.description
  }

  /// Returns the data, normalized as the training data is.
  func normalized(as contract: DataContract) -> HeldOutBatches {
    var normalized = self
    normalized.source = source.normalized(by: contract.featuresNormalizer, labels: contract.labelsNormalizer)
    return normalized
  }

  /// Rejects examples that something was fitted on before the training data was made: they are not in it, and only
  /// lineages know them.
  ///
  /// - Parameter contract: The normalizers and transforms that were fitted on other data.
  /// - Throws: `EvaluationError` that names an example: now, not after the training.
  func checkLineage(of contract: DataContract) throws {
    let (features, labels) = (contract.featuresNormalizer, contract.labelsNormalizer)
    let lineages = [features?.lineage, labels?.lineage, contract.transforms?.lineage]
    // Saved batches know their examples of what was fitted when they were written.
    var mayBeMarked = lineages.contains { $0?.isEmpty == false }
    if case .saved = source { mayBeMarked = true }
    guard mayBeMarked else { return }
    var batches = source.normalized(by: features, labels: labels).iterator
    while let batch = try batches.next() { try batch.checkForEvaluation(allowing: []) }
  }

  /// Rejects data that a network cannot be evaluated on: now, not after the first epoch.
  ///
  /// - Parameter remedy: What else can be done if the network predicts once per series.
  /// - Throws: `RecordError` that names files.
  func check(for network: MultiLayerNetwork, remedy: String) throws {
    if network.predictsOncePerSeries {
      try evaluated.checkOneLabelPerSeries(name, path: path, remedy: remedy)
    }
    var batches = evaluated.iterator
    while let batch = try batches.next() {
      do throws(NetworkError) {
        try network.checkEvaluation(of: batch)
      } catch {
        throw RecordError(.mismatch, path: path, "the \(name) data cannot be evaluated: \(error)")
      }
    }
  }
}
