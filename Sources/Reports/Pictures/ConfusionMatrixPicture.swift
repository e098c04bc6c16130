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
/// or are only colored.
public struct ConfusionMatrixPicture: Picture, Hashable {
  /// The counts.
  public var matrix: Evaluation.ConfusionMatrix
  /// The name of the evaluated data.
  public var title: String

  /// Makes a picture of a matrix.
  public init(_ matrix: Evaluation.ConfusionMatrix, _ title: String) {
    (self.matrix, self.title) = (matrix, title)
  }

  /// The drawing.
  public var svg: SVG { ConfusionMatrixDrawing(matrix, title).svg }
}

extension Evaluation.ConfusionMatrix {
  /// Returns the share of an actual class that was predicted as the given class; `nil` if no step has the
  /// class.
  func share(_ actual: Int, _ predicted: Int) -> Double? {
    let count = actualCount(of: actual)
    return count == 0 ? nil : Double(self[actual, predicted]) / Double(count)
  }

  /// The matrix as text: the share of correct predictions, and the most frequent confusions.
  var summary: String {
    guard total > 0 else { return "Nothing evaluated." }
    let accuracy =
      "\(correct) of \(total) steps predicted rightly (\((Double(correct) / Double(total)).percent))."
    var confusions: [(count: Int, text: String)] = []
    for actual in 0..<classCount {
      for predicted in 0..<classCount where predicted != actual && self[actual, predicted] > 0 {
        let count = self[actual, predicted]
        confusions.append((count, "\(classNames[actual]) taken for \(classNames[predicted]) \(count) times"))
      }
    }
    guard !confusions.isEmpty else { return "\(accuracy) No class was taken for another." }
    // Ties are ordered as in the matrix.
    let worst = confusions.enumerated().sorted {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }
    let few = worst.prefix(5).map(\.element.text).joined(separator: ", ")
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
