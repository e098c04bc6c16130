/// What tells data, or options, from others: aspect by aspect, so that a message can say what has changed.
///
/// ```swift
/// var signature = Signature()
/// signature.add("the batch size", "32")
/// signature.firstDifference(from: other)   // "the batch size was 16, is 32"
/// ```
/// It is the same in every process, and small: long values are added as fingerprints.
public struct Signature: Sendable, Hashable, Codable {
  /// One thing that can change.
  public struct Aspect: Sendable, Hashable, Codable {
    /// What it is, as a message calls it: "the batch size".
    public var name: String
    /// What it is set to.
    public var value: String
  }

  /// The aspects, in the order in which they are compared.
  public private(set) var aspects: [Aspect] = []

  /// Makes the signature of nothing.
  public init() {}

  /// Adds an aspect with a value that people can read.
  public mutating func add(_ name: String, _ value: String) {
    aspects.append(Aspect(name: name, value: value))
  }

  /// Adds an aspect of which only a hash is kept.
  public mutating func add(_ name: String, _ fingerprint: Fingerprint) { add(name, "#\(fingerprint)") }

  /// Adds the aspects of `other`, their names ending with `suffix`.
  public mutating func add(_ other: Signature, suffix: String = "") {
    for aspect in other.aspects { add(aspect.name + suffix, aspect.value) }
  }

  /// The first aspect that is another in `earlier`, in words; `nil` when all are the same.
  public func firstDifference(from earlier: Signature) -> String? {
    for aspect in aspects {
      let before = earlier.aspects.first { $0.name == aspect.name }?.value
      if before != aspect.value { return words(aspect.name, before, aspect.value) }
    }
    for aspect in earlier.aspects where !aspects.contains(where: { $0.name == aspect.name }) {
      return words(aspect.name, aspect.value, nil)
    }
    return nil
  }

  /// A hash of all of it.
  public var fingerprint: Fingerprint {
    var result = Fingerprint()
    for aspect in aspects {
      result.combine(aspect.name)
      result.combine(aspect.value)
    }
    return result
  }

  private func words(_ name: String, _ before: String?, _ now: String?) -> String {
    // A hash says nothing to people.
    if before?.hasPrefix("#") ?? true, now?.hasPrefix("#") ?? true { return "\(name) changed" }
    return "\(name) was \(before ?? "not set"), is \(now ?? "not set")"
  }
}
