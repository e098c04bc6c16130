import DataSets
import Tensors
import Training

extension MultiLayerNetwork {
  /// Returns statistics of a batch's gradients, and of the changes that training on it would make to each
  /// parameter.
  ///
  /// The gradients are those of the score (penalty included) as `fit` would see them next, the noise of
  /// training included: those of the first piece, if truncated back-propagation would cut the batch. Gradient
  /// limits and updaters affect the update alone. Frozen layers have no gradients. Nothing is changed.
  /// - Throws: Any error that `fit` would throw.
  public func gradientStatistics(_ batch: DataSet) throws -> GradientStatistics {
    let piece = batch.lazyPieces(of: stepsPerUpdate).first ?? batch
    if piece.labels == nil || batch.labelsMask.count == 0 {
      throw NetworkError("the batch has no labels, but gradients require them; make the batches with labels")
    }
    if piece.labelsMask.count == 0 {
      throw NetworkError(
        "the first \(piece.stepCount) steps of the batch, which are one update, have no labels; give a piece that has some"
      )
    }
    let results = try run(piece, .training, from: try state(carriedState, before: piece))
    defer { for result in results { shares.put(result.share) } }
    var gradients = gradients(of: results, count: piece.exampleCount)
    var trained = self
    trained.update(by: gradients)
    addPenaltyGradient(to: &gradients)
    return GradientStatistics(
      parameters: plan.places.map { place in
        let isFrozen = configuration.layers[place.layer].isFrozen
        let gradient =
          isFrozen
          ? [Float](repeating: 0, count: place.range.count)[...]
          : gradients[place.layer][place.range]
        return GradientStatistics.Parameter(
          name: place.name, gradient: gradient, before: parameters[place.layer][place.range],
          after: trained.parameters[place.layer][place.range])
      })
  }

  /// Returns statistics of the layers' outputs for a batch: dead or saturated units, and the scale from layer
  /// to layer.
  ///
  /// Only present steps count. Nothing is changed.
  /// - Throws: Any error of `feedForward`.
  public func activationStatistics(_ batch: DataSet) throws -> ActivationStatistics {
    let outputs = try feedForward(batch)
    let mask = batch.stepMask
    return ActivationStatistics(
      layers: outputs.indices.map { index in
        let output = outputs[index]
        var units = [[Float]](repeating: [], count: output.shape[1])
        for row in 0..<output.shape[0] {
          for step in 0..<output.shape[2] {
            // If there is one value per series, it is present for every series.
            if plan.outputs[index].scope == .step && !mask[row, step] { continue }
            for unit in units.indices { units[unit].append(output[row, unit, step]) }
          }
        }
        return ActivationStatistics.Layer(name: configuration.name(of: index), units: units)
      })
  }
}
