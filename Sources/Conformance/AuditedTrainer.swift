import DataSets
import Training

/// A trainer whose gradients can be audited array by array: a leak of padding is then named by the parameter.
///
/// ```swift
/// extension MyTrainer: AuditedTrainer {
///   func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])] { [("weights", slope(batch))] }
/// }
/// ```
public protocol AuditedTrainer: Trainer {
  /// The gradient of the score with respect to every parameter, without an update, in an order that does not change.
  func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])]
}
