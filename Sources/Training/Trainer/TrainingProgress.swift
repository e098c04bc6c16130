import DataSets

/// The position of a run: the epoch, the progress within it, and the loss so far.
public struct TrainingProgress: Sendable, Hashable, Codable {
  /// The number of the epoch, from 0, as in `DataSetIterator.begin(epoch:)`.
  public var epoch: Int
  /// The number of epochs requested for the run.
  public var epochCount: Int
  /// The number of parameter updates made since the run began.
  public internal(set) var iteration: Int
  /// The number of parameter updates made in this epoch.
  public internal(set) var updateCount = 0
  /// The number of batches read in this epoch, the current one included.
  public internal(set) var batch = 0
  /// The number of batches in this epoch; `nil` while it is unknown.
  ///
  /// It is unknown in the first epoch of an iterator that is not a `CountedDataSetIterator`.
  public internal(set) var batchCount: Int?
  /// The number of pieces that the current batch is cut into; 1 if it is not cut.
  public internal(set) var pieceCount = 1
  /// The number of those pieces that are done.
  public internal(set) var piece = 0
  /// The number of examples of the batches read in this epoch, the current one included; each counts where it
  /// starts.
  public internal(set) var exampleCount = 0
  /// The time spent waiting for batches in this epoch, in seconds.
  public internal(set) var waitingSeconds = 0.0
  /// The time spent in this run so far, in seconds; in a resumed run, that before the checkpoint is included.
  public internal(set) var seconds = 0.0
  /// The metric of this epoch's validation; `nil` before `epochDone`, and in an epoch without validation.
  public internal(set) var validation: EpochMetric?
  /// The sum, the number of steps and the penalty of the losses of this epoch.
  private var total = BatchLoss()
  /// The series of this epoch.
  private var series = SeriesCount()
  /// The number of examples that start in the current batch.
  private var batchExampleCount = 0

  /// Makes the progress at the beginning of an epoch.
  public init(epoch: Int = 0, epochCount: Int, iteration: Int = 0, batchCount: Int? = nil) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.iteration = iteration
    self.batchCount = batchCount
  }

  /// The loss of this epoch so far; every sequence counts once, in the batch in which it starts.
  ///
  /// It is therefore the same whatever pieces the sequences come in: cut by the loop, or by an iterator of
  /// lanes or of endless series, in whose batches rows continue and new sequences begin
  /// (`DataSet.seriesStarts`). A row that holds only padding is not a sequence; one that continues from
  /// before the epoch's first batch is.
  public var loss: BatchLoss {
    var loss = total
    loss.sequenceCount = series.count
    return loss
  }

  /// The share of the epoch that is done, 0...1; `nil` while the number of batches is unknown.
  public var fractionOfEpoch: Double? {
    guard let batchCount, batchCount > 0 else { return nil }
    // The number of batches may come from an epoch that had fewer.
    return min(1, batchesDone / Double(batchCount))
  }

  /// The share of the run that is done, 0...1, assuming that it makes all its epochs.
  ///
  /// While the number of batches is unknown, only whole epochs count.
  public var fractionOfRun: Double { (Double(epoch) + (fractionOfEpoch ?? 0)) / Double(max(1, epochCount)) }

  /// The number of examples done in this epoch; for a batch that is cut, the share of the pieces done.
  public var examplesDone: Double {
    Double(exampleCount) - Double(batchExampleCount) * (1 - fractionOfBatch)
  }

  /// The number of batches done in this epoch; for one that is cut, the share of the pieces done.
  public var batchesDone: Double { Double(max(0, batch - 1)) + (batch > 0 ? fractionOfBatch : 0) }

  private var fractionOfBatch: Double { Double(piece) / Double(pieceCount) }

  /// True if the numbers are possible for an epoch.
  var isPossible: Bool {
    // Less than the largest integers, so that counting on from them is safe too.
    let counts = [epoch, iteration, updateCount, batch, piece, pieceCount, exampleCount, batchExampleCount]
    return counts.allSatisfy { (0..<1 << 60).contains($0) } && pieceCount > 0 && piece <= pieceCount
      && updateCount <= iteration && batchExampleCount <= exampleCount
  }

  /// Begins a batch that is cut into `pieceCount` pieces.
  mutating func beginBatch(_ data: DataSet, pieceCount: Int) {
    batch += 1
    series.add(data)
    // Series, not rows: on lanes, a row may continue a series that was counted before.
    batchExampleCount = series.count - exampleCount
    exampleCount = series.count
    self.pieceCount = pieceCount
    piece = 0
  }

  /// Ends a piece with its loss; `nil` if there was no update.
  mutating func endPiece(_ loss: BatchLoss?) {
    piece += 1
    guard let loss else { return }
    iteration += 1
    updateCount += 1
    total += loss
  }
}

extension Duration {
  /// The duration in clock format: "00:07", "12:34", "1:02:03".
  var clockText: String {
    let seconds = max(0, components.seconds)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutesAndSeconds = two(seconds / 60 % 60) + ":" + two(seconds % 60)
    return seconds < 3600 ? minutesAndSeconds : "\(seconds / 3600):" + minutesAndSeconds
  }

  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
