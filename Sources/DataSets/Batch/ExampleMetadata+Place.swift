import Sequences

extension ExampleMetadata {
  /// Where the features stand, as a message names it: `PATH:LINE`.
  public var place: String { "\(features.path):\(featureLines.lowerBound)" }
}
