import Platform

/// A rule about flags that have no effect without another, or together with another.
///
/// If a flag without effect were accepted, users would assume that it had one.
struct FlagRule: Sendable {
  /// Some flags.
  enum Selection: Sendable {
    /// The flag of this name.
    case flag(String)
    /// The flag of this name, if its value begins with this text.
    case value(String, String)
    /// The feature files, if they describe themselves.
    case describedFiles
    /// Every flag about this subject.
    case topic(FlagDefinition.Topic)
    /// Every flag of the command, except those of these names.
    case allBut([String])
  }

  /// The possible relations of one flag to others.
  enum Relation: Sendable {
    /// At least one of the others must be given.
    case requires
    /// None of the others can be given.
    case excludes
  }

  /// The commands in which it holds.
  let commands: [FlagDefinition.Command]
  /// The flags it is about.
  let subjects: [Selection]
  /// The relation of each of these flags to the others.
  let relation: Relation
  /// The other flags.
  let others: [Selection]
  /// The flags with all of which the rule holds.
  let conditions: [Selection]
  /// The flags with one of which the rule does not hold.
  let exceptions: [Selection]
  /// The reason, where it is not obvious.
  let reason: String?

  init(
    _ subjects: [Selection], _ relation: Relation, _ others: [Selection], when conditions: [Selection] = [],
    unless exceptions: [Selection] = [],
    in commands: [FlagDefinition.Command] = FlagDefinition.Command.allCases, because reason: String? = nil
  ) {
    (self.subjects, self.relation, self.others) = (subjects, relation, others)
    (self.conditions, self.exceptions, self.commands, self.reason) = (
      conditions, exceptions, commands, reason
    )
  }

  /// Returns the message about flags that break the rule; `nil` if they do not.
  func violation(by given: GivenFlags) -> String? {
    func first(in selections: [Selection], besides name: String? = nil) -> GivenFlags.Flag? {
      given.flags.first { flag in
        flag.definition.name != name && selections.contains { $0.contains(flag) }
      }
    }
    guard holds(among: given.flags) else { return nil }
    let reason = reason.map { ": \($0)" } ?? ""
    for flag in given.flags where subjects.contains(where: { $0.contains(flag) }) {
      let spelling = spelling(of: flag, in: subjects)
      switch relation {
      case .requires where first(in: others) == nil:
        return "\(spelling) requires \(alternatives(others.flatMap(\.names)))\(reason)"
      case .excludes:
        guard let other = first(in: others, besides: flag.definition.name) else { continue }
        return "\(spelling) and \(self.spelling(of: other, in: others)) exclude each other\(reason)"
      case .requires: continue
      }
    }
    return nil
  }

  /// Returns true if the rule forbids two of the flags in `all` together.
  func excludes(_ one: GivenFlags.Flag, _ other: GivenFlags.Flag, among all: [GivenFlags.Flag]) -> Bool {
    guard relation == .excludes, holds(among: all), one.definition.name != other.definition.name else {
      return false
    }
    func has(_ selections: [Selection], _ flag: GivenFlags.Flag) -> Bool {
      selections.contains { $0.contains(flag) }
    }
    return has(subjects, one) && has(others, other) || has(subjects, other) && has(others, one)
  }

  /// Returns true if the rule requires another flag beside `flag`, and none of `all` is one.
  func lacks(_ flag: GivenFlags.Flag, among all: [GivenFlags.Flag]) -> Bool {
    relation == .requires && holds(among: all) && subjects.contains { $0.contains(flag) }
      && !all.contains { other in others.contains { $0.contains(other) } }
  }

  /// Returns true if the rule's conditions are met, and none of its exceptions.
  private func holds(among all: [GivenFlags.Flag]) -> Bool {
    func isSet(_ selection: Selection) -> Bool { all.contains { selection.contains($0) } }
    return conditions.allSatisfy(isSet) && !exceptions.contains(where: isSet)
  }

  /// Returns the flag as a message names it: with its value if the value matters.
  private func spelling(of flag: GivenFlags.Flag, in selections: [Selection]) -> String {
    let name = flag.definition.spelling
    for case .value(flag.definition.name, _) in selections { return "\(name) \(flag.value ?? "")" }
    if flag.namesDescribedFiles { return "\(name) \(shellQuoted(flag.value ?? ""))" }
    return name
  }
}

extension FlagRule.Selection {
  /// Returns true if `flag` is one of these.
  func contains(_ flag: GivenFlags.Flag) -> Bool {
    switch self {
    case .flag(let name): flag.definition.name == name
    case .value(let name, let start): flag.definition.name == name && flag.value?.hasPrefix(start) == true
    case .describedFiles: flag.namesDescribedFiles
    case .topic(let topic): flag.definition.topic == topic
    case .allBut(let names): !names.contains(flag.definition.name)
    }
  }

  /// The flags as messages name them.
  var names: [String] {
    switch self {
    case .flag(let name): ["--\(name)"]
    case .value(let name, let value): ["--\(name) \(value)"]
    case .topic(let topic): FlagDefinition.all.filter { $0.topic == topic }.map(\.spelling)
    case .describedFiles, .allBut: []
    }
  }
}
