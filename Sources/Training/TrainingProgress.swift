/// Where a run stands: which epoch, how far into it, and what it has learned on the way.
public struct TrainingProgress: Sendable, Hashable {
  /// The number of the epoch, from 0, as in `DataSetIterator.begin(epoch:)`.
  public var epoch: Int
  /// The number of epochs that the run was asked for.
  public var epochCount: Int
  /// The number of parameter updates made since the run began.
  public internal(set) var iteration: Int
  /// The number of batches drawn in this epoch, the present one included.
  public internal(set) var batch = 0
  /// The number of batches of this epoch; `nil` while it is unknown: in the first epoch of an iterator that is no
  /// `CountedDataSetIterator`.
  public internal(set) var batchCount: Int?
  /// The number of pieces that the present batch is cut into; 1 when it is not cut.
  public internal(set) var pieceCount = 1
  /// How many of those pieces are done.
  public internal(set) var piece = 0
  /// The number of examples of the batches drawn in this epoch, the present one included.
  public internal(set) var exampleCount = 0
  /// The loss of this epoch so far; each batch's sequences count once, into however many pieces it is cut.
  public var loss: BatchLoss {
    var loss = batchesLoss
    if let batchLoss { loss += batchLoss }
    return loss
  }

  /// The loss of the batches before the present one.
  private var batchesLoss = BatchLoss()
  /// The loss of the present batch; `nil` while none of its pieces had anything to learn from.
  private var batchLoss: BatchLoss?
  /// The number of examples of the present batch.
  private var batchExampleCount = 0

  /// Makes the progress at the beginning of an epoch.
  public init(epoch: Int = 0, epochCount: Int, iteration: Int = 0, batchCount: Int? = nil) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.iteration = iteration
    self.batchCount = batchCount
  }

  /// The share of the epoch that is done, 0...1; `nil` while the number of batches is unknown.
  public var fractionOfEpoch: Double? {
    guard let batchCount, batchCount > 0 else { return nil }
    // The number of batches was perhaps learned from an epoch that had fewer.
    return min(1, (Double(max(0, batch - 1)) + fractionOfBatch) / Double(batchCount))
  }

  /// The number of examples done in this epoch; of a batch that is cut, the share of the pieces done.
  public var examplesDone: Double {
    Double(exampleCount) - Double(batchExampleCount) * (1 - fractionOfBatch)
  }

  private var fractionOfBatch: Double { Double(piece) / Double(pieceCount) }

  /// Begins a batch of `exampleCount` examples in `pieceCount` pieces.
  mutating func beginBatch(exampleCount: Int, pieceCount: Int) {
    if let batchLoss { batchesLoss += batchLoss }
    batchLoss = nil
    batch += 1
    batchExampleCount = exampleCount
    self.exampleCount += exampleCount
    self.pieceCount = pieceCount
    piece = 0
  }

  /// Ends a piece with its loss; `nil` when there was no update.
  mutating func endPiece(_ loss: BatchLoss?) {
    piece += 1
    guard let loss else { return }
    iteration += 1
    var total = batchLoss ?? BatchLoss()
    total.addPiece(loss)
    batchLoss = total
  }
}
