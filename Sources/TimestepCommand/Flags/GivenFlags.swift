import ArgumentParser
import CSV
import Platform
import Timestep

/// The flags on a command line, as they are written there, and those of the files that complete it.
///
/// The parser returns values only, so whether a flag with a default was given, or given twice, is read here.
struct GivenFlags {
  /// Where a flag is set.
  enum Origin {
    /// On the command line.
    case commandLine
    /// In a data set file.
    case file(String, LocatedJSON.Place)
    /// In the data contract of a model file.
    case model(String)
  }

  /// A flag with its value.
  struct Flag {
    /// The flag's definition.
    let definition: FlagDefinition
    /// The value; `nil` for a toggle.
    let value: String?
    /// Where it is set.
    var origin: Origin
    /// True if it names feature files that describe themselves.
    let namesDescribedFiles: Bool

    /// Makes a flag.
    init(definition: FlagDefinition, value: String?, origin: Origin = .commandLine) {
      (self.definition, self.value, self.origin) = (definition, value, origin)
      namesDescribedFiles = definition.name == "features" && value.map(TSFormat.isFormat(ofFiles:)) ?? false
    }
  }

  /// The command; `nil` if the first word is not one.
  let command: FlagDefinition.Command?
  /// The flags that the command takes, in order: those of the command line are last.
  private(set) var flags: [Flag]
  /// The toggles that are turned off, `--header=false`, which a file may set.
  private(set) var turnedOff: Set<String> = []
  /// The words, in which "--" as the value of a flag is joined to it, because the parser would end the flags
  /// there.
  private(set) var words: [String]
  /// The words that are neither flags of the command nor values, with the number of the flags before them.
  private(set) var strays: [(word: String, flagCount: Int)]
  /// True if a word asks for the command's help.
  let asksForHelp: Bool

  /// The flags of the command that runs.
  @TaskLocal static var current = GivenFlags([])

  /// Reads the words after the program's name.
  init(_ words: [String]) {
    command = words.first.flatMap(FlagDefinition.Command.init)
    var turnedOff: Set<String> = []
    var (flags, joined, strays) = ([Flag](), Array(words.prefix(1)), [(word: String, flagCount: Int)]())
    var rest = words.dropFirst()
    var asksForHelp = false
    while let word = rest.popFirst() {
      joined.append(word)
      if word == "--" { break }
      if word == "--help" || word == "-h" { asksForHelp = true }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard word.hasPrefix("--"), let command, let name = parts.first,
        let definition = FlagDefinition.spelled(String(name), of: command)
      else {
        strays.append((word, flags.count))
        continue
      }
      var value = parts.count == 2 ? String(parts[1]) : nil
      if definition.kind == .toggle, let isOn = value.flatMap(Bool.init) {
        // The parser knows no values of toggles.
        joined.removeLast()
        guard isOn else {
          turnedOff.insert(definition.name)
          continue
        }
        joined.append(definition.spelling)
        value = nil
      }
      if definition.kind != .toggle, value == nil, let next = rest.popFirst() {
        value = next
        if next == "--" { joined[joined.count - 1] += "=--" } else { joined.append(next) }
      }
      flags.append(Flag(definition: definition, value: value))
    }
    (self.flags, self.words, self.strays) = (flags, joined + rest, strays)
    self.turnedOff = turnedOff
    self.asksForHelp = asksForHelp
  }

  /// The data set files that set flags.
  var files: Set<String> {
    Set(flags.compactMap { if case .file(let path, _) = $0.origin { path } else { nil } })
  }

  /// Returns the value of a flag with one value, if it is set.
  func value(of name: String) -> String? { flags.last { $0.definition.name == name }?.value }

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
    if let both = flags.first(where: { turnedOff.contains($0.definition.name) }) {
      throw ValidationError(
        "\(both.definition.spelling) and \(both.definition.spelling)=false exclude each other; leave one out")
    }
    guard let command else { return }
    let alone = ["json", "save", "overwrite"]
    if command == .inspect, let location = strays.first?.word, !location.hasPrefix("-"),
      let flag = flags.first(where: { !alone.contains($0.definition.name) })
    {
      throw ValidationError(
        "\(escapedText(location.utf8)) and \(flag.definition.spelling) exclude each other: a location is looked at without flags; "
          + "give --features and the flags, or the location alone")
    }
    for rule in FlagRule.all where rule.commands.contains(command) {
      if let problem = rule.violation(by: self) { throw ValidationError(problem) }
    }
  }
}

// Files complete a command line.
extension GivenFlags {
  /// Returns the same flags without the word that follows the command, which is no flag.
  func withoutFirstWord() -> GivenFlags {
    var rest = self
    rest.words.remove(at: 1)
    rest.strays.removeFirst()
    return rest
  }

