/// How faults in the data are handled: one action per class of fault; by default, faults are raised.
///
/// ```swift
/// var policy = ErrorPolicy.raise
/// policy[.notANumber] = .repair(.constant(0))
/// policy[.columnCount] = .skipRow
/// ```
/// Nothing is handled silently: every decision is recorded in a ledger (`Ledger.Entry`), which travels with
/// its sequence and then with its batch.
public struct ErrorPolicy: Sendable, Hashable, Codable {
  /// The handling of one class of fault.
  public enum Action: Sendable, Hashable, Codable {
    /// Throws an error that names the location.
    case raise
    /// Drops the time step; also drops the same step of the labels if they have their own reader and as many
    /// steps.
    case skipRow
    /// Drops the sequence and its labels: its batch gets smaller, and later batches stay the same.
    case skipSequence
    /// Repairs the fault by a rule.
    case repair(Repair)
  }

  /// A rule for repairing a fault.
  public enum Repair: Sendable, Hashable, Codable {
    /// The value becomes a missing value (NaN), for a transform to fill; a row that is too short is padded
    /// with NaN.
    case missing
    /// The value becomes this number; a row that is too short is padded with it.
    ///
    /// Such values count as missing (`SequenceRecord.missingCells`), because they were not observed.
    case constant(Float)
    /// A magnitude beyond Float becomes the largest Float of the same sign; only for `.outOfRange`.
    ///
    /// It counts as observed.
    case clip
  }

  private var actions: [RecordError.Kind: Action] = [:]

  /// The policy that raises every fault.
  public static let raise = ErrorPolicy()

  /// Makes a policy with the same action for every fault inside a file; a fault that the action does not suit
  /// is raised.
  public init(_ action: Action = .raise) {
    for kind in RecordError.Kind.allCases where action.suits(kind) { self[kind] = action }
  }

  /// The action for a class of fault.
  ///
  /// Setting an action that does not suit the class is a programming error; see `Action.suits`.
  public subscript(kind: RecordError.Kind) -> Action {
    get { actions[kind] ?? .raise }
    set {
      precondition(newValue == .raise || newValue.suits(kind), "\(newValue) does not apply to \(kind)")
      actions[kind] = newValue == .raise ? nil : newValue
    }
  }

  /// True if every fault is raised.
  public var raisesEverything: Bool { actions.isEmpty }

  /// True if a fault of some class leaves out its whole sequence.
  package var skipsSequences: Bool { RecordError.Kind.allCases.contains { self[$0] == .skipSequence } }

  /// True if a fault of some class leaves out its row.
  package var skipsRows: Bool { RecordError.Kind.allCases.contains { self[$0] == .skipRow } }

  /// The policy in words, equal for equal policies: `columnCount=skip-row, notANumber=repair:0`.
  public var description: String {
    if actions.isEmpty { return "raise" }
    return actions.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue)=\($0.value)" }
      .joined(separator: ", ")
  }
}

extension ErrorPolicy: CustomStringConvertible {}

extension ErrorPolicy.Action: CustomStringConvertible {
  /// Returns true if the action can handle a class of fault.
  ///
  /// Faults of a whole file can only be raised, or the sequence skipped; faults in how a data set is
  /// assembled (`missingFile`, `duplicateKey`, `mismatch`, `changed`) can only be raised.
  public func suits(_ kind: RecordError.Kind) -> Bool {
    switch self {
    case .raise: true
    case .skipSequence:
      ![.missingFile, .duplicateKey, .mismatch, .changed].contains(kind)
    case .skipRow:
      [
        .blankLine, .columnCount, .notANumber, .unknownCategory, .notATime, .timeOrder, .noMatch, .outOfRange,
        .notFinite, .missingValue,
      ].contains(kind)
    case .repair(.clip): kind == .outOfRange
    case .repair:
      [.columnCount, .notANumber, .unknownCategory, .notATime, .outOfRange, .notFinite, .missingValue]
        .contains(kind)
    }
  }

  /// The action in the notation of the command line: `skip-row`, `repair:0`.
  public var description: String {
    switch self {
    case .raise: "raise"
    case .skipRow: "skip-row"
    case .skipSequence: "skip-sequence"
    case .repair(.missing): "repair:missing"
    case .repair(.constant(let value)): "repair:\(value)"
    case .repair(.clip): "repair:clip"
    }
  }

  /// Parses the notation that `description` writes; returns `nil` if it is not an action.
  public init?(_ text: String) {
    switch text {
    case "raise": self = .raise
    case "skip-row": self = .skipRow
    case "skip-sequence": self = .skipSequence
    case "repair:missing": self = .repair(.missing)
    case "repair:clip": self = .repair(.clip)
    default:
      guard text.hasPrefix("repair:"), let value = Float(text.dropFirst("repair:".count)), value.isFinite
      else { return nil }
      self = .repair(.constant(value))
    }
  }
}
