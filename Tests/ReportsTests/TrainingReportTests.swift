import DataSets
import Metrics
import Sequences
import Tensors
import TestSupport
import Testing
import Training

@testable import Reports

/// A trainer whose output is constant and whose score falls with every update.
private struct Constant: Trainer {
  var outputs: [Float]
  var stepsPerUpdate: Int?
  var updates = 0

  func output(_ batch: DataSet) throws -> Tensor {
    var result = Tensor(shape: [batch.exampleCount, outputs.count, batch.stepCount])
    for row in 0..<batch.exampleCount {
      for column in outputs.indices {
        for step in 0..<batch.stepCount { result[row, column, step] = outputs[column] }
      }
    }
    return result
  }

  mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    updates += 1
    return try score(piece)
  }

  func score(_ batch: DataSet) throws -> BatchLoss {
    BatchLoss(
      sum: Double(batch.exampleCount) / Double(1 + updates), stepCount: batch.labelsMask.count,
      sequenceCount: batch.exampleCount)
  }
}

/// The record of a run, and the page made from it.
struct TrainingReportTests {
  private func batches(_ encoding: LabelSource.Encoding = .oneHot(names: ["calm", "<storm>"])) throws
    -> SequenceDataSetIterator
  {
    let features = (0..<5).map { length in [[Float]](repeating: [1], count: length + 2) }
    let labels: [[[Float]]] = (0..<5).map { [[Float($0 % 2)]] }
    return try SequenceDataSetIterator(
      features: CollectionSequenceRecordReader(features), labels: CollectionSequenceRecordReader(labels),
      batchSize: 2,
      labelEncoding: encoding, alignment: .end)
  }

  private func recorded(
    _ trainer: Constant, epochs: Int, every interval: Int = 1, _ judges: [ReportEvaluation]
  ) throws -> RecordedRun {
    var (trainer, batches) = (trainer, try batches())
    let recorder = RunRecorder(judges: judges, everyEpochs: interval)
    try TrainingLoop(epochs: epochs, listeners: [recorder]).fit(&trainer, batches)
    return recorder.run
  }

