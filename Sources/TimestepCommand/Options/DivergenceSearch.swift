import Platform
import Timestep

/// The search for the flag that keeps a diverging run finite, by training with it for some updates on the same data.
struct DivergenceSearch {
  /// The flags that a run would be started with.
  private struct Candidate {
    var normalizes = false
    var clip: Float?
    var rate: Float?

    /// The flags, for a message.
    var words: String {
      var words: [String] = []
      if normalizes { words.append("\(Remedy.normalize)") }
      if let clip { words.append(Remedy.clip(Self.text(clip))) }
      if let rate { words.append(Remedy.learningRate(Self.text(rate))) }
      return words.joined(separator: " ")
    }

    private static func text(_ number: Float) -> String {
      1..<1e6 ~= number && number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
  }

  /// The scores of a run that stayed finite.
  private struct Outcome {
    let updates: Int
    let first, last: Double
    /// 2: the score fell by a tenth or more; 1: it fell; 0: it did not.
    var gain: Int { last <= 0.9 * first ? 2 : last < first ? 1 : 0 }
  }

  /// Ends a run after a number of updates.
  private struct UpdateLimit: StoppingCondition {
    let count: Int

    func reason(_ history: TrainingHistory) -> StopReason? {
      history.iterationCount < count ? nil : .other("\(count) updates are done")
    }
  }

  /// Thrown by a run that took too long to be compared.
  private struct Unfinished: Error {}

  /// The time for all runs, and for one of them.
  private static let (limit, limitOfRun) = (Duration.seconds(12), Duration.seconds(3))

  private let source: BatchSource
  private let options: NetworkOptions
  private let canNormalize: Bool
  private let updates: Int
  /// The number of updates after which the run diverged.
  private let divergedAfter: Int
  /// The directory for the checkpoints of another run; `nil`: it can use the same one, or has none.
  private let checkpoints: String?
  private let network: (BatchSource, NetworkOptions) throws -> MultiLayerNetwork

  /// Makes a search.
  ///
  /// - Parameters:
  ///   - source: The batches of the run that diverged.
  ///   - options: The flags that it was started with.
  ///   - canNormalize: True if the batches could be normalized.
  ///   - updates: The number of updates after which it diverged.
  ///   - checkpoints: The directory for the checkpoints of another run; `nil`: it needs none.
  ///   - network: Makes the network of a run.
  init(
    _ source: BatchSource, _ options: NetworkOptions, canNormalize: Bool, updates: Int,
    checkpoints: String?, network: @escaping (BatchSource, NetworkOptions) throws -> MultiLayerNetwork
  ) {
    (self.source, self.options, self.canNormalize, self.network) = (source, options, canNormalize, network)
    self.updates = min(1000, max(100, 2 * updates))
    divergedAfter = min(updates, 999)
    self.checkpoints = checkpoints
  }

  /// The flags to try, in this order: normalization, a gradient limit, a lower learning rate; then two of them.
  private var candidates: [Candidate] {
    let clip = options.clip?.limit.map { $0 / 10 } ?? 1
    let rates = (-12...37).reversed().compactMap { Float("1e\($0)") }.filter { $0 <= options.rate / 5 }
    let (usual, tiny) = (rates.filter { $0 >= 1e-5 }, rates.filter { $0 < 1e-5 })
    var all = [Candidate(clip: clip)] + usual.map { Candidate(rate: $0) }
    if canNormalize {
      all.insert(Candidate(normalizes: true), at: 0)
      all.append(Candidate(normalizes: true, clip: clip))
      all += usual.map { Candidate(normalizes: true, rate: $0) }
    }
    all += usual.map { Candidate(clip: clip, rate: $0) }
    all += tiny.map { Candidate(rate: $0) }
    // A gradient has one limit.
    return options.clipNorm == nil ? all : all.filter { $0.clip == nil }
  }

