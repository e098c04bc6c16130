/// Clips values to a range: a value that is too small or too large becomes the nearest allowed value.
public struct Clip: CellwiseTransform {
  /// The name of this transform in files.
  public static let kind = "clip"
  /// The smallest value.
  public let lower: Float
  /// The largest value.
  public let upper: Float
  /// The columns to change; `nil` for all.
  public var columns: [String]?

  /// Makes the transform.
  public init(_ range: ClosedRange<Float>, columns: [String]? = nil) {
    lower = range.lowerBound
    upper = range.upperBound
    self.columns = columns
  }

  /// The range and the columns.
  public var summary: String { "clip to \(lower)...\(upper)" + words(columns) }

  /// Any number.
  public var domain: String { "a number" }

  /// Returns the nearest value in the range.
  public func value(of value: Float) -> Float? { max(lower, min(upper, value)) }
}
