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
