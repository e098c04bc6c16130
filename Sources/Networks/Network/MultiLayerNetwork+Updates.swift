import DataSets
import Tensors
import Training

extension MultiLayerNetwork {
  /// Returns the loss and the gradient of the score with respect to every parameter, by name, without an
  /// update.
  ///
  /// The batch counts as one piece, however long it is: under truncated back-propagation, errors flow back
  /// over its last `backward` steps, as in each of the pieces that `fit` makes. The noise of training is left
  /// out.
  /// - Throws: Any error of `score`.
  public func gradients(_ batch: DataSet) throws -> (loss: BatchLoss, gradients: [String: Tensor]) {
    let results = try run(try wholeSeries(batch), .gradients)
    defer { for result in results { shares.put(result.share) } }
    var flat = gradients(of: results, count: batch.exampleCount)
    addPenaltyGradient(to: &flat)
    var named: [String: Tensor] = [:]
    for place in plan.places {
      named[place.name] = Tensor(
        shape: place.specification.shape, elements: Array(flat[place.layer][place.range]))
    }
    return (loss(of: results, on: batch), named)
  }

  /// Makes one update from the results of a pass.
  ///
  /// - Throws: `Divergence`, before anything is changed.
  mutating func update(_ results: [ShareResult], rows: Int) throws(Divergence) {
    try checkOutputs(results)
    let gradients = gradients(of: results, count: rows)
    try checkGradients(gradients)
    update(by: gradients)
  }

  /// Makes one update from the gradients of the loss: limits, penalty, updaters.
  mutating func update(by lossGradients: [[Float]]) {
    var gradients = lossGradients
    // A limit on all layers together applies to those that learn; the gradients of the others are stale or
    // missing.
    for layer in gradients.indices where configuration.layers[layer].isFrozen {
      gradients[layer] = [Float](repeating: 0, count: gradients[layer].count)
    }
    lastUpdate = reportsUpdates ? report(of: gradients) : nil
    configuration.gradientLimit.apply(
      to: &gradients, parameterCounts: plan.specifications.map { $0.map(\.count) })
    addPenaltyGradient(to: &gradients)
    let places = plan.places
    for (layer, entry) in configuration.layers.enumerated() where !entry.isFrozen {
      let updater = entry.updater ?? configuration.updater
      let rate =
        (entry.learningRate ?? updater.learningRate).value(iteration: iteration, epoch: epoch) * rateScale
      let weights = places.filter { $0.layer == layer && $0.specification.isRegularized }.map(\.range)
      // Moved out, because a change of `parameters` accesses the whole network, exclusively.
      var state = UpdaterState()
      swap(&state, &updaterStates[layer])
      state.update(&parameters[layer], gradients[layer], updater, rate: rate, weights: weights)
      updaterStates[layer] = state
    }
    iteration += 1
  }

  /// Returns the report of the next update.
  private func report(of gradients: [[Float]]) -> UpdateReport {
    UpdateReport(
      learningRate: configuration.updater.learningRate.value(iteration: iteration, epoch: epoch) * rateScale,
      gradientNorms: gradients.map { layer in
        layer.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      })
  }

  /// Returns the shares' gradients, added in the order of rows and divided by N.
  func gradients(of results: [ShareResult], count: Int) -> [[Float]] {
    let scale = 1 / Float(max(1, count))
    let first = results[0].share.gradients
    return first.indices.map { layer in
      if results.count == 1 { return first[layer].map { $0 * scale } }
      var sum = first[layer]
      for result in results[1..<results.count - 1] {
        sum = Kernels.sum(sum, result.share.gradients[layer], scale: 1)
      }
      return Kernels.sum(sum, results[results.count - 1].share.gradients[layer], scale: scale)
    }
  }

  /// Throws an error that names the first layer whose parameters or outputs are not finite, if the loss is not finite.
  private func checkOutputs(_ results: [ShareResult]) throws(Divergence) {
    if results.allSatisfy(\.loss.isFinite) { return }
    if let name = partNotFinite(in: parameters) { throw Divergence(.parameter, of: name) }
    let layer = parameters.indices.first { layer in
      results.contains { !$0.share.activations[layer + 1].isFinite }
    }
    throw Divergence(.output, of: configuration.name(of: layer ?? parameters.count - 1))
  }

  /// Throws an error that names the last layer whose gradient is not finite: errors flow backwards, so it was
  /// the first.
  private func checkGradients(_ gradients: [[Float]]) throws(Divergence) {
    for layer in gradients.indices.reversed() where !configuration.layers[layer].isFrozen {
      guard Kernels.areFinite(gradients[layer], gradients[layer].count) else {
        if let name = partNotFinite(in: parameters) { throw Divergence(.parameter, of: name) }
        throw Divergence(
          .gradient,
          of: partNotFinite(in: gradients, layers: [layer]) ?? configuration.name(of: layer))
      }
    }
  }

  /// Returns the name of the first tensor that is not finite, such as `W of layer 1 (lstm)`; `nil` if all are finite.
  ///
  /// - Parameters:
  ///   - values: Parameters or gradients, by layer.
  ///   - layers: The layers to look at; `nil`: all.
  private func partNotFinite(in values: [[Float]], layers: [Int]? = nil) -> String? {
    for layer in layers ?? Array(values.indices)
    where !Kernels.areFinite(values[layer], values[layer].count) {
      let place = plan.places.first { place in
        place.layer == layer && !values[layer][place.range].allSatisfy(\.isFinite)
      }
      let layerName = configuration.name(of: layer)
      return place.map { "\($0.specification.name) of \(layerName)" } ?? layerName
    }
    return nil
  }

  /// True if all parameters are finite numbers.
  package var isFinite: Bool { partNotFinite(in: parameters) == nil }

  /// The penalty that regularization adds to the score, frozen layers included.
  var penalty: Double {
    var penalty = 0.0
    for place in plan.places where place.specification.isRegularized {
      let regularization = configuration.regularization(of: place.layer)
      if regularization.isNone { continue }
      for weight in parameters[place.layer][place.range] { penalty += regularization.penalty(weight) }
    }
    return penalty
  }

  /// Adds the gradient of `penalty`.
  func addPenaltyGradient(to gradients: inout [[Float]]) {
    for place in plan.places where place.specification.isRegularized {
      let regularization = configuration.regularization(of: place.layer)
      if regularization.isNone { continue }
      for index in place.range {
        gradients[place.layer][index] += regularization.slope(parameters[place.layer][index])
      }
    }
  }
}

// Its learning rates follow a `PlateauRate`.
extension MultiLayerNetwork: RateScaling {}
