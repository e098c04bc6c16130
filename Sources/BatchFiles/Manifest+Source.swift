import DataSets
import Sequences
import TensorFiles

extension Manifest {
  /// The source of one example: its metadata, without what is the same in nearly every entry of the list.
  package struct Source: Codable, Sendable, Hashable {
    /// The example's index in the saved data set.
    package var index: Int
    /// The key that pairs features with labels.
    package var key: String
    /// The features' file.
    package var features: String
    /// The first and last line of the features.
    package var featureLines: ClosedRange<Int>
    /// The first line of the features' sequence; absent if it is the first of `featureLines`.
    var featuresFirstLine: Int?
    /// The labels' file; absent if labels and features were in the same file, or there are no labels.
    package var labels: String?
    /// The first and last line of the labels; absent under the same condition as `labels`.
    package var labelLines: ClosedRange<Int>?
    /// Like `featuresFirstLine`, for the labels.
    var labelsFirstLine: Int?
    /// The labels' key; absent if it equals `key`.
    var labelsKey: String?

    init(_ example: DataSet.ExampleMetadata) {
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
    var metadata: DataSet.ExampleMetadata {
      DataSet.ExampleMetadata(
        index: index,
        features: SequenceRecord.Source(
          path: features, firstLine: featuresFirstLine ?? featureLines.lowerBound, key: key),
        featureLines: featureLines,
        labels: labels.map { path in
          SequenceRecord.Source(
            path: path, firstLine: labelsFirstLine ?? labelLines?.lowerBound ?? 1, key: labelsKey ?? key)
        }, labelLines: labelLines)
    }
  }
}

extension Manifest.Source {
  /// The source as a JSON object that `Codable` can read.
  ///
  /// Written by hand: there is one per example, and an encoder takes 20 us for each, a tenth of the total
  /// time to convert an example of 18 KB.
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
