/// Brings values that are too small or too large to the nearest one allowed.
public struct Clip: CellwiseTransform {
  /// What files call it.
  public static let kind = "clip"
  /// The smallest value.
  public let lower: Float
  /// The largest value.
  public let upper: Float
  /// The columns that change; `nil`: all.
  public var columns: [String]?

  /// Makes the transform.
  public init(_ range: ClosedRange<Float>, columns: [String]? = nil) {
    lower = range.lowerBound
    upper = range.upperBound
    self.columns = columns
  }

  /// The range and the columns.
  public var summary: String { "clip to \(lower)...\(upper)" + words(columns) }

  /// Anything.
  public var domain: String { "a number" }

  /// The nearest value of the range.
  public func value(of value: Float) -> Float? { max(lower, min(upper, value)) }
}
