/// The text of a file, mapped into memory read-only: for random access.
///
/// A compressed file is decompressed first, once (`TextSpool`); a plain one is mapped as it is, and only the
/// pages that are used are read.
package final class MappedText: Sendable {
  /// The file that was mapped: the text, without any coding.
  package let text: TextFile
  private let mapped: MappedFile

  /// Maps the text of the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The path of the file, or of a member of an archive.
  ///   - versions: The versions of files that were read before; `nil`: the file may have changed.
  ///   - spool: Where the text of a compressed file is kept.
  /// - Throws: `FileError` if the file cannot be opened or mapped, is damaged, or has changed.
  package convenience init(
    _ path: String, _ versions: FileVersions? = nil, in spool: TextSpool? = nil
  ) throws(FileError) { try self.init(TextFile(path, versions), in: spool) }

  /// Maps the text of `file`, which need not stay open.
  ///
  /// - Parameter spool: Where the text is kept, if it is compressed.
  /// - Throws: `FileError` if it cannot be mapped, or is damaged.
  package init(_ file: TextFile, in spool: TextSpool? = nil) throws(FileError) {
    var text = file
    if let compression = text.compression {
      text = try text.decompressed(compression, in: spool ?? TextSpool())
    }
    var mapped = try MappedFile(text.file)
    // The page would be read anyway.
    if let compression = try mapped.reading({ Compression(of: $0) }) {
      text = try text.decompressed(compression, in: spool ?? TextSpool())
      mapped = try MappedFile(text.file)
    }
    (self.text, self.mapped) = (text, mapped)
  }

  /// Calls `body` with the bytes of the text.
  ///
  /// - Throws: The errors of `body`; `FileError` if the file became shorter in the meantime.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try mapped.withBytes(body)
  }
}
