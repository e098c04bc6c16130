import DataSets
import Tensors

/// A predictor that can continue where the previous piece ended.
///
/// Evaluation uses it for batches whose rows continue those of the previous batch (lanes, endless series),
/// and to process very long batches in pieces, so that memory does not grow with their length:
/// ```swift
/// var state: Model.State?  // nil: nothing is carried yet
/// for piece in batch.pieces(of: 50) { outputs.append(try model.output(piece, continuing: &state)) }
/// // the same outputs as model.output(batch), to 1e-5
/// ```
public protocol StatefulPredictor: Predictor {
  /// The state that recurrent layers carry from one piece to the next, for all rows of a batch.
  associatedtype State: Sendable

  /// Returns the outputs of a piece, `[N, outputs, T]`, which are exactly 0 outside the piece's `stepMask`.
  ///
  /// A row with a start at step 0 (`seriesStarts`) begins from zero, any other from `state`; a start inside
  /// the piece resets its row to zero there. The predictor itself does not change.
  ///
  /// - Parameters:
  ///   - piece: Some steps of N series.
  ///   - state: The state after the previous piece; `nil`: nothing is carried. It becomes the state after
  ///     this piece.
  /// - Throws: An error if a row continues and `state` is `nil` or has a different number of rows, or if the
  ///   model needs whole series.
  func output(_ piece: DataSet, continuing state: inout State?) throws -> Tensor
}

/// A trainer whose loss can be computed piece by piece.
public protocol StatefulTrainer: Trainer, StatefulPredictor {
  /// Returns the loss of a piece without training, with rows and `state` as in `output(_:continuing:)`.
  ///
  /// - Returns: The loss, with the number of rows N as its `sequenceCount`.
  /// - Throws: The same errors as `output(_:continuing:)`.
  func score(_ piece: DataSet, continuing state: inout State?) throws -> BatchLoss
}

extension DataSet {
  /// True if some row does not start at step 0: it continues with the carried state, even if only through
  /// padding.
  var hasOpenRow: Bool { stepCount > 0 && (0..<exampleCount).contains { !seriesStarts[$0, 0] } }

  /// The first row that continues a series of the previous batch: it has a present step before any start.
  ///
  /// `nil` if there is none: no state needs to be carried into the batch.
  var firstContinuedRow: Int? { (0..<exampleCount).first { continuesSeries(inRow: $0) } }

  /// Returns the batch with a start at step 0 of every row that has none but holds only padding up to its
  /// first start.
  ///
  /// Lanes that were never filled have such rows. If nothing is carried, the start does not change a result;
  /// it tells a model that expects a state for every row without a start that this row needs none.
  func resettingRowsWithoutState() -> DataSet {
    let rows = (0..<exampleCount).filter { !seriesStarts[$0, 0] && !continuesSeries(inRow: $0) }
    var batch = self
    batch.seriesStarts = Mask(rows: exampleCount, steps: stepCount) { row, step in
      seriesStarts[row, step] || step == 0 && rows.contains(row)
    }
    return batch
  }
}
