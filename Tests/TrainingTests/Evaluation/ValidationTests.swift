import DataSets
import FoundationEssentials
import Metrics
import Platform
import Tensors
import TestSupport
import Testing

@testable import Training

struct ValidationTests {
  private let batches = ResumableBatches(
    (0..<2).map { Series.random(count: 3, lengths: 4...4, seed: $0).batch() })

  /// A validation that gives `values`, epoch by epoch.
  private func scripted(_ values: [Double], _ objective: EpochMetric.Objective, every: Int = 1) -> Validation
  {
    var next = values.makeIterator()
    return Validation(name: "figure", objective, everyEpochs: every) { _ in next.next() ?? .nan }
  }

  @Test func theBestAndTheLatestModelAreKept() throws {
    let cases: [(EpochMetric.Objective, [Double], best: Int?)] = [
      (.minimize, [3, 1, 2, 1], 1), (.maximize, [3, 1, 5, 2], 2),
      (.minimize, [1, 2, 3, 4], 0),
      (.maximize, [1, 2, 3, 4], 3), (.minimize, [.nan, 7, .nan, .nan], 1),
      (.minimize, [.nan, .nan, .nan, .nan], nil),
    ]
    for (objective, values, best) in cases {
      let directory = TestDirectory()
      let contract = DataContract(columns: ["load"], labels: .none, alignment: .equal)
      let models = ModelDirectory(directory.path + "/models", contract: contract)
      var trainer = TinyRecurrence()
      let loop = TrainingLoop(epochs: 4, validation: scripted(values, objective))
      let summary = try loop.fit(&trainer, batches, models: models)
      #expect(summary.best?.epoch == best && summary.best?.value == best.map { values[$0] })
      #expect(summary.bestModel == best.map { _ in models.best } && summary.latestModel == models.latest)
      #expect(summary.metrics.map(\.epoch) == [0, 1, 2, 3])

      // The best model equals that of a run that ends at the best epoch.
      for (path, epochs) in [(models.latest, 4), (models.best, (best ?? -1) + 1)] where epochs > 0 {
        var other = TinyRecurrence()
        try TrainingLoop(epochs: epochs).fit(&other, batches)
        try other.write(to: directory.path + "/other", run: nil, contract: contract)
        #expect(try fileText(path) == fileText(directory.path + "/other"))
      }
      #expect(try (Directory.kind(of: models.best) == .file) == (best != nil))
    }
  }

