import ArgumentParser
import Timestep

/// `timestep diff`: finds where two training runs diverge, and why.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compares the journals of two training runs, and says where they diverge and why.",
    discussion: "Exit codes: 0 the runs are equal; 1 they differ, or a journal cannot be read.")

  @Argument(help: "A journal written by \"timestep train --journal\".")
  var run1: String

  @Argument(help: "The journal of the other run.")
  var run2: String

  func run() throws {
    let comparison = try JournalComparison(run1, run2)
    try StandardStream.output.writeResult("\(comparison)\n")
    if !comparison.areEqual { throw ExitCode.failure }
  }
}
