import DataSets
import Tensors

/// Gives outputs for a batch.
///
/// It is all that evaluation needs.
public protocol Predictor {
  /// The outputs for every step, `[N, outputs, T]`; exactly 0 outside the batch's `stepMask`.
  func output(_ batch: DataSet) throws -> Tensor
}

/// A model that can be fitted: the one protocol that a training plug-in implements.
public protocol Trainer: Predictor {
  /// How many time steps one update wants; `nil` (the default): whole series. The loop cuts batches into such pieces.
  var stepsPerUpdate: Int? { get }

  /// Trains on one piece: one parameter update.
  ///
  /// - Returns: The loss before the update; `nil` when there was nothing to learn from (all labels masked): no update, state carried on.
  mutating func fit(_ piece: DataSet) throws -> BatchLoss?

  /// The loss without training. Only steps present in the labels mask count.
  func score(_ batch: DataSet) throws -> BatchLoss
}

extension Trainer {
  /// Whole series.
  public var stepsPerUpdate: Int? { nil }
}
