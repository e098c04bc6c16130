import Platform
import Sequences

extension BatchRecipe {
  /// Checks that the tensors of a batch fit in memory, before they are allocated.
  ///
  /// - Parameters:
  ///   - indices: The examples of the batch.
  ///   - stepCount: The number of steps that all of them are padded to.
  ///   - length: Returns the number of steps of a row.
  /// - Throws: `RecordError` naming the longest series.
  func checkMemory(_ indices: [Int], stepCount: Int, length: (_ row: Int) -> Int) throws(RecordError) {
    guard let sizes = excess(rows: indices.count, steps: stepCount) else { return }
    let longest = indices.indices.first { length($0) == stepCount } ?? 0
    throw RecordError(
      .mismatch, path: features.source(of: indices[longest]).path,
      "its batch does not fit in memory: \(sizes) for \(indices.count) series, padded to its \(stepCount) steps; "
        + LongSeries.remedy(rows: indices.count)
        + ", or, in train and stream, lay series on lanes (\(Remedy.lanesInPieces))")
  }

  /// Checks that the tensors of a piece on lanes fit in memory, before they are allocated.
  func checkMemory(lanes: Int, stepCount: Int) throws(RecordError) {
    guard let sizes = excess(rows: lanes, steps: stepCount) else { return }
    throw RecordError(
      .mismatch, path: features.count > 0 ? features.source(of: 0).path : "lanes",
      "a piece of \(stepCount) steps on \(lanes) lanes does not fit in memory: \(sizes); use fewer lanes (\(Remedy.lanes)) or "
        + "shorter pieces (\(Remedy.pieces))")
  }

  /// Returns the available and the required bytes in words if tensors do not fit in memory; `nil` if they do.
  private func excess(rows: Int, steps: Int) -> String? {
    let columns = featureColumns.count + (labelWidth ?? 0)
    let bytes = Double(rows) * Double(steps) * Double(columns * MemoryLayout<Float>.stride)
    return AvailableMemory.excess(bytes)
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
