import Platform
import Synchronization
import Timestep

/// The decisions about faults that a command makes, each once: counted for the summary, and written to the ledger if
/// there is one.
///
/// Every pass makes the same decisions again.
final class DecisionLog: Sendable {
  private struct State {
    var known: Set<Ledger.Entry> = []
    var summary = DecisionSummary()
  }

  /// The ledger; `nil` if none was requested.
  let file: LedgerFile?
  private let state = Mutex(State())

  /// Makes a log without decisions.
  init(_ file: LedgerFile? = nil) { self.file = file }

  /// The numbers of the decisions so far.
  var summary: DecisionSummary { state.withLock { $0.summary } }

  /// Adds a decision, unless it was made before.
  func append(_ entry: Ledger.Entry) {
    let isNew = state.withLock { state in
      guard state.known.insert(entry).inserted else { return false }
      state.summary.add(entry)
      return true
    }
    if isNew { file?.append(entry) }
  }
}

/// Calls `body`, then completes the ledger, even if `body` throws; if it does not, says what was left out or changed.
func keeping<Result>(_ log: DecisionLog, _ body: () throws -> Result) throws -> Result {
  let result: Result
  do {
    result = try body()
  } catch {
    // The error of the command must be the last one reported.
    do { try log.file?.close() } catch let second { StandardStream.error.write("\(second)\n") }
    throw error
  }
  try log.file?.close()
  if let text = log.summary.text { StandardStream.error.write("\(text)\n") }
  return result
}

/// The numbers of sequences, rows and values that a policy left out or changed, by class of fault.
struct DecisionSummary {
  /// The kinds of effects, in the order in which they are named.
  private enum Effect: CaseIterable {
    case sequencesLeftOut, rowsLeftOut, rowsChanged, valuesChanged

    init(_ entry: Ledger.Entry) {
      switch ErrorPolicy.Action(entry.rule) {
      case .skipSequence: self = .sequencesLeftOut
      case .skipRow: self = .rowsLeftOut
      case .raise, .repair, nil: self = entry.fault == .columnCount ? .rowsChanged : .valuesChanged
      }
    }

    /// The words before and after a number.
    var words: (before: String, one: String) {
      switch self {
      case .sequencesLeftOut: ("left out", "sequence")
      case .rowsLeftOut: ("left out", "row")
      case .rowsChanged: ("changed", "row")
      case .valuesChanged: ("changed", "value")
      }
    }
  }

  private var counts: [Effect: [RecordError.Kind: Int]] = [:]

  /// Counts a decision.
  mutating func add(_ entry: Ledger.Entry) {
    counts[Effect(entry), default: [:]][entry.fault, default: 0] += entry.lineCount
  }

  /// The numbers in a line: `faults in the data: left out 2 sequences (2 not-a-number), changed 1 value (1 out-of-range)`;
  /// `nil` if there are none.
  var text: String? {
    let parts = Effect.allCases.compactMap { effect in
      counts[effect].map { kinds in
        let each = kinds.sorted { $0.key.flagName < $1.key.flagName }.map { "\($1) \($0.flagName)" }
        return "\(effect.words.before) \(pluralized(kinds.values.reduce(0, +), effect.words.one)) "
          + "(\(each.joined(separator: ", ")))"
      }
    }
    return parts.isEmpty ? nil : "faults in the data: " + parts.joined(separator: ", ")
  }
}
