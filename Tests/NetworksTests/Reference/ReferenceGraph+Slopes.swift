import DataSets

/// Some elements of a gradient.
struct GraphSlopes {
  /// The indices of the elements in the parameter, row-major.
  var elements: [Int]
  /// The derivative of the score by each of them.
  var values: [Double]
}

extension ReferenceGraph {
  /// The step of central differences.
  ///
  /// They are off by step^2 f'''/6 because of the curvature, and by the score's rounding, 1e-16 times the
  /// score, over the step: about 1e-10 for scores and third derivatives of a few units.
  static let slopeStep = 1e-5

  /// The derivatives of the score by the parameters, as central differences.
  ///
  /// - Parameters:
  ///   - states: The states before step 0, constants: no gradient flows into them.
  ///   - backwardSteps: The last steps over which errors flow into all layers but the last; all by default.
  ///   - elementsPerParameter: The number of elements of each parameter, drawn at random; all by default.
  func slopes(
    _ batch: ReferenceBatch, from states: [Int: [ReferenceState]]? = nil, backwardSteps: Int? = nil,
    elementsPerParameter: Int? = nil
  ) -> [String: GraphSlopes] {
    let first = max(0, batch.stepCount - (backwardSteps ?? batch.stepCount))
    guard first > 0 else { return slopes(batch, from: states, elementsPerParameter) { _ in true } }
    // Below the last layer only the last steps count; the state after the earlier steps is a constant.
    let last = layers.count - 1
    let before = run(batch.steps(0..<first), from: states).states
    var slopes = slopes(batch, from: states, elementsPerParameter) { $0 == last }
    slopes.merge(
      self.slopes(batch.steps(first..<batch.stepCount), from: before, elementsPerParameter) { $0 < last }
    ) { a, _ in a }
    return slopes
  }

  private func slopes(
    _ batch: ReferenceBatch, from states: [Int: [ReferenceState]]?, _ count: Int?,
    where isWanted: (Int) -> Bool
  ) -> [String: GraphSlopes] {
    let states = states ?? zeroStates(batch.exampleCount)
    var random = SplitMix64(seed: 99)
    var slopes: [String: GraphSlopes] = [:]
    // A layer's input does not depend on its parameters, so each difference begins there.
    var signals = (0..<batch.exampleCount).map { GraphSignal(batch, $0) }
    for index in layers.indices {
      for (name, shape) in layers[index].parameterShapes(shapes[index]) where isWanted(index) {
        let key = "layer\(index).\(name)"
        let all = 0..<shape.reduce(1, *)
        var elements = Array(all)
        if let count, count < all.count { elements = (0..<count).map { _ in random.below(all.count) } }
        slopes[key] = GraphSlopes(
          elements: elements,
          values: elements.map { element in
            var moved = self
            moved.parameters[key]?[element] += Self.slopeStep
            let above = moved.score(signals, from: index, states)
            moved.parameters[key]?[element] -= 2 * Self.slopeStep
            return (above - moved.score(signals, from: index, states)) / (2 * Self.slopeStep)
          })
      }
      var left = states
      signals = run(layer: index, signals, &left)
    }
    return slopes
  }

  /// The score, computed from the input of a layer on.
  private func score(_ signals: [GraphSignal], from first: Int, _ states: [Int: [ReferenceState]]) -> Double {
    var (signals, states) = (signals, states)
    for index in first..<layers.count { signals = run(layer: index, signals, &states) }
    return loss(signals) / Double(signals.count) + penalty
  }
}
