import DataSets
import Metrics
import Tensors
import TestSupport
import Testing

/// Scores of steps of a class and of others, with many ties.
private struct Scores {
  var positives: [Float]
  var negatives: [Float]

  init(_ positiveCount: Int, _ negativeCount: Int, levels: Int, seed: UInt64) {
    var generator = SplitMix(state: seed)
    func draw(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float(Int.random(in: 0...levels, using: &generator)) / Float(levels) }
    }
    positives = draw(positiveCount)
    negatives = draw(negativeCount)
  }

  var roc: ROC {
    get throws {
      var roc = ROC()
      try roc.add(actual: negatives.map { _ in false }, scores: negatives)
      try roc.add(actual: positives.map { _ in true }, scores: positives)
      return roc
    }
  }

  var thresholds: [Float] { Set(positives + negatives).sorted(by: >) }

  func counts(from threshold: Float) -> (hits: Double, alarms: Double) {
    (
      Double(positives.filter { $0 >= threshold }.count), Double(negatives.filter { $0 >= threshold }.count)
    )
  }
}

struct ROCTests {
  @Test func figuresComputedByHand() throws {
    var roc = ROC()
    try roc.add(actual: [true, true, false, false], scores: [0.9, 0.4, 0.6, 0.1])
    #expect(try roc.area == 0.75)
    #expect(try close(roc.averagePrecision, 0.5 * 1 + 0.5 * 2 / 3))
    #expect(
      roc.counts(from: 0.5)
        == BinaryEvaluation.Counts(
          truePositives: 1, falsePositives: 1, falseNegatives: 1, trueNegatives: 1))
    #expect(roc.counts(from: 0.4).truePositives == 2 && roc.counts(from: 0.41).truePositives == 1)
    #expect(try roc.curve.map(\.threshold) == [nil, 0.9, 0.6, 0.4, 0.1])
    #expect(try roc.curve.map(\.falsePositiveRate) == [0, 0, 0.5, 0.5, 1])
    #expect(try roc.curve.map(\.truePositiveRate) == [0, 0.5, 0.5, 1, 1])
    #expect(try roc.precisionRecallCurve.map(\.threshold) == [0.9, 0.6, 0.4, 0.1])
    #expect(try roc.precisionRecallCurve.map(\.recall) == [0.5, 0.5, 1, 1])
    #expect(try roc.precisionRecallCurve.map(\.precision) == [1, 0.5, 2.0 / 3, 0.5])
  }

  /// All sizes from 1 to 6 of each kind, with few and with many distinct scores.
  @Test(arguments: [1, 2, 5, 1000])
  func areasAgreeWithPairsAndThresholds(levels: Int) throws {
    for positiveCount in 1...6 {
      for negativeCount in 1...6 {
        let scores = Scores(
          positiveCount, negativeCount, levels: levels, seed: UInt64(10 * positiveCount + negativeCount))
        let roc = try scores.roc
        var pairs = 0.0
        for positive in scores.positives {
          for negative in scores.negatives {
            pairs += positive > negative ? 1 : positive == negative ? 0.5 : 0
          }
        }
        #expect(try close(roc.area, pairs / Double(positiveCount * negativeCount)))

        let curve = try roc.curve
        let trapezoids = zip(curve, curve.dropFirst()).reduce(0.0) { sum, ends in
          sum + (ends.1.falsePositiveRate - ends.0.falsePositiveRate)
            * (ends.0.truePositiveRate + ends.1.truePositiveRate) / 2
        }
        #expect(try close(roc.area, trapezoids))

        let (p, n) = (Double(positiveCount), Double(negativeCount))
        let counts = scores.thresholds.map { scores.counts(from: $0) }
        #expect(curve.map(\.threshold) == [nil] + scores.thresholds)
        #expect(curve.map(\.falsePositiveRate) == [0] + counts.map { $0.alarms / n })
        #expect(curve.map(\.truePositiveRate) == [0] + counts.map { $0.hits / p })
        let recalls = try roc.precisionRecallCurve
        #expect(recalls.map(\.threshold) == scores.thresholds)
        #expect(recalls.map(\.recall) == counts.map { $0.hits / p })
        #expect(recalls.map(\.precision) == counts.map { $0.hits / ($0.hits + $0.alarms) })

        var average = 0.0
        var before = 0.0
        for point in recalls {
          average += (point.recall - before) * point.precision
          before = point.recall
        }
        #expect(try close(roc.averagePrecision, average))
        #expect(try close(roc.areaUnderPrecisionRecall, interpolated(scores) / p, relative: 1e-6))

        for threshold in scores.thresholds + [-1, 0.25, 2] {
          let counts = roc.counts(from: threshold)
          let (hits, alarms) = scores.counts(from: threshold)
          #expect(Double(counts.truePositives) == hits && Double(counts.falsePositives) == alarms)
          #expect(counts.actualCount == positiveCount && counts.total == positiveCount + negativeCount)
        }
      }
    }
  }

  /// The precision summed over 2,000 small steps of true positives between each two thresholds (midpoint rule).
  private func interpolated(_ scores: Scores) -> Double {
    var sum = 0.0
    var before = (hits: 0.0, alarms: 0.0)
    for threshold in scores.thresholds {
      let after = scores.counts(from: threshold)
      let gain = after.hits - before.hits
      if gain > 0 {
        for part in 0..<2000 {
          let share = (Double(part) + 0.5) / 2000
          let hits = before.hits + gain * share
          let alarms = before.alarms + (after.alarms - before.alarms) * share
          sum += hits / (hits + alarms) * gain / 2000
        }
      }
      before = after
    }
    return sum
  }

  @Test func perfectAndReversedAndTiedScores() throws {
    var perfect = ROC()
    try perfect.add(actual: [true, false, true], scores: [3, -7, 3])
    #expect(try perfect.area == 1 && perfect.averagePrecision == 1 && perfect.areaUnderPrecisionRecall == 1)
    #expect(try perfect.threshold(maximizing: \.accuracy) == 3)
    var reversed = ROC()
    try reversed.add(actual: [false, true], scores: [3, -7])
    #expect(try reversed.area == 0 && reversed.averagePrecision == 0.5)
    // Precision x / (x + 1) over x in 0...1.
    #expect(try close(reversed.areaUnderPrecisionRecall, 1 - 0.6931471805599453))
    var tied = ROC()
    try tied.add(actual: [true, false, false, false], scores: [0, 0, -0.0, 0])
    #expect(try tied.area == 0.5 && tied.averagePrecision == 0.25 && tied.areaUnderPrecisionRecall == 0.25)
    #expect(try tied.curve.count == 2)
  }

  @Test(arguments: 1...20)
  func theThresholdIsTheBestOfAll(seed: Int) throws {
    let roc = try Scores(5, 7, levels: 6, seed: UInt64(seed)).roc
    let candidates = try roc.precisionRecallCurve.map(\.threshold)
    func f2(_ threshold: Float) -> Double { roc.counts(from: threshold).fBeta(2) ?? -1 }
    let best = candidates.map(f2).max()
    #expect(try roc.threshold { $0.fBeta(2) } == candidates.first { f2($0) == best })
  }

  @Test func theLargestOfEquallyGoodThresholdsIsChosen() throws {
    var roc = ROC()
    try roc.add(actual: [true, false, true], scores: [0.75, 0.5, 0.25])
    #expect(roc.counts(from: 0.75).accuracy == roc.counts(from: 0.25).accuracy)
    #expect(try roc.threshold(maximizing: \.accuracy) == 0.75)
  }

  @Test func stepsOfOneClassHaveNoArea() throws {
    var roc = ROC()
    let nothing = #expect(throws: EvaluationError.self) { try roc.area }
    #expect(nothing?.kind == .nothingEvaluated)
    try roc.add(actual: [true, true], scores: [0.5, 0.75])
    let onlyPositive = #expect(throws: EvaluationError.self) { try roc.area }
    #expect(onlyPositive?.kind == .oneClass)
    #expect(
      onlyPositive?.description
        == "all 2 steps are of the class, so there is no area under the ROC curve; evaluate data that has others too"
    )
    #expect(try roc.averagePrecision == 1)
    #expect(
      roc.description == "AUC -, average precision 1.0000, AUPRC 1.0000 of 2 steps of the class and 0 others")

    var negative = ROC()
    try negative.add(actual: [false], scores: [0.5])
    for figure in [
      { try negative.area }, { try negative.averagePrecision }, { try negative.areaUnderPrecisionRecall },
    ] {
      let error = #expect(throws: EvaluationError.self) { try figure() }
      #expect(error?.kind == .oneClass)
      #expect(error?.problem.hasPrefix("none of 1 steps is of the class, so there is no ") == true)
    }
    let noRecall = #expect(throws: EvaluationError.self) { try negative.threshold(maximizing: \.recall) }
    #expect(noRecall?.kind == .oneClass)
  }

  @Test func mergedAreasAreIdentical() throws {
    let scores = Scores(40, 60, levels: 9, seed: 3)
    let whole = try scores.roc
    var merged = ROC()
    for part in stride(from: 60, through: 0, by: -20) {
      var half = ROC()
      let (some, others) = (
        scores.positives.dropFirst(part).prefix(20), scores.negatives.dropFirst(part).prefix(20)
      )
      try half.add(actual: some.map { _ in true } + others.map { _ in false }, scores: Array(some + others))
      merged += half
    }
    #expect(merged.stepCount == 100)
    #expect(try merged.area == whole.area)
    #expect(try merged.averagePrecision == whole.averagePrecision)
    #expect(try merged.areaUnderPrecisionRecall == whole.areaUnderPrecisionRecall)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func scoresThatAreNotNumbersAreErrors(value: Float) throws {
    var roc = ROC()
    let error = #expect(throws: EvaluationError.self) {
      try roc.add(actual: [true, false], scores: [1, value])
    }
    #expect(error?.example == 1 && error?.kind == .prediction)
    let start = "example 1 (counted from 0): a prediction is \(value.isNaN ? "NaN" : "\(value)"); "
    #expect(error?.description.hasPrefix(start) == true)
    #expect(roc.stepCount == 0)
  }

  @Test func twoColumnsUseTheSecond() throws {
    var two = ROC()
    try two.add(
      labels: Tensor(shape: [3, 2], elements: [1, 0, 0, 1, 0, 1]),
      predictions: Tensor(shape: [3, 2], elements: [0.7, 0.3, 0.2, 0.8, 0.75, 0.25]))
    #expect(two.positiveScores == [0.8, 0.25] && two.negativeScores == [0.3])
    #expect(try two.area == 0.5)
  }
}

