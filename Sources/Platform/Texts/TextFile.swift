import Synchronization

/// A file of text that is open for reading: a plain one, a compressed one, or a member of an archive.
///
/// Its text is what gzip and zstd data decompress to, which are recognized by their first bytes. `FileBuffer`
/// reads all of a text into memory; `MappedText` gives random access.
package struct TextFile: Sendable {
  /// The path of the file, for messages; for a member, with its archive.
  package let path: String
  /// The bytes on the disk, or a decompressed copy of them.
  package let file: OpenFile
  /// The coding of these bytes in an archive; `nil` if only they tell.
  let compression: Compression?
  /// True if `file` is a copy of the text, which later changes of the file on the disk do not affect.
  package let isCopy: Bool

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The path of the file, or of a member of an archive (`data.zip:a.csv`).
  ///   - versions: The versions of files that were read before; `nil`: the file may have changed.
  /// - Throws: `FileError` if it cannot be opened, is a device or a pipe, or has changed.
  package init(_ path: String, _ versions: FileVersions? = nil) throws(FileError) {
    self.path = path
    isCopy = false
    do throws(FileError) {
      (file, compression) = (try OpenFile(path, versions), nil)
    } catch {
      // Only a path that leads to no file may lead into an archive.
      guard let (archive, member) = try FileTree.member(path, versions) else { throw error }
      (file, compression) = try archive.file(member)
    }
  }

  private init(copy: OpenFile, path: String) {
    (file, self.path, compression, isCopy) = (copy, path, nil, true)
  }

  /// Checks that the file has not changed since it was opened.
  ///
  /// - Throws: `FileError` if it has.
  package func check(_ versions: FileVersions) throws(FileError) {
    try file.check(versions)
  }

  /// The texts that were decompressed last: a long file that is opened for its header, for a sample and for
  /// its rows is decompressed once.
  private static let recent = Mutex<[(text: TextFile, stamp: FileStamp)]>([])
  private static let recentLimit = 2

  /// Returns the text as a file of its own.
  ///
  /// - Throws: `FileError` if the file is damaged or cut off, or if there is no room for its text.
  func decompressed(_ compression: Compression, in spool: TextSpool) throws(FileError) -> TextFile {
    guard let stamp = file.stamp else {
      return TextFile(copy: try spool.text(of: file, compression, path: path), path: path)
    }
    let known = Self.recent.withLock { recent in
      recent.first { $0.text.path == path && $0.stamp == stamp }
    }
    if let known { return known.text }
    let text = TextFile(copy: try spool.text(of: file, compression, path: path), path: path)
    Self.recent.withLock { recent in
      if recent.count == Self.recentLimit { recent.removeFirst() }
      recent.append((text, stamp))
    }
    return text
  }
}
