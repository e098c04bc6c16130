import ArgumentParser
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// The help of a command: examples first, then the flags that matter most, then all others by subject.
struct CommandHelpTests {
  private let commands = FlagDefinition.Command.allCases

  /// The headings of a help text, in order.
  private func headings(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasSuffix(":") && String($0) == $0.uppercased() }.map {
      String($0.dropLast())
    }
  }

  @Test func examplesComeFirstAndEveryFlagOnce() {
    for command in commands {
      let help = CommandHelp(command)
      let text = help.text(width: 80)
      let found = headings(text)
      #expect(found.first == "EXAMPLES", "\(command)")
      let flags = FlagDefinition.all.filter { $0.commands.contains(command) }
      let isSmall = help.mainFlags.count == flags.count
      #expect(
        found.dropFirst().first == (flags.isEmpty ? nil : isSmall ? "FLAGS" : "THE FLAGS THAT MATTER MOST"))
      #expect(help.mainFlags.count == min(5, flags.count))
      let sections = FlagDefinition.Section.allCases.map { $0.rawValue.uppercased() }
      let rest = found.dropFirst(2).compactMap(sections.firstIndex)
      #expect(rest == rest.sorted() && Set(rest).count == rest.count, "\(found)")
      // Nothing is left without a subject.
      #expect(!found.contains("OTHER"), "\(flags.filter { $0.section == .other }.map(\.name)) of \(command)")
      let lines = text.split(separator: "\n").map(String.init)
      for flag in flags {
        #expect(
          lines.count { "\($0) ".replacing(",", with: " ").hasPrefix("  \(flag.spelling) ") } == 1,
          "\(flag.spelling) of \(command)")
      }
      let described = lines.filter { $0.hasPrefix("  --") }
      #expect(described.count == flags.count, "\(command)")
    }
  }

  @Test(arguments: [40, 80, 110, 1]) func linesHaveTheWidthOfTheScreen(width: Int) {
    for command in commands {
      let text = CommandHelp(command).text(width: width)
      for line in text.split(separator: "\n") where line.count > width {
        // A word that is longer, an example, or a flag with its value.
        let isWord = line.split(separator: " ").count == 1
        let isExample =
          line.hasPrefix("  timestep ") || line.hasPrefix("  # ") || line.hasPrefix("USAGE: ")
          || line.contains("timestep ")
        #expect(isWord || isExample || line.hasPrefix("  --") || line.hasSuffix(":"), "\(line)")
      }
      // Whatever the width, the words are the same.
      func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }
      #expect(words(text) == words(CommandHelp(command).text(width: 79)))
    }
  }

  @Test func examplesAreCommandLinesThatTheParserAccepts() throws {
    for command in commands {
      let examples = CommandHelp(command).examples
      #expect(examples.count == 3 || [.diff, .plugins].contains(command) && examples.count == 1)
      // A stream is not for a terminal, where these tests may run.
      for example in examples where command != .stream || !StandardStream.output.isTerminal {
        let parts = example.line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
        let line = try #require(parts.first { $0.first == "timestep" }, "\(example.line)")
        let words = Array(line.dropFirst().prefix { !["<", ">", "2>"].contains($0) })
        #expect(words.first == command.rawValue)
        let parsed = try RootCommand.command(words)
        #expect(type(of: parsed).configuration.commandName == command.rawValue, "\(example.line)")
        let given = GivenFlags(words)
        #expect(given.flags.count == words.count { $0.hasPrefix("--") }, "\(example.line)")
      }
    }
  }

  @Test func helpIsAskedForInThreeWays() {
    for command in commands {
      let name = command.rawValue
      for words in [["help", name], [name, "--help"], [name, "-h"], [name, "x", "--help", "y"]] {
        #expect(CommandHelp(askedBy: words)?.command == command, "\(words)")
      }
      for words in [[name], ["help"], ["--help"], ["help", "x"], [name, "--", "--help"], ["x", "--help"]] {
        #expect(CommandHelp(askedBy: words) == nil, "\(words)")
      }
    }
    #expect(CommandHelp(askedBy: ["train", "--model", "--help"]) == nil, "it is a value")
  }

  @Test func aCommandThatIsMisspelledIsSuggested() {
    for (word, suggestion) in [
      ("trian", "train"), ("inspct", "inspect"), ("evalute", "evaluate"), ("xyz", nil),
    ] {
      let error = #expect(throws: (any Error).self) { try RootCommand.command([word, "--model", "m"]) }
      let text = RootCommand.message(for: error ?? CancellationError())
      #expect(text.hasPrefix("there is no command \"\(word)\": expected convert, "))
      #expect(text.hasSuffix(suggestion.map { "; did you mean \"\($0)\"?" } ?? "or plugins"), "\(text)")
    }
  }

  @Test(.startsProcesses) func theProgramPrintsIt() throws {
    let scratch = TestDirectory()
    for words in [["help", "train"], ["train", "--help"]] {
      let text = try results(words, in: scratch)
      #expect(text == CommandHelp(.train).text(width: 80))
    }
    #expect(try results(["--help"], in: scratch).contains("SUBCOMMANDS:"))
    let script = try results(["--generate-completion-script", "bash"], in: scratch)
    #expect(script.hasPrefix("#!/bin/bash") && script.contains("--error-budget"))
  }

  /// A refusal ends with one line of usage, that of its own command.
  @Test(.startsProcesses) func aRefusalEndsWithTheUsageOfItsCommand() throws {
    let scratch = TestDirectory()
    for command in commands {
      let name = command.rawValue
      var refused = [[name, "--no-such-flag"]]
      if command == .convert { refused.append([name, "--features", "f", "--output", "o", "--classes", "0"]) }
      if command == .train {
        refused += [[name], [name, "--epochs", "x"], [name, "--model", "m", "--model", "n"]]
      }
      for words in refused {
        let run = try timestep(words, in: scratch)
        let lines = run.error.split(separator: "\n").map(String.init)
        #expect(run.exitCode == 64 && run.output == "")
        #expect(lines.first?.hasPrefix("Error: ") == true)
        #expect(lines.filter { $0.hasPrefix("Usage: timestep \(name)") }.count == 1, "\(run.error)")
        #expect(lines.suffix(2).first?.hasPrefix("Usage: ") == true, "\(run.error)")
        #expect(lines.last == "  See 'timestep \(name) --help' for more information.", "\(run.error)")
      }
    }
    let misspelled = try timestep(["trian", "--model", "m"], in: scratch)
    #expect(misspelled.firstLine.hasSuffix("; did you mean \"train\"?") && misspelled.exitCode == 64)
  }
}
