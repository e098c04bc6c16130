import Timestep

/// A count of the windows among saved batches, which do not say which of their steps several windows have.
final class WindowCount {
  private let source: BatchSource
  private var series: Set<String> = []
  private var windowCount = 0

  /// Makes a count of batches; those that are assembled here count every step once.
  init(_ source: BatchSource) { self.source = source }

  /// Returns the same batches, which are counted while they are drawn.
  func counted(_ batches: some DataSetIterator) -> any DataSetIterator {
    guard case .saved = source else { return batches }
    return ObservedIterator(base: batches, observe: add)
  }

  private func add(_ batch: DataSet) {
    for row in 0..<batch.metadata.count {
      guard batch.metadata[row].features.key != batch.metadata[row].features.key.withoutWindow,
        let key = source.seriesKey(of: batch, row)
      else { continue }
      windowCount += 1
      series.insert(key)
    }
  }

  /// What figures count; `nil` if no series has several windows.
  var note: String? {
    windowCount > series.count
      ? "\(windowCount) windows of \(pluralized(series.count, "series", "series")): saved batches count a step in each window that "
        + "has it" : nil
  }
}
