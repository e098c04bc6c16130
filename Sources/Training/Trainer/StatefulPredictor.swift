import DataSets
import Tensors

/// A predictor that can go on where the piece before ended.
///
/// Evaluation uses it for batches whose rows continue those of the batch before (lanes, endless series), and to bring
/// very long batches through in pieces, so that memory does not grow with their length:
/// ```swift
/// var state: Model.State?  // nil: nothing is carried yet
/// for piece in batch.pieces(of: 50) { outputs.append(try model.output(piece, continuing: &state)) }
/// // the same outputs as model.output(batch), to 1e-5
/// ```
public protocol StatefulPredictor: Predictor {
  /// What recurrent layers carry from one piece to the next, for all rows of a batch.
  associatedtype State: Sendable

  /// The outputs of a piece, `[N, outputs, T]`; exactly 0 outside the piece's `stepMask`.
  ///
  /// A row with a start at step 0 (`seriesStarts`) begins from zero, any other from `state`; a start inside the piece
  /// sets its row back to zero there. Nothing of the predictor itself changes.
  ///
  /// - Parameters:
  ///   - piece: Some steps of N series.
  ///   - state: The state after the piece before; `nil`: nothing is carried. It becomes the state after this piece.
  /// - Throws: When a row continues and `state` is `nil` or of another number of rows, or when the model needs whole
  ///   series.
  func output(_ piece: DataSet, continuing state: inout State?) throws -> Tensor
}

/// A trainer whose loss can be had piece by piece.
public protocol StatefulTrainer: Trainer, StatefulPredictor {
  /// The loss of a piece without training, with rows and `state` as in `output(_:continuing:)`.
  ///
  /// - Returns: The loss, with the number of rows N as its `sequenceCount`.
  /// - Throws: As `output(_:continuing:)`.
  func score(_ piece: DataSet, continuing state: inout State?) throws -> BatchLoss
}
