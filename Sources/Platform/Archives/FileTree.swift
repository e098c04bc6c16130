import Glibc

/// Files and directories by their paths, on the disk and in archives.
///
/// `data.zip:walk/a.csv` is a file in an archive, unless there is a file or directory of that very name.
/// Paths without an archive in them take the system calls of `Directory`, and no other.
package enum FileTree {
  /// Returns the path of the directory that `path` stands for: `data.zip:` for the archive `data.zip`,
  /// otherwise `path`.
  ///
  /// - Throws: `FileError` if that is unknown.
  package static func directory(_ path: String) throws(FileError) -> String {
    guard MemberPath.isArchiveName(path) else { return path }
    return try Directory.isPlainFile(path) ? "\(path):" : path
  }

  /// Returns the path of `name` inside `directory`.
  package static func join(_ directory: String, _ name: String) -> String {
    directory.isEmpty || MemberPath.directoryEnd(in: directory) == directory.endIndex
      ? directory + name : "\(directory)/\(name)"
  }

  /// Returns the kind of file at `path`, following symbolic links on the disk.
  ///
  /// - Throws: `FileError` if it is unknown, or an archive on the path cannot be read.
  package static func kind(of path: String) throws(FileError) -> Directory.Kind {
    guard let (archive, member) = try member(path) else { return try Directory.kind(of: path) }
    return try archive.kind(of: member)
  }

  /// Lists the entries of the directory at `path`, as `Directory.entries(in:onForeignName:)` does.
  ///
  /// - Throws: `FileError` if it cannot be read; any error of `onForeignName`.
  package static func entries(
    in path: String, onForeignName: (String) throws(FileError) -> Void = { _ in }
  ) throws(FileError) -> [(name: String, kind: Directory.Kind?)] {
    guard let (archive, member) = try member(path) else {
      return try Directory.entries(in: path, onForeignName: onForeignName)
    }
    return try archive.entries(in: member, onForeignName: onForeignName)
  }

  /// Finds the files and directories that match `pattern`, as `Directory.paths(matching:)` does; in an
  /// archive, the files.
  ///
  /// The part of the pattern that names the archive has no wildcards.
  ///
  /// - Throws: `FileError` if a directory or the archive cannot be read.
  package static func paths(matching pattern: String) throws(FileError) -> [String] {
    guard let (archive, member) = try member(pattern) else { return try Directory.paths(matching: pattern) }
    let prefix = MemberPath(pattern)?.archive ?? ""
    return archive.files.filter { fnmatch(member, $0, FNM_PATHNAME | FNM_PERIOD) == 0 }
      .map { "\(prefix):\($0)" }.sorted(by: naturallyPrecedes)
  }

  /// Returns the file on the disk that has the bytes of the file at `path`: the archive of a member.
  package static func fileOnDisk(_ path: String) -> String {
    guard let member = MemberPath(path), (try? Directory.kind(of: path)) == .missing else { return path }
    return member.archive
  }

  /// Returns the stamp of the file at `path`; that of a member is its archive's, with the length of the
  /// member.
  ///
  /// `nil` if there is no such file, or its archive cannot be read.
  package static func stamp(of path: String) -> FileStamp? {
    guard let (archive, member) = try? member(path) else { return FileStamp(path) }
    guard let file = try? archive.file(member) else {
      return nil
    }
    var stamp = archive.stamp
    stamp.size = file.bytes.length
    return stamp
  }

  /// Returns the archive and the member that `path` leads to; `nil` if it does not lead into an archive.
  static func member(
    _ path: String, _ versions: FileVersions? = nil
  ) throws(FileError) -> (archive: Archive, member: String)? {
    guard let member = MemberPath(path), try Directory.kind(of: path) == .missing,
      try Directory.isPlainFile(member.archive)
    else { return nil }
    return (try Archive.open(member.archive, versions), member.member)
  }
}
