import ArgumentParser
import Platform
import Timestep

/// The flags on a command line, as they are written there.
///
/// The parser returns values only, so whether a flag with a default was given, or given twice, is read here.
struct GivenFlags {
  /// A flag with its value.
  struct Flag {
    /// The flag's definition.
    let definition: FlagDefinition
    /// The value; `nil` for a toggle.
    let value: String?
  }

  /// The command; `nil` if the first word is not one.
  let command: FlagDefinition.Command?
  /// The flags that the command takes, in order.
  let flags: [Flag]
  /// The words, in which "--" as the value of a flag is joined to it, because the parser would end the flags
  /// there.
  let words: [String]
  /// True if a word asks for the command's help.
  let asksForHelp: Bool

  /// Reads the words after the program's name.
  init(_ words: [String]) {
    command = words.first.flatMap(FlagDefinition.Command.init)
    var (flags, joined) = ([Flag](), Array(words.prefix(1)))
    var rest = words.dropFirst()
    var asksForHelp = false
    while let word = rest.popFirst() {
      joined.append(word)
      if word == "--" { break }
      if word == "--help" || word == "-h" { asksForHelp = true }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard word.hasPrefix("--"), let command, let name = parts.first,
        let definition = FlagDefinition.spelled(String(name), of: command)
      else { continue }
      var value = parts.count == 2 ? String(parts[1]) : nil
      if definition.kind != .toggle, value == nil, let next = rest.popFirst() {
        value = next
        if next == "--" { joined[joined.count - 1] += "=--" } else { joined.append(next) }
      }
      flags.append(Flag(definition: definition, value: value))
    }
    (self.flags, self.words, self.asksForHelp) = (flags, joined + rest, asksForHelp)
  }

  /// Rejects a flag with one value that has two, and flags that break a rule.
  func check() throws(ValidationError) {
    var values: [String: String] = [:]
    for flag in flags where !flag.definition.isRepeated {
      guard let value = flag.value else { continue }
      if let first = values.updateValue(value, forKey: flag.definition.name) {
        throw ValidationError(
          "\(flag.definition.spelling) is given twice, with \(shellQuoted(first)) and \(shellQuoted(value)): expected one "
            + "value; leave one out")
      }
    }
    guard let command else { return }
    for rule in FlagRule.all where rule.commands.contains(command) {
      if let problem = rule.violation(by: self) { throw ValidationError(problem) }
    }
  }
}

extension FlagDefinition {
  /// Returns the definition of the flag with this name or alias.
  fileprivate static func spelled(_ name: String, of command: Command) -> FlagDefinition? {
    named(name, of: command) ?? all.first { $0.alias == name && $0.commands.contains(command) }
  }
}
