import Timestep

/// Batches that are passed to a closure while they are drawn.
struct ObservedIterator<Base: DataSetIterator>: DataSetIterator {
  var base: Base
  let observe: (DataSet) -> Void

  mutating func begin(epoch: Int) throws { try base.begin(epoch: epoch) }

  mutating func next() throws -> DataSet? {
    let batch = try base.next()
    if let batch { observe(batch) }
    return batch
  }
}
