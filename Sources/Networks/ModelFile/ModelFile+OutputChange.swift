import DataSets
import Platform

extension ModelFile {
  /// What happens to the output layer of a model that is trained further on other data.
  public enum OutputChange: Sendable, Hashable {
    /// The labels mean the same: the layer keeps its parameters.
    case kept
    /// The labels are the same in another order: the columns of the layer are put in that order, so that every
    /// prediction stays.
    case reordered
    /// The labels are the same, but normalized with other numbers: the layer is scaled, so that every
    /// prediction stays.
    case rescaled
    /// The labels are others: the layer has fresh parameters.
    case new
  }

  /// Returns the network for further training on data of `contract`.
  ///
  /// Labels are matched by name, as long as both contracts describe labels of the same kind. All layers but
  /// the last keep their parameters.
  /// ```swift
  /// let (tuned, output, reason) = try ModelFile("model.safetensors").network(for: batches.contract)
  /// ```
  /// - Parameters:
  ///   - contract: The properties of the data, with the normalizer of its labels.
  ///   - classWeights: The factor of each class's term in the loss; if empty, the factors stay.
  /// - Returns: The network, what happened to its output layer, and why, in words (empty if it is kept).
  /// - Throws: `NetworkError` if no output layer follows from the contract.
  public func network(
    for contract: DataContract, classWeights: [Float] = []
  ) throws -> (network: MultiLayerNetwork, output: OutputChange, reason: String) {
    let step = outputStep(for: contract)
    let last = network.configuration.layers.count - 1
    let isNew = step.change == .new
    let tuned = try network.reconfigured(freshLayers: isNew ? [last] : []) { configuration in
      if isNew {
        configuration.layers[last] = NetworkLayer(try newOutput(for: contract, classWeights))
      } else if let layer = configuration.layers[last].layer as? any DenseOutputLayer {
        configuration.layers[last].layer = layer.weighted(
          classWeights.isEmpty ? layer.classWeights.ordered(step.order) : classWeights)
      } else if !classWeights.isEmpty {
        throw NetworkError("\(configuration.name(of: last)) takes no class weights; leave them out")
      }
    }
    var result = tuned
    if !isNew {
      // Even with other factors in the loss, the layer keeps what it has learned.
      result.parameters[last] = step.applied(to: network.parameters[last])
      if step.scaling.isEmpty, !network.updaterStates[last].slots.isEmpty,
        network.configuration.updater(of: last) == tuned.configuration.updater(of: last)
      {
        let state = network.updaterStates[last]
        result.updaterStates[last] = UpdaterState(
          slots: state.slots.map { (name: $0.name, values: step.reordered($0.values)) },
          updateCount: state.updateCount)
      }
    }
    return (result, step.change, step.reason)
  }

  /// Returns the normalizer for the regression labels of further training data.
  ///
  /// It is the model's if the columns have the same names, in any order, and are in the same units; otherwise
  /// one that standardizes them by their own statistics. `nil` if the model's labels are not normalized.
  ///
  /// Units are taken to be others if the mean of a column lies further from that of the model's labels than 3
  /// times their deviation, or its deviation is more than 3 times theirs or less than a tenth; unless the values
  /// have the same order of magnitude on average, as they have where only a few outliers differ. Models of older
  /// programs do not know mean and deviation of their labels; their shift and scale are taken for them.
  ///
  /// - Parameters:
  ///   - labels: The labels of the data.
  ///   - statistics: Their statistics.
  public func labelsNormalizer(
    for labels: DataContract.Labels, _ statistics: ColumnStatistics
  ) -> AffineNormalizer? {
    guard let contract, let stored = contract.labelsNormalizer else { return nil }
    let own = AffineNormalizer.standardize(statistics)
    guard let order = contract.labels.order(of: labels) else { return own }
    let ordered = stored.ordered(order)
    return ordered.columnInOtherUnits(than: own) == nil ? ordered : own
  }
}

/// How the output layer of a model becomes that for other labels.
private struct OutputStep {
  var change = ModelFile.OutputChange.kept
  /// The reason for the change, in words.
  var reason = ""
  /// The model's column for each column.
  var order: [Int] = []
  /// The factor and the summand of each column after reordering; empty: 1 and 0.
  var scaling: [(factor: Double, summand: Double)] = []

  /// Returns the changed parameters: `W` [inputs, outputs], followed by `b` [outputs].
  func applied(to parameters: [Float]) -> [Float] {
    var result = reordered(parameters)
    let columns = scaling.count
    guard columns > 0 else { return result }
    for index in result.indices {
      let (factor, summand) = scaling[index % columns]
      let isBias = index >= result.count - columns
      result[index] = Float(Double(result[index]) * factor + (isBias ? summand : 0))
    }
    return result
  }

  /// Returns values laid out like the parameters, with their columns in order.
  func reordered(_ values: [Float]) -> [Float] {
    if order.isEmpty { return values }
    return values.indices.map { values[$0 / order.count * order.count + order[$0 % order.count]] }
  }
}

