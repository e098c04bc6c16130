import DataSets
import Metrics
import Tensors
import TestSupport
import Testing

@testable import Training

/// Evaluation of batches with continued rows, or in pieces, compared with that of whole series.
struct StatefulPassTests {
  private static let series = Series.random(count: 7, lengths: 1...9, seed: 3)

  /// The outputs of a pass step by step, each with its label, in a canonical order.
  private func outputs(_ model: some Predictor, _ batches: [DataSet]) throws -> [[Float]] {
    var found: [[Float]] = []
    try model.forEachOutput(on: MemoryBatches(batches)) { labels, outputs, piece in
      for row in 0..<piece.exampleCount {
        for step in 0..<piece.stepCount where piece.featuresMask[row, step] {
          found.append([labels[row, 0, step], outputs[row, 0, step]])
        }
      }
    }
    return found.sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test func piecesAndLanesGiveTheSameAsWholeSeries() throws {
    let whole = try outputs(TinyRecurrence(), [Self.series.batch()])
    let pass = MemoryBatches([Self.series.batch()])
    let loss = try TinyRecurrence().score(on: pass)
    let regression = try TinyRecurrence().evaluateRegression(on: pass)
    #expect(loss.sequenceCount == 7)
    for steps in [nil, 1, 2, 3, 4, 20] {
      let model = TinyRecurrence(stepsPerUpdate: steps)
      var layouts = [[Self.series.batch()], [Self.series.batch(padding: 5)]]
      for rows in 1...4 {
        for length in 1...10 { layouts.append(Self.series.lanes(rows: rows, steps: length)) }
      }
      for batches in layouts {
        #expect(try outputs(model, batches) == whole)
        let pass = MemoryBatches(batches)
        let other = try model.score(on: pass)
        #expect(other.sequenceCount == 7 && other.stepCount == loss.stepCount)
        #expect(abs(other.score - loss.score) < 1e-12 * loss.score)
        let again = try model.evaluateRegression(on: pass)
        #expect(again.stepCount == regression.stepCount)
        #expect(
          try abs(again.columns[0].rootMeanSquaredError - regression.columns[0].rootMeanSquaredError) < 1e-12)
      }
    }
  }

  @Test func aStateGoesThroughPiecesOfPadding() throws {
    // Two rows with a gap in the middle, of whole batches too; the second lane of the second layout is never filled.
    var whole = Series.random(count: 2, lengths: 12...12, seed: 1).batch()
    whole.featuresMask = Mask(rows: 2, steps: 12) { row, step in step < 3 + row || step >= 9 - row }
    whole.labelsMask = whole.featuresMask
    var empty = whole
    empty.featuresMask = Mask(rows: 2, steps: 12) { row, step in row == 0 && whole.featuresMask[0, step] }
    empty.labelsMask = empty.featuresMask
    for (batch, starts) in [(whole, 2), (empty, 1)] {
      let reference = MemoryBatches([batch])
      let loss = try TinyRecurrence().score(on: reference)
      #expect(loss.sequenceCount == starts)
      var open = batch
      open.seriesStarts = Mask(rows: 2, steps: 12) { $0 < starts && $1 == 0 }
      for length in 1...12 {
        for steps in [nil, 1, 3] {
          let model = StrictRecurrence(model: TinyRecurrence(stepsPerUpdate: steps))
          let pass = MemoryBatches(open.pieces(of: length))
          let other = try model.score(on: pass)
          #expect(other.sequenceCount == starts && abs(other.sum - loss.sum) < 1e-12 * loss.sum)
          #expect(try outputs(model, open.pieces(of: length)) == outputs(TinyRecurrence(), [batch]))
        }
      }
    }
  }

  @Test func lanesThatAreNeverFilledTrain() throws {
    let series = Array(Self.series[0..<2])
    for steps in [nil, 1, 2] {
      var strict = StrictRecurrence(model: TinyRecurrence(stepsPerUpdate: steps))
      let lanes = MemoryBatches(series.lanes(rows: 4, steps: 3))
      let summary = try TrainingLoop(epochs: 2).fit(&strict, lanes)
      #expect(summary.losses.map(\.sequenceCount) == [2, 2])
      var plain = TinyRecurrence(stepsPerUpdate: steps)
      #expect(try TrainingLoop(epochs: 2).fit(&plain, lanes) == summary)
    }
  }

  @Test func anEpochsLossCountsEverySeriesOnce() throws {
    // Scores of 1 per row would be 2 per series if the rows of pieces counted.
    for rows in 1...4 {
      for length in 1...10 {
        var trainer = TinyRecurrence(stepsPerUpdate: 3)
        let lanes = MemoryBatches(Self.series.lanes(rows: rows, steps: length))
        let summary = try TrainingLoop(epochs: 2).fit(&trainer, lanes)
        #expect(summary.losses.map(\.sequenceCount) == [7, 7])
      }
    }
    var trainer = TinyRecurrence(stepsPerUpdate: 2)
    let padded = MemoryBatches([Self.series.batch(padding: 5)])
    #expect(try TrainingLoop(epochs: 1).fit(&trainer, padded).losses[0].sequenceCount == 7)
  }

