/// What is done about faults in the data, one action for each class of fault; by default they are raised.
///
/// ```swift
/// var policy = ErrorPolicy.raise
/// policy[.notANumber] = .repair(.constant(0))
/// policy[.columnCount] = .skipRow
/// ```
/// Nothing is done silently: every decision is an entry in a ledger (`LedgerEntry`), which travels with the sequence,
/// and then with the batch, that it concerns.
public struct ErrorPolicy: Sendable, Hashable, Codable {
  /// What is done about one class of fault.
  public enum Action: Sendable, Hashable, Codable {
    /// An error that names the place.
    case raise
    /// The time step is left out; where labels have a reader of their own and as many steps, their step too.
    case skipRow
    /// The sequence is left out, and its labels with it: its batch is smaller, later batches do not move.
    case skipSequence
    /// The fault is mended by a rule.
    case repair(Repair)
  }

  /// How a fault is mended.
  public enum Repair: Sendable, Hashable, Codable {
    /// The value becomes a missing value (NaN), for a transform to fill; a row that is too short is filled up so.
    case missing
    /// The value becomes this number; a row that is too short is filled up with it. What was made up so counts as missing
    /// (`SequenceRecord.missingCells`): it is no observation.
    case constant(Float)
    /// A magnitude beyond Float becomes the largest Float of its sign; for `.outOfRange` only. It counts as observed.
    case clip
  }

  private var actions: [RecordError.Kind: Action] = [:]

  /// Every fault is raised.
  public static let raise = ErrorPolicy()

  /// Every fault of the data inside a file has the same action; one that cannot be done to a class of fault raises it.
  public init(_ action: Action = .raise) {
    for kind in RecordError.Kind.allCases where action.suits(kind) { self[kind] = action }
  }

  /// The action for a class of fault.
  ///
  /// Setting one that cannot be done to that class is the caller's bug: see `Action.suits`.
  public subscript(kind: RecordError.Kind) -> Action {
    get { actions[kind] ?? .raise }
    set {
      precondition(newValue == .raise || newValue.suits(kind), "\(newValue) cannot be done about \(kind)")
      actions[kind] = newValue == .raise ? nil : newValue
    }
  }

  /// Whether every fault is raised.
  public var raisesEverything: Bool { actions.isEmpty }

  /// The policy in words, the same for equal policies: `columnCount=skip-row, notANumber=repair:0`.
  public var description: String {
    if actions.isEmpty { return "raise" }
    return actions.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue)=\($0.value)" }
      .joined(separator: ", ")
  }
}

extension ErrorPolicy: CustomStringConvertible {}

extension ErrorPolicy.Action: CustomStringConvertible {
  /// Whether the action can be done about a class of fault.
  ///
  /// Faults of a whole file can only be raised, or the sequence skipped; faults of how a data set is put together
  /// (`missingFile`, `duplicateKey`, `mismatch`, `changed`) can only be raised.
  public func suits(_ kind: RecordError.Kind) -> Bool {
    switch self {
    case .raise: true
    case .skipSequence:
      ![.missingFile, .duplicateKey, .mismatch, .changed].contains(kind)
    case .skipRow:
      [
        .blankLine, .columnCount, .notANumber, .unknownCategory, .notATime, .noMatch, .outOfRange, .notFinite,
        .missingValue,
      ].contains(kind)
    case .repair(.clip): kind == .outOfRange
    case .repair:
      [.columnCount, .notANumber, .unknownCategory, .notATime, .outOfRange, .notFinite, .missingValue]
        .contains(kind)
    }
  }

  /// The action as the command line writes it: `skip-row`, `repair:0`.
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

  /// Reads what `description` writes; `nil` when it is no action.
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
