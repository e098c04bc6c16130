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
    let columns = featureColumns.count + (labelWidth ?? 0)
    let bytes = Double(indices.count * MemoryLayout<Float>.stride) * Double(stepCount) * Double(columns)
    guard bytes > Double(AvailableMemory.negligible), let available = AvailableMemory.bytes(),
      bytes > Double(available)
    else { return }
    let longest = indices.indices.first { length($0) == stepCount } ?? 0
    throw RecordError(
      .mismatch, path: features.source(of: indices[longest]).path,
      "its batch does not fit in memory: expected at most \(AvailableMemory.text(Double(available))), found "
        + "\(AvailableMemory.text(bytes)) for \(indices.count) series of \(columns) column\(columns == 1 ? "" : "s"), padded to "
        + "its \(stepCount) steps; " + LongSeries.remedy(rows: indices.count)
        + ", or, in train and stream, lay series on lanes (--lanes with --tbptt)")
  }
}

/// Series that are too long for the memory.
package enum LongSeries {
  /// Returns what reduces the memory of a batch of `rows` series.
  package static func remedy(rows: Int) -> String {
    (rows > 1 ? "group series of similar lengths (--batching auto), use a smaller --batch-size, " : "")
      + "cut series into windows (--window)"
  }
}
