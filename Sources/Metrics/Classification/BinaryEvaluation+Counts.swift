extension BinaryEvaluation {
  /// The counts of correct and incorrect binary predictions, and the figures that follow from them.
  ///
  /// ```swift
  /// let counts = BinaryEvaluation.Counts(truePositives: 6, falsePositives: 2, falseNegatives: 3, trueNegatives: 9)
  /// counts.precision    // 0.75
  /// counts.recall       // 0.6667
  /// counts.fBeta(2)     // 0.6818
  /// ```
  /// A ratio 0/0 is `nil`.
  public struct Counts: Sendable, Hashable, Codable {
    /// The true positives (TP): steps that are of the class and were predicted to be.
    public var truePositives: Int
    /// The false positives (FP): steps that were predicted to be of the class but are not.
    public var falsePositives: Int
    /// The false negatives (FN): steps that are of the class but were not predicted to be.
    public var falseNegatives: Int
    /// The true negatives (TN): steps that are not of the class and were not predicted to be.
    public var trueNegatives: Int

    /// Makes counts.
    public init(
      truePositives: Int = 0, falsePositives: Int = 0, falseNegatives: Int = 0, trueNegatives: Int = 0
    ) {
      self.truePositives = truePositives
      self.falsePositives = falsePositives
      self.falseNegatives = falseNegatives
      self.trueNegatives = trueNegatives
    }

    /// Counts one step.
    public mutating func add(actual: Bool, predicted: Bool) {
      switch (actual, predicted) {
      case (true, true): truePositives += 1
      case (false, true): falsePositives += 1
      case (true, false): falseNegatives += 1
      case (false, false): trueNegatives += 1
      }
    }

    /// Adds the counts of other steps.
    public static func += (counts: inout Counts, other: Counts) {
      counts.truePositives += other.truePositives
      counts.falsePositives += other.falsePositives
      counts.falseNegatives += other.falseNegatives
      counts.trueNegatives += other.trueNegatives
    }

    /// The number of steps that are of the class, TP + FN.
    public var actualCount: Int { truePositives + falseNegatives }

    /// The number of steps predicted to be of the class, TP + FP.
    public var predictedCount: Int { truePositives + falsePositives }

    /// The number of steps.
    public var total: Int { actualCount + falsePositives + trueNegatives }

    /// The accuracy, (TP + TN) / all; `nil` if there are no steps.
    public var accuracy: Double? { Self.ratio(truePositives + trueNegatives, total) }

    /// The precision, TP / (TP + FP): the share of the steps predicted to be of the class that are of it.
    public var precision: Double? { Self.ratio(truePositives, predictedCount) }

    /// The recall, TP / (TP + FN): the share of the steps of the class that were predicted to be of it.
    public var recall: Double? { Self.ratio(truePositives, actualCount) }

    /// F1, the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
    public var f1: Double? { Self.ratio(2 * truePositives, actualCount + predictedCount) }

    /// Returns F-beta, (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP).
    ///
    /// Recall counts `beta` times as much as precision. van Rijsbergen, *Information Retrieval* (1979), chapter
    /// 7. `nil` if no step is of the class and none was predicted to be.
    public func fBeta(_ beta: Double) -> Double? {
      precondition(beta > 0 && beta.isFinite, "F-beta of beta \(beta)")
      guard actualCount + predictedCount > 0 else { return nil }
      let square = beta * beta
      let hits = (1 + square) * Double(truePositives)
      return hits / (hits + square * Double(falseNegatives) + Double(falsePositives))
    }

    /// The G-measure, the geometric mean of precision and recall; `nil` if one of them is.
    ///
    /// Fowlkes and Mallows (1983).
    public var gMeasure: Double? {
      guard let precision, let recall else { return nil }
      return (precision * recall).squareRoot()
    }

    /// Matthews' correlation of actual and predicted steps.
    ///
    /// (TP TN - FP FN) / sqrt(actual predicted (N - actual)(N - predicted)). From -1 to 1; 0 is chance
    /// (Matthews, 1975). `nil` if all steps are actually the same, or all predictions are.
    public var matthewsCorrelation: Double? {
      let actual = Double(actualCount) * Double(falsePositives + trueNegatives)
      let predicted = Double(predictedCount) * Double(falseNegatives + trueNegatives)
      guard actual > 0, predicted > 0 else { return nil }
      let numerator =
        Double(truePositives) * Double(trueNegatives) - Double(falsePositives) * Double(falseNegatives)
      // One root of the product: for equal factors it is exactly that factor, so that a perfect prediction
      // gives exactly 1.
      return max(-1, min(1, numerator / (actual * predicted).squareRoot()))
    }

    /// The false-positive rate, FP / (FP + TN): the share of other steps predicted to be of the class.
    public var falsePositiveRate: Double? { Self.ratio(falsePositives, falsePositives + trueNegatives) }

    /// The false-negative rate, FN / (FN + TP): the share of steps of the class not predicted to be of it.
    public var falseNegativeRate: Double? { Self.ratio(falseNegatives, actualCount) }

    private static func ratio(_ part: Int, _ whole: Int) -> Double? {
      whole == 0 ? nil : Double(part) / Double(whole)
    }
  }
}
