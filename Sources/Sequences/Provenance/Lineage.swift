/// The examples that something was fitted on, by identity.
///
/// Statistics record it and pass it on to whatever is computed from them. So it is known whether a normalizer
/// has seen an example, and metrics on examples that it has seen are rejected.
/// ```swift
/// let all = first.merging(second)   // of two shards
/// all.contains(identity.value)      // see ExampleIdentity
/// ```
/// Only 8 bytes per example are kept. Empty means that nothing is known and nothing is rejected.
public struct Lineage: Sendable, Hashable {
  /// The distinct identities of the examples, in ascending order.
  public private(set) var identities: [UInt64]

  /// Makes the lineage of the examples with these identities, in any order and with any repetitions.
  public init(_ identities: some Sequence<UInt64> = []) {
    self.identities = []
    for identity in identities.sorted() where identity != self.identities.last {
      self.identities.append(identity)
    }
  }

  /// The number of examples.
  public var count: Int { identities.count }

  /// True if nothing is known.
  public var isEmpty: Bool { identities.isEmpty }

  /// Returns true if the example with this identity is included.
  ///
  /// - Complexity: O(log `count`).
  public func contains(_ identity: UInt64) -> Bool {
    var (low, high) = (0, identities.count)
    while low < high {
      let middle = low + (high - low) / 2
      if identities[middle] < identity { low = middle + 1 } else { high = middle }
    }
    return low < identities.count && identities[low] == identity
  }

  /// Returns the examples of both.
  ///
  /// - Complexity: O(n) in the sum of both counts.
  public func merging(_ other: Lineage) -> Lineage {
    if other.isEmpty { return self }
    if isEmpty { return other }
    var result = Lineage()
    result.identities.reserveCapacity(count + other.count)
    var (here, there) = (0, 0)
    while here < count || there < other.count {
      let takesHere =
        there == other.count || here < count && identities[here] <= other.identities[there]
      let next = takesHere ? identities[here] : other.identities[there]
      if takesHere { here += 1 } else { there += 1 }
      if next != result.identities.last { result.identities.append(next) }
    }
    return result
  }

  /// Adds the examples of another lineage.
  public mutating func merge(_ other: Lineage) { self = merging(other) }
}

/// The lineage of a fitted value.
///
/// Excluded from equality: all instances are equal.
///
/// Normalizers and transforms that treat data the same way are equal, whatever data they were fitted on. So a
/// model and batches whose transforms were fitted by programs that do and do not record lineages still match.
package struct RememberedLineage: Sendable, Hashable {
  package var value: Lineage

  package init(_ value: Lineage = Lineage()) { self.value = value }

  package static func == (first: RememberedLineage, second: RememberedLineage) -> Bool { true }

  package func hash(into hasher: inout Hasher) {}
}
