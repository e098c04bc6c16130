/// One value a unit out of all present steps of a series: `[N, n, T]` to `[N, n]`.
///
/// Padding does not count, wherever it lies. No parameters. An example without any present step is refused before.
public struct GlobalPooling: SeriesEndingLayer {
  /// What the layer is called in model files.
  public static let kind = "globalPooling"
  /// What becomes of a unit's values over time.
  public let method: Method

  /// What becomes of a unit's values over time.
  public enum Method: Sendable, Hashable, Codable {
    /// The largest is taken.
    case max
    /// Their mean is taken.
    case mean
    /// Their sum is taken.
    case sum
    /// (sum of |x|^p)^(1/p) is taken, with p at least 1.
    case pNorm(Float)
  }

  /// Makes a layer.
  public init(_ method: Method) {
    self.method = method
    if let validationError { preconditionFailure(validationError) }
  }

  /// What is impossible about the layer.
  public var validationError: String? {
    guard case .pNorm(let p) = method, !(p >= 1 && p.isFinite) else { return nil }
    return "a \(p)-norm; p must be a number from 1 on"
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation {
    GlobalPoolingComputation(method)
  }
}
