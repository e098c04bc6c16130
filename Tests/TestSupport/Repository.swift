import Glibc

/// The checkout that the tests are built from.
public enum Repository {
  /// The path of its top folder.
  public static let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  /// The path of a file or folder in `Fixtures`.
  public static func fixture(_ name: String) -> String { "\(path)/Fixtures/\(name)" }

  /// Returns the path of a program of the package, which lies beside the tests.
  ///
  /// - Throws: An error if it is not built.
  public static func program(_ name: String) throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
    let own = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for start in [own, CommandLine.arguments[0]] {
      var folder = start[...]
      while let slash = folder.lastIndex(of: "/") {
        folder = folder[..<slash]
        if access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
      }
    }
    throw NotBuilt(description: "no \(name) beside \(own); build it: swift build --build-tests")
  }

  private struct NotBuilt: Error, CustomStringConvertible { var description: String }
}
