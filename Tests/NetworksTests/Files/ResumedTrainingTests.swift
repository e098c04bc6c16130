import DataSets
import Networks
import Sequences
import TensorFiles
import Testing
import Training

/// A network trained by the loop: a run that is ended at any update resumes to the same model file.
@Suite struct ResumedTrainingTests {
  private struct Kill: Error {}

  /// Ends the run after an update, as a kill would, without telling the loop.
  private final class Killer: TrainingListener {
    let iteration: Int
    init(_ iteration: Int) { self.iteration = iteration }
    func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws {
      if progress.iteration == iteration { throw Kill() }
    }
  }

  /// Series of unequal lengths, shuffled again every epoch.
  private func batches() throws -> SequenceBatches {
    var random = SplitMix64(seed: 5)
    let records: [[[Float]]] = [7, 3, 5, 6, 2].map { length in
      (0..<length).map { _ in (0..<3).map { _ in .random(in: -1...1, using: &random) } }
    }
    return try SequenceBatches(
      features: CollectionSequenceRecordReader(records), labels: .columns([2], .values), batchSize: 2,
      alignment: .start, order: .shuffled(seed: 3))
  }

  private func network() throws -> MultiLayerNetwork {
    try MultiLayerNetwork(
      inputs: .recurrent(size: 2), seed: 1, updater: .adam(learningRate: 0.01),
      backpropagation: .truncated(forward: 2, backward: 2)
    ) {
      LSTM(4)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
  }

  @Test(arguments: [Checkpoints.Interval.iterations(1), .iterations(4), .epochs(1)])
  func everyUpdateIsAGoodOneToEndAt(interval: Checkpoints.Interval) throws {
    let scratch = try ModelScratch()
    func run(_ name: String, _ listeners: [any TrainingListener] = []) throws -> Int {
      var network = try network()
      let batches = try batches()
      let summary = try TrainingLoop(epochs: 2, listeners: listeners).resume(
        &network, batches, from: Checkpoints(scratch.path("run-\(name)"), every: interval),
        models: ModelDirectory(scratch.path("models-\(name)")))
      return summary.iterationCount
    }
    let count = try run("whole")
    #expect(count > 12)
    for iteration in 1...count {
      #expect(throws: Kill.self) { _ = try run("\(iteration)", [Killer(iteration)]) }
      #expect(try run("\(iteration)") == count)
      for model in ["best", "latest"] {
        #expect(
          try scratch.bytes(scratch.path("models-\(iteration)/\(model).safetensors"))
            == scratch.bytes(scratch.path("models-whole/\(model).safetensors")))
      }
    }
  }

  @Test func aNetworkOfOtherLayersIsRejected() throws {
    let scratch = try ModelScratch()
    let checkpoints = Checkpoints(scratch.path("run"), every: .epochs(1))
    var first = try network()
    let data = try batches()
    try TrainingLoop(epochs: 1).fit(&first, data, checkpoints: checkpoints)
    var other = try MultiLayerNetwork(
      inputs: .recurrent(size: 2), seed: 1, updater: .adam(learningRate: 0.01)
    ) {
      LSTM(5)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    let error = #expect(throws: TrainingError.self) {
      try TrainingLoop(epochs: 2).resume(&other, data, from: checkpoints)
    }
    #expect(
      error?.description
        == "\(scratch.path("run/checkpoint-00000009.safetensors")): is a checkpoint of another network: the size "
        + "of layer 0 (lstm) is 4 there, 5 here; resume with the settings that the training was started with, or "
        + "start again in another directory")
  }
}
