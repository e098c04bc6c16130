import ArgumentParser
import Sequences
import Timestep

/// The root of the command line.
package struct RootCommand: ParsableCommand {
  /// The subcommands and their help.
  public static let configuration = CommandConfiguration(
    commandName: "timestep",
    abstract:
      "Turns directories of CSV sequences into padded, aligned, one-hot, masked mini-batches, and trains on them.",
    discussion: """
      Standard output contains only results; progress and logs go to standard error.
      Exit codes: 0 success; 1 a fault in the data or a file; 64 usage; 128 + N stopped by signal N (129, 130, 143).
      """,
    version: TimestepVersion.current,
    subcommands: [
      ConvertCommand.self, StreamCommand.self, InspectCommand.self, TrainCommand.self, EvaluateCommand.self,
      PredictCommand.self,
      DemoCommand.self, DiffCommand.self, PluginsCommand.self,
    ])

  /// Makes a command; the parser sets its values.
  public init() {}

  /// Returns the command that the words after the program's name describe.
  ///
  /// - Throws: An error of the parser, or about flags that cannot be given together.
  static func command(_ words: [String]) throws -> any ParsableCommand {
    let given = GivenFlags(words)
    if words.first == "help" {
      try checkCommands(words.dropFirst())
    } else {
      try checkCommands(words.prefix(1))
    }
    let command = try parseAsRoot(given.words)
    // Of help, nothing is required.
    if type(of: command).configuration.commandName == given.command?.rawValue { try given.check() }
    return command
  }

  /// Ends the process with a message about its flags and one line of usage of the command that was called.
  ///
  /// The parser prints the command's usage only for its own errors, with the help of a missing flag; for others it
  /// prints the root's.
  fileprivate static func exitWithUsage(after message: String) -> Never {
    let name = CommandLine.arguments.dropFirst().first
    let called = configuration.subcommands.first { $0.configuration.commandName == name }
    guard let called, let name else { exit(withError: ValidationError(message)) }
    StandardStream.error.write(
      "Error: \(message)\nUsage: \(usageString(for: called))\n"
        + "  See 'timestep \(name) --help' for more information.\n")
    exit(withError: ExitCode.validationFailure)
  }

  /// Rejects a word that is not a command.
  private static func checkCommands(_ words: some Sequence<String>) throws {
    let names = FlagDefinition.Command.allCases.map(\.rawValue)
    guard let unknown = words.first(where: { !$0.hasPrefix("-") && !(names + ["help"]).contains($0) }) else {
      return
    }
    throw ValidationError(
      "there is no command \"\(escapedText(unknown.utf8))\": expected \(alternatives(names))"
        + suggestion(for: unknown, among: names))
  }
}

/// Runs the command line of this process and ends it.
///
/// - Parameter plugins: The plug-ins that flags can name; by default those that come with Timestep.
public func runCommandLine(_ plugins: PluginRegistry = .bundled) -> Never {
  // Before anything opens a file, or begins to work.
  StandardStream.occupyClosed()
  Interruption.watch()
  do {
    if let number = CommandLine.firstForeignArgument {
      throw ValidationError(
        "argument \(number) is not UTF-8: expected UTF-8, found \"\(CommandLine.arguments[number])\"; rename the file"
      )
    }
    let words = Array(CommandLine.arguments.dropFirst())
    let given = GivenFlags(words)
    Remedy.adjust { given.adjusting($0) }
    if let help = CommandHelp(askedBy: words) {
      // As wide as the terminal, but no wider than lines are easy to read.
      try StandardStream.output.writeResult(help.text(width: min(StandardStream.output.width ?? 80, 110)))
      RootCommand.exit()
    }
    var command = try RootCommand.command(words)
    try PluginRegistry.$current.withValue(plugins) {
      try FileVersions.withRun {
        try RunNotes.withRun { try PrecisionWarnings.withRun { try command.run() } }
      }
    }
    RootCommand.exit()
  } catch is ReaderGone {
    // The reader of the results has all that it needs; the files are written.
    RootCommand.exit()
  } catch let error as Interruption.Signal {
    StandardStream.error.write("\(error)\n")
    RootCommand.exit(withError: ExitCode(error.exitCode))
  } catch let error as UsageError {
    RootCommand.exitWithUsage(after: String(describing: error))
  } catch let error as ValidationError {
    RootCommand.exitWithUsage(after: error.message)
  } catch {
    if error is ExitCode { RootCommand.exit(withError: error) }
    switch RootCommand.exitCode(for: error) {
    case .validationFailure: RootCommand.exitWithUsage(after: RootCommand.message(for: error))
    case .failure: break
    default: RootCommand.exit(withError: error)
    }
    // A fault in the data: the message begins with its location, so that editors can jump to it.
    StandardStream.error.write("\(error)\n")
    RootCommand.exit(withError: ExitCode.failure)
  }
}
