import Platform

/// A file, with the key that pairs it with its label file.
public struct SequenceLocation: Hashable, Sendable {
  /// The file's path.
  public var path: String
  /// The key that pairs a feature file with its label file: the number of a numbered pattern, the text
  /// matched by a glob's `*`, ...
  public var key: String

  /// Makes a location.
  public init(path: String, key: String) {
    self.path = path
    self.key = key
  }

  /// Returns the key of the examples in this file: its path relative to `directory`, without extensions (`.csv.gz` is one
  /// and that of a compressed file).
  ///
  /// - Parameter directory: The directory of a split; `nil`: the pairing key is the examples' key too.
  package func exampleKey(below directory: String?) -> String {
    guard let directory else { return key }
    // An archive is a directory too: `data.zip:a.csv` lies below `data.zip`.
    let isArchive = MemberPath.isArchiveName(directory) && path.hasPrefix("\(directory):")
    let prefix = isArchive ? "\(directory):" : FileTree.join(directory, "")
    var name = path.hasPrefix(prefix) ? path.dropFirst(prefix.count) : path[...]
    func dropExtension() -> Substring? {
      guard let dot = name.lastIndex(of: "."), dot > name.startIndex, !name[dot...].contains("/"),
        name[name.index(before: dot)] != "/"
      else { return nil }
      defer { name = name[..<dot] }
      return name[name.index(after: dot)...]
    }
    if let last = dropExtension(), ["gz", "zst", "zip", "bz2", "xz"].contains(last.lowercased()) {
      _ = dropExtension()
    }
    return String(name)
  }
}

/// An ordered list of locations, each with its pairing key.
///
/// A split never opens a file, except an archive whose members it lists.
public protocol InputSplit: Sendable {
  /// Returns the locations in reading order, with distinct keys.
  ///
  /// - Throws: An error if files named by the split are missing, or if it names none.
  func locations() throws -> [SequenceLocation]

  /// The deepest directory that contains all files by the split's definition; `nil`, as by default, if the
  /// split names no directory.
  ///
  /// The key of an example is the path of its file relative to this directory, so that `data`, `data/*.csv`
  /// and `data/x_%d.csv` give one file the same key.
  var directory: String? { get }
}

extension InputSplit {
  /// `nil`: the split names no directory.
  public var directory: String? { nil }

  /// Returns the locations, of which there is at least one.
  ///
  /// - Throws: Any error of `locations()`, and `RecordError` if there is none.
  package func files() throws -> [SequenceLocation] {
    let files = try locations()
    try checkNotEmpty(files)
    return files
  }

  /// Throws an error if the split names no file.
  func checkNotEmpty(_ locations: [SequenceLocation]) throws(RecordError) {
    guard locations.isEmpty else { return }
    throw RecordError(
      .missingFile, path: String(describing: type(of: self)),
      "the split names no file: expected at least one, found none; add the files to read")
  }
}

/// Returns the directory of a pattern: everything before the last slash, or the colon after an archive, that precedes its
/// first wildcard or placeholder.
///
/// - Parameter end: The number of bytes before the first wildcard or placeholder.
func directory(of pattern: String, before end: Int) -> String {
  let fixed = String(pattern.utf8.prefix(end)) ?? ""
  return String(fixed[..<MemberPath.directoryEnd(in: fixed)])
}
