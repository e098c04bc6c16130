/// The placement of the shorter of an example's features and labels.
public enum Alignment: String, Sendable, Hashable, Codable, CaseIterable {
  /// All lengths in a batch are equal, including those of features and labels; anything else is an error.
  case equal
  /// Everything begins at step 0.
  case start
  /// The features and labels of an example end at the same step, at the length of that example.
  case end

  /// Returns the steps of a batch that features and labels of the given lengths occupy.
  func ranges(features: Int, labels: Int) -> (features: Range<Int>, labels: Range<Int>) {
    guard self == .end else { return (0..<features, 0..<labels) }
    let length = max(features, labels)
    return (length - features..<length, length - labels..<length)
  }
}
