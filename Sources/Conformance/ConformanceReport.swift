/// The promises that `checkConformance` has checked and found to be kept.
///
/// ```swift
/// print(try checkConformance(of: reader))
/// // 12 sequences, 340 steps
/// // - the index never changes
/// // - ...
/// ```
public struct ConformanceReport: Sendable, Hashable, CustomStringConvertible {
  /// The number of checked items: "12 sequences, 340 steps".
  public internal(set) var subject: String
  /// The promises that were checked, in order.
  public internal(set) var promises: [String] = []

  init(_ subject: String) { self.subject = subject }

  /// Adds a promise that was found to be kept.
  mutating func add(_ promise: String) { promises.append(promise) }

  /// The subject, followed by one line per promise.
  public var description: String { ([subject] + promises.map { "- \($0)" }).joined(separator: "\n") }
}

/// A protocol promise that a plug-in breaks: the promise, the location, and what was found.
///
/// Its description is `PLACE: the promise, what was found`:
/// `outputs of example 1, step 4: padding changes nothing, but ...`.
public struct ConformanceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The index, step or array name at which the promise is broken.
  public var location: String
  /// The promise of the protocol.
  public var promise: String
  /// The result found instead.
  public var finding: String

  /// Makes an error.
  public init(at location: String, _ promise: String, found finding: String) {
    self.location = location
    self.promise = promise
    self.finding = finding
  }

  /// `PLACE: the promise, but what was found`.
  public var description: String { "\(location): \(promise), but \(finding)" }
}
