import Platform
import Timestep

// Advice about the speed of a command.
extension DataOptions {
  /// The remedies of a slow pipeline that the flags apply already, with this value or another one.
  var givenRemedies: Set<Remedy> {
    var given: Set<Remedy> = []
    if store.cache != nil { given.insert(.cache) }
    if batching.batching != nil { given.insert(.batchingAuto) }
    return given
  }

  /// Says where the time of making batches went, after a command that took long enough for it to matter.
  func noteTime(_ report: PipelineReport) {
    guard let advice = report.advice(besides: givenRemedies) else { return }
    StandardStream.error.write(advice + "\n")
  }
}
