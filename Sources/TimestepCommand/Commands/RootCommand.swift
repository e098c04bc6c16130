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
      PredictCommand.self, ImportCommand.self,
      DemoCommand.self, DiffCommand.self, PluginsCommand.self,
    ])

  /// Makes a command; the parser sets its values.
  public init() {}

  /// Returns the command that the words after the program's name describe.
  ///
  /// - Throws: An error of the parser, or about flags that cannot be given together.
  static func command(_ words: [String]) throws -> any ParsableCommand {
    try checkCommands(words)
    return try command(GivenFlags(completing: words))
  }

  /// Returns the command that flags describe.
  ///
  /// - Throws: An error of the parser, or about flags that cannot be given together.
  fileprivate static func command(_ given: GivenFlags) throws -> any ParsableCommand {
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

  /// Rejects a first word, or a word after "help", that is not a command.
  fileprivate static func checkCommands(_ all: [String]) throws {
    let words = all.first == "help" ? all.dropFirst() : all.prefix(1)
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
  AvailableMemory.keepAddressSpace()
  Interruption.watch()
  var given = GivenFlags([])
  do {
    if let number = CommandLine.firstForeignArgument {
      throw ValidationError(
        "argument \(number) is not UTF-8: expected UTF-8, found \"\(CommandLine.arguments[number])\"; rename the file"
      )
    }
    let words = Array(CommandLine.arguments.dropFirst())
    if let help = CommandHelp(askedBy: words) {
      // As wide as the terminal, but no wider than lines are easy to read.
      try StandardStream.output.writeResult(help.text(width: min(StandardStream.output.width ?? 80, 110)))
      RootCommand.exit()
    }
    try RootCommand.checkCommands(words)
    let completed = try PluginRegistry.$current.withValue(plugins) { try GivenFlags(completing: words) }
    given = completed
    Remedy.adjust { completed.adjusting($0) }
    var command = try RootCommand.command(completed)
    try PluginRegistry.$current.withValue(plugins) {
      try GivenFlags.$current.withValue(completed) {
        try FileVersions.withRun {
          try RunNotes.withRun { try PrecisionWarnings.withRun { try command.run() } }
        }
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
    StandardStream.error.write(given.places(in: error.problem))
    RootCommand.exitWithUsage(after: String(describing: error))
  } catch let error as ValidationError {
    StandardStream.error.write(given.places(in: error.message))
    RootCommand.exitWithUsage(after: error.message)
  } catch {
    if error is ExitCode { RootCommand.exit(withError: error) }
    switch RootCommand.exitCode(for: error) {
    case .validationFailure:
      let message = RootCommand.message(for: error)
      StandardStream.error.write(given.places(in: message))
      RootCommand.exitWithUsage(after: message)
    case .failure: break
    default: RootCommand.exit(withError: error)
    }
    // A fault in the data: the message begins with its location, so that editors can jump to it.
    StandardStream.error.write("\(error)\n")
    RootCommand.exit(withError: ExitCode.failure)
  }
}
