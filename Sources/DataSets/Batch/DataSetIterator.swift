/// The source of batches for a training loop; implement this protocol for custom data.
///
/// ```swift
/// while let batch = try batches.next() { ... }
/// ```
public protocol DataSetIterator {
  /// Returns the next batch, or `nil` at the end of the pass and from then on until `begin`.
  mutating func next() throws -> DataSet?

  /// Begins pass `epoch`.
  ///
  /// The loop calls it before every pass; the loop counts the epochs.
  mutating func begin(epoch: Int) throws
}

extension DataSetIterator {
  /// Restarts the first pass.
  public mutating func reset() throws { try begin(epoch: 0) }
}

/// An iterator whose position can be saved and restored, even in another process.
public protocol ResumableDataSetIterator: DataSetIterator {
  associatedtype State: Codable & Sendable

  /// The position before the next batch.
  var state: State { get }

  /// Moves to the position `state`.
  ///
  /// - Throws: An error that names the difference, if the state belongs to other data or other options.
  mutating func restore(_ state: State) throws
}
