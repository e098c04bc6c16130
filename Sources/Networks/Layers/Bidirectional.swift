/// A recurrent layer run over its series in both directions (Schuster & Paliwal 1997), each with parameters of its own.
///
/// Both directions run over the present steps alone, so that padding changes nothing, and both begin anew where a series
/// does: `[N, inputs, T]` to `[N, n, T]`, or `[N, 2n, T]` where the outputs are concatenated. Needs whole series.
/// Parameters: those of the layer for the forward direction, as `forward.W`, and then those for the backward one, as
/// `backward.W`.
/// ```swift
/// Bidirectional(LSTM(100), .concatenate)
/// ```
/// Nothing that is bidirectional is itself a `RecurrentLayer`, so that one cannot stand within another.
public struct Bidirectional: Layer {
  /// What the layer is called in model files.
  public static let kind = "bidirectional"
  /// The layer that each direction runs.
  public let layer: any RecurrentLayer
  /// What becomes of the two outputs.
  public let merge: Merge

  /// What becomes of the outputs of both directions at a step.
  public enum Merge: String, Sendable, Hashable, Codable, CaseIterable {
    /// Forward, then backward: 2n values.
    case concatenate
    /// Their sum.
    case sum
    /// Half their sum.
    case mean
    /// Their product, value by value.
    case product
  }

  /// Makes a layer out of one for a single direction.
  public init(_ layer: any RecurrentLayer, _ merge: Merge = .concatenate) {
    (self.layer, self.merge) = (layer, merge)
    if let validationError { preconditionFailure(validationError) }
  }

  /// The number of outputs a step.
  public var size: Int { merge == .concatenate ? 2 * layer.size : layer.size }

  /// What is impossible about the layer within.
  public var validationError: String? { layer.validationError.map { "of \(type(of: layer).kind): \($0)" } }

  /// As the layer within wants it.
  public var inputArrangement: InputType.Arrangement? { layer.inputArrangement }

  /// The backward direction begins at the end.
  public var needsWholeSeries: Bool { true }

  /// What the layer within gives, twice or merged.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    LayerShape(.recurrent(size: size), try layer.output(of: input).scope)
  }

  /// Those of both directions.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    ["forward", "backward"].flatMap { direction in
      layer.parameters(input: input).map {
        var specification = $0
        specification.name = "\(direction).\($0.name)"
        return specification
      }
    }
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    BidirectionalComputation(
      layer, merge, parameterCount: layer.parameters(input: input).reduce(0) { $0 + $1.count }, input: input)
  }
}

extension Bidirectional: Hashable {
  /// Whether both run equal layers and merge equally.
  public static func == (one: Bidirectional, other: Bidirectional) -> Bool {
    one.merge == other.merge && AnyHashable(one.layer) == AnyHashable(other.layer)
  }

  /// Hashes what equality looks at.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(AnyHashable(layer))
    hasher.combine(merge)
  }
}

extension Bidirectional: Codable {
  private enum Key: String, CodingKey { case layer, merge }

  /// Reads a layer; the one within has a kind of its own.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    merge = try container.decode(Merge.self, forKey: .merge)
    let entry = try container.decode(NetworkLayer.self, forKey: .layer)
    guard let layer = entry.layer as? any RecurrentLayer, entry == NetworkLayer(layer) else {
      throw NetworkError(
        "holds a bidirectional layer of \(type(of: entry.layer).kind); a recurrent layer with nothing special is wanted"
      )
    }
    self.layer = layer
  }

  /// Writes a layer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(merge, forKey: .merge)
    try container.encode(NetworkLayer(layer), forKey: .layer)
  }
}
