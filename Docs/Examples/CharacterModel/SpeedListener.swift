import Timestep

/// Prints every so many updates how well the network foresees characters, and how many it learns from a second.
final class SpeedListener: TrainingListener {
  private let interval: Int
  private let start = ContinuousClock.now
  /// What was learned since the last line, and when that was.
  private var recent = BatchLoss()
  private var lastLine = ContinuousClock.now
  private var characterCount = 0

  init(every interval: Int) { self.interval = interval }

  func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    recent += loss
    characterCount += loss.stepCount
    guard progress.iteration.isMultiple(of: interval) else { return }
    let speed = speed(recent.stepCount, since: lastLine)
    print(
      "epoch \(progress.epoch + 1), update \(progress.iteration): \(CharacterLoss(nats: recent.perStep)), \(speed)"
    )
    (recent, lastLine) = (BatchLoss(), .now)
  }

  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    guard let validation = progress.validation else { return }
    print("epoch \(progress.epoch + 1): on the test text \(CharacterLoss(nats: validation.value))")
    // The time of the test is no time of learning.
    (recent, lastLine) = (BatchLoss(), .now)
  }

  func finished(_ summary: TrainingSummary, trainer: some Trainer) {
    print("learned from \(characterCount) characters, tests included \(speed(characterCount, since: start))")
  }

  private func speed(_ characters: Int, since start: ContinuousClock.Instant) -> String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return "\(Int(Double(characters) / max(seconds, 1e-9))) characters/s"
  }
}
