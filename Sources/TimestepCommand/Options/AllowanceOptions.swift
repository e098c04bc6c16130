import ArgumentParser
import Timestep

/// The flags for examples that an evaluation rejects by default.
struct AllowanceOptions: ParsableArguments {
  @Flag(help: "Allow evaluation on examples that the model's normalizers or transforms were fitted on.")
  var allowTrainingData = false

  /// The policy that the flags specify.
  var allowance: EvaluationPolicy { allowTrainingData ? .fittedExamples : [] }
}
