import Sequences

/// How many sequences of a pass may be at fault before the pass stops.
///
/// A sequence counts once, whether it was left out or one of its rows was, or a value in it was mended.
public enum ErrorBudget: Sendable, Hashable, Codable {
  /// Any number.
  case unlimited
  /// At most so many sequences.
  case sequences(Int)
  /// At most this share of all sequences, 0...1.
  case share(Double)

  /// The largest number of sequences at fault that is allowed among `count`.
  func limit(of count: Int) -> Int {
    switch self {
    case .unlimited: .max
    case .sequences(let most): most
    case .share(let share): Int((share * Double(count)).rounded(.down))
    }
  }
}

/// A pass has more sequences at fault than its budget allows.
public struct ErrorBudgetExceeded: Error, Hashable, Sendable, CustomStringConvertible {
  /// The decision that was one too many.
  public var last: LedgerEntry
  /// The number of sequences at fault so far.
  public var faultyCount: Int
  /// The number that was allowed.
  public var limit: Int
  /// The number of all sequences.
  public var exampleCount: Int

  /// `PATH[:LINE[:COLUMN]]: what is wrong, what was allowed, the remedy`.
  public var description: String {
    let place = [last.line, last.column].compactMap { $0.map { ":\($0)" } }.joined()
    return
      "\(escapedText(last.file.utf8, limit: nil))\(place): the error budget is used up: expected at most \(limit) of "
      + "\(exampleCount) sequences at fault, found \(faultyCount), the last one by \(last.fault.rawValue) (\(last.action)); "
      + "mend the data, or raise the budget (--error-budget)"
  }
}
