import DataSets
import FoundationEssentials
import Metrics
import Tensors
import TestSupport
import Testing

/// Results of scikit-learn and numpy, written by `Fixtures/golden/make_evaluation_golden.py`.
private struct Golden: Decodable {
  struct Figures: Decodable {
    /// TP, FP, FN, TN.
    var counts: [Int]
    var accuracy, precision, recall, f1, f2, fHalf, gMeasure, matthews: Double?
    var falsePositiveRate, falseNegativeRate, area, averagePrecision, interpolatedArea: Double?
    /// Threshold, false-positive rate, true-positive rate.
    var curve: [[Double]]?
    /// Threshold, recall, precision.
    var precisionRecall: [[Double]]?
  }

  struct Reliability: Decodable {
    /// Count, mean predicted, observed share.
    var bins: [[Double?]]
    var expected, maximum, brier: Double
  }

  struct Expected: Decodable {
    var accuracy, matthews, brierSum: Double
    var top2: Double?
    var confusion: [[Int]]
    /// Precision, recall, F1.
    var macro: [Double]
    var classes: [Figures]
    var reliability: [Reliability]
    var topLabel: Reliability
  }

  struct Batch: Decodable {
    var shape: [Int]
    var labels, predictions: [Float]
    var mask: [Int]

    /// Adds the batch to a metric.
    func add(to metric: inout some EvaluationMetric) throws {
      try metric.add(
        labels: Tensor(shape: shape, elements: labels).ordered(.timeMajor),
        predictions: Tensor(shape: shape, elements: predictions),
        mask: Mask(rows: shape[0], steps: shape[2]) { mask[$0 * shape[2] + $1] == 1 })
    }
  }

  struct Case: Decodable {
    var name: String
    var classes: Int
    var expected: Expected
    var batch: Batch

