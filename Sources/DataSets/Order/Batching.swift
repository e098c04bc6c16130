/// The rule that decides which examples share a batch: only by the order of the pass, or also by length, to
/// reduce padding.
///
/// With any rule, a pass visits every example once, and integer arithmetic determines the examples of batch
/// `index` of pass `epoch`. `PaddingPlan` measures all rules on given lengths.
public enum Batching: Sendable, Hashable, Codable {
  /// The next `batchSize` examples in the order of the pass.
  case inOrder
  /// The examples of a number of consecutive batches are sorted by length, then cut into batches, which are
  /// in random order.
  case sortedWindows(batches: Int)
  /// Batches of `batchSize` examples from one bucket each; a bucket holds the lengths up to its edge.
  ///
  /// Edges ascend; examples longer than the last one have their own bucket. The last batch of a bucket may be
  /// smaller: no example is lost.
  case buckets(edges: [Int])
  /// Like `buckets`, but with as many examples per batch as fit into a budget of padded cells (examples x
  /// steps) at the bucket's edge, and at least one.
  case budget(cells: Int, edges: [Int])

  /// Traps if no batches can be made with this rule.
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

  /// True if examples of different lengths never share a batch, so that every bucket has a last batch.
  var hasBuckets: Bool {
    switch self {
    case .inOrder, .sortedWindows: false
    case .buckets, .budget: true
    }
  }

  private func check(_ edges: [Int]) {
    precondition(
      zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 } && (edges.first ?? 1) > 0,
      "bucket edges \(edges) do not rise from 1 on")
  }
}

extension Batching {
  /// The batch that a pass begins with.
  public enum FirstBatch: String, Sendable, Hashable, Codable {
    /// The first batch in the order of the pass.
    case inOrder
    /// The batch with the most cells, including padding, so that running out of memory shows immediately; for a
    /// shard, its largest slice.
    case largest
  }
}
