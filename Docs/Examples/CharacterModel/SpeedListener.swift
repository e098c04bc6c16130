import Timestep

/// Prints every so many updates how well the network foresees characters, and how many it learns from a second.
final class SpeedListener: TrainingListener {
  private let interval: Int
  /// What was learned since the last line.
  private var recent = BatchLoss()
  private var secondsBefore = 0.0
  /// All characters that were learned from, and the time that it took.
  private(set) var characterCount = 0
  private(set) var seconds = 0.0

  init(every interval: Int) { self.interval = interval }

  func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
    recent += loss
    characterCount += loss.stepCount
    seconds = progress.seconds
    guard progress.iteration.isMultiple(of: interval) else { return }
    let speed = Double(recent.stepCount) / max(seconds - secondsBefore, 1e-9)
    print(
      "epoch \(progress.epoch + 1), update \(progress.iteration): \(CharacterLoss(nats: recent.perStep)), "
        + "\(Int(speed)) characters/s")
    (recent, secondsBefore) = (BatchLoss(), seconds)
  }

  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    guard let validation = progress.validation else { return }
    print("epoch \(progress.epoch + 1): on the test text \(CharacterLoss(nats: validation.value))")
  }
}
