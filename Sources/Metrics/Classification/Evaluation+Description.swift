extension Evaluation: CustomStringConvertible {
  /// The figures of the whole evaluation and of each class, and the confusion matrix, as aligned text.
  ///
  /// G: G-measure; MCC: Matthews correlation; FPR, FNR: false-positive and false-negative rate.
  public var description: String {
    guard let lines = try? figureLines else { return "nothing evaluated yet" }
    return """
      \(lines.joined(separator: "\n"))

      \(ClassFigures.table(classes, heading: "class"))

      \(confusion)
      """
  }

  private var figureLines: [String] {
    get throws {
      let kind = classNames.count == 2 ? "class \(classNames[1])" : "mean over classes"
      let first = "accuracy \(try accuracy.fixed(4)) of \(stepCount) steps"
      let top = try topCounts.map { ", top-\($0) \(try topAccuracy($0).fixed(4))" }.joined()
      let matthews = try matthewsCorrelation.fixed(4)
      return [
        first + top,
        "precision \(try precision.fixed(4)), recall \(try recall.fixed(4)), F1 \(try f1.fixed(4)) (\(kind))",
        "G-measure \(try gMeasure.fixed(4)) (\(kind)), Matthews correlation \(matthews) (all classes)",
      ]
    }
  }
}

extension ClassFigures {
  /// Returns figures as aligned text, one row for each element; "-" for figures that are 0/0.
  static func table(_ figures: [ClassFigures], heading: String) -> String {
    let head = [heading, "steps", "precision", "recall", "F1", "G", "MCC", "FPR", "FNR"]
    let body = figures.map { row in
      [row.name, "\(row.actualCount)"]
        + [
          row.precision, row.recall, row.f1, row.gMeasure, row.matthewsCorrelation, row.falsePositiveRate,
          row.falseNegativeRate,
        ].map { $0?.fixed(4) ?? "-" }
    }
    return TextTable(rows: [head] + body).text
  }
}
