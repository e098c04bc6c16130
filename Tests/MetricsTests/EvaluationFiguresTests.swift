import DataSets
import Metrics
import Tensors
import TestSupport
import Testing

/// The correlation of K categories as Gorodkin (2004) defines it: by covariances of one-hot rows, not by
/// counts.
private func correlation(_ actual: [Int], _ predicted: [Int], classes: Int) -> Double {
  func centered(_ steps: [Int]) -> [[Double]] {
    let rows = steps.map { step in (0..<classes).map { $0 == step ? 1.0 : 0 } }
    let means = (0..<classes).map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    return rows.map { zip($0, means).map { $0 - $1 } }
  }
  func covariance(_ a: [[Double]], _ b: [[Double]]) -> Double {
    zip(a, b).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
  }
  let (x, y) = (centered(actual), centered(predicted))
  let spread = covariance(x, x) * covariance(y, y)
  return spread < 1e-12 ? 0 : covariance(x, y) / spread.squareRoot()
}

struct EvaluationFiguresTests {
  @Test(arguments: 2...4)
  func correlationsAgreeWithTheirDefinition(classes: Int) throws {
    for seed in 0..<40 as Range<UInt64> {
      var generator = SplitMix(state: seed)
      let count = Int.random(in: 1...12, using: &generator)
      let actual = (0..<count).map { _ in Int.random(in: 0..<classes, using: &generator) }
      let predicted = actual.map {
        Bool.random(using: &generator) ? $0 : Int.random(in: 0..<classes, using: &generator)
      }
      var evaluation = Evaluation(classCount: classes)
      evaluation.add(actual: actual, predicted: predicted)
      #expect(
        abs(try evaluation.matthewsCorrelation - correlation(actual, predicted, classes: classes)) < 1e-12)
      for index in 0..<classes {
        let (a, p) = (actual.map { $0 == index ? 1 : 0 }, predicted.map { $0 == index ? 1 : 0 })
        let figure = evaluation.classes[index].matthewsCorrelation
        #expect((figure == nil) == (Set(a).count == 1 || Set(p).count == 1))
        #expect(abs((figure ?? 0) - correlation(a, p, classes: 2)) < 1e-12)
      }
      if classes == 2 {
        #expect(close(try evaluation.matthewsCorrelation, evaluation.classes[1].matthewsCorrelation ?? 0))
      }
    }
  }

  @Test func figuresOfCountsByHand() throws {
    let counts = BinaryEvaluation.Counts(
      truePositives: 6, falsePositives: 2, falseNegatives: 3, trueNegatives: 9)
    #expect(counts.total == 20 && counts.actualCount == 9 && counts.predictedCount == 8)
    let figures: [Double?] = [
      counts.accuracy, counts.precision, counts.recall, counts.f1, counts.fBeta(2), counts.fBeta(0.5),
      counts.gMeasure, counts.matthewsCorrelation, counts.falsePositiveRate, counts.falseNegativeRate,
    ]
    let matthews: Double = 48 / Double(8 * 9 * 11 * 12).squareRoot()
    let expected: [Double] = [0.75, 0.75, 6 / 9, 12 / 17, 30 / 44, 7.5 / 10.25]
    let rest: [Double] = [Double(0.5).squareRoot(), matthews, 2 / 11, 3 / 9]
    #expect(allClose(figures, expected + rest))
    #expect(counts.fBeta(1) == counts.f1)
    let nothing = BinaryEvaluation.Counts()
    let figuresOfNothing: [Double?] = [
      nothing.accuracy, nothing.precision, nothing.recall, nothing.f1, nothing.fBeta(2), nothing.gMeasure,
      nothing.matthewsCorrelation, nothing.falsePositiveRate, nothing.falseNegativeRate,
    ]
    #expect(figuresOfNothing.allSatisfy { $0 == nil })
    // Counts so large that the product of the four sums exceeds every integer type.
    let many = BinaryEvaluation.Counts(
      truePositives: 6_000_000_000, falsePositives: 2_000_000_000, falseNegatives: 3_000_000_000,
      trueNegatives: 9_000_000_000)
    #expect(allClose([many.matthewsCorrelation], [counts.matthewsCorrelation]))
  }

  @Test(arguments: 2...5)
  func perfectPredictionsGiveTheBestFigures(classes: Int) throws {
    var evaluation = Evaluation(classCount: classes)
    let steps = (0..<classes * 3).map { $0 % classes }
    evaluation.add(actual: steps, predicted: steps)
    #expect(try evaluation.matthewsCorrelation == 1)
    #expect(try evaluation.gMeasure == 1 && evaluation.fBeta(3) == 1)
    #expect(try evaluation.falsePositiveRate == 0 && evaluation.falseNegativeRate == 0)
  }

  @Test func macroAveragesExcludeAndCountUndefinedValues() throws {
    var evaluation = Evaluation(classCount: 4)
    //                              class 0: 2 of 2, 1: predicted once and never actual, 2: never predicted, 3: neither
    evaluation.add(actual: [0, 0, 2], predicted: [0, 0, 1])
    #expect(try evaluation.macroAverage(of: \.precision) == MeanOfDefined(of: [1, 0, nil, nil]))
    #expect(try evaluation.macroAverage(of: \.precision).value == 0.5)
    #expect(try evaluation.macroAverage(of: \.precision).leftOutCount == 2)
    #expect(try evaluation.macroAverage(of: \.recall).leftOutCount == 2)
    #expect(try evaluation.macroAverage { $0.fBeta(2) }.leftOutCount == 1)
    #expect(try close(evaluation.fBeta(2), 1.0 / 3))
    #expect(try evaluation.macroAverage(of: \.gMeasure) == MeanOfDefined(of: [1, nil, nil, nil]))
    #expect(try evaluation.macro.matthewsCorrelation == 1)
    #expect(try allClose([evaluation.macro.falsePositiveRate], [(0 + 1.0 / 3 + 0 + 0) / 4]))
    #expect(try evaluation.macro.falseNegativeRate == 0.5)
    #expect(try allClose([evaluation.micro.falsePositiveRate], [1.0 / 9]))
    #expect(try allClose([evaluation.micro.falseNegativeRate], [1.0 / 3]))
    #expect(try evaluation.micro.gMeasure == evaluation.accuracy)

    var apart = Evaluation(classCount: 3)
    apart.add(actual: [0], predicted: [1])
    #expect(try apart.macro.gMeasure == nil && apart.gMeasure == 0)
    #expect(try apart.matthewsCorrelation == 0)
  }

  @Test func withTwoClassesTheRatesAreThoseOfClassOne() throws {
    var evaluation = Evaluation(classCount: 2)
    evaluation.add(actual: [0, 0, 0, 0, 1, 1], predicted: [1, 0, 0, 0, 1, 0])
    #expect(try evaluation.falsePositiveRate == 0.25)
    #expect(try evaluation.falseNegativeRate == 0.5)
    #expect(try evaluation.gMeasure == 0.5)
    #expect(try evaluation.fBeta(2) == 0.5)
    var onlyYes = Evaluation(classCount: 2)
    onlyYes.add(actual: [1, 1], predicted: [1, 0])
    #expect(try onlyYes.falsePositiveRate == nil)
    #expect(try onlyYes.falseNegativeRate == 0.5)
    let nothing = Evaluation(classCount: 2)
    #expect(throws: EvaluationError.self) { try nothing.matthewsCorrelation }
    #expect(throws: EvaluationError.self) { try nothing.falsePositiveRate }
    #expect(throws: EvaluationError.self) { try nothing.fBeta(1) }
    #expect(throws: EvaluationError.self) { try Evaluation(classCount: 2, topCounts: [1]).topAccuracy(1) }
  }

  @Test(arguments: 2...5)
  func topAccuracyAgreesWithSorting(classes: Int) throws {
    let data = MetricCase(.oneHot, columns: classes, n: 5, t: 6, seed: UInt64(classes), levels: 4)
    var evaluation = Evaluation(classCount: classes, topCounts: Array(1...classes))
    try evaluation.add(labels: data.labels, predictions: data.predictions, mask: data.mask)
    for count in 1...classes {
      let hits = data.rows.filter { row in
        guard let actual = row.labels.firstIndex(of: 1) else { return false }
        // Ties count against the model: the actual class is sorted last.
        let order = row.predictions.indices.sorted { a, b in
          (row.predictions[a], b == actual ? 1 : 0) > (row.predictions[b], a == actual ? 1 : 0)
        }
        return order.prefix(count).contains(actual)
      }
      #expect(try evaluation.topAccuracy(count) == Double(hits.count) / Double(data.rows.count))
    }
    #expect(try evaluation.topAccuracy(classes) == 1)
    #expect(try evaluation.topAccuracy(1) <= evaluation.accuracy)
  }

  @Test func equalPredictionsFindNothingAtTheTop() throws {
    var evaluation = Evaluation(classCount: 3, topCounts: [2, 1])
    let labels = Tensor(shape: [1, 3], elements: [1, 0, 0])
    try evaluation.add(labels: labels, predictions: Tensor(shape: [1, 3]))
    #expect(try evaluation.topAccuracy(1) == 0 && evaluation.topAccuracy(2) == 0)
    #expect(try evaluation.accuracy == 1)
    #expect(evaluation.description.hasPrefix("accuracy 1.0000 of 1 steps, top-2 0.0000, top-1 0.0000\n"))

    var oneColumn = Evaluation(classCount: 2, topCounts: [1, 2])
    try oneColumn.add(
      labels: Tensor(shape: [4, 1], elements: [1, 1, 0, 0]),
      predictions: Tensor(shape: [4, 1], elements: [0.5, 0.75, 0.5, 0.25]))
    #expect(try oneColumn.topAccuracy(1) == 0.5 && oneColumn.topAccuracy(2) == 1)
  }

  @Test func theThresholdDecidesForClassOne() throws {
    let labels = Tensor(shape: [4, 1], elements: [0, 0, 1, 1])
    let scores = Tensor(shape: [4, 1], elements: [0.1, 0.25, 0.25, 0.9])
    var evaluation = Evaluation(classCount: 2, threshold: 0.25)
    try evaluation.add(labels: labels, predictions: scores)
    #expect(evaluation.confusion.rows == [[1, 1], [0, 2]])
    var strict = Evaluation(classCount: 2, threshold: 0.3)
    try strict.add(labels: labels, predictions: scores)
    #expect(strict.confusion.rows == [[2, 0], [1, 1]])

    var two = Evaluation(classCount: 2, threshold: 0.25)
    try two.add(
      labels: Tensor(shape: [2, 2], elements: [1, 0, 0, 1]),
      predictions: Tensor(shape: [2, 2], elements: [0.75, 0.25, 0.8, 0.2]))
    #expect(two.confusion.rows == [[0, 1], [1, 0]])
    let error = #expect(throws: EvaluationError.self) {
      try two.add(
        labels: Tensor(shape: [1, 2], elements: [1, 0]),
        predictions: Tensor(shape: [1, 2], elements: [.nan, 1]))
    }
    #expect(error?.kind == .prediction)
  }

  @Test func aSingleColumnLabelIsBetweenZeroAndOne() throws {
    var evaluation = Evaluation(classCount: 2)
    for value in [2, -1, .nan, .infinity] as [Float] {
      let error = #expect(throws: EvaluationError.self) {
        try evaluation.add(
          labels: Tensor(shape: [1, 1], elements: [value]), predictions: Tensor(shape: [1, 1]))
      }
      let start =
        "example 0, step 0 (counted from 0): the label [\(value)] does not name a class, where a value from 0 to 1"
      #expect(error?.description.hasPrefix(start) == true)
    }
  }

  @Test func mismatchedFiguresAreNotRead() throws {
    #expect(throws: DecodingError.self) {
      try rereadChanged(
        Evaluation(classCount: 3), replacing: #""topCounts""#, with: #""threshold":0.5,"topCounts""#)
    }
    var evaluation = Evaluation(classNames: ["a", "b"], topCounts: [1], threshold: 0.25)
    try evaluation.add(
      labels: Tensor(shape: [1, 2], elements: [1, 0]),
      predictions: Tensor(shape: [1, 2], elements: [1, 0]))
    #expect(try reread(evaluation) == evaluation)
    for (good, bad) in [
      (#""cells":[[0,0,1]]"#, #""cells":[[0,1]]"#), (#""cells":[[0,0,1]]"#, #""cells":[[0,2,1]]"#),
      (#""cells":[[0,0,1]]"#, #""cells":[[0,0,-1]]"#), (#""cells":[[0,0,1]]"#, #""cells":[[-1,0,1]]"#),
      (#""topCounts":[1]"#, #""topCounts":[3]"#), (#""topHits":[1]"#, #""topHits":[]"#),
      (#""topHits":[1]"#, #""topHits":[2]"#),
    ] {
      #expect(throws: DecodingError.self) {
        try rereadChanged(evaluation, replacing: good, with: bad)
      }
    }
  }
}
