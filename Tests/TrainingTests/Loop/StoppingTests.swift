import DataSets
import FoundationEssentials
import Tensors
import Testing

@testable import Training

struct StoppingTests {
  private func history(
    _ values: [Double], _ objective: EpochMetric.Objective = .minimize, every epochs: Int = 1
  ) -> TrainingHistory {
    var history = TrainingHistory(objective: objective)
    history.metrics = values.enumerated().map {
      EpochMetric(epoch: ($0 + 1) * epochs - 1, name: "score", value: $1)
    }
    return history
  }

  /// Returns the number of metrics after which a condition stops a run; `nil`: never.
  private func stop(
    _ condition: some StoppingCondition, _ values: [Double], _ objective: EpochMetric.Objective = .minimize,
    every epochs: Int = 1
  ) -> Int? {
    (0...values.count).first {
      condition.reason(history(Array(values.prefix($0)), objective, every: epochs)) != nil
    }
  }

  @Test func noImprovementForNEpochs() {
    #expect(stop(NoImprovement(epochs: 1), [3, 2, 1, 1, 0]) == 4)
    #expect(stop(NoImprovement(epochs: 2), [3, 2, 4, 1, 2, 2]) == 6)
    #expect(stop(NoImprovement(epochs: 2), [3, 2, 4, 1, 2, 0.5]) == nil)
    #expect(stop(NoImprovement(epochs: 2), [1, 2, 2, 3], .maximize) == nil)
    #expect(stop(NoImprovement(epochs: 2), [1, 2, 2, 2, 3], .maximize) == 4)
    // Gains of 0.5 do not count until they add up to more than 0.6.
    #expect(stop(NoImprovement(epochs: 2, minimum: 0.6), [3, 2.5, 2, 1.5, 1]) == nil)
    #expect(stop(NoImprovement(epochs: 1, minimum: 0.5), [3, 2.5]) == 2)
    // Epochs are counted, not metrics; NaN is not an improvement, and does not hide later ones.
    #expect(stop(NoImprovement(epochs: 4), [3, 3, 3, 3], every: 2) == 3)
    #expect(stop(NoImprovement(epochs: 3), [.nan, .nan, 2, 1, .nan, .nan, .nan]) == 7)
    #expect(stop(NoImprovement(epochs: 2), [.nan, .nan, 2]) == 2)
    #expect(stop(NoImprovement(epochs: 2), [.infinity, 5, .infinity, 4]) == nil)
    #expect(NoImprovement(epochs: 1).reason(history([1, 1])) == .noImprovement(epochs: 1))
  }

  /// Whatever is evaluated again, and when: only epochs that were measured by the metric, or should have been, count.
  @Test func epochsThatWereNotMeasuredDoNotCount() {
    for done in 0...6 {
      for best in 0..<max(1, done) {
        for isInside in [false, true] where done > 0 {
          for later in [[], [0.5], [2.0], [2, 2], [0.5, 2, 2], [.nan, 2]] as [[Double]] {
            var history = TrainingHistory()
            history.evaluatedAgainAfter = done
            func metric(_ epoch: Int, _ value: Double) -> EpochMetric {
              EpochMetric(epoch: epoch, name: "score", value: value)
            }
            history.metrics = [metric(best, 1)]
            // The last model is evaluated again, unless it is the best or the epoch is not over.
            let last = isInside || best == done - 1 ? nil : done - 1
            if let last { history.metrics.append(metric(last, 3)) }
            for (index, value) in later.enumerated() { history.metrics.append(metric(done + index, value)) }
            let gain = later.lastIndex(of: 0.5)
            let expected = gain.map { later.count - 1 - $0 } ?? later.count + (last == nil ? 0 : 1)
            #expect(history.epochsWithoutGain() == expected, "\(done) \(best) \(isInside) \(later)")
            let json = try? JSONDecoder().decode(TrainingHistory.self, from: JSONEncoder().encode(history))
            if !later.contains(where: \.isNaN) { #expect(json == history) }
            history.evaluatedAgainAfter = nil
            if gain == nil, !later.isEmpty {
              #expect(history.epochsWithoutGain() == done + later.count - 1 - best)
            }
          }
        }
      }
    }
  }

  @Test func figureReached() {
    #expect(stop(TargetReached(2), [3, 2.5, 2, 1]) == 3)
    #expect(stop(TargetReached(0.9), [0.5, 0.95, 0.2], .maximize) == 2)
    #expect(stop(TargetReached(0.9), [.nan, 0.5], .maximize) == nil)
    #expect(TargetReached(2).reason(history([1])) == .reached(2))
  }

  @Test func theBestIsTheFirstOfEquals() {
    #expect(history([3, 1, 2, 1]).best?.epoch == 1)
    #expect(history([3, 1, 4, 4], .maximize).best?.epoch == 2)
    #expect(history([.nan, 5, .nan]).best?.epoch == 1)
    #expect(history([.nan]).best == nil && history([]).best == nil)
  }

  @Test func boundsAndTime() {
    var history = TrainingHistory()
    #expect(ScoreAbove(5).reason(history) == nil)
    history.lastLoss = BatchLoss(sum: 10, stepCount: 1, sequenceCount: 2)
    #expect(ScoreAbove(5).reason(history) == nil)
    #expect(ScoreAbove(4.5).reason(history) == .scoreAbove(4.5, score: 5))
    history.seconds = 59.9
    #expect(TimeLimit(.seconds(60)).reason(history) == nil)
    history.seconds = 60
    #expect(TimeLimit(.seconds(60)).reason(history) == .timeLimit(seconds: 60))
    #expect(NotFinite().reason(history) == nil)
    history.divergence = "the score is nan"
    #expect(NotFinite().reason(history) == .notFinite("the score is nan"))
    #expect(NotFinite().reason(self.history([1, .nan])) == .notFinite("the score after epoch 2 is nan"))
    #expect(NotFinite().reason(self.history([.nan, 1])) == nil)
  }

  @Test func reasonsInWords() {
    let reasons: [StopReason] = [
      .epochsDone, .noImprovement(epochs: 1), .noImprovement(epochs: 5), .reached(0.95),
      .timeLimit(seconds: 60),
      .scoreAbove(4.5, score: 5), .notFinite("it is nan"), .other("enough"),
    ]
    #expect(
      reasons.map(\.description) == [
        "all epochs are done", "no improvement for 1 epoch", "no improvement for 5 epochs",
        "the figure 0.95000 is reached", "the time of 60.000 s is over", "the score 5.0000 is above 4.5000",
        "it is nan", "enough",
      ])
  }

