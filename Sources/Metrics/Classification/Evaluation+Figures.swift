extension Evaluation {
  /// The number of steps evaluated.
  public var stepCount: Int { confusion.total }

  /// The names of the classes, by index.
  public var classNames: [String] { confusion.classNames }

  /// The figures of every class against all others, by index.
  public var classes: [ClassFigures] {
    zip(classNames, confusion.countsByClass).map { ClassFigures(name: $0, counts: $1) }
  }

  /// The share of steps predicted rightly.
  ///
  /// - Throws: `EvaluationError` when nothing was evaluated yet, as all figures of the whole do.
  public var accuracy: Double {
    get throws { Double(confusion.correct) / Double(try checkedStepCount) }
  }

  /// The precision: macro-averaged, or of class 1 when there are two classes, and then 0 when it was never predicted.
  public var precision: Double { get throws { try overall(\.precision) ?? 0 } }

  /// The recall: macro-averaged, or of class 1 when there are two classes, and then 0 when no step is of it.
  public var recall: Double { get throws { try overall(\.recall) ?? 0 } }

  /// F1: macro-averaged, or of class 1 when there are two classes, and then 0 when it is 0/0.
  public var f1: Double { get throws { try overall(\.f1) ?? 0 } }

  /// F-beta: macro-averaged, or of class 1 when there are two classes, and then 0 when it is 0/0.
  ///
  /// Recall counts `beta` times as much as precision.
  public func fBeta(_ beta: Double) throws -> Double { try overall { $0.fBeta(beta) } ?? 0 }

  /// The G-measure: macro-averaged, or of class 1 when there are two classes; 0 when it is 0/0 throughout.
  public var gMeasure: Double { get throws { try overall(\.gMeasure) ?? 0 } }

  /// The false-positive rate: macro-averaged, or of class 1 when there are two classes.
  ///
  /// `nil` when there are two classes and all steps are of class 1.
  public var falsePositiveRate: Double? { get throws { try overall(\.falsePositiveRate) } }

  /// The false-negative rate: macro-averaged, or of class 1 when there are two classes.
  ///
  /// `nil` when there are two classes and no step is of class 1.
  public var falseNegativeRate: Double? { get throws { try overall(\.falseNegativeRate) } }

  /// Matthews' correlation of actual and predicted classes, all classes at once.
  ///
  /// The R_K of Gorodkin (2004, *Comparing two K-category assignments by a K-category correlation coefficient*): with N
  /// steps, c of them right, a_k actual and p_k predicted of class k,
  /// (c N - sum a_k p_k) / sqrt((N^2 - sum a_k^2)(N^2 - sum p_k^2)). Of two classes it is Matthews' coefficient. 1 is
  /// perfect and 0 chance; 0 too when all steps are of one class, or predicted to be of one. A class alone against
  /// all others: `classes[k].matthewsCorrelation`.
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

  /// The unweighted mean over the classes of any figure of theirs; classes whose figure is 0/0 are left out, and counted.
  ///
  /// ```swift
  /// try evaluation.macroAverage { $0.fBeta(2) }.value
  /// try evaluation.macroAverage(of: \.precision).leftOutCount   // classes never predicted
  /// ```
  public func macroAverage(of figure: (BinaryCounts) -> Double?) throws -> MeanOfDefined {
    _ = try checkedStepCount
    return MeanOfDefined(of: confusion.countsByClass.map(figure))
  }

  /// The unweighted means over the classes, those left out whose ratio is 0/0.
  ///
  /// How many those are: `macroAverage(of:)` says it of any figure; `classesNeverPredicted` in precision,
  /// `classesNeverActual` in recall, those in both in F1.
  public var macro: AverageFigures {
    get throws {
      // One step makes one class actual and one predicted: the first three are means of at least one class.
      AverageFigures(
        precision: try macroAverage(of: \.precision).value ?? 0,
        recall: try macroAverage(of: \.recall).value ?? 0, f1: try macroAverage(of: \.f1).value ?? 0,
        gMeasure: try macroAverage(of: \.gMeasure).value,
        matthewsCorrelation: try macroAverage(of: \.matthewsCorrelation).value,
        falsePositiveRate: try macroAverage(of: \.falsePositiveRate).value,
        falseNegativeRate: try macroAverage(of: \.falseNegativeRate).value)
    }
  }

  /// The figures of the counts of all classes pooled.
  ///
  /// Every step has one class and one prediction, so a wrong one is one FP and one FN: precision, recall, F1 and
  /// G-measure all equal the accuracy.
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

  /// The counts of every class against all others, added up: what micro-averaged figures are made of.
  public var pooledCounts: BinaryCounts {
    confusion.countsByClass.reduce(into: BinaryCounts()) { $0 += $1 }
  }

  /// The classes that were never predicted: they have no precision.
  public var classesNeverPredicted: [Int] {
    classNames.indices.filter { confusion.predictedCount(of: $0) == 0 }
  }

  /// The classes that no step is of: they have no recall.
  public var classesNeverActual: [Int] { classNames.indices.filter { confusion.actualCount(of: $0) == 0 } }

  /// The figure of class 1 of two, or else the macro average; `nil` when it is 0/0.
  ///
  /// Callers make 0 of it where scikit-learn and DL4J do: nothing found is not good news.
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
