import ArgumentParser

extension ArgumentHelp {
  /// Returns the help text of a flag in the table, with its default.
  ///
  /// - Parameter command: The command that takes the flag, for a name that means different things.
  static func flag(_ name: String, _ command: FlagDefinition.Command? = nil) -> ArgumentHelp {
    guard let flag = FlagDefinition.named(name, of: command) else {
      preconditionFailure("the table of flags does not contain --\(name)")
    }
    return ArgumentHelp(flag.text)
  }
}

extension ParsableArguments {
  /// The flags whose values differ from their defaults, in the order of their declarations, groups included.
  var givenFlags: [FlagDefinition] {
    Mirror(reflecting: self).children.flatMap { child -> [FlagDefinition] in
      if let group = child.value as? any ParsedGroup { return group.arguments.givenFlags }
      guard let label = child.label, let parsed = child.value as? any ParsedFlag,
        let flag = FlagDefinition.named(flagName(ofProperty: label)), parsed.differs(from: flag.defaultValue)
      else { return [] }
      return [flag]
    }
  }

  /// Returns the first given flag about one of several subjects, as it is written on the command line.
  func givenFlag(about topics: FlagDefinition.Topic...) -> String? {
    givenFlags.first { $0.topic.map(topics.contains) ?? false }?.spelling
  }

  /// Rejects a flag that was given without the one it needs, and flags that exclude each other.
  func checkFlags() throws {
    let given = givenFlags
    for flag in given {
      if let needed = flag.needs, !given.contains(where: { $0.name == needed }) {
        throw ValidationError(
          "\(flag.spelling) requires --\(needed)" + (flag.reason.map { ": \($0)" } ?? ""))
      }
      let other = given.first { $0.name != flag.name && $0.alternative == flag.alternative }
      if let other, flag.alternative != nil {
        throw ValidationError("\(flag.spelling) and \(other.spelling) exclude each other")
      }
    }
  }
}

/// Returns the name of the flag that a property wrapper's storage holds: `_batchSize` is "batch-size".
private func flagName(ofProperty label: String) -> String {
  label.dropFirst().reduce(into: "") { name, character in
    name += character.isUppercase ? "-\(character.lowercased())" : "\(character)"
  }
}

/// A group of flags in a command.
private protocol ParsedGroup {
  var arguments: any ParsableArguments { get }
}

extension OptionGroup: ParsedGroup {
  fileprivate var arguments: any ParsableArguments { wrappedValue }
}

/// A flag with its value.
private protocol ParsedFlag {
  associatedtype Value
  var wrappedValue: Value { get }
}

extension Option: ParsedFlag {}
extension Flag: ParsedFlag {}

extension ParsedFlag {
  /// Returns true if the value is not the default, which is none, false or an empty list unless specified.
  func differs(from defaultValue: String?) -> Bool {
    let value = wrappedValue
    if let isOn = value as? Bool { return isOn }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional || mirror.displayStyle == .collection {
      return !mirror.children.isEmpty
    }
    return (value as? any ExpressibleByArgument)?.defaultValueDescription != defaultValue
  }
}
