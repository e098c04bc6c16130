import Timestep

/// The mean loss of a label, as a metric that can be merged over series.
struct LabelLoss: EvaluationMetric {
  private let loss: Loss
  private let weights: [Float]
  private(set) var stepCount = 0
  private var sum = 0.0

  /// Makes an empty metric.
  ///
  /// - Parameters:
  ///   - loss: The loss of a step.
  ///   - weights: The weights of the classes; empty: all 1.
  init(_ loss: Loss, weights: [Float]) { (self.loss, self.weights) = (loss, weights) }

  var empty: LabelLoss { LabelLoss(loss, weights: weights) }

  /// The loss per label; `nil` if there is no label.
  var perLabel: Double? { stepCount > 0 ? sum / Double(stepCount) : nil }

  func accepts(columnCount: Int) -> Bool { true }

  mutating func add(labels: Tensor, predictions: Tensor, mask: Mask?) {
    for example in 0..<labels.shape[0] {
      for step in 0..<labels.shape[2] where mask?[example, step] ?? true {
        func values(_ tensor: Tensor) -> [Float] { (0..<tensor.shape[1]).map { tensor[example, $0, step] } }
        sum += loss.value(of: values(predictions), labels: values(labels), weights: weights)
        stepCount += 1
      }
    }
  }

  static func += (loss: inout LabelLoss, other: LabelLoss) {
    loss.sum += other.sum
    loss.stepCount += other.stepCount
  }
}
