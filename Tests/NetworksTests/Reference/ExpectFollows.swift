import DataSets
import Testing

/// Expects that a fast updater moves parameters like a slow one, over thirty updates with large, small and
/// zero gradients.
///
/// ```swift
/// var state = UpdaterState()
/// expectFollows(.adam(rate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0x1p-20)) { parameters, gradients in
///   state.update(&parameters, gradients, .adam(learningRate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0x1p-20), rate: 0.125)
/// }
/// ```
/// A Float parameter near 1 is off by 2^-25 an update, and each move by some 2^-22 of itself; moves of all thirty updates
/// add up to a few units: 1e-5 in all.
///
/// - Parameters:
///   - slow: Choose constants that a Float represents exactly: 1 - 0.999 of the nearest Float is off by 3e-5
///     of itself.
///   - isWeight: True if the parameters are weights, which decoupled decay shrinks.
///   - schedule: The factor of the rate; 1 by default.
///   - update: Makes one update of the fast parameters.
func expectFollows(
  _ slow: ReferenceUpdater, isWeight: Bool = true, schedule: ReferenceSchedule? = nil,
  sourceLocation: SourceLocation = #_sourceLocation,
  update: (_ parameters: inout [Float], _ gradients: [Float]) throws -> Void
) rethrows {
  var random = SplitMix64(seed: 31)
  // Seven parameters: more than the tail of one vector register, and fewer than a register.
  var trajectories = (0..<7).map { _ in ReferenceTrajectory(random.symmetric(1), slow, isWeight: isWeight) }
  var parameters = trajectories.map { Float($0.value) }
  let bounds = [0x1p-20, 0x1p-10, 0x1p-4, 1, 1, 2, 0]
  for count in 0..<30 {
    let gradients = bounds.map { random.symmetric($0) }
    for (index, gradient) in gradients.enumerated() {
      trajectories[index].update(gradient, rateTimes: schedule?(count) ?? 1)
    }
    try update(&parameters, gradients.map { Float($0) })
    let difference = relativeDifference(parameters.map(Double.init), trajectories.map(\.value))
    #expect(difference < 1e-5, "after update \(count)", sourceLocation: sourceLocation)
  }
}
