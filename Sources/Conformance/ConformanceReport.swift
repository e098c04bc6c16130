/// What `checkConformance` has checked and found kept.
///
/// ```swift
/// print(try checkConformance(of: reader))
/// // 12 sequences, 340 steps
/// // - the index never changes
/// // - ...
/// ```
public struct ConformanceReport: Sendable, Hashable, CustomStringConvertible {
  /// What was checked, counted: "12 sequences, 340 steps".
  public internal(set) var subject: String
  /// The promises that were checked, in order.
  public internal(set) var promises: [String] = []

  init(_ subject: String) { self.subject = subject }

  /// Adds a promise that has been found kept.
  mutating func add(_ promise: String) { promises.append(promise) }

  /// The subject, and a line for each promise.
  public var description: String { ([subject] + promises.map { "- \($0)" }).joined(separator: "\n") }
}
