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
  /// - Throws: An error if a row continues and `state` is `nil` or has another number of rows, or if the
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
