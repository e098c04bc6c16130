extension LabelledSteps {
  /// The class that a step's label names, of `classCount`; one column stands for two classes.
  ///
  /// - Throws: `EvaluationError` when the label names none.
  func actualClass(_ example: Int, _ step: Int, of classCount: Int) throws -> Int {
    if columnCount < classCount { return try isPositive(example, 0, step) ? 1 : 0 }
    guard let actual = namedClass(example, step) else {
      throw EvaluationError(
        .label, example: example, step: step,
        "the label \(labelText(example, step)) names no class, where one element larger than all others "
          + "was expected; check the label encoding and the labels mask")
    }
    return actual
  }

  /// Whether the label of a column, which is 0 or 1, is 1; a smoothed one from 0.5 on.
  ///
  /// - Throws: `EvaluationError` when the label does not lie in 0...1.
  func isPositive(_ example: Int, _ column: Int, _ step: Int) throws -> Bool {
    let value = label(example, column, step)
    guard value >= 0, value <= 1 else {  // NaN is neither
      let which = columnCount > 1 ? " of column \(column)" : ""
      throw EvaluationError(
        .label, example: example, step: step,
        "the label [\(value)]\(which) names no class, where a value from 0 to 1 was expected; check the label "
          + "encoding and the labels mask")
    }
    return value >= 0.5
  }

  /// The class that is predicted for a step: the largest prediction, the first of equals.
  ///
  /// One column stands for two classes: class 1 from `threshold`, or else 0.5, on. With a threshold, two columns are
  /// decided by that of class 1 alone.
  ///
  /// - Throws: `EvaluationError` when a prediction is NaN.
  func predictedClass(_ example: Int, _ step: Int, of classCount: Int, threshold: Float?) throws -> Int {
    var best = 0
    var largest = try number(example, 0, step)
    if columnCount < classCount { return largest >= threshold ?? 0.5 ? 1 : 0 }
    for column in 1..<columnCount {
      let value = try number(example, column, step)
      if value > largest { (best, largest) = (column, value) }
    }
    guard let threshold else { return best }
    return prediction(example, 1, step) >= threshold ? 1 : 0
  }

  /// How many classes other than `actual` have a prediction that is not below that of `actual`.
  ///
  /// One column is the prediction of class 1, and 1 less it that of class 0.
  func rank(of actual: Int, _ example: Int, _ step: Int, of classCount: Int) -> Int {
    if columnCount < classCount {
      let positive = prediction(example, 0, step)
      return (actual == 1 ? positive > 0.5 : positive < 0.5) ? 0 : 1
    }
    let own = prediction(example, actual, step)
    return (0..<columnCount).reduce(0) { count, column in
      column != actual && prediction(example, column, step) >= own ? count + 1 : count
    }
  }

  /// The prediction of a column at a step, which may be infinite.
  ///
  /// - Throws: `EvaluationError` when it is NaN.
  func number(_ example: Int, _ column: Int, _ step: Int) throws -> Float {
    let value = prediction(example, column, step)
    guard !value.isNaN else {
      throw EvaluationError(
        .prediction, example: example, step: step,
        "a prediction is NaN; check the features for NaN, and whether the training's score stayed finite")
    }
    return value
  }

  /// The class whose element is larger than all others, none of which is negative; `nil` when there is none.
  private func namedClass(_ example: Int, _ step: Int) -> Int? {
    var best = 0
    var largest: Float = 0
    var isUnique = false
    for column in 0..<columnCount {
      let value = label(example, column, step)
      guard value >= 0, value.isFinite else { return nil }  // NaN is not >= 0
      if value > largest {
        (best, largest, isUnique) = (column, value, true)
      } else if value == largest {
        isUnique = false
      }
    }
    return isUnique ? best : nil
  }

  /// A step's label as a message shows it, its first elements.
  private func labelText(_ example: Int, _ step: Int) -> String {
    let shown = (0..<min(columnCount, 8)).map { "\(label(example, $0, step))" }.joined(separator: ", ")
    return "[" + shown + (columnCount > 8 ? ", ...]" : "]")
  }
}
