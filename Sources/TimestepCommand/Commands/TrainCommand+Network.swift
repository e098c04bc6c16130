import ArgumentParser
import Platform
import Timestep

// The network that a training begins with.
extension TrainCommand {
  /// Returns the network before training: fresh, or from the model to continue from.
  ///
  /// It says what became of the layers of a model.
  func startingNetwork(
    _ source: BatchSource, _ origin: ModelFile?, _ weights: [Float]
  ) throws -> MultiLayerNetwork {
    let (made, output, notes) = try madeNetwork(source, origin, weights)
    for note in notes { StandardStream.error.write(note + "\n") }
    try made.checkForecast(of: source.contract)
    if let from, output != .new { try noteUnits(of: source, made, from) }
    if let described = from ?? network.network, made.predictsOncePerSeries {
      try source.checkOneLabelPerSeries(
        "training", path: batchFlags.batches ?? data.features.first ?? "",
        remedy:
          ", or train a new network, since that of \(escapedText(described.utf8, limit: nil)) predicts so")
    }
    return made
  }

  func madeNetwork(
    _ source: BatchSource, _ origin: ModelFile?, _ weights: [Float]
  ) throws -> (network: MultiLayerNetwork, output: ModelFile.OutputChange, notes: [String]) {
    guard let origin, let from else {
      // Only layers in both directions are read in another way, so that only they need another pass.
      let other = network.bidirectional ? try source.firstWithoutOneLabel() : nil
      if let other, other.number > 0 {
        RunNotes.write(
          "\(escapedText(other.path.utf8, limit: nil)) has \(pluralized(other.labelCount, "label")), where "
            + "\(pluralized(other.number, "series", "series")) before it "
            + "\(other.number == 1 ? "has" : "have") one each: the network predicts at every step, and reads both "
            + "directions at the last one")
      }
      let (made, notes) = try scheduled.network(
        for: source.contract, classWeights: weights,
        hasOneLabelPerSeries: network.bidirectional && other == nil)
      return (made, .new, notes)
    }
    return try scheduled.network(
      of: origin, from, freezing: freeze, for: source.contract, classWeights: weights)
  }

  /// Reports columns of regression labels that are far from the model's predictions for the first batch, if
  /// nothing else shows their units, since they are not normalized.
  private func noteUnits(of source: BatchSource, _ network: MultiLayerNetwork, _ path: String) throws {
    let contract = source.contract
    if source.isOnLanes { return }
    guard contract.labels.encoding == .values, contract.labelsNormalizer == nil else { return }
    var batches = source.iterator
    guard let batch = try batches.next(), let labels = batch.labels else { return }
    let found = ValueSpread.columns(of: labels, batch.labelsMask)
    let predicted = ValueSpread.columns(of: try network.output(batch), batch.labelsMask)
    for (name, (found, predicted)) in zip(contract.labels.names, zip(found, predicted)) {
      let distance = (found.median - predicted.median).magnitude
      let (own, other) = (found.spread, predicted.spread)
      // Single values have no spread; they are compared by their size.
      let size = min(found.median.magnitude, predicted.median.magnitude)
      if distance > 3 * (max(own, other) > 0 ? max(own, other) : size) {
        StandardStream.error.write(
          "\(path): label \"\(escapedText(name.utf8))\" is about \(found.median.short), where the model predicts "
            + "about \(predicted.median.short); normalize the labels if they are in other units "
            + "(\(Remedy.normalize))\n")
      } else if min(own, other) > 0, max(own, other) > 10 * min(own, other) {
        // A model that has learned little predicts values close together, but not ten times as close.
        StandardStream.error.write(
          "\(path): label \"\(escapedText(name.utf8))\" has a spread of \(own.short), where the predictions of the model "
            + "have \(other.short); normalize the labels if they are in other units (\(Remedy.normalize))\n"
        )
      }
    }
  }
}

extension MultiLayerNetwork {
  /// Rejects data of which the network would read the values that it is to forecast: rows after the step of a label.
  func checkForecast(of contract: DataContract) throws {
    guard contract.horizon != nil, contract.fileSettings?["label-once"] == nil,
      let index = configuration.layers.firstIndex(where: { $0.layer.needsWholeSeries })
    else { return }
    let kind = type(of: configuration.layers[index].layer).kind
    throw ValidationError(
      "--horizon: layer \(index) (\(kind)) reads whole series, so at each step it would read the values that are to be forecast: "
        + "expected layers that read forwards, or one label at the end of each series or window (\(Remedy.labelOnce))"
    )
  }
}