  @Test func theLoopStopsAfterTheUpdateOrTheEpoch() throws {
    func run(_ conditions: [any StoppingCondition], _ losses: [Double]) throws -> TrainingSummary {
      var trainer = ScriptedTrainer(
        losses: losses.map { BatchLoss(sum: $0, stepCount: 1, sequenceCount: 1) })
      let batches = MemoryBatches([plainBatch(1, 1), plainBatch(1, 1)])
      return try TrainingLoop(epochs: 3, stopping: conditions).fit(&trainer, batches)
    }
    let high = try run([ScoreAbove(5)], [1, 2, 9, 1])
    #expect(high.reason == .scoreAbove(5, score: 9))
    #expect(high.iterationCount == 3 && high.losses.count == 1)
    let same = try run([NoImprovement(epochs: 1)], [3, 3, 3, 3, 1, 1])
    #expect(same.reason == .noImprovement(epochs: 1))
    #expect(same.iterationCount == 4 && same.losses.count == 2 && same.best?.epoch == 0)
    #expect(same.metrics.map(\.value) == [3, 3])
    let last = try run([NoImprovement(epochs: 2), TargetReached(1)], [3, 3, 2, 2, 1, 1])
    #expect(last.reason == .reached(1) && last.losses.count == 3)
    #expect(try run([NoImprovement(epochs: 2)], [3, 3, 2, 2, 1, 1]).reason == .epochsDone)
  }

  @Test(arguments: [Double.nan, .infinity]) func aDivergenceIsAnErrorUnlessAllowed(score: Double) throws {
    func run(_ conditions: [any StoppingCondition]) throws -> TrainingSummary {
      var trainer = ScriptedTrainer(losses: [
        BatchLoss(sum: 1, stepCount: 1, sequenceCount: 1),
        BatchLoss(sum: score, stepCount: 1, sequenceCount: 1),
      ])
      let batches = MemoryBatches([plainBatch(1, 1)])
      // A clock that advances by one second per look: the time is over at the first update.
      var now = ContinuousClock.now
      return try TrainingLoop(epochs: 3, stopping: conditions) {
        now += .seconds(1)
        return now
      }.fit(&trainer, batches)
    }
    #expect(throws: TrainingError.self) { try run([]) }
    let asked = try run([NotFinite()])
    #expect(asked.iterationCount == 2 && asked.losses.count == 1)
    #expect(
      asked.reason.description.hasPrefix(
        "epoch 2, batch 1, iteration 2: the score is \(score), so the parameters"))
    #expect(try run([TimeLimit(.seconds(1))]).iterationCount == 1)
    // The time is over just when the score is no longer finite, which must still be reported.
    #expect(throws: TrainingError.self) { try run([TimeLimit(.seconds(9))]) }
    if score > 0 { #expect(try run([ScoreAbove(7)]).reason == .scoreAbove(7, score: score)) }
  }

  @Test func aDivergenceNamesTheFirstPartThatDiverged() throws {
    /// Diverges at its third update.
    struct Diverging: Trainer {
      var count = 0
      func output(_ batch: DataSet) -> Tensor { batch.features }
      func score(_ batch: DataSet) -> BatchLoss { BatchLoss(sum: 1, stepCount: 1, sequenceCount: 1) }
      mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
        count += 1
        if count == 3 { throw Divergence(.gradient, of: "layer 1 (lstm)") }
        return score(piece)
      }
    }
    let batches = MemoryBatches([plainBatch(1, 1), plainBatch(1, 1)])
    var trainer = Diverging()
    let error = #expect(throws: TrainingError.self) { try TrainingLoop(epochs: 2).fit(&trainer, batches) }
    let text = """
      epoch 2, batch 1, iteration 3: the gradient of layer 1 (lstm) is not finite, so no update was made; the largest \
      feature of the batch is 0.0000, the largest label 1.0000; lower \
      the learning rate, clip the gradients, or normalize the data
      """
    #expect(error?.description == text && error?.kind == .notFinite)
    trainer = Diverging()
    let summary = try TrainingLoop(epochs: 2, stopping: [NotFinite()]).fit(&trainer, batches)
    #expect(summary.reason == .notFinite(text) && summary.iterationCount == 2)
  }
}
