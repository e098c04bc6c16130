import Timestep

extension DataSet {
  /// Returns the same series from step 0 on, each continued to `count` steps at which the features are 0, as those after the
  /// last row are in training with more labels than rows; longer series stay as they are.
  ///
  /// - Returns: Features `[N, C, T]`, where T is at least `count`, without labels; the labels mask has all steps.
  func continued(to count: Int) -> DataSet {
    let (present, columns) = (featuresMask, features.shape[1])
    let rows = (0..<exampleCount).map { row in (0..<stepCount).filter { present[row, $0] } }
    let length = max(count, rows.map(\.count).max() ?? 0)
    var values = Tensor(shape: [exampleCount, columns, length], order: features.order)
    for (row, steps) in rows.enumerated() {
      for (place, step) in steps.enumerated() {
        for column in 0..<columns { values[row, column, place] = features[row, column, step] }
      }
    }
    return DataSet(
      features: values,
      featuresMask: Mask(rows: exampleCount, steps: length) { row, step in step < rows[row].count },
      labelsMask: Mask(rows: exampleCount, steps: length) { row, step in step < max(count, rows[row].count) },
      metadata: metadata)
  }
}
