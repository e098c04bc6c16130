/// The examples that something was fitted on, by their identities.
///
/// Statistics remember it, and hand it on to what is made of them; so it is known of every example whether a normalizer
/// has seen it, and figures on examples that it has seen are refused.
/// ```swift
/// let all = first.merging(second)   // of two shards
/// all.contains(identity.value)      // see ExampleIdentity
/// ```
/// Nothing is kept of the examples but 8 bytes each. Empty: nothing is known, and nothing is refused.
public struct Lineage: Sendable, Hashable {
  /// The examples' identities, rising, each once.
  public private(set) var identities: [UInt64]

  /// Makes the lineage of the examples with these identities, in any order, however often each comes.
  public init(_ identities: some Sequence<UInt64> = []) {
    self.identities = []
    for identity in identities.sorted() where identity != self.identities.last {
      self.identities.append(identity)
    }
  }

  /// The number of examples.
  public var count: Int { identities.count }

  /// Whether nothing is known.
  public var isEmpty: Bool { identities.isEmpty }

  /// Whether the example with this identity is among them.
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

  /// The examples of both.
  ///
  /// - Complexity: O(n) in the counts of both.
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

  /// Adds the examples of another.
  public mutating func merge(_ other: Lineage) { self = merging(other) }
}

/// A lineage beside what was fitted; no part of what that is: all are equal.
///
/// Normalizers and transforms that do the same to data are the same, whoever they learned it from: a model and batches
/// whose transforms were fitted by programs that did and did not remember lineages still go together.
package struct RememberedLineage: Sendable, Hashable {
  package var value: Lineage

  package init(_ value: Lineage = Lineage()) { self.value = value }

  package static func == (first: RememberedLineage, second: RememberedLineage) -> Bool { true }

  package func hash(into hasher: inout Hasher) {}
}
