import Timestep

/// Prints after every epoch how it went.
final class EpochListener: TrainingListener {
  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    let accuracy = shortened(progress.validation?.value ?? .nan)
    print(
      "epoch \(progress.epoch + 1): loss \(shortened(progress.loss.perStep)) a review, accuracy on held-out ones "
        + "\(accuracy), \(Int(progress.seconds)) s so far")
  }
}

/// The nearest number with four decimal digits.
func shortened(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }
