/// The loss of an output layer over the labelled steps of some rows.
struct OutputLoss: Sendable {
  /// The number of outputs.
  let size: Int
  private let activation: Activation
  private let loss: Loss
  /// The factor of each output's term in the loss.
  private let weights: [Float]

  /// Makes a loss; without class weights, every factor is 1.
  init(size: Int, activation: Activation, loss: Loss, classWeights: [Float]) {
    (self.size, self.activation, self.loss) = (size, activation, loss)
    weights = classWeights.isEmpty ? [Float](repeating: 1, count: size) : classWeights
  }

  /// Returns the loss, summed over labelled steps.
  ///
  /// - Parameters:
  ///   - output: The activated outputs.
  ///   - logits: The pre-activations.
  ///   - gradient: Becomes the gradient with respect to the pre-activations; 0 where there are no labels.
  func value(
    of output: StepValues, logits: StepValues, labels: StepValues, flags: StepFlags,
    gradient: inout StepValues
  ) -> Double {
    gradient.reshape(steps: output.steps, rows: output.rows, size: size)
    gradient.clear()
    var sum = 0.0
    for step in 0..<flags.steps {
      for row in 0..<flags.rows where flags.isLabelled(step, row) {
        let start = (step * flags.rows + row) * size
        sum += loss.add(
          output.storage, logits: logits.storage, labels.storage, start..<start + size, weights: weights,
          activation: activation, gradient: &gradient.storage)
      }
    }
    if !loss.isFused(with: activation) {
      Kernels.activationGradient(
        activation, rows: output.steps * output.rows, n: size, preActivations: logits.storage,
        activated: output.storage, &gradient.storage)
    }
    return sum
  }
}

extension StepValues {
  /// Sets the values of absent steps to 0.
  mutating func clear(absentIn flags: StepFlags) {
    if flags.isFull { return }
    for step in 0..<flags.steps {
      for row in 0..<flags.rows where !flags.isPresent(step, row) {
        for unit in 0..<size { self[step, row, unit] = 0 }
      }
    }
  }
}
