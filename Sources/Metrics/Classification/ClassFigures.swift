/// Figures of several classes together.
///
/// A figure that no class has is `nil`.
public struct AverageFigures: Sendable, Hashable, Codable {
  /// Of the steps predicted to be of a class, the share that is.
  public var precision: Double
  /// Of the steps that are of a class, the share that was predicted to be.
  public var recall: Double
  /// The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
  public var f1: Double
  /// The geometric mean of precision and recall.
  public var gMeasure: Double?
  /// Matthews' correlation of each class against all others.
  public var matthewsCorrelation: Double?
  /// Of the steps that are not of a class, the share that was predicted to be.
  public var falsePositiveRate: Double?
  /// Of the steps that are of a class, the share that was not predicted to be.
  public var falseNegativeRate: Double?
}

/// The figures of one class against all others, or of one column of yes and no.
///
/// With TP steps rightly predicted to be of the class, FP wrongly, FN steps of the class predicted to be of another, and
/// TN all the rest. A ratio 0/0 is no number: it is `nil`.
public struct ClassFigures: Sendable, Hashable, Codable {
  /// The class's name.
  public var name: String
  /// TP, FP, FN and TN, from which all figures follow; it has `fBeta` too.
  public var counts: BinaryCounts
  /// The number of steps that are of the class, TP + FN.
  public var actualCount: Int
  /// The number of steps predicted to be of the class, TP + FP.
  public var predictedCount: Int
  /// (TP + TN) / all; `nil` when there is no step.
  public var accuracy: Double?
  /// TP / (TP + FP); `nil` when the class was never predicted.
  public var precision: Double?
  /// TP / (TP + FN); `nil` when no step is of the class.
  public var recall: Double?
  /// 2 TP / (2 TP + FP + FN); `nil` when the class was never predicted, and no step is of it.
  public var f1: Double?
  /// The square root of precision times recall; `nil` when either is.
  public var gMeasure: Double?
  /// Matthews' correlation; `nil` when the class is that of no or all steps, or was predicted for none or all.
  public var matthewsCorrelation: Double?
  /// FP / (FP + TN); `nil` when all steps are of the class.
  public var falsePositiveRate: Double?
  /// FN / (FN + TP); `nil` when no step is of the class.
  public var falseNegativeRate: Double?

  /// The figures that follow from counts.
  public init(name: String, counts: BinaryCounts) {
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