  /// The remedy: the first flags with which the run stays finite and its score falls by a tenth; otherwise the first
  /// with which the score falls at all, or with which the run stays finite.
  var remedy: String {
    let begun = ContinuousClock.now
    let candidates = candidates
    // What was tried to its end, and of these, what diverged too.
    var (tried, failed): (Set<String>, [String]) = ([], [])
    var best: (candidate: Candidate, outcome: Outcome)?
    var normalized: BatchSource?
    for candidate in candidates where ContinuousClock.now - begun < Self.limit {
      var trial = options
      if let clip = candidate.clip { trial.clip = GradientClip(clip) }
      if let rate = candidate.rate { trial.learningRate = rate }
      do {
        if candidate.normalizes, normalized == nil { normalized = try self.normalized() }
        let batches = candidate.normalizes ? normalized ?? source : source
        let outcome = try outcome(trial, on: batches)
        tried.insert(candidate.words)
        guard let outcome else {
          failed.append(candidate.words)
          continue
        }
        if outcome.gain > best?.outcome.gain ?? -1 { best = (candidate, outcome) }
        if outcome.gain == 2 { break }
      } catch is Unfinished {
        continue
      } catch {
        // Of a signal too: the divergence is what ended the run.
        break
      }
    }
    if let best {
      let isFirstBest = candidates.first?.words == best.candidate.words
      let first = candidates.first.flatMap { isFirstBest || !tried.contains($0.words) ? nil : $0.words }
      return text(best.candidate, best.outcome, insteadOf: first)
    }
    // Where no run could end in time, nothing is known.
    let advice =
      failed.isEmpty
      ? TrainingError.smallerSteps
      : "\(alternatives(failed)) did not help: look at the data (timestep inspect)"
    return advice + (directory.map { "; another run needs another directory (\($0))" } ?? "")
  }

  /// The flag that names another directory, since a run does not begin in that of another one.
  private var directory: String? { checkpoints.map { Remedy.otherCheckpoints($0) } }

  /// Returns the flags of a candidate, and the directory if another one is needed.
  private func words(_ candidate: Candidate) -> String {
    candidate.words + (directory.map { " \($0)" } ?? "")
  }

  private func text(_ candidate: Candidate, _ outcome: Outcome, insteadOf first: String?) -> String {
    let others = first.map { ", while \($0) was not enough" } ?? ""
    let scores =
      outcome.gain > 0 ? " and the score fell from \(outcome.first.short) to \(outcome.last.short)" : ""
    return
      "train with \(words(candidate)), with which \(outcome.updates) updates on the same data stayed finite"
      + "\(scores)\(others)"
  }

  /// Returns the batches, normalized by their own statistics.
  private func normalized() throws -> BatchSource {
    let (features, labels) = try ColumnStatistics.fit(source.iterator)
    let isRegression = source.contract.labels.encoding == .values
    return source.normalized(
      by: .standardize(features), labels: isRegression ? labels.map { .standardize($0) } : nil)
  }

  /// Trains for some updates; returns `nil` if that diverges too.
  private func outcome(_ options: NetworkOptions, on source: BatchSource) throws -> Outcome? {
    let scores = ScoreRecorder()
    let loop = TrainingLoop(
      epochs: updates, listeners: [scores],
      stopping: [UpdateLimit(count: updates), TimeLimit(Self.limitOfRun)])
    var network = try network(source, options)
    func train(on batches: some DataSetSource) throws { try loop.fit(&network, batches) }
    do {
      let batches: any ResumableDataSetIterator = source.iterator
      try train(on: batches)
    } catch let error as TrainingError where error.kind == .notFinite {
      return nil
    }
    let all = scores.updates.map(\.score)
    guard network.isFinite, !all.isEmpty else { return nil }
    // A run that did not come as far as the one that diverged shows nothing.
    if all.count <= divergedAfter { throw Unfinished() }
    // The first pieces of long series may have hardly any labels, so that single scores say little.
    let quarter = max(1, all.count / 4)
    func mean(_ some: ArraySlice<Double>) -> Double { some.reduce(0, +) / Double(some.count) }
    // A run that explodes at once and then comes down a little has not improved: the very first scores count too.
    let first = min(mean(all.prefix(quarter)), mean(all.prefix(max(1, all.count / 20))))
    return Outcome(updates: all.count, first: first, last: mean(all.suffix(quarter)))
  }
}
