import Timestep

/// The sequences that categories and classes are collected from: those of the training part that no policy leaves out.
struct CollectionRule {
  /// The keys that decide the parts.
  let partKey: Partition.Key
  /// The pairing keys of sequences that the policy leaves out for a fault that shows only after they were read: in their
  /// labels, or after transforms.
  private(set) var leftOut: Set<String> = []

  /// Makes the rule for data of which nothing is left out after reading.
  init(partKey: Partition.Key) { self.partKey = partKey }

  /// Leaves out sequences, by their pairing keys.
  ///
  /// - Returns: True if that changes the rule.
  mutating func leaveOut(_ keys: some Sequence<String>) -> Bool {
    let count = leftOut.count
    leftOut.formUnion(keys)
    return leftOut.count > count
  }
}
