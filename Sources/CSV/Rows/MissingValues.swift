/// Which fields are missing values, and what to do about them.
///
/// ```swift
/// MissingValues(.nan, tokens: ["", "NA"])  // an empty field and `NA` become NaN
/// ```
public struct MissingValues: Sendable, Hashable {
  /// What can be done about a missing value.
  public enum Policy: Sendable, Hashable {
    /// An error that names the place.
    case refused
    /// The value becomes NaN, so that it can be counted and filled in.
    case nan
  }

  /// What to do.
  public var policy: Policy
  /// The texts that mean "missing", blanks around them aside; an empty text stands for an empty field.
  ///
  /// A text that is also a number, such as `-999`, means "missing" all the same. An empty field that is not
  /// declared is an error under every policy.
  public var tokens: [String]

  /// Makes a rule.
  public init(_ policy: Policy, tokens: [String] = [""]) {
    self.policy = policy
    self.tokens = tokens
  }

  /// An empty field is an error.
  public static let refused = MissingValues(.refused)
  /// An empty field becomes NaN.
  public static let nan = MissingValues(.nan)
}
