/// A promise of a protocol that a plug-in does not keep: which one, where, and what was found.
///
/// Its description is `PLACE: the promise, what was found`:
/// `outputs of example 1, step 4: padding changes nothing, but ...`.
public struct ConformanceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The index, the step or the name of the array at which the promise is broken.
  public var place: String
  /// What the protocol promises.
  public var promise: String
  /// What was found instead.
  public var finding: String

  /// Makes an error.
  public init(at place: String, _ promise: String, found finding: String) {
    self.place = place
    self.promise = promise
    self.finding = finding
  }

  /// `PLACE: the promise, but what was found`.
  public var description: String { "\(place): \(promise), but \(finding)" }
}
