import DataSets
import Metrics
import Tensors
import Testing
import Training

/// Figures of forecasts, as GluonTS 0.17.0 computes them: `Tests/TimestepTests/Peers/make_forecast_figures.py`.
@Suite struct ForecastFiguresTests {
  private let truth = [12.5, -3, 0.25, 40, 7.5, -1, 2, 9.75]
  private let forecast = [10, -4.5, 0.5, 44, 7.5, 1, 0, 9]

  @Test func percentagesAreThoseOfGluonTS() throws {
    var evaluation = RegressionEvaluation(columns: ["x"])
    try evaluation.add(actual: truth, predicted: forecast)
    let figures = try evaluation.columns[0]
    #expect(abs(figures.symmetricPercentageError - 68.3015873015873) < 1e-10)
    #expect(abs(try #require(figures.weightedPercentageError) - 17.105263157894736) < 1e-12)
    // In parts, and of zeros.
    var parts = RegressionEvaluation(columns: ["x"])
    for index in truth.indices {
      var part = parts.empty
      try part.add(actual: [truth[index]], predicted: [forecast[index]])
      parts += part
    }
    #expect(abs(try parts.columns[0].symmetricPercentageError - figures.symmetricPercentageError) < 1e-12)
    var zeros = RegressionEvaluation(columns: ["x"])
    try zeros.add(actual: [0.0, 0], predicted: [0, 3])
    #expect(try zeros.columns[0].symmetricPercentageError == 100)
    #expect(try zeros.columns[0].weightedPercentageError == nil)
  }

  /// The scale of MASE is the error of repeating the value one season before.
  @Test(arguments: [(1, 3.888888888888889, 0.41785714285714287), (3, 3.7142857142857144, 0.4375)])
  func theScaleIsThatOfGluonTS(season: Int, scale: Double, scaled: Double) throws {
    let past: [Float] = [1, 4, 2, 8, 5, 7, 1.5, 9, 6, 3]
    var batch = DataSet(
      features: Tensor(shape: [1, 1, past.count], elements: past),
      labels: Tensor(shape: [1, 1, past.count], elements: past))
    batch.labelsMask = .full(1, past.count)
    let naive = NaivePredictor(repeating: [season])
    var evaluation = RegressionEvaluation(columns: ["x"])
    try evaluation.add(
      labels: try #require(batch.labels), predictions: naive.output(batch),
      mask: naive.answeredSteps(of: batch))
    let found = try evaluation.columns[0].meanAbsoluteError
    #expect(abs(found - scale) < 1e-12)
    var model = RegressionEvaluation(columns: ["x"])
    try model.add(actual: truth, predicted: forecast)
    #expect(abs(try model.columns[0].meanAbsoluteError / found - scaled) < 1e-12)
  }
}
