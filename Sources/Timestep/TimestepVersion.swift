/// The version of Timestep, which `timestep --version` prints.
public enum TimestepVersion {
  /// The version, by semantic versioning: "0.2.0".
  public static let current = "0.2.0"
}
