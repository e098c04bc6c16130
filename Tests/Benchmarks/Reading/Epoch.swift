import Timestep

/// Draws all batches of a pass and counts the present steps of each, as all sides do.
///
/// - Returns: The number of present steps of features and labels.
func presentSteps(of batches: inout some DataSetIterator) throws -> Int {
  var count = 0
  try batches.begin(epoch: 0)
  while let batch = try batches.next() { count += batch.featuresMask.count + batch.labelsMask.count }
  return count
}

extension Arguments {
  /// The number of threads (`--threads`): by default one per core, as for users.
  func workers() throws(ArgumentError) -> WorkerPool {
    has("threads") ? WorkerPool(threads: try number("threads", default: 1)) : .shared
  }
}