  @Test func aRunIsRecorded() throws {
    let judge = ReportEvaluation.classifier("test", on: try batches(), classNames: ["calm", "<storm>"])
    let run = try recorded(Constant(outputs: [0.7, 0.3]), epochs: 4, every: 3, [judge])
    #expect(run.updates.map(\.x) == Array(stride(from: 1, through: 12, by: 1)))
    #expect(abs(run.updates[0].y - 0.5) < 1e-12)
    #expect(run.losses.map(\.epoch) == [0, 1, 2, 3])
    // Every third epoch, and the last.
    #expect(run.courses.map(\.name) == ["test"])
    #expect(run.courses[0].judgements.map(\.epoch) == [2, 3])
    #expect(abs(run.courses[0].judgements[0].value.headline.value - 0.6) < 1e-12)
    #expect(run.isFinished && run.ending == "all epochs are done" && run.hasBegun)
    // Lengths 2 and 3, 4 and 5, 6: from one pass, whatever the number of epochs.
    #expect(run.data.batchCount == 3 && run.data.exampleCount == 5 && run.data.isComplete)
    #expect(
      run.data.cellCount == 6 + 10 + 6 && run.data.featureStepCount == 20 && run.data.labelStepCount == 5)
    #expect(run.firstBatch?.features == Mask(ranges: [0..<2, 0..<3], stepCount: 3))
  }

  /// A batch that is cut along time is drawn as a whole.
  @Test func theFirstBatchIsJoinedFromItsPieces() throws {
    let whole = try recorded(Constant(outputs: [1, 0]), epochs: 1, [])
    let cut = try recorded(Constant(outputs: [1, 0], stepsPerUpdate: 2), epochs: 1, [])
    #expect(cut.firstBatch == whole.firstBatch)
    #expect(cut.data == whole.data)
    #expect(cut.updates.count > whole.updates.count)
  }

  @Test func thePageShowsTheRun() throws {
    let judge = ReportEvaluation.classifier("test", on: try batches(), classNames: ["calm", "<storm>"])
    var report = TrainingReport(
      "Weather & more", try recorded(Constant(outputs: [0.7, 0.3]), epochs: 4, [judge]))
    report.command = "timestep train --model 'a b'"
    report.settings = [.init("seed", "1")]
    report.layers = .init(head: ["layer", "parameters"], rows: [["0 lstm", "100"]])
    let root = try Markup(report.page.text)
    #expect(root.all("h1").map(\.text) == ["Weather & more"])
    #expect(
      root.all("h2").map(\.text) == [
        "Settings", "Data", "Learning curves", "Evaluation: test data after epoch 4",
      ])
    #expect(root.all("code").map(\.text) == ["timestep train --model 'a b'"])
    #expect(
      root.ofClass("lead").first?.text
        == "Finished after 4 epochs: all epochs are done. Accuracy 0.60000 (test data after epoch 4).")
    let pictures = root.all("svg")
    #expect(
      pictures.map { $0.children[0].text } == [
        "Batch 1 of epoch 1", "Score of every epoch", "Accuracy by epoch", "Score of every update",
        "Confusion matrix: test data after epoch 4",
      ])
    // A dot for every epoch, for training and test data.
    #expect(pictures[1].all("circle").count == 8)
    #expect(pictures[2].all("circle").count == 4)
    #expect(pictures[3].all("circle").count == 12)
    #expect(pictures[4].all("text").filter { $0.text == "<storm>" }.count == 2)
  }

  @Test func aRunOfNumbersShowsTruthAndForecast() throws {
    var (trainer, batches) = (Constant(outputs: [0.5]), try batches(.values))
    let judge = ReportEvaluation.regressor(
      "test", on: try self.batches(.values), columns: ["load"],
      reverting: { tensor, _ in
        Tensor(shape: tensor.shape, order: tensor.order, elements: tensor.elements.map { $0 * 10 })
      })
    let recorder = RunRecorder(judges: [judge])
    try TrainingLoop(epochs: 2, listeners: [recorder]).fit(&trainer, batches)
    guard case .regression(let evaluation, let sample) = recorder.run.courses[0].judgements[1].value.figures
    else {
      Issue.record("no regression")
      return
    }
    // Both in the labels' own units.
    #expect(try evaluation.columns[0].rootMeanSquaredError == 5)
    #expect(sample.truth == [0, 10, 0, 10, 0] && sample.forecast == [5, 5, 5, 5, 5])
    let root = try Markup(TrainingReport("Load", recorder.run).page.text)
    #expect(root.all("svg").contains { $0.children[0].text == "Forecast and truth: test data after epoch 2" })
    #expect(root.all("th").contains { $0.text == "load" })
    // Five series of one label each: separate dots.
    #expect(sample.starts == [0, 1, 2, 3, 4])
    let chart = try #require(root.all("svg").first { $0.children[0].text.hasPrefix("Forecast and truth") })
    #expect(chart.all("path").isEmpty)
    // Two of the circles are the legend's samples; the forecast's are rings.
    #expect(chart.all("circle").count == 12 && chart.ofClass("line").count == 6)
    #expect(chart.all("text").contains { $0.text == "labelled step, series by series" })
  }

  /// Parts of a sample that are gathered separately make the sample of the whole.
  @Test func samplesMerge() throws {
    let sampling = ForecastSampling(ReportEvaluation.ForecastSample(column: "load"), reverting: nil)
    func added(_ parts: [Mask]) throws -> ForecastSampling {
      var sampling = sampling
      for mask in parts {
        let shape = [mask.exampleCount, 1, mask.stepCount]
        let values = (0..<shape[0] * shape[2]).map { Float($0) }
        let tensor = Tensor(shape: shape, elements: values)
        try sampling.add(labels: tensor, predictions: tensor, mask: mask)
      }
      return sampling
    }
    let (first, second) = (
      Mask(ranges: [0..<2, 1..<1, 1..<3], stepCount: 3), Mask(ranges: [0..<200, 0..<200], stepCount: 200)
    )
    let whole = try added([first, second])
    var merged = try added([first])
    merged += try added([second])
    #expect(merged.sample == whole.sample)
    // A series does not begin where no step is labelled, or where the sample is full.
    #expect(whole.sample.starts == [0, 2, 4, 204] && whole.sample.truth.count == 240)
  }

  /// The page of a run that fails, or is interrupted, shows it up to that point.
  @Test func aRunThatFailsHasAPage() throws {
    struct Wrong: Error, CustomStringConvertible { var description: String { "something <went> wrong" } }
    var failing = false
    let judge = ReportEvaluation("test") { trainer in
      if failing { throw Wrong() }
      failing = true
      let pass = try self.batches()
      return ReportEvaluation.Judgement(.classification(try trainer.evaluate(on: pass)), loss: BatchLoss())
    }
    var (trainer, batches) = (Constant(outputs: [1, 0]), try self.batches())
    let recorder = RunRecorder(judges: [judge])
    #expect(throws: Wrong.self) {
      try TrainingLoop(epochs: 9, listeners: [recorder]).fit(&trainer, batches)
    }
    let root = try Markup(TrainingReport("Broken", recorder.run).page.text)
    #expect(
      root.ofClass("lead").first?.text
        == "Ended early, after 2 epochs: something <went> wrong. Accuracy 0.60000 (test data after epoch 1).")
  }

  @Test func aRunThatHasNotStartedHasAPage() throws {
    let root = try Markup(TrainingReport("Nothing", RecordedRun()).page.text)
    #expect(root.ofClass("lead").first?.text == "Not ended yet, after 0 epochs.")
    #expect(root.all("text").contains { $0.text == "no values" })
  }
}
