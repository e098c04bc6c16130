import Platform
import Sequences
import Tensors

extension BatchRecipe {
  /// Allocates the tensors of a batch, if they fit in memory.
  ///
  /// - Parameters:
  ///   - indices: The examples of the batch.
  ///   - stepCount: The number of steps that all of them are padded to.
  ///   - length: Returns the number of steps of a row.
  /// - Throws: `InsufficientMemory` naming the longest series.
  func tensors(
    for indices: [Int], stepCount: Int, length: (_ row: Int) -> Int
  ) throws(InsufficientMemory) -> (features: Tensor, labels: Tensor?) {
    try AvailableMemory.allocate(byteCount(rows: indices.count, steps: stepCount)) { sizes in
      let longest = indices.indices.first { length($0) == stepCount } ?? 0
      return InsufficientMemory(
        path: features.source(of: indices[longest]).path,
        "its batch does not fit in memory: \(sizes) for \(indices.count) series, padded to its \(stepCount) steps; "
          + LongSeries.remedy(rows: indices.count)
          + ", or, in train and stream, lay series on lanes (\(Remedy.lanesInPieces))")
    } _: { () throws(InsufficientMemory) in
      func tensor(_ columns: Int) -> Tensor {
        Tensor(shape: [indices.count, columns, stepCount], order: storageOrder)
      }
      return (tensor(featureColumns.count), labelWidth.map(tensor))
    }
  }

  /// Returns the bytes of the tensors of a batch.
  func byteCount(rows: Int, steps: Int) -> Double {
    let columns = featureColumns.count + (labelWidth ?? 0)
    return Double(rows) * Double(steps) * Double(columns * MemoryLayout<Float>.stride)
  }
}

/// Series that are too long for the memory.
package enum LongSeries {
  /// Returns what reduces the memory of a batch of `rows` series.
  package static func remedy(rows: Int) -> String {
    (rows > 1
      ? "group series of similar lengths (\(Remedy.batchingAuto)), use smaller batches (\(Remedy.batchSize)), "
      : "")
      + "cut series into windows (\(Remedy.window))"
  }
}
