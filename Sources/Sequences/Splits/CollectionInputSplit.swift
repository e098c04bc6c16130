/// Locations that are known already, in the order given.
public struct CollectionInputSplit: InputSplit, Hashable {
  private let all: [SequenceLocation]

  /// Makes a split of `locations`.
  public init(_ locations: [SequenceLocation]) { all = locations }

  /// The locations in the order given.
  ///
  /// - Throws: `RecordError` when there is none, or two have the same key.
  public func locations() throws -> [SequenceLocation] {
    guard !all.isEmpty else {
      throw RecordError(
        .missingFile, path: "collection",
        "the split names no file: expected at least one location, found none; add the files to read")
    }
    try checkDistinctKeys(all)
    return all
  }
}

/// Checks that every location has a key of its own: two with the same could not be paired with labels.
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
