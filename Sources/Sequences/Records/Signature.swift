import Platform

/// Identifies data or options, aspect by aspect, so that a message can say which aspect changed.
///
/// ```swift
/// var signature = Signature()
/// signature.add("the batch size", "32")
/// signature.firstDifference(from: other)   // "the batch size was 16, is 32"
/// ```
/// It is the same in every process, and small: long values are added as fingerprints.
public struct Signature: Sendable, Hashable, Codable, ExpressibleByDictionaryLiteral {
  /// One aspect that can change.
  public struct Aspect: Sendable, Hashable, Codable {
    /// Its name in messages: "the batch size".
    public var name: String
    /// Its value.
    public var value: String
    /// True if only signatures that both have the aspect are compared by it; `nil` means false.
    var isOptional: Bool?
  }

  /// The aspects, in the order in which they are compared.
  public private(set) var aspects: [Aspect] = []

  /// Makes an empty signature.
  public init() {}

  /// Makes a signature of aspects with readable values: `["the batch size": "32"]`.
  public init(dictionaryLiteral elements: (String, String)...) {
    aspects = elements.map { Aspect(name: $0, value: $1) }
  }

  /// Adds an aspect with a readable value.
  public mutating func add(_ name: String, _ value: String) {
    aspects.append(Aspect(name: name, value: value))
  }

  /// Adds an aspect of which only a hash is stored.
  public mutating func add(_ name: String, _ fingerprint: Fingerprint) { add(name, "#\(fingerprint)") }

  /// Adds an aspect that is known only sometimes: a signature without it can be equal to one with it.
  mutating func add(optional name: String, _ fingerprint: Fingerprint) {
    aspects.append(Aspect(name: name, value: "#\(fingerprint)", isOptional: true))
  }

  /// Adds the aspects of `other`, with `suffix` appended to their names.
  public mutating func add(_ other: Signature, suffix: String = "") {
    for var aspect in other.aspects {
      aspect.name += suffix
      aspects.append(aspect)
    }
  }

  /// Describes the first aspect that differs in `earlier`; returns `nil` if all are equal.
  ///
  /// Aspects of one name, as of two readers that wrap each other, are compared in their order.
  public func firstDifference(from earlier: Signature) -> String? {
    var others = earlier.aspects
    for aspect in aspects {
      let place = others.firstIndex { $0.name == aspect.name }
      if place == nil && aspect.isOptional == true { continue }
      let before = place.map { others.remove(at: $0).value }
      if before != aspect.value { return words(aspect.name, before, aspect.value) }
    }
    return others.first { $0.isOptional != true }.map { words($0.name, $0.value, nil) }
  }

  /// A hash of all aspects.
  public var fingerprint: Fingerprint {
    var result = Fingerprint()
    for aspect in aspects {
      result.combine(aspect.name)
      result.combine(aspect.value)
    }
    return result
  }

  private func words(_ name: String, _ before: String?, _ now: String?) -> String {
    // A hash is meaningless to people.
    if before?.hasPrefix("#") ?? true, now?.hasPrefix("#") ?? true { return "\(name) changed" }
    return "\(name) was \(inWords(before ?? "not set")), is \(inWords(now ?? "not set"))"
  }
}
