import Timestep

/// Held-out data that was read once.
struct HeldOutBatches {
  /// "test" or "validation".
  let name: String
  private(set) var source: BatchSource
  /// The contents of its examples, as they are read.
  let identities: Set<UInt64>
  /// Identifies the data, whatever its order.
  let fingerprint: String

  /// Reads `source` once, so that faults in it are found now, not after the training.
  ///
  /// - Parameter observe: Is called with every batch that is read.
  init(_ name: String, _ source: BatchSource, observe: (DataSet) -> Void) throws {
    var identities: Set<UInt64> = []
    var (count, sum) = (0, UInt64(0))
    try source.forEachExample(observe: observe) { identity, _ in
      identities.insert(identity)
      count += 1
      sum &+= identity
    }
    var fingerprint = Fingerprint()
    fingerprint.combine(count)
    fingerprint.combine(sum)
    (self.name, self.source, self.identities) = (name, source, identities)
    self.fingerprint = fingerprint.description
  }

  /// Returns the data, normalized as the training data is.
  ///
  /// - Parameter mayBeTraining: True if examples may be those that something was fitted on.
  /// - Throws: `EvaluationError` if they may not and are: now, not after the training. This takes another pass over the
  ///   data, since the values to compare it with were fitted after its first pass; but only if something was fitted.
  func normalized(as contract: DataContract, mayBeTraining: Bool) throws -> HeldOutBatches {
    let (features, labels) = (contract.featuresNormalizer, contract.labelsNormalizer)
    var normalized = self
    normalized.source = source.normalized(by: features, labels: labels)
    let lineages = [features?.lineage, labels?.lineage, contract.transforms?.lineage]
    guard !mayBeTraining, lineages.contains(where: { $0?.isEmpty == false }) else { return normalized }
    var batches = normalized.source.iterator
    while let batch = try batches.next() { try batch.checkForEvaluation(allowing: []) }
    return normalized
  }
}
