import Sequences

/// Where one example of a batch comes from; enough to load it again.
public struct ExampleMetadata: Hashable, Sendable, Codable {
  /// The example's number in the data set, whatever the order of the pass.
  public var index: Int
  /// The features' file and key.
  public var features: RecordSource
  /// The lines that the features stand on.
  public var featureLines: ClosedRange<Int>
  /// The labels' file and key; `nil` when they stand with the features, or there are none.
  public var labels: RecordSource?
  /// The lines that the labels stand on; `nil` as `labels`.
  public var labelLines: ClosedRange<Int>?

  /// Makes the metadata of an example.
  public init(
    index: Int, features: RecordSource, featureLines: ClosedRange<Int>, labels: RecordSource? = nil,
    labelLines: ClosedRange<Int>? = nil
  ) {
    self.index = index
    self.features = features
    self.featureLines = featureLines
    self.labels = labels
    self.labelLines = labelLines
  }
}
