/// The checkout that the tests are built from.
public enum Repository {
  /// The path of its top folder.
  public static let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  /// The path of a file or folder in `Fixtures`.
  public static func fixture(_ name: String) -> String { "\(path)/Fixtures/\(name)" }
}
