import Platform

/// A given list of locations, in the given order.
public struct CollectionInputSplit: InputSplit, Hashable {
  /// The directory that the locations are named in; `nil` if they are from anywhere.
  public let directory: String?
  private let all: [SequenceLocation]

  /// Makes a split of `locations`.
  ///
  /// - Parameter directory: The directory that the keys of examples are relative to; `nil`: examples have the keys of
  ///   their locations.
  public init(_ locations: [SequenceLocation], in directory: String? = nil) {
    (all, self.directory) = (locations, directory)
  }

  /// Returns the locations in the given order.
  ///
  /// - Throws: `RecordError` if there are none, or if two have the same key.
  public func locations() throws -> [SequenceLocation] {
    try checkNotEmpty(all)
    try checkDistinctKeys(all)
    return all
  }
}

/// Checks that all keys are distinct: two locations with the same key could not be paired with labels.
func checkDistinctKeys(_ locations: [SequenceLocation]) throws(RecordError) {
  var first: [String: String] = [:]
  for location in locations {
    guard let other = first.updateValue(location.path, forKey: location.key) else { continue }
    throw RecordError(
      .duplicateKey, path: location.path,
      "the file has the same pairing key as another: expected distinct keys, "
        + "found \"\(escapedText(location.key.utf8))\" here and for \(escapedText(other.utf8, limit: nil)); "
        + "leave one of them out, or give it another key")
  }
}
