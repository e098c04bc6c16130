import DataSets
import Sequences
import TensorFiles

extension Manifest {
  /// Where one example came from: its metadata, without what is the same in nearly every line of the list.
  public struct Source: Codable, Sendable, Hashable {
    /// The example's number in the data set that was saved.
    public var index: Int
    /// What paired features and labels.
    public var key: String
    /// The features' file.
    public var features: String
    /// The first and the last line of the features.
    public var featureLines: ClosedRange<Int>
    /// The line at which the features' sequence begins; absent where it is the first of `featureLines`.
    var featuresFirstLine: Int?
    /// The labels' file; absent when they stood with the features, or there are none.
    public var labels: String?
    /// The first and the last line of the labels; absent as `labels`.
    public var labelLines: ClosedRange<Int>?
    /// As `featuresFirstLine`.
    var labelsFirstLine: Int?
    /// The labels' key; absent where it is `key`.
    var labelsKey: String?

    init(_ example: ExampleMetadata) {
      index = example.index
      key = example.features.key
      features = example.features.path
      featureLines = example.featureLines
      if example.features.firstLine != featureLines.lowerBound {
        featuresFirstLine = example.features.firstLine
      }
      labelLines = example.labelLines
      guard let source = example.labels else { return }
      labels = source.path
      if source.firstLine != labelLines?.lowerBound { labelsFirstLine = source.firstLine }
      if source.key != key { labelsKey = source.key }
    }

    /// The metadata that was saved.
    var metadata: ExampleMetadata {
      ExampleMetadata(
        index: index,
        features: RecordSource(
          path: features, firstLine: featuresFirstLine ?? featureLines.lowerBound, key: key),
        featureLines: featureLines,
        labels: labels.map { path in
          RecordSource(
            path: path, firstLine: labelsFirstLine ?? labelLines?.lowerBound ?? 1, key: labelsKey ?? key)
        }, labelLines: labelLines)
    }
  }
}

extension Manifest.Source {
  /// The source as the JSON object that `Codable` reads back.
  ///
  /// Written by hand: there is one for every example, and an encoder takes 20 us for each, a tenth of the time that
  /// converting an example of 18 KB takes in all.
  var json: String {
    var text = "{\"index\":\(index),\"key\":\(jsonString(key)),\"features\":\(jsonString(features))"
    text += ",\"featureLines\":[\(featureLines.lowerBound),\(featureLines.upperBound)]"
    if let featuresFirstLine { text += ",\"featuresFirstLine\":\(featuresFirstLine)" }
    if let labels { text += ",\"labels\":\(jsonString(labels))" }
    if let labelLines { text += ",\"labelLines\":[\(labelLines.lowerBound),\(labelLines.upperBound)]" }
    if let labelsFirstLine { text += ",\"labelsFirstLine\":\(labelsFirstLine)" }
    if let labelsKey { text += ",\"labelsKey\":\(jsonString(labelsKey))" }
    return text + "}"
  }
}
