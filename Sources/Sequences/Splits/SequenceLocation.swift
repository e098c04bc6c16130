/// A file, with the key that pairs it with its label file.
public struct SequenceLocation: Hashable, Sendable {
  /// The file's path.
  public var path: String
  /// What pairs a feature file with its label file: the number of a numbered pattern, the text that a glob's `*` matched, ...
  public var key: String

  /// Makes a location.
  public init(path: String, key: String) {
    self.path = path
    self.key = key
  }
}

/// Where the data lies: locations in reading order, each with its pairing key.
///
/// A split never opens a file.
public protocol InputSplit: Sendable {
  /// The locations in reading order, keys distinct.
  ///
  /// - Throws: When files that the split names are missing, or it names none.
  func locations() throws -> [SequenceLocation]
}
