import Metrics
import Training

extension MultiLayerNetwork {
  /// The layers and parameters of a network, and the memory that training it takes; prints as tables.
  ///
  /// ```
  /// layer         in             out            parameters  learns
  /// 0 lstm        recurrent(12)  recurrent(64)       19712     yes
  /// 1 rnnOutput   recurrent(64)  recurrent(9)          585     yes
  /// total                                            20297
  /// ```
  public struct Summary: Sendable, Hashable {
    /// A layer.
    public struct LayerLine: Sendable, Hashable {
      /// The index and kind, such as `0 lstm`.
      public var name: String
      /// The input shape, as the layer reads it.
      public var input: LayerShape
      /// The output shape.
      public var output: LayerShape
      /// The number of parameters.
      public var parameterCount: Int
      /// True if training changes the parameters.
      public var learns: Bool
    }

    /// A parameter.
    public struct ParameterLine: Sendable, Hashable {
      /// The name, such as `layer0.W`.
      public var name: String
      /// The shape, elements in C order.
      public var shape: [Int]
    }

    /// The layers, from the input on.
    public var layers: [LayerLine]
    /// The parameters, in the order they lie in memory.
    public var parameters: [ParameterLine]
    /// The bytes of the parameters.
    public var parameterBytes: Int
    /// The bytes of the updaters' memory once training has begun.
    public var updaterBytes: Int
    /// The bytes of the gradients; every share of a batch has its own.
    public var gradientBytes: Int
    /// The bytes of the values passed between layers, and of the errors that flow back; layers also have
    /// working buffers.
    public var activationBytes: Int
  }
}

extension MultiLayerNetwork {
  /// Returns a summary of the network, with the memory that training takes for batches of `rows` series of
  /// `steps` steps.
  public func summary(rows: Int = 32, steps: Int = 100) -> Summary {
    let counts = plan.specifications.map { $0.reduce(0) { $0 + $1.count } }
    let lines = configuration.layers.indices.map { index in
      Summary.LayerLine(
        name: "\(index) \(type(of: configuration.layers[index].layer).kind)", input: plan.inputs[index],
        output: plan.outputs[index], parameterCount: counts[index],
        learns: counts[index] > 0 && !configuration.layers[index].isFrozen)
    }
    let slots = configuration.layers.indices.reduce(0) { sum, index in
      let entry = configuration.layers[index]
      return sum
        + (entry.isFrozen ? 0 : (entry.updater ?? configuration.updater).slotNames.count * counts[index])
    }
    func cells(_ signal: LayerShape) -> Int { rows * (signal.scope == .step ? steps : 1) * signal.type.size }
    let signals = [LayerShape(configuration.inputs, .step)] + plan.outputs
    let bytes = MemoryLayout<Float>.stride
    return Summary(
      layers: lines,
      parameters: plan.places.map { .init(name: $0.name, shape: $0.specification.shape) },
      parameterBytes: parameterCount * bytes, updaterBytes: slots * bytes,
      gradientBytes: parameterCount * bytes * Self.shareRanges(rows).count,
      activationBytes: (signals.reduce(0) { $0 + cells($1) } + 2 * (signals.map(cells).max() ?? 0)) * bytes)
  }
}

extension MultiLayerNetwork.Summary: CustomStringConvertible {
  /// The layers, the parameters and the memory as aligned text.
  public var description: String {
    func text(_ signal: LayerShape) -> String {
      signal.type.description + (signal.scope == .series ? " per series" : "")
    }
    let layerRows = layers.map {
      [$0.name, text($0.input), text($0.output), "\($0.parameterCount)", $0.learns ? "yes" : "no"]
    }
    let total = ["total", "", "", "\(layers.reduce(0) { $0 + $1.parameterCount })", ""]
    let parameterRows = parameters.map { [$0.name, "\($0.shape)", "\($0.shape.reduce(1, *))"] }
    let memory = [
      ("parameters", parameterBytes), ("gradients", gradientBytes), ("updater", updaterBytes),
      ("activations", activationBytes),
    ]
    return [
      TextTable(rows: [["layer", "in", "out", "parameters", "learns"]] + layerRows + [total]),
      TextTable(rows: [["parameter", "shape", "elements"]] + parameterRows),
      TextTable(rows: [["memory of training", "bytes"]] + memory.map { [$0, "\($1)"] }),
    ].map(\.text).joined(separator: "\n\n")
  }
}
