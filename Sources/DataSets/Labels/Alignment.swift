/// Where the shorter of an example's features and labels lies.
public enum Alignment: String, Sendable, Hashable, Codable, CaseIterable {
  /// All lengths of a batch agree, features with labels too; anything else is an error.
  case equal
  /// Everything begins at step 0.
  case start
  /// An example's features and labels end at the same step, at that example's own length.
  case end

  /// Where features and labels of the given lengths lie among the steps of a batch.
  func ranges(features: Int, labels: Int) -> (features: Range<Int>, labels: Range<Int>) {
    guard self == .end else { return (0..<features, 0..<labels) }
    let length = max(features, labels)
    return (length - features..<length, length - labels..<length)
  }
}
