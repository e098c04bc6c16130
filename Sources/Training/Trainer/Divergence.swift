/// A trainer's report, before an update, that training has diverged, with the part of the model that went
/// first.
///
/// `Trainer.fit` throws it, with all parameters unchanged; the loop turns it into a `TrainingError` that adds
/// epoch, iteration and the batch's files.
public struct Divergence: Error, Hashable, Sendable, CustomStringConvertible {
  /// The quantity that is NaN or infinite.
  public enum Quantity: String, Sendable, Hashable, CaseIterable {
    /// A gradient.
    case gradient
    /// An output, on the forward pass.
    case output
  }

  /// The quantity that is NaN or infinite.
  public var what: Quantity
  /// The part of the model that went first, such as "layer 1 (lstm)".
  public var part: String

  /// Makes a divergence.
  public init(_ what: Quantity, of part: String) {
    self.what = what
    self.part = part
  }

  /// The text, such as `the gradient of layer 1 (lstm) is not finite`.
  public var description: String { "the \(what.rawValue) of \(part) is not finite" }
}
