import Platform
import Sequences

/// The time spent in the stages of a pipeline, and one sentence on how to make it faster.
///
/// Without padding, the verdict does not suggest batches of similar lengths.
/// ```swift
/// print(batches.report.verdict)   // "parsing takes 71 percent of the reading threads' time; ..."
/// ```
public struct PipelineReport: Sendable, Hashable, CustomStringConvertible {
  /// The cost of making the batches, in all threads.
  public var cost: Cost
  /// The time that the consumer has waited for batches, in nanoseconds.
  public var waiting: UInt64
  /// The time since the first batch was requested, both waiting and using batches, in nanoseconds.
  public var elapsed: UInt64

  /// Makes a report.
  public init(cost: Cost, waiting: UInt64, elapsed: UInt64) {
    (self.cost, self.waiting, self.elapsed) = (cost, waiting, elapsed)
  }

  /// The shares of the threads' time, by name; they add up to 1, or are empty if nothing was measured.
  public var shares: [(name: String, share: Double)] {
    guard cost.total > 0 else { return [] }
    let parts: [(String, UInt64)] = [
      ("opening", cost.reading.open), ("reading", cost.reading.read), ("parsing", cost.reading.parse),
      ("other reading", cost.otherReading), ("assembling", cost.padding),
    ]
    return parts.map { ($0.0, Double($0.1) / Double(cost.total)) }
  }

  /// The share of the time in which the consumer waited for batches, 0...1.
  public var waitingShare: Double { elapsed == 0 ? 0 : min(1, Double(waiting) / Double(elapsed)) }

  /// The speed-up expected from a cache of parsed sequences, which needs no opening and parsing, and an
  /// estimated quarter of the reading time.
  public var cacheSpeedUp: Double {
    let rest = cost.padding &+ cost.otherReading &+ cost.reading.read / 4
    return rest == 0 ? 1 : Double(cost.total) / Double(rest)
  }

  /// The most expensive stage, and how to speed it up.
  public var verdict: String { verdict(besides: []) }

  /// The shortest time, in nanoseconds, after which a command says where it went.
  ///
  /// A shorter job costs less than reading advice about it.
  package static let notableTime: UInt64 = 30_000_000_000

  /// Returns the verdict for a command line; `nil` after a job that was too short to be worth one.
  ///
  /// - Parameter given: The flags that the command line has: they are not suggested again.
  package func advice(besides given: Set<Remedy>) -> String? {
    elapsed < Self.notableTime || shares.isEmpty ? nil : verdict(besides: given)
  }

  private func verdict(besides given: Set<Remedy>) -> String {
    guard let most = shares.max(by: { $0.share < $1.share }) else { return "no batch was made yet" }
    let what = "\(most.name) takes \(Self.percent(most.share)) of the time of making batches"
    if waitingShare < 0.1 {
      return what
        + "; batches are ready before they are needed (\(Self.percent(waitingShare)) waiting): reading is not a bottleneck"
    }
    let wait = "\(what), \(Self.percent(waitingShare)) of the time is spent waiting for them"
    switch most.name {
    case "parsing", "opening":
      guard !given.contains(.cache) else { return wait }
      let factor = (cacheSpeedUp * 10).rounded() / 10
      return "\(wait); a cache would make them \(factor)x faster (\(Remedy.cache))"
    case "reading":
      let limit = "\(wait); the disk is the limit"
      return given.contains(.cache) ? limit : "\(limit); a cache is smaller than text (\(Remedy.cache))"
    case "assembling":
      guard cost.paddingStepCount > 0, !given.contains(.batchingAuto) else { return wait }
      return "\(wait); batches of similar lengths have less padding (\(Remedy.batchingAuto))"
    default: return wait
    }
  }

  /// The shares in one line, then the verdict.
  public var description: String {
    shares.map { "\($0.name) \(Self.percent($0.share))" }.joined(separator: ", ") + "\n" + verdict
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) percent" }
}

extension PipelineReport {
  /// The time spent making batches, in nanoseconds of the threads that made them.
  public struct Cost: Sendable, Hashable, Codable {
    /// Time to read sequences: opening, getting bytes, parsing.
    public var reading = ReadingCost()
    /// Reading time of readers that do not measure their stages.
    public var otherReading: UInt64 = 0
    /// Time for padding, aligning, encoding, normalizing, masking.
    public var padding: UInt64 = 0
    /// The number of batches made.
    public var batchCount = 0
    /// The number of steps of all examples in these batches that are padding.
    public var paddingStepCount = 0

    /// Makes a cost of zero.
    public init() {}

    /// The total time, in nanoseconds.
    public var total: UInt64 {
      reading.open &+ reading.read &+ reading.parse &+ otherReading &+ padding
    }

    /// Adds another cost.
    public static func += (sum: inout Cost, next: Cost) {
      sum.reading += next.reading
      sum.otherReading &+= next.otherReading
      sum.padding &+= next.padding
      sum.batchCount += next.batchCount
      sum.paddingStepCount += next.paddingStepCount
    }
  }
}

extension ContinuousClock.Instant {
  /// The number of nanoseconds from this instant to now.
  var nanosecondsUntilNow: UInt64 {
    let (seconds, attoseconds) = duration(to: .now).components
    return UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds) / 1_000_000_000)
  }
}
