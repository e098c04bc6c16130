/// An iterator that knows how many batches a pass has before it is over: what a progress bar asks for.
///
/// A loop that draws from another iterator learns the number from the first pass.
public protocol CountedDataSetIterator: DataSetIterator {
  /// The number of batches of the pass that `begin` began.
  ///
  /// An upper bound will do: a pass that passes over empty batches may end earlier.
  var batchCount: Int { get }
}
