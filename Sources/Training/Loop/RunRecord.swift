import FoundationEssentials
import TensorFiles

/// The position of a run, as far as the loop knows it: the part of a checkpoint besides the trainer.
struct RunRecord: Sendable, Hashable, Codable {
  /// The version of this format.
  static let currentVersion = 1

  /// The version of this format.
  var version = currentVersion
  /// The progress in the current epoch, or in the last one if it is done.
  var progress: TrainingProgress
  /// The history so far.
  var history: TrainingHistory
  /// True if the current epoch has begun and is not done; `progress.piece` pieces of its current batch are
  /// then done.
  var isInsideEpoch = false
  /// The iterator's position, as JSON: before the current batch inside an epoch, at the end of the pass after
  /// one.
  ///
  /// `nil` before anything was read, and in the loop itself: only checkpoints hold it.
  var position: String?

  /// Reads a record that `text` wrote.
  ///
  /// - Throws: `Damage`.
  init(_ text: String) throws {
    struct Version: Codable { var version: Int }
    let data = Data(text.utf8)
    do {
      let version = try JSONDecoder().decode(Version.self, from: data).version
      guard version == Self.currentVersion else {
        throw Damage(
          problem:
            "its run has format version \(version), this program knows version \(Self.currentVersion); "
            + "use the program that wrote it")
      }
      self = try JSONDecoder().decode(Self.self, from: data)
      guard isPossible else { throw Damage(problem: "its run has impossible counts") }
    } catch let damage as Damage {
      throw damage
    } catch {
      throw Damage(problem: "its run cannot be read (\(decodingProblem(error)))")
    }
  }

  /// True if the numbers are possible for a run that has begun; the loop counts on from them.
  private var isPossible: Bool {
    progress.isPossible && history.iterationCount == progress.iteration
      && history.losses.count == (isInsideEpoch ? progress.epoch : progress.epoch + 1)
  }

  /// The reason why a record cannot be restored.
  struct Damage: Error, CustomStringConvertible {
    var problem: String
    var description: String { problem }
  }

  /// Makes the record of a run that has not begun.
  init(epochCount: Int, batchCount: Int?, objective: EpochMetric.Objective) {
    progress = TrainingProgress(epochCount: epochCount, batchCount: batchCount)
    history = TrainingHistory(objective: objective)
  }

  /// Returns the record as JSON.
  func text() throws -> String { try jsonText(self) }
}

extension RunRecord {
  /// Begins the next epoch.
  mutating func beginEpoch(of epochCount: Int, batchCount: Int?) {
    let learned = history.losses.isEmpty ? nil : progress.batchCount
    progress = TrainingProgress(
      epoch: history.losses.count, epochCount: epochCount, iteration: history.iterationCount,
      batchCount: batchCount ?? learned)
    progress.seconds = history.seconds
    isInsideEpoch = true
  }

  /// Records an update, and the time.
  mutating func endUpdate(_ loss: BatchLoss, seconds: Double) {
    history.lastLoss = loss
    history.iterationCount = progress.iteration
    (history.seconds, progress.seconds) = (seconds, seconds)
  }

  /// Ends the epoch with its metric; `nil` if it has none.
  ///
  /// - Returns: True if the epoch is the best so far.
  mutating func endEpoch(_ figure: EpochMetric?, validated: Bool, seconds: Double) -> Bool {
    history.losses.append(progress.loss)
    progress.batchCount = progress.batch
    isInsideEpoch = false
    (history.seconds, progress.seconds) = (seconds, seconds)
    guard let figure else { return false }
    if validated { progress.validation = figure }
    history.metrics.append(figure)
    return history.best?.epoch == figure.epoch
  }
}
