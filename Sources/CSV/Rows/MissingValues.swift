/// The fields that are missing values, and their handling.
///
/// ```swift
/// MissingValues(.nan, tokens: ["", "NA"])  // an empty field and `NA` become NaN
/// ```
public struct MissingValues: Sendable, Hashable {
  /// The handling of a missing value.
  public enum Policy: Sendable, Hashable {
    /// Throws an error that names the location.
    case rejected
    /// The value becomes NaN, so that it can be counted and filled in.
    case nan
  }

  /// The handling of missing values.
  public var policy: Policy
  /// The texts that mean "missing", ignoring surrounding blanks; an empty text stands for an empty field.
  ///
  /// A text that is also a number, such as `-999`, still means "missing". An empty field that is not declared
  /// is an error under every policy.
  public var tokens: [String]

  /// Makes a rule.
  public init(_ policy: Policy, tokens: [String] = [""]) {
    self.policy = policy
    self.tokens = tokens
  }

  /// An empty field is an error.
  public static let rejected = MissingValues(.rejected)
  /// An empty field becomes NaN.
  public static let nan = MissingValues(.nan)
}

/// The handling of `nan`, `inf` and `infinity` (in any case, with or without a sign) in a file.
public enum NonFiniteValues: Sendable, Hashable {
  /// Throws an error that names the location.
  case rejected
  /// They become NaN and infinities.
  case allowed
}
