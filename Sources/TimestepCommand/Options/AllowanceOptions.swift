import ArgumentParser
import Timestep

/// What an evaluation lets pass that it refuses by default.
struct AllowanceOptions: ParsableArguments {
  @Flag(help: "Allow evaluation on examples that the model's normalizers or transforms were fitted on.")
  var allowTrainingData = false

  /// The allowance that the flags ask for.
  var allowance: EvaluationPolicy { allowTrainingData ? .fittedExamples : [] }
}
