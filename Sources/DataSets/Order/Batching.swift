/// Which examples share a batch: by the order of the pass alone, or by length too, so that less is padded.
///
/// Whatever is chosen, a pass visits every example once, and which examples make up batch `step` of pass `epoch` is
/// arithmetic on integers. `PaddingPlan` measures all of them on given lengths.
public enum Batching: Sendable, Hashable, Codable {
  /// The next `batchSize` examples in the order of the pass.
  case inOrder
  /// Of every so many batches the examples are sorted by length, then cut into batches, which keep a random order.
  case sortedWindows(batches: Int)
  /// Batches of `batchSize` examples of one bucket each; a bucket holds the lengths up to its edge.
  ///
  /// Edges rise; what is longer than the last one has a bucket of its own. A bucket's last batch may be smaller: none is
  /// lost.
  case buckets(edges: [Int])
  /// As `buckets`, with as many examples a batch as fit into a budget of padded cells (examples x steps) at the bucket's
  /// edge; at least one.
  case budget(cells: Int, edges: [Int])

  /// Traps where no batches could be made so.
  func check() {
    switch self {
    case .inOrder: break
    case .sortedWindows(let batches): precondition(batches > 0, "a window of \(batches) batches")
    case .buckets(let edges): check(edges)
    case .budget(let cells, let edges):
      precondition(cells > 0, "a budget of \(cells) cells")
      check(edges)
    }
  }

  private func check(_ edges: [Int]) {
    precondition(
      zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 } && (edges.first ?? 1) > 0,
      "bucket edges \(edges) do not rise from 1 on")
  }
}

/// Which batch a pass begins with.
public enum FirstBatch: String, Sendable, Hashable, Codable {
  /// The one that comes first in the order of the pass.
  case inOrder
  /// The one with the most cells, padding included: what does not fit into memory shows at once.
  case largest
}
