import FoundationEssentials
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// The commands that `inspect` prints read folders of any kind as they are.
@Suite(.startsProcesses) struct InspectFolderTests {
  private struct Report: Decodable {
    struct Command: Decodable {
      var command: String
      var training: String?
      var reading: String?
    }
    struct Survey: Decodable {
      var uncertain, suspicious: [String]
      var isComplete: Bool
      var files, filesRead: Int
    }
    var command: String
    var commands: [Command]
    var survey: Survey
    var sequences: Int
  }

  /// With `TIMESTEP_LONG`, there are more; the seeds are numbers from 0.
  private static let count: UInt64 = ProcessInfo.processInfo.environment["TIMESTEP_LONG"] == nil ? 33 : 220

  private func report(_ location: String, in scratch: TestDirectory) throws -> Report {
    let text = try results(["inspect", location, "--json"], in: scratch)
    return try JSONDecoder().decode(Report.self, from: Data(text.utf8))
  }

  /// Runs a command as a shell does.
  private func run(_ command: String, in scratch: TestDirectory) throws -> FinishedCommand {
    try timestep([], in: scratch, prefix: ["sh", "-c", "PATH=\"${0%/*}:$PATH\"; \(command)"])
  }

  /// Over generated folders, the printed command gives the generator's arrays bit for bit, or `inspect` names what it could
  /// not tell and prints the command that does.
  @Test func thePrintedCommandReadsTheFolder() throws {
    var (certain, named) = (0, 0)
    for seed in 0..<Self.count {
      let folder = GeneratedFolder(seed: seed)
      let scratch = TestDirectory()
      folder.write(into: scratch, as: "my data")
      let report: Report
      do { report = try self.report("my data", in: scratch) } catch {
        Issue.record("seed \(seed), \(folder.description): \(error)")
        continue
      }
      var differences: [String] = []
      for command in report.commands.map(\.command) {
        scratch.remove("batches")
        let outcome = try run(command, in: scratch)
        if outcome.exitCode != 0 {
          differences.append("\(command): \(outcome.error)")
        } else if let difference = try folder.difference(
          from: SavedDataSets(scratch.path("batches")), in: "my data")
        {
          differences.append("\(command): \(difference)")
        } else {
          break
        }
      }
      if differences.isEmpty {
        certain += 1
      } else if differences.count < report.commands.count, !report.survey.uncertain.isEmpty {
        named += 1
      } else {
        Issue.record(
          "seed \(seed), \(folder.description): \(differences.joined(separator: "; ")) \(report.survey.uncertain)"
        )
      }
    }
    print(
      "\(certain) of \(Self.count) folders are read at once, \(named) by another command that is printed too")
    #expect(certain * 10 >= Int(Self.count) * 9)
  }
}