extension DataContract.Labels.Encoding {
  /// The kind of labels, in words.
  fileprivate var words: String {
    switch self {
    case .none: "none"
    case .oneHot: "classes"
    case .values: "numbers"
    case .multiLabel: "classes of which several may be present"
    }
  }
}

extension ModelFile {
  /// Compares the labels of further training data with the model's.
  private func outputStep(for data: DataContract) -> OutputStep {
    func new(_ reason: String) -> OutputStep { OutputStep(change: .new, reason: reason) }
    guard let contract, contract.labels.encoding != .none else {
      return new("the model does not say what its outputs mean")
    }
    let (old, labels) = (contract.labels, data.labels)
    guard old.encoding == labels.encoding else {
      return new("the labels are \(labels.encoding.words); the model's are \(old.encoding.words)")
    }
    let what = labels.encoding == .values ? "labels" : "classes"
    let difference = "the \(what) are \(labels.listedNames); the model's are \(old.listedNames)"
    guard let order = old.order(of: labels) else { return new(difference) }
    var step = OutputStep()
    if order != Array(order.indices) {
      (step.change, step.reason) = (.reordered, difference)
      guard let layer = network.configuration.layers.last?.layer as? any DenseOutputLayer else {
        return new(difference)
      }
      if layer.size == order.count {
        step.order = order
      } else if layer.activation == .sigmoid, layer.loss == .binaryCrossEntropy {
        // A single output distinguishes two classes: the probability of the other is 1 - p.
        step.scaling = [(factor: -1, summand: 0)]
      } else {
        return new(difference)
      }
    }
    return rescaled(step, contract.labelsNormalizer?.ordered(order), data)
      ?? new(unitsDifference(data, order))
  }

  /// Returns the step with the scaling from one normalizer to another; `nil` if the numbers have no common
  /// unit, or no scaling of the layer has the same effect.
  private func rescaled(_ step: OutputStep, _ old: AffineNormalizer?, _ data: DataContract) -> OutputStep? {
    guard data.labels.encoding == .values else { return step }
    let new = data.labelsNormalizer
    if old?.shift == new?.shift && old?.scale == new?.scale { return step }
    guard let old, let new, old.columnInOtherUnits(than: new) == nil,
      let layer = network.configuration.layers.last?.layer as? any DenseOutputLayer,
      layer.activation == .identity
    else { return nil }
    var step = step
    step.change = .rescaled
    step.reason = "the labels are normalized with other numbers than the model's; predictions stay"
    step.scaling = old.shift.indices.map {
      (factor: old.scale[$0] / new.scale[$0], summand: (old.shift[$0] - new.shift[$0]) / new.scale[$0])
    }
    return step
  }

  /// The reason why regression labels have no common unit with the model's, in words.
  private func unitsDifference(_ data: DataContract, _ order: [Int]) -> String {
    switch (contract?.labelsNormalizer?.ordered(order), data.labelsNormalizer) {
    case (nil, _): return "the labels are normalized; the model's are not"
    case (_, nil): return "the labels are not normalized; the model's are"
    case (let old?, let new?):
      guard let column = old.columnInOtherUnits(than: new) else {
        return "the labels are normalized with other numbers than the model's"
      }
      let name = escapedText(data.labels.names[column].utf8)
      return "label \"\(name)\" is in other units or of another range: \(new.description(ofColumn: column)), "
        + "the model's \(old.description(ofColumn: column))"
    }
  }

  /// Returns the output layer for data of `contract`, which predicts as often as the model's.
  private func newOutput(
    for contract: DataContract, _ classWeights: [Float]
  ) throws(NetworkError) -> any OutputLayer {
    switch network.plan.output.scope {
    case .series: return try SeriesOutput(for: contract, classWeights: classWeights)
    case .step: return try RNNOutput(for: contract, classWeights: classWeights)
    }
  }
}

extension NetworkConfiguration {
  /// Returns the optimizer of a layer.
  fileprivate func updater(of layer: Int) -> Updater { layers[layer].updater ?? updater }
}

extension [Float] {
  /// Returns the elements at the indices of `order`; all if there are as few as none, or `order` is empty.
  fileprivate func ordered(_ order: [Int]) -> [Float] {
    isEmpty || order.isEmpty ? self : order.map { self[$0] }
  }
}

extension DataContract.Labels {
  /// Returns the index in these labels of each name of `other`; `nil` if the names are not the same.
  fileprivate func order(of other: DataContract.Labels) -> [Int]? {
    guard names.count == other.names.count, Set(names).count == names.count || names == other.names else {
      return nil
    }
    if names == other.names { return Array(names.indices) }
    let order = other.names.compactMap { names.firstIndex(of: $0) }
    return Set(order).count == names.count ? order : nil
  }

  /// The first names, for messages.
  fileprivate var listedNames: String {
    let shown = names.prefix(8).map { escapedText($0.utf8) }.joined(separator: ", ")
    return names.count > 8 ? "\(shown), ... (\(names.count))" : shown
  }
}
