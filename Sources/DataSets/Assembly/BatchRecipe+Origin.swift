import Sequences

extension BatchRecipe {
  /// Returns a lookup of the origins of a batch's values.
  ///
  /// - Parameters:
  ///   - indices: The example of each row.
  ///   - features: The step of the batch at which each row's features begin.
  ///   - labels: The step of the batch at which each row's labels begin.
  ///   - featureRows: The ordinals of each sequence's steps.
  ///   - labelRows: The ordinals of the steps of each label sequence.
  func origin(
    of indices: [Int], features featureStarts: [Int], labels labelStarts: [Int], featureRows: [RowOrdinals],
    labelRows: [RowOrdinals]
  ) -> BatchOrigin {
    var origin = BatchOrigin { row, step, column in
      let source = featureColumns[column]
      var transforms = features.schema.changes(ofColumn: source)
      if let featuresNormalizer { transforms.append(featuresNormalizer.words(column)) }
      let position = features.position(
        of: indices[row], row: featureRows[row][step - featureStarts[row]],
        column: source)
      return DataSet.ValueOrigin(
        position: position, column: features.columns[source], transforms: transforms, value: .nan)
    }
    guard let reader = labelReader else { return origin }
    origin.label = { row, step, column in
      var source = labelColumns[0]
      var transforms = [String]()
      if case .oneHot(let names) = labelSource.encoding, labelColumns.count == 1 {
        transforms.append("one-hot of \(names.count) classes")
      } else {
        source = labelColumns[column]
        if let labelsNormalizer { transforms.append(labelsNormalizer.words(column)) }
      }
      let position = reader.position(
        of: pairing[indices[row]], row: labelRows[row][step - labelStarts[row]],
        column: source)
      return DataSet.ValueOrigin(
        position: position, column: reader.columns[source],
        transforms: reader.schema.changes(ofColumn: source) + transforms, value: .nan)
    }
    return origin
  }
}
