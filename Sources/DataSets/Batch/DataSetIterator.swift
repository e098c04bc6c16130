/// What a training loop draws from; the protocol that users implement for unusual data.
///
/// ```swift
/// while let batch = try batches.next() { ... }
/// ```
public protocol DataSetIterator {
  /// The next batch, or `nil` at the end of the pass, and ever after until `begin`.
  mutating func next() throws -> DataSet?

  /// Begins pass `epoch`. The loop calls it before every pass; the epoch belongs to the loop.
  mutating func begin(epoch: Int) throws
}

extension DataSetIterator {
  /// Begins the first pass again.
  public mutating func reset() throws { try begin(epoch: 0) }
}

/// An iterator whose position can be written down and taken up again, in another process too.
public protocol ResumableDataSetIterator: DataSetIterator {
  associatedtype State: Codable & Sendable

  /// The position before the next batch.
  var state: State { get }

  /// Takes up the position `state`.
  ///
  /// - Throws: When the state belongs to other data or other options, saying which.
  mutating func restore(_ state: State) throws
}
