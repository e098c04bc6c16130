/// Batches that can be trained and evaluated on: `SequenceBatches`, or any `DataSetIterator`.
///
/// ```swift
/// try TrainingLoop(epochs: 40).fit(&network, batches)
/// let evaluation = try network.evaluate(on: batches)
/// ```
/// Training and evaluation take an iterator of their own, so a source that is a value never changes. An iterator that
/// is a class is used itself, and is at its end afterwards.
public protocol DataSetSource {
  associatedtype Iterator: DataSetIterator

  /// Returns an iterator that begins with the first pass.
  func makeIterator() -> Iterator
}

/// An iterator over batches, pass by pass; implement this protocol for custom data.
///
/// ```swift
/// while let batch = try batches.next() { ... }
/// ```
/// A class that conforms must be final.
public protocol DataSetIterator: DataSetSource where Iterator == Self {
  /// Returns the next batch, or `nil` at the end of the pass and from then on until `begin`.
  mutating func next() throws -> DataSet?

  /// Begins pass `epoch`.
  ///
  /// The loop calls it before every pass; the loop counts the epochs.
  mutating func begin(epoch: Int) throws
}

extension DataSetIterator {
  /// Returns the iterator itself.
  public func makeIterator() -> Self { self }

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

/// An iterator that knows the number of batches in a pass in advance, for progress bars.
///
/// With any other iterator, a training loop learns the number from the first pass.
public protocol CountedDataSetIterator: DataSetIterator {
  /// The number of batches of the pass started by `begin`.
  ///
  /// An upper bound is sufficient: a pass that omits empty batches may end earlier.
  var batchCount: Int { get }
}

/// An iterator whose position in a pass is the index of a batch, so that a pass can begin with any of them.
package protocol IndexedDataSetIterator: CountedDataSetIterator {
  /// The index of the batch after the one that `next` returned last; a batch that was omitted keeps its index.
  var batchIndex: Int { get }

  /// Begins pass `epoch` with batch `batch`.
  mutating func begin(epoch: Int, batch: Int)
}
