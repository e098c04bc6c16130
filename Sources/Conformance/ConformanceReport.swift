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
