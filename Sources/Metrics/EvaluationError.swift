/// A fault that stops an evaluation: what is wrong, at which example and step, and the remedy.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The classes of faults.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A figure was asked for before anything was evaluated.
    case nothingEvaluated
    /// A batch without labels.
    case noLabels
    /// Outputs, labels or names whose sizes do not go together.
    case shapes
    /// A present label that names no class, or is no number.
    case label
    /// A present prediction that is no number.
    case prediction
    /// A figure that compares steps of a class with others, where there are only the ones or only the others.
    case oneClass
    /// An example that something done to it was fitted on; see `EvaluationPolicy`.
    case fittedExample
  }

  /// The class of the fault.
  public var kind: Kind
  /// The example of the batch, from 0; `nil` when the fault is not one example's.
  public var example: Int?
  /// The time step, from 0; `nil` as `example`.
  public var step: Int?
  /// Where the example comes from, `PATH:LINE`; `nil` when that is not known.
  public var place: String?
  /// What is wrong, and the remedy.
  public var problem: String

  /// Makes an error.
  public init(
    _ kind: Kind, example: Int? = nil, step: Int? = nil, place: String? = nil, _ problem: String
  ) {
    self.kind = kind
    self.example = example
    self.step = step
    self.place = place
    self.problem = problem
  }

  /// `a.csv:1: example 3, step 7 (counted from 0): what is wrong, the remedy`.
  public var description: String {
    var text = place.map { $0 + ": " } ?? ""
    if let example {
      text += "example \(example)"
      if let step { text += ", step \(step)" }
      text += " (counted from 0): "
    }
    return text + problem
  }

  /// The error of a figure of nothing.
  static var nothingEvaluated: EvaluationError {
    EvaluationError(
      .nothingEvaluated,
      "nothing was evaluated yet, so there are no figures; add steps whose labels mask is 1 first")
  }
}
