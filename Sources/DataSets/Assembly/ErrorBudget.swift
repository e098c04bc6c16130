import Platform
import Sequences

/// The number of faulty sequences in a pass that is tolerated before the pass stops.
///
/// A sequence counts once, if it or one of its rows was skipped, or if a value in it was repaired.
public enum ErrorBudget: Sendable, Hashable, Codable {
  /// Any number of sequences.
  case unlimited
  /// At most this number of sequences.
  case sequences(Int)
  /// At most this share of all sequences, 0...1.
  case share(Double)

  /// Returns the largest permitted number of faulty sequences among `count`.
  func limit(of count: Int) -> Int {
    switch self {
    case .unlimited: .max
    case .sequences(let most): most
    case .share(let share): Int((share * Double(count)).rounded(.down))
    }
  }
}

extension ErrorBudget {
  /// The error that a pass has more faulty sequences than its budget permits.
  public struct Exceeded: Error, Hashable, Sendable, CustomStringConvertible {
    /// The decision that exceeded the budget.
    public var last: Ledger.Entry
    /// The number of faulty sequences so far.
    public var faultyCount: Int
    /// The permitted number of faulty sequences.
    public var limit: Int
    /// The total number of whole sequences.
    public var sequenceCount: Int

    /// `PATH[:LINE[:COLUMN]]: what is wrong, what was allowed, the remedy`.
    public var description: String {
      let location = [last.line, last.column].compactMap { $0.map { ":\($0)" } }.joined()
      return
        "\(escapedText(last.file.utf8, limit: nil))\(location): the error budget is used up: expected at most \(limit) of "
        + "\(sequenceCount) sequences at fault, found \(faultyCount), the last one by \(inWords(last.fault.rawValue)) (\(last.action)); "
        + "fix the data, or raise the budget (\(Remedy.errorBudget))"
    }
  }
}
