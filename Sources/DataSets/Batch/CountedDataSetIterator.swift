/// An iterator that knows the number of batches in a pass in advance, for progress bars.
///
/// With any other iterator, a training loop learns the number from the first pass.
public protocol CountedDataSetIterator: DataSetIterator {
  /// The number of batches of the pass started by `begin`.
  ///
  /// An upper bound is sufficient: a pass that omits empty batches may end earlier.
  var batchCount: Int { get }
}
