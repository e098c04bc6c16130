import DataSets
import Tensors
import Training

extension MultiLayerNetwork: UpdateReporting {
  /// The length of a piece under truncated back-propagation; `nil`: whole series.
  public var stepsPerUpdate: Int? {
    guard case .truncated(let forward, _) = configuration.backpropagation else { return nil }
    return forward
  }

  /// Begins epoch `epoch`, from 0, which schedules by epoch use.
  public mutating func begin(epoch: Int) { self.epoch = epoch }

  /// Trains on one piece; a longer batch is first cut into pieces, as the training loop would do.
  ///
  /// - Throws: `NetworkError` if the batch does not suit the network; `Divergence` if the loss or a gradient
  ///   is not finite: the parameters are then unchanged. If an update itself overflows, the next one detects
  ///   it.
  public mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    guard let forward = stepsPerUpdate, piece.stepCount > forward else { return try fitPiece(piece) }
    var total: BatchLoss?
    for part in piece.lazyPieces(of: forward) {
      guard let loss = try fitPiece(part) else { continue }
      var sum = total ?? BatchLoss()
      sum.addPiece(loss)
      total = sum
    }
    return total
  }

  private mutating func fitPiece(_ piece: DataSet) throws -> BatchLoss? {
    if piece.labels == nil {
      throw NetworkError("the batch has no labels, but training requires them; make the batches with labels")
    }
    let before = try state(carriedState, before: piece)
    let hasLabels = piece.labelsMask.count > 0
    let results = try run(piece, hasLabels ? .training : .output, from: before)
    defer { for result in results { shares.put(result.share) } }
    // The loss with the parameters before the update, penalty included.
    let loss = hasLabels ? loss(of: results, on: piece) : nil
    if hasLabels {
      try checkUpdateMemory()
      try update(results, rows: piece.exampleCount)
    }
    carriedState = state(after: results, rows: piece.exampleCount)
    return loss
  }

  /// Returns the state that the rows of a piece continue from; `nil` if no row has anything to continue from.
  ///
  /// A row that holds only padding in this piece keeps its state: its series may continue in a later piece.
  func state(_ carried: State?, before piece: DataSet) throws(NetworkError)
    -> State?
  {
    let rows = 0..<piece.exampleCount
    guard rows.contains(where: { !piece.seriesStarts[$0, 0] }) else { return nil }
    let isContinued = rows.contains { piece.continuesSeries(inRow: $0) }
    if isContinued { try checkPieces() }
    if let carried, carried.rows == piece.exampleCount { return carried }
    guard isContinued else { return nil }
    throw NetworkError(
      "a piece of \(piece.exampleCount) rows continues series, but the network remembers "
        + (carried.map { "\($0.rows) rows" } ?? "none")
        + "; give it the pieces of a series from the first one, with the same number of rows")
  }

  /// Returns the loss without training.
  ///
  /// - Throws: `NetworkError` if the batch does not suit the network, or holds pieces that continue series.
  public func score(_ batch: DataSet) throws -> BatchLoss {
    let results = try run(try wholeSeries(batch), .loss)
    defer { for result in results { shares.put(result.share) } }
    return loss(of: results, on: batch)
  }

  /// Returns the sum of the shares' losses, added in the order of rows.
  func loss(of results: [ShareResult], on batch: DataSet) -> BatchLoss {
    BatchLoss(
      sum: results.reduce(0) { $0 + $1.loss }, stepCount: batch.labelsMask.count,
      sequenceCount: batch.exampleCount, penalty: penalty)
  }

  /// Returns the batch if it holds whole series, and throws otherwise.
  ///
  /// Scores and outputs are those of whole series: a piece that continues one has no meaning by itself.
  func wholeSeries(_ batch: DataSet) throws(NetworkError) -> DataSet {
    for row in 0..<batch.exampleCount where batch.continuesSeries(inRow: row) {
      throw NetworkError(
        "row \(row) of the batch continues a series; outputs and scores require whole series, or pieces with the "
          + "state that they continue from")
    }
    return batch
  }
}
