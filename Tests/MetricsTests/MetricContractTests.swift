import DataSets
import Metrics
import Tensors
import Testing

struct MetricContractTests {
  private func figures(_ classes: [Evaluation.ClassFigures]) -> [Double?] {
    classes.flatMap {
      [
        $0.accuracy, $0.precision, $0.recall, $0.f1, $0.gMeasure, $0.matthewsCorrelation,
        $0.falsePositiveRate,
      ]
    }
  }

  @Test(arguments: [(2, 1), (2, 2), (3, 3), (4, 4)])
  func evaluation(classes: Int, columns: Int) throws {
    let metric = Evaluation(classCount: classes, topCounts: [1, 2])
    let kind: MetricCase.Labels = columns == 1 ? .yesOrNo : .oneHot
    try expectMetricContract(metric, kind, columns: columns) { metric in
      try figures(metric.classes) + [metric.accuracy, metric.topAccuracy(1), metric.topAccuracy(2)]
    }
  }

  @Test(arguments: 1...3)
  func binaryEvaluation(columns: Int) throws {
    let metric = BinaryEvaluation(columns: (0..<columns).map(String.init))
    try expectMetricContract(metric, .yesOrNo, columns: columns) { metric in
      try figures(metric.columns) + [metric.exactMatchShare]
    }
  }

  @Test(arguments: 1...2)
  func roc(columns: Int) throws {
    try expectMetricContract(ROC(), columns == 1 ? .yesOrNo : .oneHot, columns: columns) { metric in
      let threshold = try metric.threshold(maximizing: \.accuracy)
      return [
        try? metric.area, try? metric.averagePrecision, try? metric.areaUnderPrecisionRecall,
        Double(threshold),
      ]
    }
  }

  @Test(arguments: 2...4)
  func multiClassROC(classes: Int) throws {
    try expectMetricContract(MultiClassROC(classCount: classes), .oneHot, columns: classes) { metric in
      try [metric.macroArea.value, metric.macroAveragePrecision.value]
        + (0..<classes).map { try? metric[$0].areaUnderPrecisionRecall }
    }
  }

  @Test(arguments: [(2, 1), (2, 2), (3, 3)])
  func calibration(classes: Int, columns: Int) throws {
    let metric = Calibration(classCount: classes, binCount: 5)
    try expectMetricContract(metric, columns == 1 ? .yesOrNo : .oneHot, columns: columns) { metric in
      try [metric.expectedCalibrationError, metric.maximumCalibrationError, metric.brierScore]
        + metric.classes.flatMap { $0.bins.flatMap { [$0.meanPredicted, $0.observedShare] } }
    }
  }

  @Test(arguments: 1...2)
  func regression(columns: Int) throws {
    let metric = RegressionEvaluation(columns: (0..<columns).map(String.init))
    try expectMetricContract(metric, .yesOrNo, columns: columns) { metric in
      let averages = try metric.averages
      return [averages.meanSquaredError, averages.rootMeanSquaredError, averages.correlation.value]
    }
  }
}
