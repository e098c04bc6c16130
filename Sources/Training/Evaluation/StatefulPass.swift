import DataSets
import Tensors

/// One pass over batches without training, in which a model may carry a state from piece to piece.
///
/// `Result` is the model's result for a batch or a piece: outputs, or a loss.
struct StatefulPass<Result> {
  /// Returns the model's result for whole series.
  var whole: (DataSet) throws -> Result
  /// Returns the model's result for a piece; `nil` for a model without a state.
  ///
  /// `isNew` is true if no state is carried in.
  var carrying: ((_ piece: DataSet, _ isNew: Bool) throws -> Result)?
  /// The longest piece, in time steps; `nil`: batches are not cut.
  var stepsPerPiece: Int?
  /// The exceptions to the examples that are rejected by default.
  var policy: EvaluationPolicy = []

  /// Calls `body` with every batch of the first pass, or with its pieces, and the step of the batch at which
  /// they begin.
  ///
  /// A batch is cut only if it is longer than a piece and the model carries a state. A state is carried only
  /// where it is needed, because a model with layers that need whole series has none. To know this, one batch
  /// is read ahead.
  ///
  /// - Throws: `TrainingError` if there is no batch, or a row continues a series that the model cannot
  ///   continue; `EvaluationError` about an example that must not be evaluated.
  func forEachPiece(
    of batches: some DataSetSource,
    _ body: (_ piece: DataSet, _ firstStep: Int, _ result: Result) throws -> Void
  ) throws {
    var iterator = batches.makeIterator()
    try iterator.begin(epoch: 0)
    var next = try iterator.next()
    if next == nil { throw TrainingError.noBatches() }
    var carriedRows: Int?  // of the batch whose state is carried; nil: none
    var rowsBefore: Int?  // of the previous batch; nil at the first
    while var batch = next {
      try batch.checkForEvaluation(allowing: policy)
      next = try iterator.next()
      defer { rowsBefore = batch.exampleCount }
      if !batch.hasOpenRow { carriedRows = nil }
      if batch.hasOpenRow && carriedRows != batch.exampleCount {
        if let row = batch.firstContinuedRow { throw noState(batch, row, rowsBefore) }
        batch = batch.resettingRowsWithoutState()
        carriedRows = nil
      }
      let isLong = stepsPerPiece.map { batch.stepCount > $0 } ?? false
      let isContinued = next.map { $0.hasOpenRow && $0.exampleCount == batch.exampleCount } ?? false
      guard let carrying, isLong || isContinued || carriedRows != nil else {
        try body(batch, 0, try whole(batch))
        continue
      }
      for start in stride(from: 0, to: batch.stepCount, by: stepsPerPiece ?? batch.stepCount) {
        let piece = batch.steps(start..<min(start + (stepsPerPiece ?? batch.stepCount), batch.stepCount))
        try body(piece, start, try carrying(piece, start == 0 && carriedRows == nil))
      }
      carriedRows = batch.exampleCount
    }
  }

  /// Returns the error of a row that continues a series without a state to continue from.
  private func noState(_ batch: DataSet, _ row: Int, _ rowsBefore: Int?) -> TrainingError {
    let problem: String
    if carrying == nil {
      problem =
        "and this model carries no state from batch to batch; give it batches of whole series, or make it a "
        + "StatefulPredictor"
    } else if let rowsBefore {
      problem =
        "but the batch before has \(rowsBefore) rows and this one \(batch.exampleCount); batches that continue "
        + "series must have the same number of rows"
    } else {
      problem =
        "but nothing came before it; the first batch of a pass must start its series (seriesStarts at step 0)"
    }
    return TrainingError(
      .continuedSeries, locations: row < batch.metadata.count ? [batch.metadata[row].location] : [],
      "row \(row) of a batch continues a series, \(problem)")
  }
}

extension StatefulPass {
  /// Returns a pass whose results are outputs, `[N, outputs, T]`.
  static func outputs(
    of predictor: some Predictor, allowing policy: EvaluationPolicy
  ) -> StatefulPass where Result == Tensor {
    func carrying<Model: StatefulPredictor>(_ model: Model) -> (DataSet, Bool) throws -> Tensor {
      var state: Model.State?  // nil before the first piece that carries one
      return { piece, isNew in
        if isNew { state = nil }
        return try model.output(piece, continuing: &state)
      }
    }
    return StatefulPass(
      whole: { try predictor.output($0) },
      carrying: (predictor as? any StatefulPredictor).map { carrying($0) },
      stepsPerPiece: (predictor as? any Trainer)?.stepsPerUpdate, policy: policy)
  }

  /// Returns a pass whose results are losses.
  static func losses(
    of trainer: some Trainer, allowing policy: EvaluationPolicy
  ) -> StatefulPass where Result == BatchLoss {
    func carrying<Model: StatefulTrainer>(_ model: Model) -> (DataSet, Bool) throws -> BatchLoss {
      var state: Model.State?  // nil before the first piece that carries one
      return { piece, isNew in
        if isNew { state = nil }
        return try model.score(piece, continuing: &state)
      }
    }
    return StatefulPass(
      whole: { try trainer.score($0) }, carrying: (trainer as? any StatefulTrainer).map { carrying($0) },
      stepsPerPiece: trainer.stepsPerUpdate, policy: policy)
  }
}
