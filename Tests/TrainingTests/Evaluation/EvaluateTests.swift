import DataSets
import Metrics
import Sequences
import Tensors
import Testing
import Training

struct EvaluateTests {
  private func metadata(_ path: String) -> DataSet.ExampleMetadata {
    DataSet.ExampleMetadata(
      index: 0, features: SequenceRecord.Source(path: path, key: path), featureLines: 1...2)
  }

  @Test func faultsNameTheFile() throws {
    let batches = MemoryBatches([plainBatch(2, 2, metadata: [metadata("a.csv"), metadata("b.csv")])])
    var output = Tensor(shape: [2, 2, 2])
    output[1, 0, 1] = .nan
    let error = #expect(throws: EvaluationError.self) {
      try FixedPredictor(output: output).evaluate(on: batches)
    }
    let start = "b.csv:1: example 1, step 1 (counted from 0): a prediction is NaN; "
    #expect(error?.description.hasPrefix(start) == true)
  }

  @Test func mismatchedSizesAreErrors() throws {
    let batches = MemoryBatches([plainBatch(1, 2)])
    let wrong = #expect(throws: EvaluationError.self) {
      try FixedPredictor(output: Tensor(shape: [1, 3, 2])).evaluate(on: batches)
    }
    #expect(
      wrong?.description.hasPrefix(
        "the labels have the shape [1, 2, 2], so outputs of the same shape were expected, but the model's are [1, 3, 2]; "
      ) == true)
    let names = #expect(throws: EvaluationError.self) {
      try ScriptedTrainer().evaluate(on: batches, classNames: ["a", "b", "c"])
    }
    #expect(names?.kind == .shapes)
    let columns = #expect(throws: EvaluationError.self) {
      try ScriptedTrainer().evaluateRegression(on: batches, columns: ["a"])
    }
    #expect(columns?.kind == .shapes)
  }

  @Test func noLabelsAndNoBatchesAreErrors() throws {
    let unlabelled = MemoryBatches([DataSet(features: Tensor(shape: [1, 1, 1]))])
    let error = #expect(throws: EvaluationError.self) { try ScriptedTrainer().evaluate(on: unlabelled) }
    #expect(error?.kind == .noLabels)
    let nothing = MemoryBatches([])
    #expect(throws: TrainingError.self) { try ScriptedTrainer().evaluate(on: nothing) }
    #expect(throws: TrainingError.self) { try ScriptedTrainer().evaluateRegression(on: nothing) }
  }

  @Test func aFullyMaskedBatchIsNotAFault() throws {
    var masked = plainBatch(2, 3)
    masked.labelsMask = .empty(2, 3)
    let batches = MemoryBatches([masked, plainBatch(1, 2)])
    let evaluation = try ScriptedTrainer().evaluate(on: batches, classNames: ["x", "y"])
    #expect(evaluation.stepCount == 2)
    #expect(try evaluation.accuracy == 1)
    #expect(evaluation.classNames == ["x", "y"])
    #expect(try ScriptedTrainer().evaluateRegression(on: batches).stepCount == 2)
  }

  @Test func regressionIsInTheGivenUnits() throws {
    let labels = Tensor(shape: [1, 1, 2], elements: [0, 1])
    let batches = MemoryBatches([DataSet(features: Tensor(shape: [1, 1, 2]), labels: labels)])
    let evaluation = try FixedPredictor(output: Tensor(shape: [1, 1, 2], elements: [1, 3]))
      .evaluateRegression(
        on: batches, columns: ["a"],
        reverting: { tensor, _ in Tensor(shape: tensor.shape, elements: [0, 1].map { tensor[0, 0, $0] * 10 })
        })
    #expect(try evaluation.columns[0].meanAbsoluteError == 15)
  }
}
