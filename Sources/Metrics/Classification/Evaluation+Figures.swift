extension Evaluation {
  /// The number of steps added so far.
  public var stepCount: Int { confusion.total }

  /// The names of the classes, in the order of their indices.
  public var classNames: [String] { confusion.classNames }

  /// The figures of each class against all others, in the order of the class indices.
  public var classes: [ClassFigures] {
    zip(classNames, confusion.countsByClass).map { ClassFigures(name: $0, counts: $1) }
  }

  /// The share of steps that were predicted correctly.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet, as for all figures of the whole evaluation.
  public var accuracy: Double {
    get throws { Double(confusion.correct) / Double(try checkedStepCount) }
  }

  /// The precision: macro-averaged, or that of class 1 of two (0 if it was never predicted).
  public var precision: Double { get throws { try overall(\.precision) ?? 0 } }

  /// The recall: macro-averaged, or that of class 1 if there are two classes (0 if no step is of class 1).
  public var recall: Double { get throws { try overall(\.recall) ?? 0 } }

  /// F1: macro-averaged, or that of class 1 if there are two classes (0 if it is 0/0).
  public var f1: Double { get throws { try overall(\.f1) ?? 0 } }

  /// Returns F-beta: macro-averaged, or that of class 1 if there are two classes (0 if it is 0/0).
  ///
  /// Recall counts `beta` times as much as precision.
  ///
  /// - Throws: `EvaluationError` if nothing was evaluated yet.
  public func fBeta(_ beta: Double) throws -> Double { try overall { $0.fBeta(beta) } ?? 0 }

  /// The G-measure: macro-averaged, or that of class 1 of two; 0 if it is 0/0 for all classes.
  public var gMeasure: Double { get throws { try overall(\.gMeasure) ?? 0 } }

  /// The false-positive rate: macro-averaged, or that of class 1 if there are two classes.
  ///
  /// `nil` if there are two classes and all steps are of class 1.
  public var falsePositiveRate: Double? { get throws { try overall(\.falsePositiveRate) } }

  /// The false-negative rate: macro-averaged, or that of class 1 if there are two classes.
  ///
  /// `nil` if there are two classes and no step is of class 1.
  public var falseNegativeRate: Double? { get throws { try overall(\.falseNegativeRate) } }

  /// Matthews' correlation of actual and predicted classes, for all classes together.
  ///
  /// This is R_K of Gorodkin (2004, *Comparing two K-category assignments by a K-category correlation
  /// coefficient*). With N steps, c of them correct, and a_k actual and p_k predicted steps of class k, it is
  /// (c N - sum a_k p_k) / sqrt((N^2 - sum a_k^2)(N^2 - sum p_k^2)). For two classes it is Matthews'
  /// coefficient. 1 is perfect, and 0 is chance; it is also 0 if all steps are of one class, or were
  /// predicted to be of one class. For a single class against all others, use
  /// `classes[k].matthewsCorrelation`.
  public var matthewsCorrelation: Double {
    get throws {
      let total = Double(try checkedStepCount)
      let actual = classNames.indices.map { Double(confusion.actualCount(of: $0)) }
      let predicted = classNames.indices.map { Double(confusion.predictedCount(of: $0)) }
      func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      let actualSpread = total * total - product(actual, actual)
      let predictedSpread = total * total - product(predicted, predicted)
      guard actualSpread > 0, predictedSpread > 0 else { return 0 }
      let covariance = Double(confusion.correct) * total - product(actual, predicted)
      return max(-1, min(1, covariance / (actualSpread * predictedSpread).squareRoot()))
    }
  }

  /// Returns the unweighted mean of any figure over the classes.
  ///
  /// Classes whose figure is 0/0 are excluded and counted.
  ///
  /// ```swift
  /// try evaluation.macroAverage { $0.fBeta(2) }.value
  /// try evaluation.macroAverage(of: \.precision).leftOutCount   // classes never predicted
  /// ```
  public func macroAverage(of figure: (BinaryCounts) -> Double?) throws -> MeanOfDefined {
    _ = try checkedStepCount
    return MeanOfDefined(of: confusion.countsByClass.map(figure))
  }

  /// The unweighted means over the classes, without classes whose ratio is 0/0.
  ///
  /// `macroAverage(of:)` returns the number of excluded classes for any figure. They are
  /// `classesNeverPredicted` for the precision, `classesNeverActual` for the recall, and the classes in both
  /// for F1.
  public var macro: AverageFigures {
    get throws {
      // Any step makes one class actual and one predicted, so the first three are means of at least one
      // class.
      AverageFigures(
        precision: try macroAverage(of: \.precision).value ?? 0,
        recall: try macroAverage(of: \.recall).value ?? 0, f1: try macroAverage(of: \.f1).value ?? 0,
        gMeasure: try macroAverage(of: \.gMeasure).value,
        matthewsCorrelation: try macroAverage(of: \.matthewsCorrelation).value,
        falsePositiveRate: try macroAverage(of: \.falsePositiveRate).value,
        falseNegativeRate: try macroAverage(of: \.falseNegativeRate).value)
    }
  }

  /// The figures of the pooled counts of all classes.
  ///
  /// Each step has one class and one prediction, so an incorrect one is one FP and one FN: precision, recall,
  /// F1 and G-measure are all equal to the accuracy.
  public var micro: AverageFigures {
    get throws {
      let accuracy = try accuracy
      let pooled = pooledCounts
      return AverageFigures(
        precision: accuracy, recall: accuracy, f1: accuracy, gMeasure: accuracy,
        matthewsCorrelation: pooled.matthewsCorrelation, falsePositiveRate: pooled.falsePositiveRate,
        falseNegativeRate: pooled.falseNegativeRate)
    }
  }

  /// The sums of the counts of each class against all others, from which micro-averaged figures are computed.
  public var pooledCounts: BinaryCounts {
    confusion.countsByClass.reduce(into: BinaryCounts()) { $0 += $1 }
  }

  /// The classes that were never predicted, and therefore have no precision.
  public var classesNeverPredicted: [Int] {
    classNames.indices.filter { confusion.predictedCount(of: $0) == 0 }
  }

  /// The classes without actual steps, which therefore have no recall.
  public var classesNeverActual: [Int] { classNames.indices.filter { confusion.actualCount(of: $0) == 0 } }

  /// Returns the figure of class 1 of two, or the macro average of more classes; `nil` if it is 0/0.
  ///
  /// Callers replace `nil` by 0 where scikit-learn and DL4J do.
  private func overall(_ figure: (BinaryCounts) -> Double?) throws -> Double? {
    guard classNames.count == 2 else { return try macroAverage(of: figure).value }
    _ = try checkedStepCount
    return figure(confusion.countsByClass[1])
  }

  private var checkedStepCount: Int {
    get throws {
      guard stepCount > 0 else { throw EvaluationError.nothingEvaluated }
      return stepCount
    }
  }
}
