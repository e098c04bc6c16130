/// A trainer's word that training has diverged: which part of the model went first, found before an update.
///
/// `Trainer.fit` throws it, with all parameters as they were before; the loop makes a `TrainingError` of it that adds
/// epoch, iteration and the batch's files.
public struct Divergence: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is NaN or infinite.
  public enum Quantity: String, Sendable, Hashable, CaseIterable {
    /// A gradient.
    case gradient
    /// An output, on the way forward.
    case output
  }

  /// What is NaN or infinite.
  public var what: Quantity
  /// The part of the model that went first, as in "layer 1 (lstm)".
  public var part: String

  /// Makes a divergence.
  public init(_ what: Quantity, of part: String) {
    self.what = what
    self.part = part
  }

  /// `the gradient of layer 1 (lstm) is not finite`.
  public var description: String { "the \(what.rawValue) of \(part) is not finite" }
}
