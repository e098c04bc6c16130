import DataSets

/// The description of a network: the JSON under the metadata key `golden`.
struct GoldenDescription: Codable {
  struct Layer: Codable {
    /// `lstm`, `graves` or `output`.
    var kind: String
    var size: Int
    /// Of the output layer.
    var loss: ReferenceLoss?
  }

  var inputs: Int
  var layers: [Layer]
  var l1: Double
  var l2: Double
}

/// A network, a batch and the results that PyTorch computed of them; Fixtures/golden/README.md has the names.
struct GoldenCase {
  /// With PyTorch's parameters.
  let network: ReferenceNetwork
  /// Absent cells hold 99.
  let batch: ReferenceBatch
  /// The states before step 0, `[layer][n]`.
  let states: [[ReferenceState]]
  /// The expected results.
  let expected: ReferenceRun

  /// Makes a case from the tensors of a golden file, each in row-major order.
  init(_ description: GoldenDescription, values: [String: [Double]]) {
    func value(_ key: String) -> [Double] {
      guard let value = values[key] else { preconditionFailure("no tensor \(key)") }
      return value
    }
    let layers = description.layers.map { layer -> ReferenceLayer in
      switch (layer.kind, layer.loss) {
      case ("lstm", nil): return .lstm(layer.size)
      case ("graves", nil): return .graves(layer.size)
      case ("output", let loss?): return .output(layer.size, loss)
      default: preconditionFailure("a layer of kind \(layer.kind)")
      }
    }
    var network = ReferenceNetwork(inputs: description.inputs, layers: layers)
    (network.l1, network.l2) = (description.l1, description.l2)
    for key in network.parameters.keys { network.parameters[key] = value(key) }

    let n = value("state.layer0.h").count / layers[0].size
    let t = value("featuresMask").count / n
    func mask(_ key: String) -> Mask {
      let bits = value(key)
      return Mask(rows: n, steps: t) { bits[$0 * t + $1] > 0 }
    }
    func states(_ prefix: String) -> [[ReferenceState]] {
      layers.dropLast().enumerated().map { index, layer in
        let (h, c) = (value("\(prefix).layer\(index).h"), value("\(prefix).layer\(index).c"))
        return (0..<n).map { row in
          let units = row * layer.size..<(row + 1) * layer.size
          return ReferenceState(h: Array(h[units]), c: Array(c[units]))
        }
      }
    }
    self.network = network
    batch = ReferenceBatch(
      features: ReferenceSeries(n, description.inputs, t, value("features")),
      labels: ReferenceSeries(n, layers[layers.count - 1].size, t, value("labels")),
      featuresMask: mask("featuresMask"), labelsMask: mask("labelsMask"), seriesStarts: mask("seriesStarts"))
    self.states = values["initialState.layer0.h"] == nil ? network.zeroStates(n) : states("initialState")
    expected = ReferenceRun(
      activations: layers.enumerated().map { ReferenceSeries(n, $1.size, t, value("activation.layer\($0)")) },
      lossSum: value("lossSum")[0], penalty: value("penalty")[0],
      gradients: network.parameters.keys.reduce(into: [:]) { $0[$1] = value("gradient.\($1)") },
      states: states("state"))
  }
}

extension ReferenceRun {
  /// Everything that differs from `expected` by more than `tolerance`, in units of the largest expected value.
  ///
  /// ```swift
  /// #expect(run.differences(from: golden.expected, tolerance: 1e-10).isEmpty)
  /// ```
  /// Empty `activations`, `gradients` or `states` are not compared: not every network shows them.
  func differences(from expected: ReferenceRun, tolerance: Double) -> [String] {
    var pairs = [
      ("lossSum", [lossSum], [expected.lossSum]), ("penalty", [penalty], [expected.penalty]),
    ]
    for (index, series) in activations.enumerated() {
      pairs.append(("activation.layer\(index)", series.values, expected.activations[index].values))
    }
    for (key, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
      pairs.append(("gradient.\(key)", gradient, expected.gradients[key] ?? []))
    }
    for (index, states) in states.enumerated() {
      let others = expected.states[index]
      pairs.append(("state.layer\(index).h", states.flatMap(\.h), others.flatMap(\.h)))
      pairs.append(("state.layer\(index).c", states.flatMap(\.c), others.flatMap(\.c)))
    }
    return pairs.compactMap { name, values, expected in
      let difference = relativeDifference(values, expected)
      return difference <= tolerance ? nil : "\(name) differs by \(difference)"
    }
  }
}
