/// A recurrent layer run over its series in both directions (Schuster & Paliwal 1997), each with its own
/// parameters.
///
/// Both directions run over the present steps alone, so that padding changes nothing, and both start again
/// where a series starts: `[N, inputs, T]` to `[N, n, T]`, or `[N, 2n, T]` if the outputs are concatenated.
/// `LastTimeStep` after it reads each direction at its own end. It needs whole series. Parameters: those of the layer for the forward direction, such as `forward.W`, and
/// then those for the backward direction, such as `backward.W`.
/// ```swift
/// Bidirectional(LSTM(100), .concatenate)
/// ```
/// A bidirectional layer is not itself a `RecurrentLayer`, so that one cannot be nested in another.
public struct Bidirectional: Layer {
  /// The name of the layer in model files.
  public static let kind = "bidirectional"
  /// The layer that each direction runs.
  public let layer: any RecurrentLayer
  /// The way in which the two outputs are merged.
  public let merge: Merge

  /// A way to merge the outputs of both directions at a step.
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

  /// Makes a bidirectional layer from a layer for a single direction.
  public init(_ layer: any RecurrentLayer, _ merge: Merge = .concatenate) {
    (self.layer, self.merge) = (layer, merge)
    if let validationError { preconditionFailure(validationError) }
  }

  /// The number of outputs per step.
  public var size: Int { merge == .concatenate ? 2 * layer.size : layer.size }

  /// The reason why the inner layer is invalid; `nil` if it is valid.
  public var validationError: String? { layer.validationError.map { "of \(type(of: layer).kind): \($0)" } }

  /// The arrangement that the inner layer expects.
  public var inputArrangement: InputType.Arrangement? { layer.inputArrangement }

  /// True: the backward direction begins at the end.
  public var needsWholeSeries: Bool { true }

  /// Returns the outputs of the inner layer, merged or concatenated.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    LayerShape(.recurrent(size: size), try layer.output(of: input).scope)
  }

  /// Returns the parameters of both directions.
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
    makeComputation(input: input, isReadAtEnds: false)
  }

  /// Makes the computation.
  ///
  /// - Parameter isReadAtEnds: True if only the last present step of each series is read later; it then holds
  ///   the merged outputs of each direction at its own end.
  func makeComputation(input: InputType, isReadAtEnds: Bool) -> any LayerComputation {
    BidirectionalComputation(
      layer, merge, parameterCount: layer.parameters(input: input).reduce(0) { $0 + $1.count }, input: input,
      isReadAtEnds: isReadAtEnds)
  }
}

extension Bidirectional: Hashable {
  /// Returns true if both have equal inner layers and merge in the same way.
  public static func == (one: Bidirectional, other: Bidirectional) -> Bool {
    one.merge == other.merge && AnyHashable(one.layer) == AnyHashable(other.layer)
  }

  /// Hashes the properties that `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(AnyHashable(layer))
    hasher.combine(merge)
  }
}

extension Bidirectional: Codable {
  private enum Key: String, CodingKey { case layer, merge }

  /// Reads a layer; the inner layer is stored with its own kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    merge = try container.decode(Merge.self, forKey: .merge)
    layer = try container.decode(NetworkLayer.self, forKey: .layer).recurrent(of: "a bidirectional layer of")
  }

  /// Writes a layer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(merge, forKey: .merge)
    try container.encode(NetworkLayer(layer), forKey: .layer)
  }
}
