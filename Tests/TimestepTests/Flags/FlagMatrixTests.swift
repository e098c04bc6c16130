import Glibc
import Synchronization
import TestSupport
import Testing

@testable import TimestepCommand

/// Every flag, in every command that accepts it, makes a difference.
@Suite(.startsProcesses) struct FlagMatrixTests {
  /// What a command did.
  private struct Outcome: Sendable {
    var exitCode: Int32
    var output: String
    var messages: [Substring]
    var files: [String: [UInt8]]

    /// Runs a command in a directory of its own with these files, and returns what it did.
    init(_ prepared: [String: [UInt8]], _ words: [String]) throws {
      let scratch = TestDirectory()
      for (path, bytes) in prepared { scratch.write(bytes, to: path) }
      var input = "/dev/null"
      var rest = words
      if let sign = rest.firstIndex(of: "<") {
        input = scratch.path(rest[sign + 1])
        rest.removeSubrange(sign...sign + 1)
      } else if rest.first == "predict" {
        input = scratch.path("rows")
      }
      let run = try timestep(rest, in: scratch, input: input)
      (exitCode, output) = (run.exitCode, run.output)
      // The speed of a run is another one every time.
      messages = run.error.split(whereSeparator: { "\n\r".contains($0) }).filter {
        !$0.contains("examples/s") && !$0.contains(" percent ") && !$0.contains("evaluating")
      }
      files = Self.files(in: scratch)
    }

    static func files(in scratch: TestDirectory) -> [String: [UInt8]] {
      var files: [String: [UInt8]] = [:]
      for path in scratch.tree() where scratch.names(in: path).isEmpty {
        files[path] = try? scratch.bytes(of: path)
      }
      return files
    }

    /// The letters of what differs: `o` output, `f` files, `x` the exit code, `m` messages.
    func difference(from other: Outcome) -> String {
      (output == other.output ? "" : "o") + (files == other.files ? "" : "f")
        + (exitCode == other.exitCode ? "" : "x") + (messages == other.messages ? "" : "m")
    }
  }

  private struct Result: Sendable {
    var command: FlagDefinition.Command
    var flag: String
    var difference: String
  }

  /// What many trials have in common, which is done once.
  private final class Shared: Sendable {
    private let prepared = Mutex<[[[String]]: [String: [UInt8]]]>([:])
    private let outcomes = Mutex<[[[String]]: Outcome]>([:])

    /// Returns the files after the commands in `setup`.
    func files(after setup: [[String]]) throws -> [String: [UInt8]] {
      if let known = prepared.withLock({ $0[setup] }) { return known }
      let scratch = TestDirectory()
      FlagTrial.writeData(into: scratch)
      for words in setup { _ = try timestep(words, in: scratch) }
      let files = Outcome.files(in: scratch)
      prepared.withLock { $0[setup] = files }
      return files
    }

    /// Returns what a command does after those in `setup`.
    func outcome(_ setup: [[String]], _ words: [String]) throws -> Outcome {
      if let known = outcomes.withLock({ $0[setup + [words]] }) { return known }
      let outcome = try Outcome(files(after: setup), words)
      outcomes.withLock { $0[setup + [words]] = outcome }
      return outcome
    }
  }

  private static func result(
    _ flag: FlagDefinition, _ command: FlagDefinition.Command, _ shared: Shared
  ) throws -> Result {
    let trial = try #require(
      FlagTrial.own[command]?[flag.name] ?? FlagTrial.data[flag.name],
      "no trial of \(command) \(flag.spelling)")
    let (head, setup) = FlagTrial.head(command, of: flag.name)
    let all = (trial.setup.contains { $0.first == "train" } ? [] : setup) + trial.setup
    let needsSize = command == .train && !trial.base.contains("--hidden") && trial.isOfData(flag)
    let base = head + trial.base + (needsSize ? ["--hidden", "2"] : [])
    let without = try shared.outcome(all, base)
    let with = try Outcome(shared.files(after: all), base + trial.flag)
    return Result(command: command, flag: flag.name, difference: with.difference(from: without))
  }

  /// It starts the program hundreds of times, so it runs in `.ci/long` only.
  @Test(.enabled(if: getenv("TIMESTEP_LONG") != nil)) func everyFlagMakesADifferenceInEveryCommand()
    async throws
  {
    let pairs = FlagDefinition.Command.allCases.flatMap { command in
      FlagDefinition.all.filter { $0.commands.contains(command) }.map { (command, $0) }
    }
    let shared = Shared()
    let results = try await withThrowingTaskGroup(of: Result.self) { group in
      for (command, flag) in pairs { group.addTask { try Self.result(flag, command, shared) } }
      return try await group.reduce(into: [Result]()) { $0.append($1) }
    }
    print(Self.table(results))
    for result in results where result.difference.isEmpty {
      let name = "\(result.command.rawValue) --\(result.flag)"
      #expect(FlagTrial.invisible[name] != nil, "\(name) changes nothing and says nothing")
    }
  }

  /// A row per flag, a column per command.
  private static func table(_ results: [Result]) -> String {
    let commands = FlagDefinition.Command.allCases.filter { command in
      results.contains { $0.command == command }
    }
    var names: [String] = []
    for flag in FlagDefinition.all where !names.contains(flag.name) { names.append(flag.name) }
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    var text =
      "flags and commands: o output, f files, x exit code, m messages differ; (...) an effect that is not seen\n"
    text += padded("", 24) + commands.map { padded($0.rawValue, 10) }.joined() + "\n"
    for name in names {
      text += padded("--\(name)", 24)
      for command in commands {
        let result = results.first { $0.command == command && $0.flag == name }
        let hidden = FlagTrial.invisible["\(command.rawValue) --\(name)"].map { "(\($0))" }
        text += padded(result.map { $0.difference.isEmpty ? hidden ?? "NONE" : $0.difference } ?? "", 10)
      }
      text += "\n"
    }
    return text + "\(results.count) flags in \(commands.count) commands"
  }
}

extension FlagTrial {
  /// True if it is a trial of a flag that all commands about data share.
  fileprivate func isOfData(_ flag: FlagDefinition) -> Bool { flag.commands.count > 3 }
}
