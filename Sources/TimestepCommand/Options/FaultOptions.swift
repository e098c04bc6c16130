import ArgumentParser
import Timestep

/// The flags for handling faults in the data, and for recording decisions about them.
struct FaultOptions: ParsableArguments {
  @Option(help: .flag("on-error")) var onError: [FaultRule] = []

  @Option(help: .flag("error-budget")) var errorBudget: BudgetArgument?

  @Option(help: .flag("ledger")) var ledger: String?

  func validate() throws {
    if ledger?.isEmpty == true { throw ValidationError("--ledger is empty; name the file to write") }
  }

  /// The action for each class of fault.
  var policy: ErrorPolicy {
    var policy = ErrorPolicy.raise
    for rule in onError {
      for kind in RecordError.Kind.allCases where rule.kind ?? kind == kind && rule.action.suits(kind) {
        policy[kind] = rule.action
      }
    }
    return policy
  }

  /// The number of faulty sequences allowed per pass.
  var budget: ErrorBudget { errorBudget?.budget ?? .unlimited }

  /// Returns the log of decisions, with the ledger opened if one was requested.
  ///
  /// - Parameter isContinued: True if a run is resumed: the contents of the file stay.
  func openLog(isContinued: Bool = false) throws -> DecisionLog {
    DecisionLog(try ledger.map { try LedgerFile($0, isContinued: isContinued) })
  }
}

/// A rule for faults: `skip-row`, or `not-a-number=skip-row`.
struct FaultRule: NotatedFlagValue, CustomStringConvertible {
  /// The class of fault; `nil`: all classes that the action applies to.
  let kind: RecordError.Kind?
  let action: ErrorPolicy.Action

  init(flag text: String) throws(ValidationError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let last = parts.last, let action = ErrorPolicy.Action(last) else {
      let actions = ["raise", "skip-row", "skip-sequence", "repair:missing", "repair:VALUE", "repair:clip"]
      throw ValidationError(
        "there is no action \"\(parts.last ?? "")\": expected \(alternatives(actions))"
          + suggestion(for: parts.last ?? "", among: actions))
    }
    self.action = action
    guard parts.count == 2 else {
      kind = nil
      return
    }
    func plain(_ text: some StringProtocol) -> String { String(text.filter { $0 != "-" }).lowercased() }
    let names = RecordError.Kind.allCases.filter(action.suits).map(\.flagName)
    guard let kind = RecordError.Kind.allCases.first(where: { plain($0.rawValue) == plain(parts[0]) }) else {
      throw ValidationError(
        "there is no class of fault \"\(parts[0])\": expected \(alternatives(names))"
          + suggestion(for: parts[0], among: names))
    }
    guard action.suits(kind) else {
      throw ValidationError(
        "\(action) cannot handle the class of fault \(kind.flagName): expected \(alternatives(names))")
    }
    self.kind = kind
  }

  var description: String { (kind.map { "\($0.rawValue)=" } ?? "") + "\(action)" }
}

/// A number or a share of faulty sequences: `12`, or `0.1%`.
struct BudgetArgument: NotatedFlagValue {
  let budget: ErrorBudget

  init(flag text: String) throws(ValidationError) {
    let reason = "expected a number of sequences, such as 12, or a share from 0% to 100%, such as 0.1%"
    if text.hasSuffix("%") {
      guard let percent = Double(text.dropLast()), (0...100).contains(percent) else {
        throw ValidationError(reason)
      }
      budget = .share(percent / 100)
    } else {
      guard let count = Int(text), count >= 0 else { throw ValidationError(reason) }
      budget = .sequences(count)
    }
  }
}

extension RecordError.Kind {
  /// The name on the command line: `not-a-number`.
  var flagName: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
  }
}

extension ErrorPolicy {
  /// The policy for labels, whose missing values cannot be filled: such faults are raised.
  var withoutGaps: ErrorPolicy {
    var policy = self
    for kind in RecordError.Kind.allCases where self[kind] == .repair(.missing) { policy[kind] = .raise }
    return policy
  }

  /// True if faulty values become missing values.
  var leavesGaps: Bool { RecordError.Kind.allCases.contains { self[$0] == .repair(.missing) } }
}
