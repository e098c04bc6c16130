/// What to do about `nan`, `inf` and `infinity` (any case, with or without a sign) in a file.
public enum NonFiniteValues: Sendable, Hashable {
  /// An error that names the place.
  case refused
  /// They become NaN and infinities.
  case allowed
}
