import DataSets
import Metrics
import Tensors
import Testing
import Training

/// The loop and the evaluation with a trainer and an iterator that the package does not know.
struct PlugInTests {
  @Test func aTrainerThatIsNotANetworkLearns() throws {
    let batches = MemoryBatches(clusteredBatches(count: 6, exampleCount: 16, seed: 1))
    let heldOut = MemoryBatches(clusteredBatches(count: 4, exampleCount: 25, seed: 2))
    var model = SoftmaxRegression(inputs: 2, classes: 3, learningRate: 0.5)

    let before = try model.evaluate(on: heldOut)
    #expect(try before.accuracy < 0.5)  // all weights 0: class 0 for everything
    let summary = try TrainingLoop(epochs: 10).fit(&model, batches)
    let after = try model.evaluate(on: heldOut)
    #expect(after.stepCount == 100)  // one label per example
    #expect(try after.accuracy >= 0.9)  // with noise of +-1 per step, few short series are on the wrong side

    #expect(summary.iterationCount == 60)
    #expect(summary.losses.count == 10)
    for (earlier, later) in zip(summary.losses, summary.losses.dropFirst()) {
      #expect(later.score < earlier.score)
    }
    // Both scores are per sequence of the same data; the loop's is that of the parameters during training.
    #expect(try model.score(on: batches).score < summary.losses[9].score)
    #expect(batches.begun == Array(0..<10) + [0])
  }

  @Test func trainingTwiceGivesTheSameResult() throws {
    func trained() throws -> TrainingSummary {
      let batches = MemoryBatches(clusteredBatches(count: 3, exampleCount: 8, seed: 5))
      var model = SoftmaxRegression(inputs: 2, classes: 3, learningRate: 0.5)
      return try TrainingLoop(epochs: 3).fit(&model, batches)
    }
    #expect(try trained() == trained())
  }

  @Test func scoreAddsBatches() throws {
    let batches = MemoryBatches([plainBatch(3, 2), plainBatch(1, 4)])
    let loss = try ScriptedTrainer().score(on: batches)
    #expect(loss == BatchLoss(sum: 4, stepCount: 10, sequenceCount: 4))
    let nothing = MemoryBatches([])
    #expect(throws: TrainingError.self) { try ScriptedTrainer().score(on: nothing) }
  }
}
