import ArgumentParser
import Sequences
import Timestep

/// How the learning rate changes: `step:0.5,10`, `exponential:0.95`, `cosine:2`, or `plateau:0.5,3`.
struct ScheduleArgument: NotatedFlagValue {
  private enum Shape {
    case step(factor: Float, epochs: Int)
    case exponential(factor: Float)
    case cosine(warmUp: Int)
    case plateau(factor: Float, epochs: Int)
  }

  private let shape: Shape
  /// The number of epochs of the run, at whose end a cosine arrives.
  var epochCount = 1

  init(flag text: String) throws(ValidationError) {
    let problem =
      "expected step:FACTOR,EPOCHS, exponential:FACTOR, cosine:WARMUP or plateau:FACTOR,EPOCHS, such as step:0.5,10, with factors above 0 and up to 1"
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let values =
      parts.count < 2 ? [] : parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    func factor(_ text: String) -> Float? { Float(text).flatMap { $0 > 0 && $0 <= 1 ? $0 : nil } }
    switch (parts[0], values.count) {
    case ("step", 2), ("plateau", 2):
      guard let factor = factor(values[0]), let epochs = Int(values[1]), epochs > 0 else {
        throw ValidationError(problem)
      }
      shape =
        parts[0] == "step" ? .step(factor: factor, epochs: epochs) : .plateau(factor: factor, epochs: epochs)
    case ("exponential", 1):
      guard let factor = factor(values[0]) else { throw ValidationError(problem) }
      shape = .exponential(factor: factor)
    case ("cosine", 1):
      guard let warmUp = Int(values[0]), warmUp >= 0 else { throw ValidationError(problem) }
      shape = .cosine(warmUp: warmUp)
    default:
      throw ValidationError(
        problem + suggestion(for: parts[0], among: ["step", "exponential", "cosine", "plateau"]))
    }
  }

  /// Rejects a cosine whose warm-up is as long as the run.
  func check() throws(ValidationError) {
    guard case .cosine(let warmUp) = shape, warmUp >= epochCount else { return }
    throw ValidationError(
      "--schedule cosine:\(warmUp): expected a warm-up shorter than the run of \(pluralized(epochCount, "epoch")), found "
        + "\(pluralized(warmUp, "epoch")); make it shorter, or train longer")
  }

  /// Returns the schedule that begins with, or rises to, a rate.
  func schedule(_ rate: Float) -> Schedule {
    switch shape {
    case .step(let factor, let epochs): .step(rate, factor: factor, every: epochs, unit: .epochs)
    case .exponential(let factor): .exponential(rate, factor: factor, unit: .epochs)
    case .cosine(let warmUp): .cosine(rate, warmUp: warmUp, over: epochCount, unit: .epochs)
    case .plateau: .constant(rate)
    }
  }

  /// The rule by which the rate falls where a run stops to improve; `nil`: it does not depend on that.
  var plateau: PlateauRate? {
    if case .plateau(let factor, let epochs) = shape {
      PlateauRate(factor: factor, epochs: epochs)
    } else {
      nil
    }
  }

  /// The schedule in words, after the rate.
  var words: String {
    switch shape {
    case .step(let factor, let epochs): "times \(factor) every \(pluralized(epochs, "epoch"))"
    case .exponential(let factor): "times \(factor) every epoch"
    case .cosine(let warmUp):
      "along a cosine to 0 after \(pluralized(epochCount, "epoch"))"
        + (warmUp > 0 ? ", after a warm-up of \(warmUp)" : "")
    case .plateau(let factor, let epochs):
      "times \(factor) after \(pluralized(epochs, "epoch")) without a gain"
    }
  }
}
