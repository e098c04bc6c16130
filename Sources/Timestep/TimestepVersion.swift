/// The version of Timestep.
///
/// `timestep --version` prints it, and the Python package takes it from there.
public enum TimestepVersion {
  /// The version, by semantic versioning: "0.2.0".
  public static let current = "0.2.0"
}
