import Metrics
import Training

/// A confusion matrix as colored cells: a row per actual class, a column per predicted class.
///
/// ```swift
/// let evaluation = try network.evaluate(on: test, classNames: ["calm", "storm"])
/// try ConfusionMatrixPicture(evaluation.confusion, "Test data").write(to: "confusion.svg")
/// ```
/// Each cell contains its count and its share of the row, which also determines its color: the share of the
/// actual class predicted to have the column's class. With more classes than fit, cells contain counts only,
/// or are only colored; of more than 300 classes, the 50 with most steps are shown.
public struct ConfusionMatrixPicture: Picture, Hashable {
  /// The counts.
  public var matrix: Evaluation.ConfusionMatrix
  /// The name of the evaluated data.
  public var title: String
  /// The things that are counted, as the text description calls them.
  public var unit: Evaluation.Unit

  /// Makes a picture of a matrix.
  public init(_ matrix: Evaluation.ConfusionMatrix, _ title: String, counting unit: Evaluation.Unit = .steps)
  {
    (self.matrix, self.title, self.unit) = (matrix, title, unit)
  }

  /// The drawing.
  public var svg: SVG {
    guard matrix.classCount > 300 else { return ConfusionMatrixDrawing(matrix, title, unit).svg }
    let listed = matrix.listedClasses
    let title = "\(title) (the most frequent \(listed.count) of \(matrix.classCount) classes)"
    return ConfusionMatrixDrawing(matrix.restricted(to: listed), title, unit).svg
  }
}

extension Evaluation.ConfusionMatrix {
  /// Returns the share of an actual class that was predicted as the given class; `nil` if no step has the
  /// class.
  func share(_ actual: Int, _ predicted: Int) -> Double? {
    let count = actualCount(of: actual)
    return count == 0 ? nil : Double(self[actual, predicted]) / Double(count)
  }

  /// The matrix as text: the share of correct predictions, and the most frequent confusions.
  func summary(counting unit: Evaluation.Unit) -> String {
    guard total > 0 else { return "Nothing evaluated." }
    let accuracy =
      "\(correct) of \(total) \(unit) predicted rightly (\((Double(correct) / Double(total)).percent))."
    let worst = confusions.prefix(5)
    guard !worst.isEmpty else { return "\(accuracy) No class was taken for another." }
    let few = worst.map { cell in
      "\(classNames[cell.actual]) taken for \(classNames[cell.predicted]) \(cell.count) times"
    }.joined(separator: ", ")
    return "\(accuracy) The commonest confusions: \(few)."
  }
}

extension Double {
  /// A share in percent: "97 %", "0.4 %"; never "100 %" or "0 %" unless it is exact.
  var percent: String {
    let percents = self * 100
    if self == 0 || self == 1 || percents >= 1 && percents <= 99 { return "\(Int(percents.rounded())) %" }
    let rounded = min(99.9, max(0.1, (percents * 10).rounded() / 10))
    return "\(rounded.brief) %"
  }
}
