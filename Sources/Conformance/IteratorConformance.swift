import DataSets

/// Checks that an iterator keeps the promises of `DataSetIterator`, and of the refining protocols it conforms
/// to.
///
/// ```swift
/// @Test func myIterator() throws { try checkConformance(of: MyIterator(days: 3)) }
/// ```
/// An epoch ends once, and stays ended until `begin`; `begin` of the same epoch gives the same batches again.
/// A `CountedDataSetIterator` does not report too few batches. A `ResumableDataSetIterator` is restored, from
/// a different position, to each of its states (one before every batch of two epochs and one after the last),
/// each after a round trip through JSON: everything that follows must be bit-identical. With B batches per
/// epoch, about B^2 batches are read, and those of two epochs are held in memory: use a small data set,
/// preferably with a smaller last batch.
///
/// - Returns: The report of the promises checked.
/// - Throws: `ConformanceError` naming the broken promise and where it is broken; the iterator's errors.
@discardableResult
public func checkConformance(of iterator: some DataSetIterator) throws -> ConformanceReport {
  var iterator = iterator
  var epochs: [[DataSet]] = []
  for epoch in 0..<2 { epochs.append(try pass(&iterator, epoch: epoch)) }
  guard !epochs[0].isEmpty else {
    throw ConformanceError(
      at: "epoch 0", "an iterator that is checked has at least one batch", found: "it has none")
  }
  var report = ConformanceReport("\(epochs[0].count) batches in epoch 0, \(epochs[1].count) in epoch 1")
  report.add("a pass that has ended stays ended until begin")
  try checkRepeats(&iterator, epochs, &report)
  if let counted = iterator as? any CountedDataSetIterator { try checkCount(counted, epochs, &report) }
  if let resumable = iterator as? any ResumableDataSetIterator {
    try checkResuming(resumable, epochs, &report)
  }
  return report
}

/// Returns all batches of an epoch, and checks that `next` returns `nil` afterwards.
private func pass(_ iterator: inout some DataSetIterator, epoch: Int) throws -> [DataSet] {
  try iterator.begin(epoch: epoch)
  var batches: [DataSet] = []
  while let batch = try iterator.next() { batches.append(batch) }
  for _ in 0..<3 {
    guard try iterator.next() == nil else {
      throw ConformanceError(
        at: "epoch \(epoch), after batch \(batches.count - 1)",
        "a pass that has ended stays ended until begin",
        found: "a further batch comes")
    }
  }
  return batches
}

private func checkRepeats(
  _ iterator: inout some DataSetIterator, _ epochs: [[DataSet]], _ report: inout ConformanceReport
) throws {
  let promise = "begin gives the batches of its epoch again"
  for epoch in [1, 0, 0] {
    // Also from the middle of another epoch.
    try iterator.begin(epoch: 1 - epoch)
    _ = try iterator.next()
    try check(try pass(&iterator, epoch: epoch), epoch: epoch, promise, against: epochs[epoch])
  }
  report.add(promise)
}

private func checkCount(
  _ iterator: some CountedDataSetIterator, _ epochs: [[DataSet]], _ report: inout ConformanceReport
) throws {
  var iterator = iterator
  let promise = "a pass has no more batches than its batch count"
  for (epoch, batches) in epochs.enumerated() {
    try iterator.begin(epoch: epoch)
    for index in 0...batches.count {
      let count = iterator.batchCount
      guard batches.count <= count else {
        throw ConformanceError(
          at: "epoch \(epoch), before batch \(index)", promise,
          found: "the count is \(count), the batches are \(batches.count)")
      }
      _ = try iterator.next()
    }
  }
  report.add(promise)
}

/// Throws if batches differ from those before; `first` is the index of the first of them.
func check(
  _ batches: [DataSet], from first: Int = 0, epoch: Int, _ promise: String, against before: [DataSet]
) throws(ConformanceError) {
  let expected = before[first...]
  for (index, (batch, old)) in zip(batches, expected).enumerated() {
    guard let difference = batch.difference(from: old) else { continue }
    throw ConformanceError(at: "epoch \(epoch), batch \(first + index)", promise, found: difference)
  }
  guard batches.count == expected.count else {
    throw ConformanceError(
      at: "epoch \(epoch)", promise, found: "\(expected.count) batches are due and \(batches.count) come")
  }
}
