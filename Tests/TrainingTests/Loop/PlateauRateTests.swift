import DataSets
import Metrics
import TestSupport
import Testing

@testable import Training

/// A learning rate that falls where a run stops to improve, against a naive version.
@Suite struct PlateauRateTests {
  /// PyTorch's `ReduceLROnPlateau` waits one epoch more, and compares with a threshold.
  private func naive(_ figures: [Double], _ factor: Float, _ epochs: Int, _ objective: EpochMetric.Objective)
    -> Float
  {
    var (best, bad, scale): (Double?, Int, Float) = (nil, 0, 1)
    for figure in figures {
      let isFirst = best == nil
      let gain = objective == .minimize ? (best ?? 0) - figure : figure - (best ?? 0)
      if !figure.isNaN, isFirst || gain > 0 {
        (best, bad) = (figure, 0)
      } else {
        bad += 1
        if bad == epochs { (bad, scale) = (0, scale * factor) }
      }
    }
    return scale
  }

  @Test func theRateFallsAfterEpochsWithoutAGain() {
    var random = SplitMix(state: 3)
    for round in 0..<200 {
      let objective: EpochMetric.Objective = round.isMultiple(of: 2) ? .minimize : .maximize
      let rule = PlateauRate(factor: [0.5, 0.1, 1][round % 3], epochs: 1 + round % 4)
      var history = TrainingHistory(objective: objective)
      var figures: [Double] = []
      #expect(rule.scale(after: history) == 1)
      for epoch in 0..<12 {
        figures.append(random.next(below: 9) == 0 ? .nan : Double(random.next(below: 6)))
        history.metrics.append(EpochMetric(epoch: epoch, name: "loss", value: figures[epoch]))
        #expect(rule.scale(after: history) == naive(figures, rule.factor, rule.epochs, objective))
      }
    }
  }
}
