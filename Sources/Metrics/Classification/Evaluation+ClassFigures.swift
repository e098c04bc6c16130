extension Evaluation {
  /// The figures of one class against all others, or of one binary column.
  ///
  /// TP steps were correctly predicted to be of the class, FP incorrectly; FN steps of the class were predicted
  /// to be of another; TN are all other steps. A ratio 0/0 is `nil`.
  public struct ClassFigures: Sendable, Hashable, Codable {
    /// The name of the class or column.
    public var name: String
    /// TP, FP, FN and TN, from which all figures are computed; they also have `fBeta`.
    public var counts: BinaryEvaluation.Counts
    /// The number of steps that are of the class, TP + FN.
    public var actualCount: Int
    /// The number of steps predicted to be of the class, TP + FP.
    public var predictedCount: Int
    /// The accuracy, (TP + TN) / all; `nil` if there are no steps.
    public var accuracy: Double?
    /// The precision, TP / (TP + FP); `nil` if the class was never predicted.
    public var precision: Double?
    /// The recall, TP / (TP + FN); `nil` if no step is of the class.
    public var recall: Double?
    /// F1, 2 TP / (2 TP + FP + FN); `nil` if the class was never predicted and no step is of it.
    public var f1: Double?
    /// The G-measure, the square root of precision times recall; `nil` if one of them is.
    public var gMeasure: Double?
    /// Matthews' correlation; `nil` if no steps or all steps are of the class, or were predicted to be of it.
    public var matthewsCorrelation: Double?
    /// The false-positive rate, FP / (FP + TN); `nil` if all steps are of the class.
    public var falsePositiveRate: Double?
    /// The false-negative rate, FN / (FN + TP); `nil` if no step is of the class.
    public var falseNegativeRate: Double?

    /// Computes the figures from counts.
    public init(name: String, counts: BinaryEvaluation.Counts) {
      self.name = name
      self.counts = counts
      actualCount = counts.actualCount
      predictedCount = counts.predictedCount
      accuracy = counts.accuracy
      precision = counts.precision
      recall = counts.recall
      f1 = counts.f1
      gMeasure = counts.gMeasure
      matthewsCorrelation = counts.matthewsCorrelation
      falsePositiveRate = counts.falsePositiveRate
      falseNegativeRate = counts.falseNegativeRate
    }
  }
}
