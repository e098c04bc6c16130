import DataSets

/// The results of the reference graph for a batch.
struct GraphRun {
  /// The output of every layer, `[N, size, T]`, and `[N, size, 1]` after the end of the series.
  var activations: [ReferenceSeries]
  /// The loss of all labelled steps.
  var lossSum: Double
  /// Regularization.
  var penalty: Double
  /// The state after the last step, by layer and row, of layers that carry one.
  var states: [Int: [ReferenceState]]

  /// The loss for each row, plus penalty.
  var score: Double { lossSum / Double(activations[0].exampleCount) + penalty }
}

extension ReferenceGraph {
  /// Runs a batch.
  ///
  /// - Parameters:
  ///   - batch: Absent cells are never read.
  ///   - states: The states before step 0, by layer and row, for rows without a start there; zero by default.
  func run(_ batch: ReferenceBatch, from states: [Int: [ReferenceState]]? = nil) -> GraphRun {
    let rows = batch.exampleCount
    var signals = (0..<rows).map { GraphSignal(batch, $0) }
    var result = GraphRun(activations: [], lossSum: 0, penalty: penalty, states: states ?? zeroStates(rows))
    for index in layers.indices {
      signals = run(layer: index, signals, &result.states)
      result.activations.append(ReferenceSeries(signals, size: shapes[index + 1].size))
    }
    result.lossSum = loss(signals)
    return result
  }

  /// One layer over every row.
  func run(layer index: Int, _ signals: [GraphSignal], _ states: inout [Int: [ReferenceState]])
    -> [GraphSignal]
  {
    let (layer, shapes, weights) = (layers[index], shapes, weights(of: index))
    let (input, size) = (shapes[index], shapes[index + 1].size)
    return signals.enumerated().map { n, signal in
      switch layer {
      case .lstm, .graves, .simpleRNN, .gru:
        var result = signal
        var state = states[index]?[n] ?? layer.zeroState
        result.values = layer.run(signal, weights, state: &state)
        states[index]?[n] = state
        return result
      case .bidirectional(let inner, let merge):
        return bothWays(signal, inner, merge, weights, endsApart: endsApart(after: index))
      case .dense(_, let activation), .rnnOutput(_, let activation, _, _), .output(_, let activation, _, _):
        let (w, b) = (weights["W"] ?? [], weights["b"])
        return signal.mapped(size: size) { activation(affine($0, w, b, columns: size)) }
      case .convolution(let channels, let window, let activation):
        return signal.mapped(size: size) {
          activation(GraphLayer.convolved($0, input, channels, window, weights))
        }
      case .subsampling(let pooling, let window):
        return signal.mapped(size: size) { GraphLayer.subsampled($0, input, pooling, window) }
      case .embedding(let classes, _):
        return signal.mapped(size: size) { x in
          let hot = Int(x[0])
          precondition(x.count == 1 && Double(hot) == x[0] && hot < classes, "\(x) is not a class")
          return Array((weights["W"] ?? [])[hot * size..<(hot + 1) * size])
        }
      case .dropout:
        guard let factors = dropoutFactors[index] else { return signal }
        var result = signal
        for t in signal.values.indices {
          for unit in 0..<size { result.values[t][unit] *= factors[n, unit, t] }
        }
        return result
      case .lastTimeStep, .ownLastStep: return signal.ended { $0[$0.count - 1] }
      case .globalPooling(let pooling, let order): return signal.ended { pooling($0, order: order) }
      }
    }
  }

  /// Returns true if `ownLastStep` follows layer `index`, with nothing but layers of single steps between.
  private func endsApart(after index: Int) -> Bool {
    let next = layers[(index + 1)...].first { layer in
      switch layer {
      case .dropout, .dense: return false
      default: return true
      }
    }
    return next == .ownLastStep
  }

  /// - Parameter endsApart: True to join the directions' own last steps at the last present step.
  private func bothWays(
    _ signal: GraphSignal, _ layer: GraphLayer, _ merge: GraphMerge, _ weights: [String: [Double]],
    endsApart: Bool
  ) -> GraphSignal {
    func direction(_ name: String) -> [String: [Double]] {
      var result: [String: [Double]] = [:]
      for (key, values) in weights where key.hasPrefix(name) {
        result[String(key.dropFirst(name.count))] = values
      }
      return result
    }
    var (first, second) = (layer.zeroState, layer.zeroState)
    let forward = layer.run(signal, direction("forward."), state: &first)
    let backward = layer.runBackwards(signal, direction("backward."), state: &second)
    var result = signal
    result.values = zip(forward, backward).map { merge($0, $1) }
    let present = signal.isPresent.indices.filter { signal.isPresent[$0] }
    if endsApart, let last = present.last {
      let start = signal.isStart[...last].lastIndex(of: true) ?? 0
      let first = present.first { $0 >= start } ?? last
      result.values[last] = merge(forward[last], backward[first])
    }
    return result
  }

  /// The loss of the last layer's outputs, over all labelled steps.
  func loss(_ signals: [GraphSignal]) -> Double {
    let (loss, weights): (GraphLoss, [Double]?)
    switch layers[layers.count - 1] {
    case .rnnOutput(_, _, let itsLoss, let itsWeights): (loss, weights) = (itsLoss, itsWeights)
    case .output(_, _, let itsLoss, let itsWeights):
      precondition(layers.contains(where: \.endsSeries), "one prediction a series, but no layer ends them")
      (loss, weights) = (itsLoss, itsWeights)
    default: preconditionFailure("the last layer has no loss")
    }
    var sum = 0.0
    for signal in signals {
      for (outputs, labels) in zip(signal.values, signal.labels) {
        if let labels { sum += loss(outputs, labels: labels, weights: weights) }
      }
    }
    return sum
  }
}

extension ReferenceSeries {
  /// Examples side by side, `[N, size, T]`.
  fileprivate init(_ signals: [GraphSignal], size: Int) {
    self.init(signals.count, size, signals.first?.values.count ?? 0)
    for (n, signal) in signals.enumerated() {
      for (t, values) in signal.values.enumerated() {
        for (unit, value) in values.enumerated() { self[n, unit, t] = value }
      }
    }
  }
}
