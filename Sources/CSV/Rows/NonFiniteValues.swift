/// The handling of `nan`, `inf` and `infinity` (in any case, with or without a sign) in a file.
public enum NonFiniteValues: Sendable, Hashable {
  /// Throws an error that names the location.
  case rejected
  /// They become NaN and infinities.
  case allowed
}
