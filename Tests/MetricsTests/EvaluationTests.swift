import DataSets
import Metrics
import Tensors
import TestSupport
import Testing

/// Labels, predictions and a mask, drawn at random; absent cells are NaN on request.
struct ClassificationCase {
  var labels: Tensor
  var predictions: Tensor
  var mask: Mask
  /// The classes of the present steps.
  var actual: [Int] = []
  var predicted: [Int] = []

  init(classes: Int, n: Int, t: Int, seed: UInt64, padding: Float = 0) {
    var generator = SplitMix(state: seed)
    let present = (0..<n * t).map { _ in Bool.random(using: &generator) }
    mask = Mask(rows: n, steps: t) { present[$0 * t + $1] }
    let blank = [Float](repeating: padding, count: n * classes * t)
    labels = Tensor(shape: [n, classes, t], elements: blank)
    predictions = labels
    for example in 0..<n {
      for step in 0..<t {
        // Drawn for padding too, so that the same seed gives the same values whatever the padding contains.
        let actualClass = Int.random(in: 0..<classes, using: &generator)
        let values = (0..<classes).map { _ in Float(Int.random(in: 0...3, using: &generator)) / 3 }
        guard mask[example, step] else { continue }
        for index in 0..<classes {
          labels[example, index, step] = index == actualClass ? 1 : 0
          predictions[example, index, step] = values[index]
        }
        actual.append(actualClass)
        // The first of the largest: draws from 4 values make many ties.
        predicted.append(values.firstIndex(of: values.max() ?? 0) ?? 0)
      }
    }
  }
}

/// The metrics by their definitions, in as few lines as possible; `nil` for 0/0.
private func naive(_ actual: [Int], _ predicted: [Int], classes: Int) -> [[Double?]] {
  let pairs = Array(zip(actual, predicted))
  func ratio(_ a: Int, _ b: Int) -> Double? { b == 0 ? nil : Double(a) / Double(b) }
  return (0..<classes).map { index in
    let hits = pairs.filter { $0.0 == index && $0.1 == index }.count
    let falseAlarms = pairs.filter { $0.0 != index && $0.1 == index }.count
    let misses = pairs.filter { $0.0 == index && $0.1 != index }.count
    return [
      ratio(hits, hits + falseAlarms), ratio(hits, hits + misses),
      ratio(2 * hits, 2 * hits + falseAlarms + misses),
    ]
  }
}

private func mean(_ values: [Double?]) -> Double {
  let present = values.compactMap { $0 }
  return present.reduce(0, +) / Double(present.count)
}