  /// Returns these flags after those of `others` that they leave room for.
  ///
  /// A flag that is given, or turned off, replaces those of its name, and those that cannot be given together with it.
  /// Without these, others may have no effect any more: they are left out too. So is a flag that lacks another one here and
  /// means something else in other commands, such as the seed of a training.
  ///
  /// - Parameter off: The toggles that the origin of `others` turns off, for what completes the flags later.
  func completed(by others: [Flag], turnedOff off: Set<String> = []) -> GivenFlags {
    var completed = self
    completed.turnedOff.formUnion(off.subtracting(flags.map(\.definition.name)))
    guard let command, !others.isEmpty else { return completed }
    let rules = FlagRule.all.filter { $0.commands.contains(command) }
    let names = Set(flags.map(\.definition.name))
    var kept = others.filter {
      !names.contains($0.definition.name) && !turnedOff.contains($0.definition.name)
    }
    // A range belongs to the pattern beside it.
    if names.contains("features") { kept.removeAll { $0.definition.name == "range" } }
    var count = -1
    while kept.count != count {
      count = kept.count
      let all = kept + flags
      kept.removeAll { flag in
        rules.contains { rule in
          flags.contains { rule.excludes(flag, $0, among: all) }
            || rule.lacks(flag, among: all)
              && (!rule.lacks(flag, among: others) || isOfTraining(flag, others))
        }
      }
    }
    completed.flags = kept + flags
    completed.words.insert(contentsOf: kept.map(\.word), at: 1)
    return completed
  }

  /// True if other flags of a file lack nothing that a flag needs in a training, where it means something else.
  private func isOfTraining(_ flag: Flag, _ others: [Flag]) -> Bool {
    // It says nothing of data.
    if flag.definition.name == "overwrite" { return true }
    return FlagDefinition.all.contains { definition in
      // Files describe data and trainings.
      guard definition.name == flag.definition.name, definition.commands != flag.definition.commands,
        definition.commands.contains(.train)
      else { return false }
      let other = Flag(definition: definition, value: flag.value, origin: flag.origin)
      return !FlagRule.all.contains { rule in
        definition.commands.contains(where: rule.commands.contains) && rule.lacks(other, among: others)
      }
    }
  }

  /// The flags about the data, without those of files that are written besides.
  var dataFlags: [Flag] {
    flags.filter { flag in
      let definition = flag.definition
      return definition.commands.areOfData && definition.path != .written && definition.needs != "cache"
        && definition.name != "overwrite"
    }
  }

  /// How the data files are written, for the data contract of a model.
  var fileSettings: [String: DataContract.Setting] {
    var settings: [String: DataContract.Setting] = [:]
    for flag in flags where flag.definition.isFileSetting {
      let name = flag.definition.name
      switch (flag.definition.kind, flag.value) {
      case (_, nil): settings[name] = .toggle(true)
      case (.integer, let value?): settings[name] = Int(value).map { .integer($0) }
      case (_, let value?) where flag.definition.isRepeated:
        if case .list(let earlier)? = settings[name] {
          settings[name] = .list(earlier + [value])
        } else {
          settings[name] = .list([value])
        }
      case (_, let value?): settings[name] = .text(value)
      }
    }
    return settings
  }

  /// Returns the places of the flags in a message that are set in a file, one line each.
  func places(in message: String) -> String {
    flags.map { flag -> String in
      guard message.mentions(flag.definition.spelling) else { return "" }
      switch flag.origin {
      case .commandLine: return ""
      case .file(let path, let place):
        let location = "\(escapedText(path.utf8, limit: nil)):\(place.line):\(place.column)"
        return "\(location): \(flag.definition.spelling) is set here\n"
      case .model(let path):
        return "\(escapedText(path.utf8, limit: nil)): the model sets \(flag.definition.spelling)\n"
      }
    }.joined()
  }
}

extension GivenFlags.Flag {
  /// The flag as one word of a command line.
  var word: String { definition.spelling + (value.map { "=\($0)" } ?? "") }
}

extension FlagDefinition {
  /// Returns the definition of the flag with this name or alias.
  fileprivate static func spelled(_ name: String, of command: Command) -> FlagDefinition? {
    named(name, of: command) ?? all.first { $0.alias == name && $0.commands.contains(command) }
  }
}

extension String {
  /// Returns true if the text contains a flag, not only as the beginning of a longer one.
  fileprivate func mentions(_ flag: String) -> Bool {
    ranges(of: flag).contains { range in
      guard range.upperBound < endIndex else { return true }
      return !self[range.upperBound].isLetter && self[range.upperBound] != "-"
    }
  }
}
