import FoundationEssentials
import TensorFiles

/// Where a run stands, as far as the loop knows it: what a checkpoint holds beside the trainer.
struct RunRecord: Sendable, Hashable, Codable {
  /// The version of this format.
  static let currentVersion = 1

  /// The version of this format.
  var version = currentVersion
  /// How far the present epoch is, or the last one when it is done.
  var progress: TrainingProgress
  /// What has happened so far.
  var history: TrainingHistory
  /// Whether the present epoch has begun and is not done; `progress.piece` pieces of its present batch are done then.
  var isInsideEpoch = false
  /// The iterator's position, as JSON: before the present batch inside an epoch, at the end of the pass after one.
  ///
  /// `nil` before anything was drawn, and in the loop itself: only checkpoints hold it.
  var position: String?

  /// Reads what `text` wrote.
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
      guard isPossible else { throw Damage(problem: "its run has counts that no run has") }
    } catch let damage as Damage {
      throw damage
    } catch {
      throw Damage(problem: "its run cannot be understood (\(decodingProblem(error)))")
    }
  }

  /// Whether the numbers can be those of a run that has begun; the loop counts on with them.
  private var isPossible: Bool {
    progress.isPossible && history.iterationCount == progress.iteration
      && history.losses.count == (isInsideEpoch ? progress.epoch : progress.epoch + 1)
  }

  /// Why a record cannot be taken up.
  struct Damage: Error, CustomStringConvertible {
    var problem: String
    var description: String { problem }
  }

  /// The record of a run that has not begun.
  init(epochCount: Int, batchCount: Int?, direction: Objective) {
    progress = TrainingProgress(epochCount: epochCount, batchCount: batchCount)
    history = TrainingHistory(direction: direction)
  }

  /// The record as JSON.
  func text() throws -> String { try jsonText(self) }
}

extension RunRecord {
  /// Begins the epoch after those that are done.
  mutating func beginEpoch(of epochCount: Int, batchCount: Int?) {
    let learned = history.losses.isEmpty ? nil : progress.batchCount
    progress = TrainingProgress(
      epoch: history.losses.count, epochCount: epochCount, iteration: history.iterationCount,
      batchCount: batchCount ?? learned)
    progress.seconds = history.seconds
    isInsideEpoch = true
  }

  /// Notes an update, and the time.
  mutating func endUpdate(_ loss: BatchLoss, seconds: Double) {
    history.lastLoss = loss
    history.iterationCount = progress.iteration
    (history.seconds, progress.seconds) = (seconds, seconds)
  }

  /// Ends the epoch with its figure; `nil` when it has none.
  ///
  /// - Returns: Whether the epoch is the best so far.
  mutating func endEpoch(_ figure: EpochMetric?, validated: Bool, seconds: Double) -> Bool {
    history.losses.append(progress.loss)
    progress.batchCount = progress.batch
    isInsideEpoch = false
    (history.seconds, progress.seconds) = (seconds, seconds)
    guard let figure else { return false }
    if validated { progress.validation = figure }
    history.figures.append(figure)
    return history.best?.epoch == figure.epoch
  }
}
