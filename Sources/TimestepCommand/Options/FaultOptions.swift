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

  /// Returns the ledger file, opened; `nil` if none was requested.
  ///
  /// - Parameter isContinued: True if a run is resumed: the contents of the file stay.
  func openLedger(isContinued: Bool = false) throws -> LedgerFile? {
    try ledger.map { try LedgerFile($0, isContinued: isContinued) }
  }
}

/// A rule for faults: `skip-row`, or `not-a-number=skip-row`.
struct FaultRule: ExpressibleByArgument, CustomStringConvertible {
  /// The class of fault; `nil`: all classes that the action applies to.
  let kind: RecordError.Kind?
  let action: ErrorPolicy.Action

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let last = parts.last, let action = ErrorPolicy.Action(String(last)) else { return nil }
    self.action = action
    guard parts.count == 2 else {
      kind = nil
      return
    }
    func plain(_ text: some StringProtocol) -> String { String(text.filter { $0 != "-" }).lowercased() }
    guard let kind = RecordError.Kind.allCases.first(where: { plain($0.rawValue) == plain(parts[0]) }),
      action.suits(kind)
    else { return nil }
    self.kind = kind
  }

  var description: String { (kind.map { "\($0.rawValue)=" } ?? "") + "\(action)" }
}

/// A number or a share of faulty sequences: `12`, or `0.1%`.
struct BudgetArgument: ExpressibleByArgument {
  let budget: ErrorBudget

  init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), (0...100).contains(percent) else { return nil }
      budget = .share(percent / 100)
    } else {
      guard let count = Int(argument), count >= 0 else { return nil }
      budget = .sequences(count)
    }
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
