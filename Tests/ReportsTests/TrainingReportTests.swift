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
    report.comparisons = [.init("always calm", "0.60000")]
    let root = try Markup(report.page.text)
    #expect(root.all("h1").map(\.text) == ["Weather & more"])
    // The result first, the settings last.
    #expect(
      root.all("h2").map(\.text) == [
        "Result: test data after epoch 4", "Learning curves", "Data", "Settings",
      ])
    let large = try #require(root.ofClass("results").first)
    #expect(large.all("dt").map(\.text) == ["accuracy", "always calm"])
    #expect(large.all("dd").map(\.text) == ["0.60000", "0.60000"])
    #expect(root.all("code").map(\.text) == ["timestep train --model 'a b'"])
    #expect(
      root.ofClass("lead").first?.text
        == "Finished after 4 epochs: all epochs are done.")
    let pictures = root.all("svg")
    #expect(
      pictures.map { $0.children[0].text } == [
        "Confusion matrix: test data after epoch 4", "Loss of every epoch", "Accuracy by epoch",
        "Loss of every update", "Batch 1 of epoch 1",
      ])
    // A dot for every epoch, for training and test data.
    #expect(pictures[1].all("circle").count == 8)
    #expect(pictures[2].all("circle").count == 4)
    #expect(pictures[3].all("circle").count == 12)
    #expect(pictures[0].all("text").filter { $0.text == "<storm>" }.count == 2)
    // The masks are open, since something is padded; only the many updates are closed.
    #expect(root.all("summary").map(\.text) == ["The loss of every update"])
    for name in ["date", "duration", "version"] { #expect(!root.all("dt").contains { $0.text == name }) }
  }

  /// What depends on the time is given by the caller, and comes last.
  @Test func dateDurationAndVersionAreGiven() throws {
    var report = TrainingReport("Run", RecordedRun())
    (report.date, report.version) = ("30 November 2026", "Timestep 1")
    for (seconds, text) in [
      (0.04, "0.0 s"), (8.34, "8.3 s"), (60, "1 min 0 s"), (125, "2 min 5 s"), (7325, "2 h 2 min"),
    ] {
      report.duration = .seconds(seconds)
      let root = try Markup(report.page.text)
      #expect(root.all("dt").map(\.text) == ["date", "duration", "version"])
      #expect(root.all("dd").map(\.text) == ["30 November 2026", text, "Timestep 1"])
      #expect(root.all("h2").last?.text == "Settings")
    }
  }

  /// Without padding the masks are closed; with validation, the best epoch is marked; test data is evaluated once.
  @Test func theBestEpochIsMarkedAndTestDataComesOnce() throws {
    let features = (0..<4).map { _ in [[Float]](repeating: [1], count: 3) }
    let labels: [[[Float]]] = (0..<4).map { [[Float($0 % 2)]] }
    let equal = try SequenceBatches(
      features: CollectionSequenceRecordReader(features),
      labels: .reader(CollectionSequenceRecordReader(labels), .oneHot(names: ["a", "b"])), batchSize: 2,
      alignment: .end)
    var testCount = 0
    let test = ReportEvaluation("test") { trainer in
      testCount += 1
      return ReportEvaluation.Judgement(.classification(try trainer.evaluate(on: equal)), loss: BatchLoss())
    }
    let recorder = RunRecorder(judges: [.classifier("validation", on: equal, classNames: ["a", "b"])])
    var trainer = Constant(outputs: [0.7, 0.3])
    var values = [3.0, 1, 2, 4]
    let validation = Validation(name: "validation depth", .minimize) { _ in values.removeFirst() }
    try TrainingLoop(epochs: 4, listeners: [recorder], validation: validation).fit(&trainer, equal)
    var report = TrainingReport("Run", recorder.run)
    try report.evaluate(trainer, test)
    #expect(testCount == 1 && recorder.run.bestEpoch == 1)
    let root = try Markup(report.page.text)
    #expect(root.all("h2").first?.text == "Result: test data")
    let charts = root.all("svg").filter { $0.children[0].text.hasSuffix("epoch") }
    #expect(
      charts.map { $0.children[0].text } == [
        "Loss of every epoch", "Accuracy by epoch", "Validation depth by epoch",
      ])
    for chart in charts { #expect(chart.all("text").contains { $0.text == "best epoch: 2" }) }
    #expect(!charts.contains { $0.all("title").contains { $0.text.hasPrefix("test, ") } })
    let closed = try #require(root.all("details").last)
    #expect(closed.all("summary").first?.text == "The masks of the first batch: nothing is padded")
    #expect(closed.all("svg").count == 1)
  }

  /// Of several quantiles, the middle one is judged, and drawn between the outer two.
  @Test func quantilesAreDrawnAsABand() throws {
    let levels: [Float] = [0.1, 0.5, 0.9]
    let names = ["load+1@0.1", "load+1@0.5", "load+1@0.9"]
    let truth = (0..<4).map { Float($0) }
    let batches = try SequenceDataSetIterator(
      features: CollectionSequenceRecordReader([truth.map { [$0] }]),
      labels: CollectionSequenceRecordReader([truth.map { [$0, $0, $0] }]), batchSize: 1,
      labelEncoding: .values,
      alignment: .equal)
    let judge = ReportEvaluation.regressor("test", on: batches, columns: names, quantiles: levels)
    guard
      case .regression(let evaluation, let sample)? = try judge.judge(Constant(outputs: [0, 1, 3])).figures
    else {
      Issue.record("no regression")
      return
    }
    #expect(evaluation.columnNames == ["load+1@0.5"] && sample.column == "load+1@0.5")
    #expect(sample.forecast == [1, 1, 1, 1] && sample.truth == truth.map(Double.init))
    #expect(sample.others.map(\.name) == ["quantile 0.1", "quantile 0.9"])
    #expect(sample.others.map(\.values) == [[0, 0, 0, 0], [3, 3, 3, 3]])
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
  @Test(arguments: [0, 1]) func samplesMerge(column: Int) throws {
    let sampling = ForecastSampling(of: column, among: ["load", "wind"], reverting: nil)
    func added(_ parts: [Mask]) throws -> ForecastSampling {
      var sampling = sampling
      for mask in parts {
        let shape = [mask.exampleCount, 2, mask.stepCount]
        let values = (0..<shape[0] * shape[1] * shape[2]).map { Float($0) }
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
    #expect(merged.sample == whole.sample && whole.sample.column == ["load", "wind"][column])
    #expect(whole.sample.truth[0] == Double(3 * column))
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
        == "Ended early, after 2 epochs: something <went> wrong.")
    #expect(root.all("h2").first?.text == "Result: test data after epoch 1")
  }

  @Test func aRunThatHasNotStartedHasAPage() throws {
    let root = try Markup(TrainingReport("Nothing", RecordedRun()).page.text)
    #expect(root.ofClass("lead").first?.text == "Not ended yet, after 0 epochs.")
    #expect(root.all("text").contains { $0.text == "no values" })
  }
}
