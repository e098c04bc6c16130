/// A path into an archive: `data.zip:walk/a.csv`, or `data.zip:` for all of it.
///
/// It is recognized by its form alone: an archive has the extension of one. A file whose name really is such
/// a text takes precedence where files are opened (`FileTree`).
package struct MemberPath: Hashable, Sendable {
  /// The path of the archive.
  package let archive: String
  /// The name in the archive, without slashes at its end; empty for all of it.
  package let member: String

  /// The extensions of archives.
  private static let extensions = [".zip", ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst"]

  /// Parses `path`; `nil` if it does not lead into an archive.
  package init?(_ path: String) {
    guard let end = Self.archiveEnd(in: path) else { return nil }
    archive = String(path[..<path.utf8.index(before: end)])
    var member = path[end...]
    while member.hasSuffix("/") { member.removeLast() }
    self.member = String(member)
  }

  /// Returns true if a file of this name is expected to be an archive.
  package static func isArchiveName(_ path: some StringProtocol) -> Bool {
    let name = path.suffix(16).lowercased()
    return extensions.contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }
  }

  /// Returns the index after the directories of `path`: after its last slash, or after the archive.
  package static func directoryEnd(in path: String) -> String.Index {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
    return max(slash ?? path.startIndex, archiveEnd(in: path) ?? path.startIndex)
  }

  /// Returns the index after the colon that follows the archive.
  private static func archiveEnd(in path: String) -> String.Index? {
    let bytes = path.utf8
    var start = bytes.startIndex
    while let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")) {
      start = bytes.index(after: colon)
      if isArchiveName(path[..<colon]) { return start }
    }
    return nil
  }

  /// The place of the member in the directories of the archive, checked.
  ///
  /// - Throws: `Fault` if the name leads out of the archive.
  static func components(of name: String) throws(Fault) -> [Substring] {
    let parts = name.split(separator: "/")
    guard !name.hasPrefix("/"), !parts.contains("..") else {
      throw Fault(
        "names a place outside of the archive: expected a relative path without \"..\", found \(quoted(name)); "
          + "use an archive whose files are all in it")
    }
    return parts.filter { $0 != "." }
  }
}
