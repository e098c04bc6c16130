import DataSets
import Metrics
import Sequences
import Tensors
import Testing
import Training

/// Examples that something was fitted on are rejected by everything that evaluates.
@Suite struct LineageTests {
  private let message =
    "train/x_1.csv:4: example 1 (counted from 0): a normalizer or transform was fitted on this example, so figures on "
    + "it are not those of new data; evaluate held-out examples, or allow it (--allow-training-data)"
  private let trainer = ScriptedTrainer()

  /// Two examples, of which the second may be one of the training part.
  private func batch(fitted: Bool) -> DataSet {
    let metadata = (0..<2).map { index in
      DataSet.ExampleMetadata(
        index: index,
        features: SequenceRecord.Source(path: "train/x_\(index).csv", firstLine: 4, key: "\(index)"),
        featureLines: 4...6)
    }
    let batch = plainBatch(2, 3, metadata: metadata)
    let lineage = fitted ? batch.examples([1]).lineage : Lineage([1, 2])
    return batch.normalized(
      by: AffineNormalizer(shift: [1], scale: [2], lineage: lineage), labels: nil)
  }

  private func rejection(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch let error as EvaluationError where error.kind == .fittedExample {
      return error.description
    } catch { return "another error: \(error)" }
  }

  /// All ways to evaluate, with or without the allowance.
  private func ways(_ allowance: EvaluationPolicy) -> [(MemoryBatches) throws -> Void] {
    func listens(_ validation: Validation) throws { _ = try validation.figure(trainer) }
    let metric = Evaluation(classCount: 2)
    return [
      { _ = try trainer.evaluate(on: $0, allowing: allowance) },
      { _ = try trainer.evaluate(on: $0, metric, allowing: allowance) },
      { _ = try trainer.evaluateRegression(on: $0, allowing: allowance) },
      { _ = try trainer.score(on: $0, allowing: allowance) },
      { try listens(.score(on: $0, allowing: allowance)) },
      { try listens(.accuracy(on: $0, allowing: allowance)) },
      { try listens(.f1(on: $0, allowing: allowance)) },
      { try listens(.classification("steps", on: $0, allowing: allowance) { Double($0.stepCount) }) },
      {
        try listens(.metric("steps", on: $0, with: metric, allowing: allowance) { Double($0.stepCount) })
      },
      {
        try listens(
          .regression("steps", .minimize, on: $0, allowing: allowance) { Double($0.stepCount) })
      },
      {
        var model = ScriptedTrainer()
        let listener = EvaluationListener(on: $0, allowing: allowance, write: { _ in })
        _ = try TrainingLoop(epochs: 1, listeners: [listener]).fit(
          &model, MemoryBatches([plainBatch(1, 2)]))
      },
    ]
  }

  @Test func everyEvaluationRejectsThemAndCanBeAllowed() {
    // The first batch is valid; the second is still checked.
    let mixed = MemoryBatches([batch(fitted: false), batch(fitted: true)])
    for (number, way) in ways([]).enumerated() {
      #expect(rejection { try way(mixed) } == message, "way \(number)")
      #expect(rejection { try way(MemoryBatches([batch(fitted: false)])) } == nil, "way \(number)")
    }
    for (number, way) in ways(.fittedExamples).enumerated() {
      #expect(rejection { try way(mixed) } == nil, "way \(number)")
    }
  }

  /// Training on the examples that were used for fitting is normal.
  @Test func trainingIsNotRejected() throws {
    var model = ScriptedTrainer()
    _ = try TrainingLoop(epochs: 2).fit(&model, MemoryBatches([batch(fitted: true)]))
    #expect(model.pieces.count == 2)
  }
}
