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

  /// Begins epoch `epoch`, counted from 0; the default does nothing.
  ///
  /// The loop calls it before every epoch's first batch: what goes by epochs, as some learning rates do, hears of
  /// them here. It is not called when a run is resumed inside an epoch: `Checkpointable.restore` brings the epoch back.
  mutating func begin(epoch: Int) throws

  /// Trains on one piece: one parameter update.
  ///
  /// - Returns: The loss before the update, with the number of rows N as its `sequenceCount`; `nil` when there was
  ///   nothing to learn from (all labels masked): no update, state carried on.
  /// - Throws: `Divergence` when a gradient or an output is not finite, with all parameters as they were before.
  mutating func fit(_ piece: DataSet) throws -> BatchLoss?

  /// The loss without training. Only steps present in the labels mask count.
  func score(_ batch: DataSet) throws -> BatchLoss
}

extension Trainer {
  /// Whole series.
  public var stepsPerUpdate: Int? { nil }

  /// Does nothing.
  public mutating func begin(epoch: Int) {}
}
