import Timestep

/// Prints after every epoch how it went.
final class EpochListener: TrainingListener {
  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    print(
      "epoch \(progress.epoch + 1): loss \(progress.loss.perStep) a review, accuracy on held-out ones "
        + "\(progress.validation?.value ?? .nan), \(Int(progress.seconds)) s so far")
  }
}
