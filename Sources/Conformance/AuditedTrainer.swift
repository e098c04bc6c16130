import DataSets
import Training

/// A trainer whose gradients can be audited per array, so that a padding leak is reported with the
/// parameter's name.
///
/// ```swift
/// extension MyTrainer: AuditedTrainer {
///   func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])] {
///     [("weights", slope(batch))]
///   }
/// }
/// ```
public protocol AuditedTrainer: Trainer {
  /// Returns the gradient of the score with respect to every parameter, in a fixed order, without updating
  /// anything.
  func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])]
}