  @Test func modelsOfAnotherRunAreNotUsed() throws {
    /// Diverges at its update `last`; writes nothing but its name.
    struct Diverging: Checkpointable {
      let last: Int
      var iteration = 0
      func output(_ batch: DataSet) -> Tensor { Tensor(shape: [batch.exampleCount, 1, batch.stepCount]) }
      func score(_ batch: DataSet) -> BatchLoss { BatchLoss(sum: 1, stepCount: 1, sequenceCount: 1) }
      mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
        iteration += 1
        if iteration == last { throw Divergence(.gradient, of: "all of it") }
        return score(piece)
      }
      func write(to path: String, run: String?, contract: DataContract?) throws {
        let writer = try FileWriter(path)
        try writer.write("diverging")
        try writer.commit()
      }
      mutating func restore(from path: String) -> String? { nil }
    }
    let directory = TestDirectory()
    let models = ModelDirectory(directory.path)
    for name in ["best.safetensors", "latest.safetensors"] { directory.write("of another run", to: name) }
    let loop = TrainingLoop(epochs: 2, stopping: [NotFinite()])
    var trainer = Diverging(last: 2)
    let none = try loop.fit(&trainer, batches, models: models)
    #expect(none.iterationCount == 1 && none.bestModel == nil && none.latestModel == nil)
    #expect(try fileText(models.latest) == "of another run")
    trainer = Diverging(last: 3)
    let one = try loop.fit(&trainer, batches, models: models)
    #expect(one.iterationCount == 2 && one.bestModel == models.best && one.latestModel == models.latest)
    #expect(try fileText(models.latest) == "diverging")
  }

  @Test func validationRunsEveryFewEpochsBesideTheLoss() throws {
    final class Heard: TrainingListener {
      var figures: [EpochMetric?] = []
      func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
        figures.append(progress.validation)
      }
    }
    var trainer = TinyRecurrence()
    let heard = Heard()
    let loop = TrainingLoop(
      epochs: 5, listeners: [heard], validation: scripted([4, 3], .minimize, every: 2))
    let summary = try loop.fit(&trainer, batches)
    let figures = [
      EpochMetric(epoch: 1, name: "figure", value: 4), EpochMetric(epoch: 3, name: "figure", value: 3),
    ]
    #expect(summary.metrics == figures && summary.losses.count == 5)
    #expect(heard.figures == [nil, figures[0], nil, figures[1], nil])
  }

  @Test func withoutOneTheScoreIsTheFigure() throws {
    var trainer = TinyRecurrence()
    let summary = try TrainingLoop(epochs: 3).fit(&trainer, batches)
    #expect(summary.metrics.map(\.value) == summary.losses.map(\.score))
    #expect(summary.metrics.map(\.name) == ["score", "score", "score"])
  }

  @Test func figuresOnHeldOutBatches() throws {
    let trainer = TinyRecurrence(stepsPerUpdate: 2)
    let score = try trainer.score(on: batches).score
    for _ in 0..<2 {  // a pass begins again every time
      #expect(try Validation.score(on: batches).figure(trainer) == score)
    }
    let regression = Validation.regression("RMSE", .minimize, on: batches, everyEpochs: 3) {
      try $0.columns[0].rootMeanSquaredError
    }
    #expect(regression.name == "RMSE" && regression.epochs == 3 && regression.objective == .minimize)
    let expected = try trainer.evaluateRegression(on: batches).columns[0].rootMeanSquaredError
    #expect(try regression.figure(trainer) == expected)
    let classes = MemoryBatches(clusteredBatches(count: 2, exampleCount: 9, seed: 4))
    let model = SoftmaxRegression(inputs: 2, classes: 3, learningRate: 1)
    let evaluation = try model.evaluate(on: classes)
    #expect(try Validation.accuracy(on: classes).figure(model) == evaluation.accuracy)
    #expect(try Validation.f1(on: classes).figure(model) == evaluation.f1)
    let area = Validation.metric("AUC", on: classes, everyEpochs: 2, with: MultiClassROC(classCount: 3)) {
      try $0.macroArea.value ?? .nan
    }
    #expect(area.name == "AUC" && area.epochs == 2 && area.objective == .maximize)
    let roc = try model.evaluate(on: classes, MultiClassROC(classCount: 3))
    // Twice: nothing is left over from the previous pass.
    for _ in 0..<2 { #expect(try area.figure(model) == roc.macroArea.value) }
    #expect(Validation.f1(on: classes).objective == .maximize)
    #expect(Validation.score(on: classes).objective == .minimize)
  }

  @Test(arguments: [0, -1.5, 0.1, .nan, .infinity, -.infinity]) func figuresGoThroughJSON(value: Double)
    throws
  {
    let figure = EpochMetric(epoch: 3, name: "AUC", value: value)
    let read = try JSONDecoder().decode(EpochMetric.self, from: JSONEncoder().encode(figure))
    #expect(read.epoch == 3 && read.name == "AUC")
    #expect(read.value == value || read.value.isNaN && value.isNaN)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(
        EpochMetric.self, from: Data("{\"epoch\":1,\"name\":\"a\",\"value\":\"much\"}".utf8))
    }
  }

  @Test func aRunWithFiguresThatAreNotNumbersResumes() throws {
    let directory = TestDirectory()
    let checkpoints = Checkpoints(directory.path, every: .epochs(1))
    var trainer = TinyRecurrence()
    try TrainingLoop(epochs: 2, validation: scripted([.nan, .infinity], .minimize)).fit(
      &trainer, batches, checkpoints: checkpoints)
    let summary = try TrainingLoop(epochs: 3, validation: scripted([1], .minimize)).resume(
      &trainer, batches, from: checkpoints)
    #expect(summary.metrics.count == 3 && summary.metrics[0].value.isNaN && summary.best?.epoch == 2)
  }
}
