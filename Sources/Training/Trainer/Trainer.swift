import DataSets
import Tensors

/// A model that gives outputs for a batch.
///
/// Evaluation needs nothing else.
public protocol Predictor {
  /// Returns the outputs for every step, `[N, outputs, T]`, which are exactly 0 outside the batch's
  /// `stepMask`.
  func output(_ batch: DataSet) throws -> Tensor
}

/// A model that can be fitted: the one protocol that a training plug-in implements.
public protocol Trainer: Predictor {
  /// The number of time steps per update; `nil` (the default): whole series.
  ///
  /// The loop cuts batches into pieces of this length.
  var stepsPerUpdate: Int? { get }

  /// Begins epoch `epoch`, counted from 0; the default does nothing.
  ///
  /// The loop calls it before every epoch's first batch, so that settings that depend on the epoch, such as
  /// some learning rates, can follow it. It is not called when a run is resumed inside an epoch:
  /// `Checkpointable.restore` restores the epoch.
  mutating func begin(epoch: Int) throws

  /// Trains on one piece: one parameter update.
  ///
  /// - Returns: The loss before the update, with the number of rows N as its `sequenceCount`; `nil` if there
  ///   was nothing to learn from (all labels masked): no update, state carried on.
  /// - Throws: `Divergence` if a gradient or an output is not finite, with all parameters unchanged.
  mutating func fit(_ piece: DataSet) throws -> BatchLoss?

  /// Returns the loss without training.
  ///
  /// Only steps present in the labels mask count.
  func score(_ batch: DataSet) throws -> BatchLoss
}

extension Trainer {
  /// `nil`: whole series.
  public var stepsPerUpdate: Int? { nil }

  /// Does nothing.
  public mutating func begin(epoch: Int) {}
}
