import DataSets
import Metrics
import Sequences
import Tensors
import Testing
import Training

struct EvaluateMetricTests {
  private let labels = Tensor(shape: [2, 1, 2], elements: [1, 0, 0, 1])
  private let scores = Tensor(shape: [2, 1, 2], elements: [0.9, 0.2, 0.6, 0.4])

  private func exampleMetadata(_ path: String) -> DataSet.ExampleMetadata {
    DataSet.ExampleMetadata(
      index: 0, features: SequenceRecord.Source(path: path, key: path), featureLines: 1...2)
  }

  private func batch(path: String? = nil) -> DataSet {
    var batch = DataSet(features: Tensor(shape: [2, 1, 2]), labels: labels)
    if let path { batch.metadata = [exampleMetadata("first.csv"), exampleMetadata(path)] }
    return batch
  }

  /// A predictor that counts its calls.
  private final class CountingPredictor: Predictor {
    let scores: Tensor
    private(set) var count = 0

    init(_ scores: Tensor) { self.scores = scores }

    func output(_ batch: DataSet) -> Tensor {
      count += 1
      return scores
    }
  }

  @Test func anyMetricIsFed() throws {
    let predictor = CountingPredictor(scores)
    let roc = try predictor.evaluate(on: MemoryBatches([batch(), batch()]), ROC())
    #expect(roc.stepCount == 8)
    #expect(try roc.area == 0.75)
    #expect(predictor.count == 2)
  }

  @Test func severalMetricsAreFedInOnePass() throws {
    let predictor = CountingPredictor(scores)
    let (roc, evaluation, calibration) = try predictor.evaluate(
      on: MemoryBatches([batch(), batch()]), ROC(), Evaluation(classCount: 2, threshold: 0.3),
      Calibration(classCount: 2))
    #expect(predictor.count == 2)
    #expect(try roc.area == 0.75)
    #expect(evaluation.confusion.rows == [[2, 2], [0, 4]])
    #expect(abs(try calibration.brierScore - (0.01 + 0.04 + 0.36 + 0.36) / 4) < 1e-7)
  }

  @Test func batchesInAnyOrderAreASource() throws {
    struct Made: RandomAccessBatches {
      let batches: [DataSet]
      var batchCount: Int { batches.count }
      func batch(epoch: Int, index: Int) -> DataSet { batches[index] }
    }
    let made = Made(batches: [batch(), batch()])
    #expect(try FixedPredictor(output: scores).evaluate(on: made, ROC()).stepCount == 8)
    var trainer = ScriptedTrainer()
    let summary = try TrainingLoop(epochs: 3).fit(&trainer, made)
    #expect(trainer.pieces.count == 6 && summary.losses.map(\.sequenceCount) == [4, 4, 4])
  }

  @Test func faultsNameTheFileAndTheMismatch() throws {
    var output = scores
    output[1, 0, 1] = .infinity
    let batches = MemoryBatches([batch(path: "b.csv")])
    let infinite = #expect(throws: EvaluationError.self) {
      try FixedPredictor(output: output).evaluate(on: batches, ROC())
    }
    #expect(
      infinite?.description.hasPrefix("b.csv:1: example 1, step 1 (counted from 0): a prediction is inf; ")
        == true)
    let shapes = #expect(throws: EvaluationError.self) {
      try FixedPredictor(output: scores).evaluate(on: batches, MultiClassROC(classCount: 3))
    }
    #expect(shapes?.kind == .shapes)
    #expect(
      shapes?.description.hasPrefix(
        "first.csv:1: labels of the shape [N, 1, T] do not suit this MultiClassROC; ")
        == true)
    let nothing = MemoryBatches([])
    #expect(throws: TrainingError.self) {
      try FixedPredictor(output: scores).evaluate(on: nothing, ROC())
    }
  }
}
