/// The sequences of one reader in a cache, which may have more.
struct CachedSequences: Sendable {
  /// Identifies the bytes of the reader's files; the cache itself does not count.
  let checksum: Fingerprint
  private let contents: CacheContents
  /// The place of each sequence in the cache; `nil` if they are in order from the first one on.
  private let places: [Int]?

  init(_ contents: CacheContents, places: [Int], _ checksum: Fingerprint) {
    (self.contents, self.checksum) = (contents, checksum)
    self.places = places.elementsEqual(places.indices) ? nil : places
  }

  private func place(_ index: Int) -> Int { places?[index] ?? index }

  func stepCount(of index: Int) -> Int { contents.stepCount(of: place(index)) }

  func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try contents.read(place(index), into: &sequence)
  }

  func read(_ index: Int, rows: Range<Int>, into sequence: inout SequenceRecord) throws {
    try contents.read(place(index), rows: rows, into: &sequence)
  }
}