    private enum CodingKeys: CodingKey { case name, classes, expected }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      classes = try values.decode(Int.self, forKey: .classes)
      expected = try values.decode(Expected.self, forKey: .expected)
      batch = try Batch(from: decoder)
    }
  }

  struct MultiLabel: Decodable {
    var thresholds: [Float]
    var hammingLoss, exactMatch, microF1, macroF1: Double
    var columns: [Figures]
    var batch: Batch

    private enum CodingKeys: CodingKey { case thresholds, hammingLoss, exactMatch, microF1, macroF1, columns }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      thresholds = try values.decode([Float].self, forKey: .thresholds)
      hammingLoss = try values.decode(Double.self, forKey: .hammingLoss)
      exactMatch = try values.decode(Double.self, forKey: .exactMatch)
      microF1 = try values.decode(Double.self, forKey: .microF1)
      macroF1 = try values.decode(Double.self, forKey: .macroF1)
      columns = try values.decode([Figures].self, forKey: .columns)
      batch = try Batch(from: decoder)
    }
  }

  var edges: [Double]
  var cases: [Case]
  var multiLabel: MultiLabel

  static func read() throws -> Golden {
    let file = URL(filePath: Repository.fixture("golden/evaluation.json"))
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

struct EvaluationGoldenTests {
  private func agrees(_ figures: Evaluation.ClassFigures, _ golden: Golden.Figures, _ name: Comment) {
    let counts = figures.counts
    #expect(
      [counts.truePositives, counts.falsePositives, counts.falseNegatives, counts.trueNegatives]
        == golden.counts, name)
    let ours: [Double?] = [
      figures.accuracy, figures.precision, figures.recall, figures.f1, counts.fBeta(2), counts.fBeta(0.5),
      figures.gMeasure, figures.matthewsCorrelation, figures.falsePositiveRate, figures.falseNegativeRate,
    ]
    let theirs: [Double?] = [
      golden.accuracy, golden.precision, golden.recall, golden.f1, golden.f2, golden.fHalf, golden.gMeasure,
      golden.matthews, golden.falsePositiveRate, golden.falseNegativeRate,
    ]
    #expect(allClose(ours, theirs), name)
  }

  @Test func classification() throws {
    for golden in try Golden.read().cases {
      let name = Comment(rawValue: golden.name)
      var evaluation = Evaluation(classCount: golden.classes, topCounts: [2])
      try golden.batch.add(to: &evaluation)
      #expect(evaluation.confusion.rows == golden.expected.confusion, name)
      #expect(try close(evaluation.accuracy, golden.expected.accuracy), name)
      #expect(try close(evaluation.matthewsCorrelation, golden.expected.matthews), name)
      let macro = try evaluation.macro
      #expect(allClose([macro.precision, macro.recall, macro.f1], golden.expected.macro), name)
      if let top2 = golden.expected.top2 { #expect(try close(evaluation.topAccuracy(2), top2), name) }
      for (figures, expected) in zip(evaluation.classes, golden.expected.classes) {
        agrees(figures, expected, name)
      }
    }
  }

  @Test func curvesAndAreas() throws {
    for golden in try Golden.read().cases {
      let name = Comment(rawValue: golden.name)
      var rocs: [(ROC, Golden.Figures)] = []
      if golden.classes == 2 {
        var roc = ROC()
        try golden.batch.add(to: &roc)
        rocs.append((roc, golden.expected.classes[1]))
      }
      if golden.batch.shape[1] == golden.classes {
        var roc = MultiClassROC(classCount: golden.classes)
        try golden.batch.add(to: &roc)
        rocs += golden.expected.classes.enumerated().map { (roc[$0], $1) }
        let areas = MeanOfDefined(of: golden.expected.classes.map(\.area))
        #expect(try allClose([roc.macroArea.value], [areas.value]), name)
        #expect(try roc.macroArea.leftOutCount == areas.leftOutCount, name)
      }
      #expect(!rocs.isEmpty)
      for (roc, expected) in rocs {
        let areas = [try? roc.area, try? roc.averagePrecision, try? roc.areaUnderPrecisionRecall]
        #expect(allClose(areas, [expected.area, expected.averagePrecision, expected.interpolatedArea]), name)
        let curve = try? roc.curve.dropFirst().map {
          [$0.threshold.map(Double.init) ?? .nan, $0.falsePositiveRate, $0.truePositiveRate]
        }
        #expect(curve == expected.curve, name)
        guard let theirs = expected.precisionRecall else { continue }
        let ours = try roc.precisionRecallCurve.map { [Double($0.threshold), $0.recall, $0.precision] }
        #expect(ours.count == theirs.count && zip(ours, theirs).allSatisfy { allClose($0, $1) }, name)
      }
    }
  }

  @Test func reliability() throws {
    let file = try Golden.read()
    for golden in file.cases {
      let name = Comment(rawValue: golden.name)
      var calibration = Calibration(classNames: (0..<golden.classes).map(String.init), edges: file.edges)
      try golden.batch.add(to: &calibration)
      let diagrams = [calibration.topLabel] + calibration.classes
      for (diagram, expected) in zip(diagrams, [golden.expected.topLabel] + golden.expected.reliability) {
        let figures = try [
          diagram.expectedCalibrationError, diagram.maximumCalibrationError, diagram.brierScore,
        ]
        #expect(allClose(figures, [expected.expected, expected.maximum, expected.brier]), name)
        let bins = diagram.bins.map { [Double($0.stepCount), $0.meanPredicted, $0.observedShare] }
        #expect(zip(bins, expected.bins).allSatisfy { allClose($0, $1) }, name)
      }
      let isOfTwo = golden.classes == 2
      let brier = isOfTwo ? golden.expected.reliability[1].brier : golden.expected.brierSum
      #expect(try close(calibration.brierScore, brier), name)
      // In single precision, a pair of probabilities adds up to 1 only approximately.
      if isOfTwo { #expect(close(2 * brier, golden.expected.brierSum, relative: 1e-6), name) }
    }
  }

  @Test func severalBinaryColumns() throws {
    let golden = try Golden.read().multiLabel
    var evaluation = BinaryEvaluation(
      columns: golden.thresholds.indices.map(String.init), thresholds: golden.thresholds)
    try golden.batch.add(to: &evaluation)
    for (figures, expected) in zip(evaluation.columns, golden.columns) {
      agrees(figures, expected, "multi-label")
    }
    #expect(try close(evaluation.accuracy, 1 - golden.hammingLoss))
    #expect(try close(evaluation.exactMatchShare, golden.exactMatch))
    #expect(close(evaluation.pooledCounts.f1 ?? -1, golden.microF1))
    #expect(try close(evaluation.macroAverage(of: \.f1).value ?? -1, golden.macroF1))
  }
}
