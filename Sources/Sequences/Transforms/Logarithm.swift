import Glibc

/// The natural logarithm of every value, or of every value plus 1.
public struct Logarithm: CellwiseTransform {
  /// The form of logarithm.
  public enum Form: String, Sendable, Hashable, Codable {
    /// log x, for x above 0.
    case natural
    /// log(1 + x), for x above -1: exact near 0, and good for counts.
    case onePlus
  }

  /// The name of this transform in files.
  public static let kind = "logarithm"
  /// The form of logarithm.
  public var form: Form
  /// The columns to change; `nil` for all.
  public var columns: [String]?

  /// Makes the transform.
  public init(_ form: Form = .natural, columns: [String]? = nil) {
    self.form = form
    self.columns = columns
  }

  /// The form and the columns.
  public var summary: String { (form == .natural ? "log x" : "log(1 + x)") + words(columns) }

  /// The valid values.
  public var domain: String { form == .natural ? "a number above 0" : "a number above -1" }

  /// Returns the logarithm, computed in double precision.
  public func value(of value: Float) -> Float? {
    guard value.isFinite, value > (form == .natural ? 0 : -1) else { return nil }
    return Float(form == .natural ? log(Double(value)) : log1p(Double(value)))
  }
}
