/// A layer that reduces all present steps of a series to one value per unit: `[N, n, T]` to `[N, n]`.
///
/// Padding does not count, wherever it is. No parameters. Examples without any present step are rejected
/// earlier.
public struct GlobalPooling: SeriesEndingLayer {
  /// The name of the layer in model files.
  public static let kind = "globalPooling"
  /// The way in which a unit's values over time are reduced.
  public let method: Method

  /// A way to reduce a unit's values over time.
  public enum Method: Sendable, Hashable, Codable {
    /// The largest value.
    case max
    /// The mean.
    case mean
    /// The sum.
    case sum
    /// (sum of |x|^p)^(1/p), with p at least 1.
    case pNorm(Float)
  }

  /// Makes a layer.
  public init(_ method: Method) {
    self.method = method
    if let validationError { preconditionFailure(validationError) }
  }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? {
    guard case .pNorm(let p) = method, !(p >= 1 && p.isFinite) else { return nil }
    return "a \(p)-norm; p must be a number from 1 on"
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    GlobalPoolingComputation(method)
  }
}
