import DataSets

/// The results of the reference network for a batch.
struct ReferenceRun {
  /// The output of every layer, `[N, size, T]`; the last is the network's.
  var activations: [ReferenceSeries]
  /// The loss of all steps present in the labels mask.
  var lossSum: Double
  /// Regularization.
  var penalty: Double
  /// The gradients of `score`, under the parameters' keys.
  var gradients: [String: [Double]]
  /// The state of every recurrent layer after the last step, `[layer][n]`.
  var states: [[ReferenceState]]

  /// The loss for each row, plus penalty.
  var score: Double { lossSum / Double(activations[0].exampleCount) + penalty }
}

extension ReferenceNetwork {
  /// Runs a batch forwards and backwards.
  ///
  /// - Parameters:
  ///   - batch: Absent cells are never read.
  ///   - states: The state before step 0, `[layer][n]`, for rows without a start there; zero by default. It is
  ///     a constant: gradients do not flow into it, but R and p see it.
  ///   - backwardSteps: The last steps over which errors flow into recurrent layers; all by default.
  func run(_ batch: ReferenceBatch, from states: [[ReferenceState]]? = nil, backwardSteps: Int? = nil)
    -> ReferenceRun
  {
    let firstStep = max(0, batch.stepCount - (backwardSteps ?? batch.stepCount))
    return run(batch, from: states, backFrom: firstStep)
  }

  /// The score alone.
  func score(_ batch: ReferenceBatch, from states: [[ReferenceState]]? = nil) -> Double {
    run(batch, from: states, backFrom: nil).score
  }

  /// Runs a batch, and back to step `firstStep` unless that is nil.
  private func run(_ batch: ReferenceBatch, from states: [[ReferenceState]]?, backFrom firstStep: Int?)
    -> ReferenceRun
  {
    let (rows, steps) = (batch.exampleCount, batch.stepCount)
    let weights = weights
    var gradients = weights.map(\.zeros)
    var result = ReferenceRun(
      activations: layers.map { ReferenceSeries(rows, $0.size, steps) }, lossSum: 0, penalty: penalty,
      gradients: [:], states: states ?? zeroStates(rows))
    for n in 0..<rows {
      let row = ReferenceRow(batch, n)
      let forward = forward(row, n, weights, &result)
      if let firstStep { backward(row, forward, weights, firstStep, &gradients) }
    }
    if firstStep != nil { result.gradients = scoreGradients(gradients, rows) }
    return result
  }

  private func forward(
    _ row: ReferenceRow, _ n: Int, _ weights: [ReferenceWeights], _ result: inout ReferenceRun
  ) -> ReferenceForward {
    var forward = ReferenceForward(inputs: [row.features], cells: [], errors: [])
    for index in layers.indices.dropLast() {
      let cell = ReferenceCell(inputs: inputs(of: index), size: layers[index].size, weights: weights[index])
      let (outputs, steps) = cell.forward(
        forward.inputs[index], isPresent: row.isPresent, isStart: row.isStart,
        state: &result.states[index][n])
      forward.inputs.append(outputs)
      forward.cells.append((cell, steps))
      for t in outputs.indices {
        for u in outputs[t].indices { result.activations[index][n, u, t] = outputs[t][u] }
      }
    }
    guard case .output(let size, let loss) = layers[layers.count - 1] else { return forward }
    let last = layers.count - 1
    for t in row.features.indices {
      var z = weights[last].b
      for o in 0..<size {
        for (k, x) in forward.inputs[last][t].enumerated() { z[o] += x * weights[last].w[k * size + o] }
      }
      if row.isPresent[t] {
        for (o, value) in loss.output(z).enumerated() { result.activations[last][n, o, t] = value }
      }
      if let labels = row.labels[t] {
        result.lossSum += loss.loss(z, labels: labels)
        forward.errors.append(loss.errors(z, labels: labels))
      } else {
        forward.errors.append([Double](repeating: 0, count: size))
      }
    }
    return forward
  }

  private func backward(
    _ row: ReferenceRow, _ forward: ReferenceForward, _ weights: [ReferenceWeights], _ firstStep: Int,
    _ gradients: inout [ReferenceWeights]
  ) {
    let last = layers.count - 1
    // The output layer learns from all steps, however few the recurrent layers see.
    var errors = forward.errors.enumerated().map { t, z in
      for (o, value) in z.enumerated() { gradients[last].b[o] += value }
      return backThroughProduct(
        z, through: weights[last].w, from: forward.inputs[last][t], &gradients[last].w)
    }
    for index in (0..<last).reversed() {
      let (cell, steps) = forward.cells[index]
      errors = cell.backward(
        steps, isStart: row.isStart, outputErrors: errors, firstStep: firstStep, gradients: &gradients[index])
    }
  }

  /// Divides by N and adds the penalty's part.
  private func scoreGradients(_ sums: [ReferenceWeights], _ rows: Int) -> [String: [Double]] {
    var gradients: [String: [Double]] = [:]
    for (index, sums) in sums.enumerated() {
      for (name, values) in [("W", sums.w), ("R", sums.r), ("b", sums.b), ("p", sums.p)] {
        let key = "layer\(index).\(name)"
        guard let weights = parameters[key] else { continue }
        gradients[key] = zip(values, weights).map { sum, w in
          let sign = w > 0 ? 1.0 : w < 0 ? -1 : 0
          return sum / Double(rows) + (isPenalized(key) ? l1 * sign + l2 * w : 0)
        }
      }
    }
    return gradients
  }
}

/// One example of a batch, step by step.
private struct ReferenceRow {
  /// `[T][C]`, zeros where the features mask is 0.
  let features: [[Double]]
  /// `[T][L]`, nil where the labels mask is 0.
  let labels: [[Double]?]
  let isPresent: [Bool]
  let isStart: [Bool]

  init(_ batch: ReferenceBatch, _ n: Int) {
    let steps = 0..<batch.stepCount
    features = steps.map { t in
      (0..<batch.features.size).map { batch.featuresMask[n, t] ? batch.features[n, $0, t] : 0 }
    }
    labels = steps.map { t in
      batch.labelsMask[n, t] ? (0..<batch.labels.size).map { batch.labels[n, $0, t] } : nil
    }
    isPresent = steps.map { batch.featuresMask[n, $0] || batch.labelsMask[n, $0] }
    isStart = steps.map { batch.seriesStarts[n, $0] }
  }
}

/// The values that the forward pass of one example keeps for the backward pass.
private struct ReferenceForward {
  /// The input of each layer, `[layer][T][size]`.
  var inputs: [[[Double]]]
  var cells: [(cell: ReferenceCell, steps: [ReferenceCell.Step?])]
  /// The derivative of the loss by the output's pre-activations, `[T][outputs]`.
  var errors: [[Double]]
}
