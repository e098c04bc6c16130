import Glibc
import Reports
import Timestep

/// Tests the network every few updates, prints the results, and draws the losses.
final class LearningCurve: TrainingListener {
  private let interval: Int
  private let test: CharacterIterator
  private let counting: NGram
  /// The loss of the n-gram model on the test text.
  private let bound: CharacterLoss
  /// Losses in nats per character, by millions of training characters.
  private var learned: [LineChart.Point] = []
  private var tested: [LineChart.Point] = []
  /// The number of characters trained on since the last test, and the time of that test.
  private var recent = BatchLoss()
  private var recentStart = ContinuousClock.now
  private var characterCount = 0
  private var learningSeconds = 0.0

  /// Makes a listener that tests on `test` every few updates, and at the end.
  init(every interval: Int, on test: CharacterIterator, beside counting: NGram, _ bound: CharacterLoss) {
    (self.interval, self.test, self.counting, self.bound) = (interval, test, counting, bound)
  }

  func began(_ progress: TrainingProgress, trainer: some Trainer) { recentStart = .now }

  func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) throws {
    recent += loss
    if progress.iteration.isMultiple(of: interval) { try testNow(trainer, progress) }
  }

  func epochDone(_ progress: TrainingProgress, trainer: some Trainer) throws {
    let isLast = progress.epoch + 1 == progress.epochCount
    if isLast, recent.stepCount > 0 { try testNow(trainer, progress) }
  }

  func finished(_ summary: TrainingSummary, trainer: some Trainer) {
    print("trained on \(characterCount) characters, \(speed(characterCount, learningSeconds)), without tests")
  }

  private func testNow(_ trainer: some Trainer, _ progress: TrainingProgress) throws {
    let seconds = (ContinuousClock.now - recentStart) / .seconds(1)
    learningSeconds += seconds
    characterCount += recent.stepCount
    let (learning, loss) = (CharacterLoss(nats: recent.perStep), try CharacterLoss(trainer, on: test))
    print(
      "epoch \(progress.epoch + 1), update \(progress.iteration), \(progress.seconds.fixed(0)) s: "
        + "\(learning.nats.fixed(3)) nats, on the test text \(loss); \(speed(recent.stepCount, seconds))")
    if loss.nats < bound.nats, !tested.contains(where: { $0.y < bound.nats }) {
      print(
        "below the order-\(counting.order) n-gram on the test text after \(progress.seconds.fixed(0)) s, tests included"
      )
    }
    // Visible immediately, even in a pipe.
    fflush(nil)
    let millions = Double(characterCount) / 1e6
    learned.append(.init(millions, learning.nats))
    tested.append(.init(millions, loss.nats))
    // The time of the test does not count as training time.
    (recent, recentStart) = (BatchLoss(), .now)
  }

  private func speed(_ characters: Int, _ seconds: Double) -> String {
    "\((Double(characters) / max(seconds, 1e-9)).fixed(0)) characters/s"
  }

  /// A chart of the losses so far, with that of the n-gram model.
  var chart: LineChart {
    let ends = [0, tested.last?.x ?? 0].map { LineChart.Point($0, bound.nats) }
    return LineChart(
      "Character prediction", x: "training characters, millions", y: "loss, nats per character",
      lines: [
        .init("on the test text", tested), .init("in training", learned),
        .init("order-\(counting.order) n-gram on the test text", ends),
      ])
  }
}
