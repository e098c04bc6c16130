import Glibc
import Synchronization

/// An index of the members of a zip or tar archive, which can be read in any order.
///
/// Nothing is unpacked, except that an archive that is compressed as a whole (`.tar.gz`) is decompressed
/// once, into a `TextSpool`. Members that are links, encrypted, or compressed by other methods than deflate
/// are refused when they are opened; an archive with a name that leads out of it is refused as a whole.
package final class Archive: Sendable {
  /// What a name in an archive stands for.
  enum Contents: Sendable {
    /// The bytes of a file in the archive, and their coding.
    case file(Range<Int>, Compression?)
    /// A directory.
    case directory
    /// Something else; the reason why it cannot be read.
    case refused(String)
  }

  /// A member as the archive lists it.
  struct Entry: Sendable {
    /// The name, in bytes: it may be of any encoding.
    let name: [UInt8]
    let contents: Contents
  }

  /// The archives that were opened last, so that the members of one are found without reading its index
  /// again.
  private static let recent = Mutex<[Archive]>([])
  private static let recentLimit = 8

  private let path: String
  /// The state of the archive.
  let stamp: FileStamp
  /// The archive, decompressed if it was compressed as a whole.
  private let file: OpenFile
  /// The members by their paths in the archive.
  private let members: [String: Contents]
  /// The names in each directory, by its path in the archive.
  private let directories: [String: [(name: String, kind: Directory.Kind)]]
  /// The names that are not UTF-8, written with `\xNN`, by directory.
  private let foreignNames: [String: [String]]

  /// Returns the archive at `path`, and keeps its index for the next calls.
  ///
  /// - Parameter versions: The versions of files that were read before; `nil`: the file may have changed.
  /// - Throws: `FileError` if it cannot be read, is damaged, no archive, or leads out of itself.
  static func open(_ path: String, _ versions: FileVersions? = nil) throws(FileError) -> Archive {
    let file = try OpenFile(path, versions)
    return try recent.withLock { recent throws(FileError) in
      if let index = recent.firstIndex(where: { $0.path == path }) {
        let known = recent.remove(at: index)
        if known.stamp == file.stamp {
          recent.append(known)
          return known
        }
      }
      let archive = try Archive(file)
      if recent.count == recentLimit { recent.removeFirst() }
      recent.append(archive)
      return archive
    }
  }

  private init(_ archive: OpenFile) throws(FileError) {
    path = archive.path
    guard let stamp = archive.stamp else { preconditionFailure("an archive without a path") }
    self.stamp = stamp
    var file = archive
    if let compression = try file.prefix(4).withUnsafeBytes({ Compression(of: $0) }) {
      file = try TextSpool().text(of: file, compression, path: path)
    }
    self.file = file
    let mapped = try MappedFile(file)
    let listing: Result<Listing, FileError> = try mapped.reading { bytes in
      do throws(Fault) {
        var listing = Listing()
        let isZip = bytes.count >= 2 && hasBytes(bytes, Array("PK".utf8), at: 0)
        for entry in isZip ? try ZipReader(bytes).members() : try TarMembers(bytes).all() {
          try listing.add(entry)
        }
        return .success(listing)
      } catch {
        return .failure(FileError(path: archive.path, problem: error.reason))
      }
    }
    let found = try listing.get()
    (members, directories, foreignNames) = (found.members, found.directories, found.foreignNames)
  }

  /// Returns what `member` is.
  ///
  /// - Throws: `FileError` if it is a place outside of the archive.
  func kind(of member: String) throws(FileError) -> Directory.Kind {
    switch members[try place(of: member)] {
    case .directory: .directory
    case .file, .refused: .file
    case nil: .missing
    }
  }

  /// Returns the entries of directory `member`.
  ///
  /// - Parameter onForeignName: Called with every name in it that is not UTF-8.
  func entries(
    in member: String, onForeignName: (String) throws(FileError) -> Void
  ) throws(FileError) -> [(name: String, kind: Directory.Kind?)] {
    let place = try place(of: member)
    for name in foreignNames[place] ?? [] { try onForeignName(name) }
    return (directories[place] ?? []).map { ($0.name, $0.kind) }
  }

  /// The paths of all files in the archive.
  var files: [String] {
    members.compactMap { name, contents in if case .directory = contents { nil } else { name } }
  }

  /// Returns the bytes of file `member`, and their coding.
  ///
  /// - Throws: `FileError` if there is no such file, or it cannot be read.
  func file(_ member: String) throws(FileError) -> (bytes: OpenFile, compression: Compression?) {
    let name = "\(path):\(member)"
    switch members[try place(of: member)] {
    case .file(let range, let compression): return (OpenFile(range, of: file), compression)
    case .directory: throw .system(name, "cannot be read", code: EISDIR)
    case .refused(let reason): throw FileError(path: name, problem: reason)
    case nil:
      throw FileError(
        path: name,
        problem:
          "cannot be opened: there is no such file in the archive, which has \(files.count); check the name")
    }
  }

  private func place(of member: String) throws(FileError) -> String {
    try Fault.naming("\(path):\(member)") { () throws(Fault) in
      try MemberPath.components(of: member).joined(separator: "/")
    }
  }
}

/// The members of an archive, sorted into directories while it is read.
private struct Listing {
  var members: [String: Archive.Contents] = ["": .directory]
  var directories: [String: [(name: String, kind: Directory.Kind)]] = [:]
  var foreignNames: [String: [String]] = [:]

  /// Adds a member; a file that occurs twice is the later one, as with tar.
  mutating func add(_ entry: Archive.Entry) throws(Fault) {
    guard let text = String(validating: entry.name, as: UTF8.self) else {
      // No path can contain such a name, but a directory may have to report it.
      let escaped = escapedName(entry.name).split(separator: "/")
      foreignNames[escaped.dropLast().joined(separator: "/"), default: []].append(String(escaped.last ?? ""))
      return
    }
    var isDirectory = text.hasSuffix("/")
    if case .directory = entry.contents { isDirectory = true }
    let parts = try MemberPath.components(of: text)
    guard let name = parts.last else { return }
    let parent = parts.dropLast().joined(separator: "/")
    try addDirectory(parts.dropLast())
    if isDirectory { return try addDirectory(parts[...]) }
    let place = parent.isEmpty ? String(name) : "\(parent)/\(name)"
    switch members.updateValue(entry.contents, forKey: place) {
    case nil: directories[parent, default: []].append((String(name), .file))
    case .directory:
      throw Fault("is damaged: \(quoted(place)) is a file and a directory; make the archive again")
    default: break
    }
  }

  private mutating func addDirectory(_ parts: ArraySlice<Substring>) throws(Fault) {
    guard let name = parts.last else { return }
    let place = parts.joined(separator: "/")
    switch members[place] {
    case .directory: return
    case nil: break
    default: throw Fault("is damaged: \(quoted(place)) is a file and a directory; make the archive again")
    }
    try addDirectory(parts.dropLast())
    members[place] = .directory
    directories[parts.dropLast().joined(separator: "/"), default: []].append((String(name), .directory))
  }
}
