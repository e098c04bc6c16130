import Sequences

extension BatchRecipe {
  /// Returns a lookup of the origins of a batch's values.
  ///
  /// - Parameters:
  ///   - indices: The example of each row.
  ///   - features: The step of the batch at which each row's features begin.
  ///   - labels: The step of the batch at which each row's labels begin.
  ///   - skippedFeatures: The rows of each sequence that a policy skipped.
  ///   - skippedLabels: The rows of each label sequence that a policy skipped.
  func origin(
    of indices: [Int], features featureStarts: [Int], labels labelStarts: [Int], skippedFeatures: [[Int]],
    skippedLabels: [[Int]]
  ) -> BatchOrigin {
    var origin = BatchOrigin { row, step, column in
      let source = featureColumns[column]
      var transforms = features.transforms(ofColumn: source)
      if let featuresNormalizer { transforms.append(featuresNormalizer.words(column)) }
      let position = features.position(
        of: indices[row], step: fileRow(step - featureStarts[row], skipping: skippedFeatures[row]),
        column: source)
      return ValueOrigin(
        position: position, column: features.columns[source], transforms: transforms, value: .nan)
    }
    guard let reader = labelReader else { return origin }
    origin.label = { row, step, column in
      var source = labelColumns[0]
      var transforms = [String]()
      if case .oneHot(let names) = labelSource.encoding {
        transforms.append("one-hot of \(names.count) classes")
      } else {
        source = labelColumns[column]
        if let labelsNormalizer { transforms.append(labelsNormalizer.words(column)) }
      }
      let position = reader.position(
        of: pairing[indices[row]], step: fileRow(step - labelStarts[row], skipping: skippedLabels[row]),
        column: source)
      return ValueOrigin(
        position: position, column: reader.columns[source],
        transforms: reader.transforms(ofColumn: source) + transforms, value: .nan)
    }
    return origin
  }
}
