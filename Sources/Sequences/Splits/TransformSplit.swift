/// Another split with every location changed: its path, its key or both.
///
/// ```swift
/// let labels = TransformSplit(features) { Location(path: $0.path + ".labels", key: $0.key) }
/// ```
public struct TransformSplit: InputSplit {
  private let split: any InputSplit
  private let transform: @Sendable (SequenceLocation) throws -> SequenceLocation

  /// Makes a split that gives what `transform` makes of every location of `split`.
  public init(
    _ split: some InputSplit, _ transform: @escaping @Sendable (SequenceLocation) throws -> SequenceLocation
  ) {
    self.split = split
    self.transform = transform
  }

  /// The changed locations, in the order of the split behind.
  ///
  /// - Throws: What the split behind or the transformation throws; `RecordError` when two changed locations
  ///   have the same key.
  public func locations() throws -> [SequenceLocation] {
    let changed = try split.locations().map(transform)
    try checkDistinctKeys(changed)
    return changed
  }
}
