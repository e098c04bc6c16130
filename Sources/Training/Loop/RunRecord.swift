import FoundationEssentials
import TensorFiles

/// The position of a run, as far as the loop knows it: the part of a checkpoint besides the trainer.
struct RunRecord: Sendable, Hashable {
  /// The version of this format.
  static let currentVersion = 2
  /// The versions that can be read: in version 1 the history was a list of objects, and listeners had no state.
  static let knownVersions = 1...2

  /// The version of this format.
  var version = currentVersion
  /// The progress in the current epoch, or in the last one if it is done.
  var progress: TrainingProgress
  /// The history so far.
  var history: TrainingHistory
  /// True if the current epoch has begun and is not done; `progress.piece` pieces of its current batch are
  /// then done.
  var isInsideEpoch = false
  /// The identity of the data that the metrics of epochs were measured on; `nil` if it is not known.
  var validationData: String?
  /// The iterator's position, as JSON: before the current batch inside an epoch, at the end of the pass after
  /// one.
  ///
  /// `nil` before anything was read, and in the loop itself: only checkpoints hold it.
  var position: String?
  /// The states of listeners, by their keys; `nil` in the loop itself: only checkpoints hold them.
  var listeners: [String: String]?

  /// Reads a record that `text` wrote.
  ///
  /// - Throws: `Damage`.
  init(_ text: String) throws {
    struct Version: Codable { var version: Int }
    let data = Data(text.utf8)
    do {
      let version = try JSONDecoder().decode(Version.self, from: data).version
      guard Self.knownVersions.contains(version) else {
        throw Damage(
          problem:
            "its run has format version \(version), this program knows versions \(Self.knownVersions.lowerBound) to "
            + "\(Self.knownVersions.upperBound); use the program that wrote it")
      }
      self = try JSONDecoder().decode(Self.self, from: data)
      self.version = Self.currentVersion
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

// The lists of the history are packed: a checkpoint holds all of them, and a run can have many checkpoints and many
// epochs.
extension RunRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, progress, history, isInsideEpoch, validationData, position, listeners, losses
    case metrics = "figures"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(Int.self, forKey: .version)
    progress = try container.decode(TrainingProgress.self, forKey: .progress)
    history = try container.decode(TrainingHistory.self, forKey: .history)
    isInsideEpoch = try container.decode(Bool.self, forKey: .isInsideEpoch)
    validationData = try container.decodeIfPresent(String.self, forKey: .validationData)
    position = try container.decodeIfPresent(String.self, forKey: .position)
    listeners = try container.decodeIfPresent([String: String].self, forKey: .listeners)
    if let packed = try container.decodeIfPresent(PackedLosses.self, forKey: .losses) {
      guard let losses = packed.losses else {
        throw DecodingError.dataCorruptedError(
          forKey: .losses, in: container, debugDescription: "lists of different lengths")
      }
      history.losses = losses
    }
    if let packed = try container.decodeIfPresent(PackedMetrics.self, forKey: .metrics) {
      guard let metrics = packed.metrics else {
        throw DecodingError.dataCorruptedError(
          forKey: .metrics, in: container, debugDescription: "lists of different lengths")
      }
      history.metrics = metrics
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(progress, forKey: .progress)
    var rest = history
    rest.losses = []
    if let packed = PackedMetrics(history.metrics) {
      rest.metrics = []
      try container.encode(packed, forKey: .metrics)
    }
    try container.encode(rest, forKey: .history)
    try container.encode(PackedLosses(history.losses), forKey: .losses)
    try container.encode(isInsideEpoch, forKey: .isInsideEpoch)
    try container.encodeIfPresent(validationData, forKey: .validationData)
    try container.encodeIfPresent(position, forKey: .position)
    try container.encodeIfPresent(listeners, forKey: .listeners)
  }
}

/// Losses, packed.
package struct PackedLosses: Codable {
  private var sums, penalties: PackedNumbers
  private var stepCounts, sequenceCounts: PackedNumbers

  /// Packs losses.
  package init(_ losses: [BatchLoss]) {
    (sums, penalties) = (PackedNumbers(losses.map(\.sum)), PackedNumbers(losses.map(\.penalty)))
    stepCounts = PackedNumbers(losses.map(\.stepCount))
    sequenceCounts = PackedNumbers(losses.map(\.sequenceCount))
  }

  /// The losses; `nil` if the lists have different lengths.
  package var losses: [BatchLoss]? {
    let (sums, penalties) = (sums.doubles, penalties.doubles)
    let (steps, sequences) = (stepCounts.integers, sequenceCounts.integers)
    guard penalties.count == sums.count, steps.count == sums.count, sequences.count == sums.count else {
      return nil
    }
    return sums.indices.map {
      BatchLoss(sum: sums[$0], stepCount: steps[$0], sequenceCount: sequences[$0], penalty: penalties[$0])
    }
  }
}

/// Metrics of one name, packed.
package struct PackedMetrics: Codable {
  private var name: String
  private var epochs, values: PackedNumbers

  /// Packs metrics; `nil` if their names differ.
  package init?(_ metrics: [EpochMetric]) {
    let name = metrics.first?.name ?? ""
    guard metrics.allSatisfy({ $0.name == name }) else { return nil }
    self.name = name
    (epochs, values) = (
      PackedNumbers(differencesOf: metrics.map { $0.epoch &+ 1 }), PackedNumbers(metrics.map(\.value))
    )
  }

  /// The metrics; `nil` if there are fewer values than epochs, or more.
  package var metrics: [EpochMetric]? {
    let (epochs, values) = (epochs.sums.map { $0 &- 1 }, values.doubles)
    guard epochs.count == values.count else { return nil }
    return zip(epochs, values).map { EpochMetric(epoch: $0, name: name, value: $1) }
  }
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
