/// The exact padding costs of the batching rules on given lengths, and the best rule.
///
/// ```swift
/// let plan = PaddingPlan(
///   lengths: try SequenceLengths(of: dataSets), batchSize: 32, order: .shuffled(seed: 1), columns: 12 + 9)
/// let batches = dataSets.batched(plan.best.batching, lengths: lengths)
/// ```
public struct PaddingPlan: Sendable, Hashable {
  /// One batching rule, and the cost of a pass with it.
  public struct Candidate: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// The batching rule.
    public var batching: Batching
    /// The number of batches per pass.
    public var batchCount: Int
    /// The cells (examples x steps) of all batches of a pass, including padding.
    public var cells: Int
    /// The number of cells that are padding.
    public var padding: Int
    /// The bytes of the largest batch: four per cell and column of features and labels, plus two mask bits
    /// per cell.
    public var peakBytes: Int

    /// Padding in percent of all cells.
    public var percent: Double { cells == 0 ? 0 : Double(padding) / Double(cells) * 100 }
  }

  /// All rules examined; the first one uses only the order of the pass.
  public let candidates: [Candidate]

  /// Counts the padding of pass `epoch`.
  ///
  /// - Parameters:
  ///   - lengths: The lengths of the examples.
  ///   - batchSize: The number of examples per batch, unless a budget determines it.
  ///   - order: The order of the pass.
  ///   - columns: The number of columns of features and labels together, to count bytes.
  ///   - budget: The number of padded cells permitted per batch; default: `batchSize` times the mean length.
  ///   - bucketCount: The largest number of buckets.
  ///   - windowBatches: The number of batches that are sorted together in sorted windows.
  ///   - epoch: The pass to count.
  public init(
    lengths: SequenceLengths, batchSize: Int, order: ExampleOrder, columns: Int, budget: Int? = nil,
    bucketCount: Int = 8, windowBatches: Int = 16, epoch: Int = 0
  ) {
    let total = lengths.steps.reduce(0) { $0 + Int($1) }
    let edges = optimalBucketEdges(for: lengths, count: bucketCount)
    let mean = max(1, total / max(1, lengths.count))
    let cells = budget ?? min(batchSize, max(1, lengths.count)) * mean
    let ways: [(String, Batching)] = [
      ("no bucketing", .inOrder), ("sorted windows", .sortedWindows(batches: windowBatches)),
      ("optimal buckets", .buckets(edges: edges)), ("budget of cells", .budget(cells: cells, edges: edges)),
    ]
    candidates = ways.map { name, batching in
      let batches = BatchOrder(
        exampleCount: lengths.count, batchSize: batchSize, order: order, batching: batching, lengths: lengths)
      var (sum, largest) = (0, 0)
      for index in 0..<batches.batchCount {
        let cells = batches.cells(batches.examples(epoch: epoch, index: index))
        sum += cells
        largest = max(largest, cells)
      }
      return Candidate(
        name: name, batching: batching, batchCount: batches.batchCount, cells: sum, padding: sum - total,
        peakBytes: largest * columns * 4 + (largest * 2 + 7) / 8)
    }
  }

  /// The candidate with the least padding; the first of equals, so never worse than the order of the pass
  /// alone.
  public var best: Candidate {
    candidates.reduce(candidates[0]) { $1.padding < $0.padding ? $1 : $0 }
  }
}
