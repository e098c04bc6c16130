/// What each way to make batches costs on given lengths, counted exactly, and which is best.
///
/// ```swift
/// let plan = PaddingPlan(
///   lengths: try SequenceLengths(of: dataSets), batchSize: 32, order: .shuffled(seed: 1), columns: 12 + 9)
/// let batches = dataSets.batched(plan.best.batching, lengths: lengths)
/// ```
public struct PaddingPlan: Sendable, Hashable {
  /// One way to make batches, and what a pass costs so.
  public struct Candidate: Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// The way.
    public var batching: Batching
    /// The number of batches a pass.
    public var batchCount: Int
    /// The cells (examples x steps) of all batches of a pass, padding included.
    public var cells: Int
    /// Those of them that are padding.
    public var padding: Int
    /// The bytes of the largest batch: features and labels, four a column, and two bits of masks, a cell.
    public var peakBytes: Int

    /// Padding in percent of all cells.
    public var percent: Double { cells == 0 ? 0 : Double(padding) / Double(cells) * 100 }
  }

  /// All that were looked at; the first one is the order of the pass alone.
  public let candidates: [Candidate]

  /// Counts the padding of pass `epoch`.
  ///
  /// - Parameters:
  ///   - lengths: The examples' lengths.
  ///   - batchSize: The number of examples of a batch, where no budget says otherwise.
  ///   - order: The order of the pass.
  ///   - columns: The number of columns of features and labels together, for the bytes.
  ///   - budget: The padded cells a batch may have; default: `batchSize` times the mean length.
  ///   - bucketCount: The largest number of buckets.
  ///   - windowBatches: How many batches are sorted together in sorted windows.
  ///   - epoch: The pass that is counted.
  public init(
    lengths: SequenceLengths, batchSize: Int, order: ExampleOrder, columns: Int, budget: Int? = nil,
    bucketCount: Int = 8, windowBatches: Int = 16, epoch: Int = 0
  ) {
    let total = lengths.steps.reduce(0) { $0 + Int($1) }
    let edges = optimalBucketEdges(for: lengths, count: bucketCount)
    let mean = max(1, total / max(1, lengths.count))
    let cells = budget ?? batchSize * mean
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

  /// The one with the least padding; of equals the first, so never worse than the order of the pass alone.
  public var best: Candidate {
    candidates.reduce(candidates[0]) { $1.padding < $0.padding ? $1 : $0 }
  }
}
