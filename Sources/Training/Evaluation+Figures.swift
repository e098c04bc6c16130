/// Precision, recall and F1 of several classes together.
public struct AverageFigures: Sendable, Hashable, Codable {
  /// Of the steps predicted to be of a class, the share that is.
  public var precision: Double
  /// Of the steps that are of a class, the share that was predicted to be.
  public var recall: Double
  /// The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
  public var f1: Double
}

/// The figures of one class against all others.
///
/// With TP steps rightly predicted to be of the class, FP wrongly, and FN steps of the class predicted to be of
/// another. A ratio 0/0 is no number: it is `nil`.
public struct ClassFigures: Sendable, Hashable, Codable {
  /// The class's name.
  public var name: String
  /// The number of steps that are of the class, TP + FN.
  public var actualCount: Int
  /// The number of steps predicted to be of the class, TP + FP.
  public var predictedCount: Int
  /// TP / (TP + FP); `nil` when the class was never predicted.
  public var precision: Double?
  /// TP / (TP + FN); `nil` when no step is of the class.
  public var recall: Double?
  /// 2 TP / (2 TP + FP + FN); `nil` when the class was never predicted, and no step is of it.
  public var f1: Double?
}

extension Evaluation {
  /// The number of steps evaluated.
  public var stepCount: Int { confusion.total }

  /// The names of the classes, by index.
  public var classNames: [String] { confusion.classNames }

  /// The figures of every class, by index.
  public var classes: [ClassFigures] {
    classNames.indices.map { index in
      let hits = Double(confusion[index, index])
      let actual = confusion.actualCount(of: index)
      let predicted = confusion.predictedCount(of: index)
      return ClassFigures(
        name: classNames[index], actualCount: actual, predictedCount: predicted,
        precision: predicted == 0 ? nil : hits / Double(predicted),
        recall: actual == 0 ? nil : hits / Double(actual),
        f1: actual + predicted == 0 ? nil : 2 * hits / Double(actual + predicted))
    }
  }

  /// The share of steps predicted rightly.
  ///
  /// - Throws: `EvaluationError` when nothing was evaluated yet, as all figures of the whole do.
  public var accuracy: Double {
    get throws { Double(confusion.correct) / Double(try checkedStepCount) }
  }

  /// The precision: macro-averaged, or of class 1 when there are two classes, and then 0 when it was never predicted.
  public var precision: Double { get throws { try overall.precision } }

  /// The recall: macro-averaged, or of class 1 when there are two classes, and then 0 when no step is of it.
  public var recall: Double { get throws { try overall.recall } }

  /// F1: macro-averaged, or of class 1 when there are two classes, and then 0 when it is 0/0.
  public var f1: Double { get throws { try overall.f1 } }

  /// The unweighted means over the classes, those left out whose ratio is 0/0.
  ///
  /// How many those are: `classesNeverPredicted` in precision, `classesNeverActual` in recall, those in both in F1.
  public var macro: AverageFigures {
    get throws {
      _ = try checkedStepCount
      // One step makes one class actual and one predicted, so that no mean is of nothing.
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      let classes = classes
      return AverageFigures(
        precision: mean(classes.compactMap(\.precision)), recall: mean(classes.compactMap(\.recall)),
        f1: mean(classes.compactMap(\.f1)))
    }
  }

  /// The figures of the counts of all classes pooled.
  ///
  /// Every step has one class and one prediction, so a wrong one is one FP and one FN: all three equal the accuracy.
  public var micro: AverageFigures {
    get throws {
      let accuracy = try accuracy
      return AverageFigures(precision: accuracy, recall: accuracy, f1: accuracy)
    }
  }

  /// The classes that were never predicted: they have no precision.
  public var classesNeverPredicted: [Int] {
    classNames.indices.filter { confusion.predictedCount(of: $0) == 0 }
  }

  /// The classes that no step is of: they have no recall.
  public var classesNeverActual: [Int] { classNames.indices.filter { confusion.actualCount(of: $0) == 0 } }

  private var overall: AverageFigures {
    get throws {
      guard classNames.count == 2 else { return try macro }
      _ = try checkedStepCount
      let positive = classes[1]
      // 0 at 0/0, as scikit-learn and DL4J have it: nothing found is not good news.
      return AverageFigures(
        precision: positive.precision ?? 0, recall: positive.recall ?? 0, f1: positive.f1 ?? 0)
    }
  }

  private var checkedStepCount: Int {
    get throws {
      guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
      return stepCount
    }
  }
}

extension Evaluation: CustomStringConvertible {
  /// The figures, the classes' figures and the confusion matrix as aligned text.
  public var description: String {
    guard let accuracy = try? accuracy, let precision = try? precision, let recall = try? recall,
      let f1 = try? f1
    else { return "nothing evaluated yet" }
    let head = ["class", "steps", "precision", "recall", "F1"]
    func text(_ figure: Double?) -> String { figure?.fixed(4) ?? "-" }
    let body = classes.map { figures in
      [figures.name, "\(figures.actualCount)"] + [figures.precision, figures.recall, figures.f1].map(text)
    }
    let kind = classNames.count == 2 ? "class \(classNames[1])" : "mean over classes"
    return """
      accuracy \(accuracy.fixed(4)) of \(stepCount) steps
      precision \(precision.fixed(4)), recall \(recall.fixed(4)), F1 \(f1.fixed(4)) (\(kind))

      \(TextTable(rows: [head] + body).text)

      \(confusion)
      """
  }
}