struct EvaluationTests {
  @Test(arguments: 2...4)
  func figuresAgreeWithTheirDefinitions(classes: Int) throws {
    for n in 1...3 {
      for t in 1...4 {
        for seed in 0..<4 as Range<UInt64> {
          let data = ClassificationCase(classes: classes, n: n, t: t, seed: seed)
          guard !data.actual.isEmpty else { continue }
          var evaluation = Evaluation(classCount: classes)
          try evaluation.add(labels: data.labels, predictions: data.predictions, mask: data.mask)

          let expected = naive(data.actual, data.predicted, classes: classes)
          #expect(evaluation.classes.map { [$0.precision, $0.recall, $0.f1] } == expected)
          let hits = zip(data.actual, data.predicted).filter { $0 == $1 }.count
          #expect(try evaluation.accuracy == Double(hits) / Double(data.actual.count))
          let macro = (0..<3).map { figure in mean(expected.map { $0[figure] }) }
          #expect(try [evaluation.macro.precision, evaluation.macro.recall, evaluation.macro.f1] == macro)
          let overall = classes == 2 ? expected[1].map { $0 ?? 0 } : macro
          #expect(try [evaluation.precision, evaluation.recall, evaluation.f1] == overall)
          #expect(try evaluation.micro.f1 == evaluation.accuracy)
          #expect(
            evaluation.classesNeverPredicted == (0..<classes).filter { expected[$0][0] == nil })
          #expect(evaluation.classesNeverActual == (0..<classes).filter { expected[$0][1] == nil })

          var arrays = Evaluation(classCount: classes)
          arrays.add(actual: data.actual, predicted: data.predicted)
          #expect(arrays == evaluation)
        }
      }
    }
  }

  @Test func figuresComputedByHand() throws {
    var evaluation = Evaluation(classCount: 3)
    //                          0: TP 2, FP 1, FN 1    1: TP 1, FP 2, FN 0   2: TP 1, FP 0, FN 2
    evaluation.add(actual: [0, 0, 0, 1, 2, 2, 2], predicted: [0, 0, 1, 1, 2, 1, 0])
    #expect(evaluation.confusion.rows == [[2, 1, 0], [0, 1, 0], [1, 1, 1]])
    #expect(try abs(evaluation.accuracy - 4.0 / 7) < 1e-15)
    #expect(try abs(evaluation.precision - (2.0 / 3 + 1.0 / 3 + 1) / 3) < 1e-15)
    #expect(try abs(evaluation.recall - (2.0 / 3 + 1 + 1.0 / 3) / 3) < 1e-15)
    #expect(try abs(evaluation.f1 - (2.0 / 3 + 1.0 / 2 + 1.0 / 2) / 3) < 1e-15)
  }

  @Test func withTwoClassesTheFiguresAreThoseOfClassOne() throws {
    var evaluation = Evaluation(classNames: ["calm", "storm"])
    evaluation.add(actual: [0, 0, 1, 1, 1], predicted: [0, 1, 1, 1, 0])
    #expect(try [evaluation.precision, evaluation.recall, evaluation.f1] == [2.0 / 3, 2.0 / 3, 2.0 / 3])
    #expect(try evaluation.macro.precision == (0.5 + 2.0 / 3) / 2)

    var neverStorm = Evaluation(classCount: 2)
    neverStorm.add(actual: [0, 0], predicted: [0, 0])
    #expect(neverStorm.classes[1].precision == nil)
    #expect(try [neverStorm.precision, neverStorm.recall, neverStorm.f1] == [0, 0, 0])
    #expect(try neverStorm.macro.f1 == 1)
    #expect(neverStorm.classesNeverPredicted == [1])
  }

  @Test func storageOrdersAgree() throws {
    let data = ClassificationCase(classes: 3, n: 3, t: 5, seed: 11)
    var results: Set<Evaluation> = []
    for labelOrder in Tensor.StorageOrder.allCases {
      for order in Tensor.StorageOrder.allCases {
        var evaluation = Evaluation(classCount: 3)
        try evaluation.add(
          labels: data.labels.ordered(labelOrder), predictions: data.predictions.ordered(order),
          mask: data.mask)
        results.insert(evaluation)
      }
    }
    #expect(results.count == 1)
    #expect(results.first?.stepCount == data.actual.count)
  }

  @Test func poisonInPaddingChangesNothing() throws {
    for seed in 0..<8 as Range<UInt64> {
      let clean = ClassificationCase(classes: 3, n: 4, t: 3, seed: seed)
      let poisoned = ClassificationCase(classes: 3, n: 4, t: 3, seed: seed, padding: .nan)
      var a = Evaluation(classCount: 3)
      var b = a
      try a.add(labels: clean.labels, predictions: clean.predictions, mask: clean.mask)
      try b.add(labels: poisoned.labels, predictions: poisoned.predictions, mask: poisoned.mask)
      #expect(a == b)
    }
  }

  @Test func halvesAddUpToTheWhole() throws {
    let data = ClassificationCase(classes: 4, n: 6, t: 5, seed: 3)
    var whole = Evaluation(classCount: 4)
    try whole.add(labels: data.labels, predictions: data.predictions, mask: data.mask)
    var halves = Evaluation(classCount: 4)
    for rows in [[0, 1, 2], [3, 4, 5]] {
      var half = Evaluation(classCount: 4)
      try half.add(
        labels: data.labels.rows(rows), predictions: data.predictions.rows(rows),
        mask: data.mask.rows(rows))
      halves += half
    }
    #expect(halves == whole)
  }

  @Test(arguments: Tensor.StorageOrder.allCases)
  func rowsWithoutTimeAreAcceptedToo(order: Tensor.StorageOrder) throws {
    let labels = Tensor(shape: [3, 2], elements: [1, 0, 0, 1, 0, 1])
    let predictions = Tensor(shape: [3, 2], elements: [0.9, 0.1, 0.2, 0.8, 0.7, 0.3])
    var evaluation = Evaluation(classCount: 2)
    try evaluation.add(labels: labels.ordered(order), predictions: predictions.ordered(order))
    #expect(evaluation.confusion.rows == [[1, 0], [1, 1]])
  }

  @Test func oneColumnRepresentsTwoClasses() throws {
    var evaluation = Evaluation(classCount: 2)
    try evaluation.add(
      labels: Tensor(shape: [4, 1], elements: [0, 0, 1, 1]),
      predictions: Tensor(shape: [4, 1], elements: [0.4, 0.5, 0.6, 0.1]))
    #expect(evaluation.confusion.rows == [[1, 1], [1, 1]])
  }

  @Test func aPredictionThatIsNotANumberIsAnErrorAndAddsNothing() throws {
    var predictions = Tensor(shape: [2, 2, 3], order: .timeMajor)
    predictions[1, 1, 2] = .nan
    var labels = Tensor(shape: [2, 2, 3])
    for example in 0..<2 { for step in 0..<3 { labels[example, 0, step] = 1 } }
    var evaluation = Evaluation(classCount: 2)
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.add(labels: labels, predictions: predictions)
    }
    #expect(error?.kind == .prediction)
    #expect(error?.description.hasPrefix("example 1, step 2 (counted from 0): a prediction is NaN; ") == true)
    #expect(evaluation.stepCount == 0)
  }

  @Test(
    arguments: [
      [0, 0, 0], [1, .nan, 0], [.nan, 1, 0], [1, 1, 0], [1, -1, 0], [0, .infinity, 0],
    ] as [[Float]])
  func aLabelThatNamesNoClassIsAnError(label: [Float]) throws {
    var evaluation = Evaluation(classCount: 3)
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.add(
        labels: Tensor(shape: [1, 3], elements: label),
        predictions: Tensor(shape: [1, 3], elements: [1, 0, 0]))
    }
    #expect(error?.kind == .label)
    #expect(error?.example == 0 && error?.step == 0)
    #expect(error?.problem.hasPrefix("the label \(label) does not name a class, ") == true)
  }

  @Test func aSmoothedLabelIsAccepted() throws {
    var evaluation = Evaluation(classCount: 3)
    try evaluation.add(
      labels: Tensor(shape: [1, 3], elements: [0.05, 0.05, 0.9]),
      predictions: Tensor(shape: [1, 3], elements: [0, 0, 1]))
    #expect(evaluation.confusion[2, 2] == 1)
  }

  @Test func figuresOfNothingAreAnError() throws {
    var evaluation = Evaluation(classCount: 2)
    try evaluation.add(
      labels: Tensor(shape: [1, 2, 2]), predictions: Tensor(shape: [1, 2, 2]), mask: .empty(1, 2))
    #expect(throws: EvaluationError.self) { try evaluation.accuracy }
    #expect(throws: EvaluationError.self) { try evaluation.f1 }
    #expect(throws: EvaluationError.self) { try evaluation.macro }
    #expect(throws: EvaluationError.self) { try evaluation.micro }
    #expect(evaluation.description == "nothing evaluated yet")
  }

  @Test(arguments: [(1, 2), (2, 2), (3, 3)])
  func theFirstLabelsGiveTheNumberOfClasses(columns: Int, classes: Int) throws {
    let kind: MetricCase.Labels = columns == 1 ? .yesOrNo : .oneHot
    let data = MetricCase(kind, columns: columns, n: 3, t: 4, seed: 1)
    var expected = Evaluation(classCount: classes)
    try expected.add(labels: data.labels, predictions: data.predictions, mask: data.mask)
    var found = Evaluation()
    #expect(found.accepts(columnCount: columns) && found.stepCount == 0)
    #expect(found.description == "nothing evaluated yet")
    #expect(throws: EvaluationError.self) { try found.accuracy }
    #expect(try reread(found) == found && found.empty == found)
    var bad = data.predictions
    bad[0, 0, 0] = .nan
    #expect(throws: EvaluationError.self) { try found.add(labels: data.labels, predictions: bad) }
    #expect(found == Evaluation())
    try found.add(labels: data.labels, predictions: data.predictions, mask: data.mask)
    #expect(found == expected && !found.accepts(columnCount: 7))
    var sum = Evaluation()
    sum += expected
    sum += Evaluation()
    #expect(sum == expected)
  }

  @Test func theDescriptionIsAlignedText() throws {
    var evaluation = Evaluation(classNames: ["calm", "storm", "rain"])
    evaluation.add(actual: [0, 0, 0, 1], predicted: [0, 0, 1, 1])
    #expect(
      evaluation.description == """
        accuracy 0.7500 of 4 steps
        precision 0.7500, recall 0.8333, F1 0.7333 (mean over classes)
        G-measure 0.7618 (mean over classes), Matthews correlation 0.5774 (all classes)

        class  steps  precision  recall      F1       G     MCC     FPR     FNR
        calm       3     1.0000  0.6667  0.8000  0.8165  0.5774  0.0000  0.3333
        storm      1     0.5000  1.0000  0.6667  0.7071  0.5774  0.3333  0.0000
        rain       0          -       -       -       -       -  0.0000       -

        actual \\ predicted  calm  storm  rain
        calm                   2      1     0
        storm                  0      1     0
        rain                   0      0     0
        """)
  }
}
