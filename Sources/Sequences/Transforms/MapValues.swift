import Glibc

/// Applies a function to every value, from a closed set that files can store.
///
/// For any other function, write a `CellwiseTransform`: a closure could not be saved with the model.
public struct MapValues: CellwiseTransform {
  /// The functions.
  public enum Function: Sendable, Hashable, Codable {
    /// `x * factor + offset`.
    case scale(Double, offset: Double)
    /// The absolute value.
    case absolute
    /// The square root.
    case squareRoot
    /// e to the power of the value.
    case exponential
    /// The value to the power of a number.
    case power(Double)
  }

  /// The name of this transform in files.
  public static let kind = "map"
  /// The function.
  public var function: Function
  /// The columns to change; `nil` for all.
  public var columns: [String]?

  /// Makes the transform.
  public init(_ function: Function, columns: [String]? = nil) {
    self.function = function
    self.columns = columns
  }

  /// The function and the columns.
  public var summary: String {
    switch function {
    case .scale(let factor, let offset): return "scale by \(factor), add \(offset)" + words(columns)
    case .absolute: return "absolute value" + words(columns)
    case .squareRoot: return "square root" + words(columns)
    case .exponential: return "exponential" + words(columns)
    case .power(let exponent): return "power \(exponent)" + words(columns)
    }
  }

  /// The valid values.
  public var domain: String {
    function == .squareRoot ? "a number of at least 0" : "a number whose result fits in a Float"
  }

  /// Returns the value of the function, computed in double precision.
  public func value(of value: Float) -> Float? {
    let x = Double(value)
    let result: Double
    switch function {
    case .scale(let factor, let offset): result = x * factor + offset
    case .absolute: return value.magnitude
    case .squareRoot: result = x.squareRoot()
    case .exponential: result = exp(x)
    case .power(let exponent): result = pow(x, exponent)
    }
    let rounded = Float(result)
    return rounded.isFinite ? rounded : nil
  }
}
