import DataSets
import Metrics
import Sequences
import Tensors
import Testing
import Training

struct EvaluateMetricTests {
  private let labels = Tensor(shape: [2, 1, 2], elements: [1, 0, 0, 1])
  private let scores = Tensor(shape: [2, 1, 2], elements: [0.9, 0.2, 0.6, 0.4])

  private func exampleMetadata(_ path: String) -> ExampleMetadata {
    ExampleMetadata(index: 0, features: RecordSource(path: path, key: path), featureLines: 1...2)
  }

  private func batch(path: String? = nil) -> DataSet {
    var batch = DataSet(features: Tensor(shape: [2, 1, 2]), labels: labels)
    if let path { batch.metadata = [exampleMetadata("first.csv"), exampleMetadata(path)] }
    return batch
  }

  @Test func anyMetricIsFed() throws {
    var batches = MemoryBatches([batch(), batch()])
    let roc = try evaluate(FixedPredictor(output: scores), on: &batches, with: ROC())
    #expect(roc.stepCount == 8)
    #expect(try roc.area == 0.75)
    #expect(batches.begun == [0])
  }

  @Test func aPairIsFedInOnePass() throws {
    var batches = MemoryBatches([batch(), batch()])
    let metrics = MetricPair(
      ROC(), MetricPair(Evaluation(classCount: 2, threshold: 0.3), Calibration(classCount: 2)))
    let pair = try evaluate(FixedPredictor(output: scores), on: &batches, with: metrics)
    #expect(batches.begun == [0])
    #expect(try pair.first.area == 0.75)
    #expect(pair.second.first.confusion.rows == [[2, 2], [0, 4]])
    #expect(abs(try pair.second.second.brierScore - (0.01 + 0.04 + 0.36 + 0.36) / 4) < 1e-7)
    var twice = pair
    twice += pair
    #expect(twice.stepCount == 16 && twice.second.second.stepCount == 16)
  }

  @Test func aPairTakesABatchWhollyOrNot() throws {
    // 2 is a fine score for a ROC, but no probability.
    var pair = MetricPair(ROC(), Calibration(classCount: 2))
    let scores = Tensor(shape: [1, 1], elements: [2])
    let error = #expect(throws: EvaluationError.self) {
      try pair.add(labels: Tensor(shape: [1, 1]), predictions: scores)
    }
    #expect(error?.problem.hasPrefix("the prediction 2.0 of column 0 is no probability, ") == true)
    #expect(pair.stepCount == 0 && pair.second.stepCount == 0)
    #expect(!pair.accepts(columnCount: 3) && pair.accepts(columnCount: 2))
  }

  @Test func faultsNameTheFileAndWhatDoesNotFit() throws {
    var output = scores
    output[1, 0, 1] = .infinity
    var batches = MemoryBatches([batch(path: "b.csv")])
    let infinite = #expect(throws: EvaluationError.self) {
      try evaluate(FixedPredictor(output: output), on: &batches, with: ROC())
    }
    #expect(
      infinite?.description.hasPrefix("b.csv:1: example 1, step 1 (counted from 0): a prediction is inf; ")
        == true)
    let shapes = #expect(throws: EvaluationError.self) {
      try evaluate(FixedPredictor(output: scores), on: &batches, with: MultiClassROC(classCount: 3))
    }
    #expect(shapes?.kind == .shapes)
    #expect(
      shapes?.description.hasPrefix("first.csv:1: labels of 1 columns do not suit this MultiClassROC; ")
        == true)
    var nothing = MemoryBatches([])
    #expect(throws: TrainingError.self) {
      try evaluate(FixedPredictor(output: scores), on: &nothing, with: ROC())
    }
  }
}
