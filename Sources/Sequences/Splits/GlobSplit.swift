import Platform

/// The files that match a pattern with wildcards: `*` (any text), `?` (one byte), `[...]` (one byte of a
/// set).
///
/// ```swift
/// try GlobSplit("data/*_features.csv").locations()  // data/run1_features.csv with key "run1", ...
/// ```
///
/// The pairing key is the text that the wildcards match: adjacent wildcards count as one, separate ones are
/// joined by `/`. Files are sorted by path, with numbers in numeric order; directories and hidden files are
/// ignored.
public struct GlobSplit: InputSplit, Hashable {
  /// The pattern as it was given.
  public let pattern: String
  private let glob: GlobPattern

  /// Makes a split of the files that match `pattern`.
  ///
  /// - Throws: `UsageError` if it has no wildcard.
  public init(_ pattern: String) throws(UsageError) {
    self.pattern = pattern
    glob = GlobPattern(pattern)
    guard glob.hasWildcard else {
      throw UsageError(
        pattern: pattern,
        "there is no wildcard: expected *, ? or [...], found none; write for example data/*.csv")
    }
  }

  /// The directory before the first wildcard.
  public var directory: String? { Sequences.directory(of: pattern, before: glob.literalCount) }

  /// Returns the files that match, sorted by path.
  ///
  /// - Throws: `RecordError` if no file matches; `FileError` if a directory on the path cannot be read.
  public func locations() throws -> [SequenceLocation] {
    let locations = try FileTree.paths(matching: pattern).filter { try FileTree.kind(of: $0) == .file }
      .map { SequenceLocation(path: $0, key: glob.key(of: $0) ?? $0) }
    guard !locations.isEmpty else {
      throw RecordError(
        .missingFile, path: pattern,
        "no file matches the pattern: expected at least one, found none; "
          + "check the pattern and the working directory, and quote the pattern in a shell")
    }
    try checkDistinctKeys(locations)
    return locations
  }
}
