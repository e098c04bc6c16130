/// Another split with its locations changed: the path, the key or both.
///
/// ```swift
/// let labels = TransformSplit(features) { SequenceLocation(path: $0.path + ".labels", key: $0.key) }
/// ```
public struct TransformSplit: InputSplit {
  private let split: any InputSplit
  private let transform: @Sendable (SequenceLocation) throws -> SequenceLocation

  /// Makes a split that applies `transform` to every location of `split`.
  public init(
    _ split: some InputSplit, _ transform: @escaping @Sendable (SequenceLocation) throws -> SequenceLocation
  ) {
    self.split = split
    self.transform = transform
  }

  /// The directory of the underlying split.
  public var directory: String? { split.directory }

  /// Returns the changed locations, in the order of the underlying split.
  ///
  /// - Throws: Any error of the underlying split or the transformation; `RecordError` if two changed
  ///   locations have the same key.
  public func locations() throws -> [SequenceLocation] {
    let changed = try split.locations().map(transform)
    try checkDistinctKeys(changed)
    return changed
  }
}
