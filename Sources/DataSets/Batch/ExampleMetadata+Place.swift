import Sequences

extension ExampleMetadata {
  /// The location of the features, as in messages: `PATH:LINE`.
  public var place: String { "\(features.path):\(featureLines.lowerBound)" }
}
