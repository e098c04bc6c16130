import Sequences

/// Where the time of a pipeline goes, and what would make it faster, in a sentence.
///
/// ```swift
/// print(batches.report.verdict)   // "parsing takes 71 percent of the reading threads' time; ..."
/// ```
public struct PipelineReport: Sendable, Hashable, CustomStringConvertible {
  /// What making the batches cost, in all threads.
  public var cost: BatchCost
  /// How long whoever draws batches has waited for them, in nanoseconds.
  public var waiting: UInt64
  /// How long batches have been drawn, waiting and what was done with them, in nanoseconds.
  public var elapsed: UInt64

  /// Makes a report.
  public init(cost: BatchCost, waiting: UInt64, elapsed: UInt64) {
    (self.cost, self.waiting, self.elapsed) = (cost, waiting, elapsed)
  }

  /// The shares of the threads' time, by name; they add up to 1, or are none where nothing was measured.
  public var shares: [(name: String, share: Double)] {
    guard cost.total > 0 else { return [] }
    let parts: [(String, UInt64)] = [
      ("opening", cost.reading.open), ("reading", cost.reading.read), ("parsing", cost.reading.parse),
      ("other reading", cost.otherReading), ("padding", cost.padding),
    ]
    return parts.map { ($0.0, Double($0.1) / Double(cost.total)) }
  }

  /// The share of the time in which whoever draws batches waited for them, 0...1.
  public var waitingShare: Double { elapsed == 0 ? 0 : min(1, Double(waiting) / Double(elapsed)) }

  /// How many times faster batches would be made out of a cache of parsed sequences: by leaving out opening and parsing.
  public var cacheSpeedUp: Double {
    let rest = cost.padding &+ cost.otherReading &+ cost.reading.read / 4
    return rest == 0 ? 1 : Double(cost.total) / Double(rest)
  }

  /// What takes most, and what to do about it.
  public var verdict: String {
    guard let most = shares.max(by: { $0.share < $1.share }) else { return "no batch was made yet" }
    let what = "\(most.name) takes \(Self.percent(most.share)) of the time of making batches"
    if waitingShare < 0.1 {
      return what
        + "; batches are ready before they are wanted (\(Self.percent(waitingShare)) waiting): reading is no bottleneck"
    }
    let wait = "\(Self.percent(waitingShare)) of the time is spent waiting for them"
    switch most.name {
    case "parsing", "opening":
      let factor = (cacheSpeedUp * 10).rounded() / 10
      return "\(what), \(wait); a cache would make them \(factor)x faster (--cache)"
    case "reading": return "\(what), \(wait); the disk is the limit: a cache is smaller than text (--cache)"
    case "padding":
      return "\(what), \(wait); batches of like lengths have less padding (--batching auto)"
    default: return "\(what), \(wait)"
    }
  }

  /// The shares in a line, then the verdict.
  public var description: String {
    shares.map { "\($0.name) \(Self.percent($0.share))" }.joined(separator: ", ") + "\n" + verdict
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) percent" }
}
