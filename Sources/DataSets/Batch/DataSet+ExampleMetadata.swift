import Sequences

extension DataSet {
  /// The origin of one example of a batch, sufficient to load it again.
  public struct ExampleMetadata: Hashable, Sendable, Codable {
    /// The index of the example in the data set, whatever the order of the pass.
    public var index: Int
    /// The features' file and key.
    public var features: SequenceRecord.Source
    /// The lines of the features.
    public var featureLines: ClosedRange<Int>
    /// The labels' file and key; `nil` if they are in the same sequence as the features, or if there are none.
    public var labels: SequenceRecord.Source?
    /// The lines of the labels; `nil` in the same cases as `labels`.
    public var labelLines: ClosedRange<Int>?

    /// Makes the metadata of an example.
    public init(
      index: Int, features: SequenceRecord.Source, featureLines: ClosedRange<Int>,
      labels: SequenceRecord.Source? = nil,
      labelLines: ClosedRange<Int>? = nil
    ) {
      self.index = index
      self.features = features
      self.featureLines = featureLines
      self.labels = labels
      self.labelLines = labelLines
    }
  }
}

extension DataSet.ExampleMetadata {
  /// The location of the features, as in messages: `PATH:LINE`.
  public var location: String { "\(features.path):\(featureLines.lowerBound)" }
}
