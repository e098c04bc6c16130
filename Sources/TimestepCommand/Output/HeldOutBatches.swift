import Timestep

/// Held-out data that was read once.
struct HeldOutBatches {
  /// "test" or "validation".
  let name: String
  var source: BatchSource
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
}
