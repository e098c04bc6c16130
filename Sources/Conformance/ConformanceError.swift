/// A protocol promise that a plug-in breaks: the promise, the location, and what was found.
///
/// Its description is `PLACE: the promise, what was found`:
/// `outputs of example 1, step 4: padding changes nothing, but ...`.
public struct ConformanceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The index, step or array name at which the promise is broken.
  public var place: String
  /// The promise of the protocol.
  public var promise: String
  /// The result found instead.
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
