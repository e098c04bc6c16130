/// An error that stops an evaluation, with the example, the step and the remedy.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of errors.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A figure was requested before anything was evaluated.
    case nothingEvaluated
    /// A batch has no labels.
    case noLabels
    /// The sizes of outputs, labels or names do not match.
    case shapes
    /// A present label is not that of a class, or not a finite number.
    case label
    /// A present prediction is NaN, infinite, or not a probability where one is required.
    case prediction
    /// A figure compares steps of a class with other steps, but there are only steps of one of the two kinds.
    case oneClass
    /// Something that was applied to an example was fitted on it; see `EvaluationPolicy`.
    case fittedExample
    /// A held-out example is one of the training data too.
    case trainingExample
  }

  /// The kind of error.
  public var kind: Kind
  /// The index of the example in the batch, from 0; `nil` if the error does not concern a single example.
  public var example: Int?
  /// The index of the time step, from 0; `nil` if the error does not concern a single step.
  public var step: Int?
  /// The source of the example, `PATH:LINE`; `nil` if it is not known.
  public var location: String?
  /// The problem and the remedy, in words.
  public var problem: String

  /// Makes an error.
  public init(
    _ kind: Kind, example: Int? = nil, step: Int? = nil, location: String? = nil, _ problem: String
  ) {
    self.kind = kind
    self.example = example
    self.step = step
    self.location = location
    self.problem = problem
  }

  /// The message: `a.csv:1: example 3, step 7 (counted from 0): problem, remedy`.
  public var description: String {
    var text = location.map { $0 + ": " } ?? ""
    if let example {
      text += "example \(example)"
      if let step { text += ", step \(step)" }
      text += " (counted from 0): "
    }
    return text + problem
  }

  /// The error for a figure of an empty evaluation.
  static var nothingEvaluated: EvaluationError {
    EvaluationError(
      .nothingEvaluated,
      "nothing was evaluated yet, so there are no figures; first add steps whose labels mask is 1")
  }
}
