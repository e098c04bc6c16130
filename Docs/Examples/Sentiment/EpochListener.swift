import Glibc
import Timestep

/// Prints the loss and accuracy of every epoch.
final class EpochListener: TrainingListener {
  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) {
    let accuracy = progress.validation?.value ?? .nan
    print(
      "epoch \(progress.epoch + 1): loss \(progress.loss.perStep.fixed(4)) per review, held-out accuracy "
        + "\(accuracy.fixed(4)), \(progress.seconds.fixed(0)) s so far")
    // Visible immediately, even in a pipe.
    fflush(nil)
  }
}
