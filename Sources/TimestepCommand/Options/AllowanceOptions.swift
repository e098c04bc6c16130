import ArgumentParser
import Timestep

/// The flags for examples that an evaluation rejects by default.
struct AllowanceOptions: ParsableArguments {
  @Flag(help: .flag("allow-training-data")) var allowTrainingData = false

  /// The policy that the flags specify.
  var allowance: EvaluationPolicy { allowTrainingData ? .fittedExamples : [] }
}
