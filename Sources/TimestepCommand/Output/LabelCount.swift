import Timestep

/// Counts of the examples, steps and labels of a part of the data, from batches that are read anyway.
struct LabelCount {
  /// The mean of a label column, and the sum of squared distances from it.
  struct Column {
    private(set) var count = 0
    private(set) var mean = 0.0
    private(set) var squares = 0.0

    fileprivate mutating func add(_ value: Double) {
      count += 1
      let distance = value - mean
      mean += distance / Double(count)
      squares += distance * (value - mean)
    }

    /// Returns the root mean squared error of a constant prediction.
    func error(of prediction: Double) -> Double {
      let distance = mean - prediction
      return (squares / Double(count) + distance * distance).squareRoot()
    }
  }

  /// A series that is being read, in one row of the batches.
  private struct Row {
    var stepCount = 0
    var labelCount = 0
    var isFirstLabelAtStart = false
    var classes: Set<Int> = []
  }

  /// The number of series.
  private(set) var exampleCount = 0
  /// The number of present steps.
  private(set) var stepCount = 0
  /// The number of labels.
  private(set) var labelCount = 0
  /// The number of series of several steps with a single label, at the first step.
  private(set) var labelledAtStartCount = 0
  /// The number of series with a label of each class.
  private(set) var examples: [Int]
  /// The number of labels of each class.
  private(set) var classes: [Int]
  /// The label columns of regression, in the labels' own units.
  private(set) var columns: [Column]
  private var rows: [Row] = []

  /// Makes counts of nothing.
  init(_ labels: DataContract.Labels) {
    let isClasses = labels.encoding == .oneHot
    classes = [Int](repeating: 0, count: isClasses ? labels.names.count : 0)
    examples = classes
    columns = [Column](repeating: Column(), count: isClasses ? 0 : labels.names.count)
  }

  /// Adds a batch, or a piece of one, whose rows may continue those of the previous one.
  ///
  /// - Parameter normalizer: The normalizer that was applied to the labels.
  mutating func add(_ batch: DataSet, _ normalizer: AffineNormalizer?) {
    let (mask, starts) = (batch.stepMask, batch.seriesStarts)
    if rows.count != batch.exampleCount {
      finish()
      rows = [Row](repeating: Row(), count: batch.exampleCount)
    }
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount {
        if starts[row, step] { endSeries(row) }
        guard mask[row, step] else { continue }
        rows[row].stepCount += 1
        guard let labels = batch.labels, batch.labelsMask[row, step] else { continue }
        if rows[row].labelCount == 0 { rows[row].isFirstLabelAtStart = rows[row].stepCount == 1 }
        rows[row].labelCount += 1
        add(labels, row, step, normalizer)
      }
    }
  }

  private mutating func add(_ labels: Tensor, _ row: Int, _ step: Int, _ normalizer: AffineNormalizer?) {
    for column in columns.indices {
      let value = labels[row, column, step]
      columns[column].add(Double(normalizer?.revert(value, column: column) ?? value))
    }
    guard !classes.isEmpty else { return }
    var best = 0
    for column in classes.indices where labels[row, column, step] > labels[row, best, step] { best = column }
    guard labels[row, best, step] > 0 else { return }
    classes[best] += 1
    rows[row].classes.insert(best)
  }

  private mutating func endSeries(_ index: Int) {
    let row = rows[index]
    rows[index] = Row()
    guard row.stepCount > 0 else { return }
    exampleCount += 1
    stepCount += row.stepCount
    labelCount += row.labelCount
    if row.isFirstLabelAtStart, row.labelCount == 1, row.stepCount > 1 { labelledAtStartCount += 1 }
    for index in row.classes { examples[index] += 1 }
  }

  /// Ends the series of the last batch.
  mutating func finish() {
    for index in rows.indices { endSeries(index) }
    rows = []
  }
}