struct MultiClassROCTests {
  @Test(arguments: 2...4)
  func eachClassHasItsOwnROC(classes: Int) throws {
    let data = MetricCase(.oneHot, columns: classes, n: 9, t: 8, seed: UInt64(classes))
    var roc = MultiClassROC(classCount: classes)
    try roc.add(labels: data.labels, predictions: data.predictions, mask: data.mask)
    var areas: [Double] = []
    for index in 0..<classes {
      var single = ROC()
      try single.add(
        actual: data.rows.map { $0.labels[index] == 1 }, scores: data.rows.map { $0.predictions[index] })
      #expect(roc[index] == single)
      areas.append(try single.area)
    }
    #expect(try close(roc.macroArea.value ?? -1, areas.reduce(0, +) / Double(classes)))
    #expect(try roc.macroArea.leftOutCount == 0)
  }

  @Test func aClassThatNeverOccursIsExcludedAndCounted() throws {
    var roc = MultiClassROC(classNames: ["a", "b", "c"])
    try roc.add(
      labels: Tensor(shape: [3, 3], elements: [1, 0, 0, 0, 1, 0, 1, 0, 0]),
      predictions: Tensor(shape: [3, 3], elements: [0.5, 0.5, 0, 0.25, 0.75, 0, 1, 0, 0]))
    #expect(try roc.macroArea == MeanOfDefined(of: [1, 1, nil]))
    #expect(try roc.macroAveragePrecision.leftOutCount == 1)
    #expect(
      roc.description == """
        class  steps     AUC  average precision   AUPRC
        a          2  1.0000             1.0000  1.0000
        b          1  1.0000             1.0000  1.0000
        c          0       -                  -       -
        mean       3  1.0000             1.0000  1.0000
        """)
    #expect(throws: EvaluationError.self) { try MultiClassROC(classCount: 2).macroArea }
    #expect(throws: EvaluationError.self) { try MultiClassROC(classCount: 2).macroAveragePrecision }
    #expect(throws: DecodingError.self) {
      try rereadChanged(roc, replacing: #"["a","b","c"]"#, with: #"["a","b"]"#)
    }
  }
}
