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
}

/// An ordered list of locations, each with its pairing key.
///
/// A split never opens a file.
public protocol InputSplit: Sendable {
  /// Returns the locations in reading order, with distinct keys.
  ///
  /// - Throws: An error if files named by the split are missing, or if it names none.
  func locations() throws -> [SequenceLocation]
}