  @Test func aRowContinuedFromBeforeThePassIsASeriesButPaddingIsNot() {
    var batch = plainBatch(3, 4)
    batch.featuresMask = Mask(rows: 3, steps: 4) { row, _ in row != 2 }
    batch.labelsMask = batch.featuresMask
    batch.seriesStarts = Mask(rows: 3, steps: 4) { $0 == 1 && $1 == 2 }
    var series = SeriesCount()
    series.add(batch)
    #expect(series.count == 3)  // rows 0 and 1 continue, row 1 begins another, row 2 is padding
    #expect(batch.firstContinuedRow == 0)
    series.add(batch)
    #expect(series.count == 4)
    batch.seriesStarts = Mask(rows: 3, steps: 4) { $0 < 2 && $1 == 0 }
    #expect(batch.firstContinuedRow == nil)
  }

  @Test func onlyStatefulModelsContinue() throws {
    let lanes = Self.series.lanes(rows: 2, steps: 3)
    #expect(
      message { _ = try outputs(FixedPredictor(output: Tensor(shape: [2, 1, 3])), lanes) } == """
        row 0 of a batch continues a series, and this model carries no state from batch to batch; give it batches of \
        whole series, or make it a StatefulPredictor
        """)
    #expect(
      message {
        let pass = MemoryBatches(lanes)
        _ = try ScriptedTrainer().score(on: pass)
      }.contains("carries no state"))
    #expect(
      message { _ = try outputs(TinyRecurrence(), Array(lanes.dropFirst())) }.contains(
        "but nothing came before it; the first batch of a pass must start its series"))
    #expect(
      message { _ = try outputs(TinyRecurrence(), [lanes[0], plainBatch(1, 2).continued]) }.contains(
        "the batch before has 2 rows and this one 1; batches that continue series must have the same number"
      ))
    // After a batch that starts new series, only that batch can be continued.
    #expect(throws: TrainingError.self) {
      try outputs(TinyRecurrence(), [lanes[0], plainBatch(1, 2), lanes[1]])
    }
  }

  @Test func aModelThatNeedsWholeSeriesGetsThemWhole() throws {
    /// A predictor that cannot carry a state, like a bidirectional network.
    struct WholeOnly: StatefulPredictor {
      struct Rejection: Error {}
      func output(_ batch: DataSet) -> Tensor { Tensor(shape: [batch.exampleCount, 2, batch.stepCount]) }
      func output(_ piece: DataSet, continuing state: inout Int?) throws -> Tensor { throw Rejection() }
    }
    #expect(try outputs(WholeOnly(), [plainBatch(2, 9), plainBatch(3, 2)]).count == 24)
    #expect(throws: WholeOnly.Rejection.self) {
      try outputs(WholeOnly(), [plainBatch(2, 9), plainBatch(2, 2).continued])
    }
  }

  @Test func aFaultInALaterPieceNamesTheBatchsStep() throws {
    var batch = plainBatch(2, 7)
    batch.labels?[1, 0, 5] = .nan
    let pass = MemoryBatches([batch])
    let error = #expect(throws: EvaluationError.self) {
      try TinyRecurrence(stepsPerUpdate: 2).evaluate(on: pass)
    }
    #expect(error?.example == 1 && error?.step == 5)
  }
}

extension DataSet {
  /// The same without any start: all rows continue.
  var continued: DataSet {
    var batch = self
    batch.seriesStarts = .empty(exampleCount, stepCount)
    return batch
  }
}

/// A recurrence that requires a state wherever a row does not start, padding or not.
private struct StrictRecurrence: StatefulTrainer {
  struct NoState: Error {}

  var model: TinyRecurrence
  var stepsPerUpdate: Int? { model.stepsPerUpdate }

  func output(_ batch: DataSet) throws -> Tensor {
    try check(batch, nil)
    return try model.output(batch)
  }

  func output(_ piece: DataSet, continuing state: inout [Double]?) throws -> Tensor {
    try check(piece, state)
    return try model.output(piece, continuing: &state)
  }

  mutating func begin(epoch: Int) { model.begin(epoch: epoch) }

  mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    try check(piece, model.carried)
    return try model.fit(piece)
  }

  func score(_ batch: DataSet) throws -> BatchLoss {
    try check(batch, nil)
    return try model.score(batch)
  }

  func score(_ piece: DataSet, continuing state: inout [Double]?) throws -> BatchLoss {
    try check(piece, state)
    return try model.score(piece, continuing: &state)
  }

  private func check(_ piece: DataSet, _ state: [Double]?) throws {
    if piece.hasOpenRow && state?.count != piece.exampleCount { throw NoState() }
  }
}
