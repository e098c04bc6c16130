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

  /// Columns of joined files are called by their own names, and the printed commands read categories of files with times of
  /// their own.
  @Test(arguments: [true, false], [true, false])
  func joinedFilesWithCategories(hasHeader: Bool, hasOwnTimes: Bool) throws {
    let scratch = TestDirectory()
    for number in 0..<4 {
      func file(_ header: String, _ shift: Int, _ categories: [String]) -> String {
        (hasHeader ? header + "\n" : "")
          + (0..<(shift == 0 ? 6 : 5)).map {
            "\(1_700_000_000 + $0 * 60 + shift),\($0).\(number),\(categories[($0 + number) % 3 / 2])\n"
          }.joined()
      }
      scratch.write(file("time,v,mode", 0, ["off", "on"]), to: "d/acc_\(number).csv")
      scratch.write(file("time,w,state", hasOwnTimes ? 7 : 0, ["up", "down"]), to: "d/gyr_\(number).csv")
    }
    let report = try report("d", in: scratch)
    let joined = report.commands.filter { $0.command.contains("gyr_%d.csv") }
    #expect(!joined.isEmpty || !hasHeader && hasOwnTimes, "\(report.commands)")
    for command in joined {
      let run = try run(command.command, in: scratch)
      #expect(run.exitCode == 0, "\(command.command): \(run.error)")
      #expect(
        !hasHeader || command.command.contains("--category mode --category state"), "\(command.command)")
      #expect(
        !hasHeader || !hasOwnTimes || command.command.contains("--join-on time:nearest"), "\(command.command)"
      )
    }
  }

  /// Gaps of numbers are interpolated, those of categories take the one before, whatever the columns are called.
  @Test(arguments: ["p", "Druck [bar]"], [true, false])
  func gapsOfNumbersAndCategories(name: String, hasCategoryGaps: Bool) throws {
    let scratch = TestDirectory()
    for number in 0..<4 {
      let gap = hasCategoryGaps ? "" : "x"
      scratch.write(
        "id,\(name),k\n" + "\(number),,x\n\(number),5,\(gap)\n\(number),,y\n\(number),7,x\n\(number),8,y\n",
        to: "d/f_\(number).csv")
    }
    let report = try report("d", in: scratch)
    let run = try run(report.command, in: scratch)
    #expect(run.exitCode == 0, "\(report.command): \(run.error)")
    let batch = try SavedDataSets(scratch.path("batches")).batch(epoch: 0, index: 0)
    #expect((0..<5).map { batch.features[0, 0, $0] } == [5, 5, 6, 7, 8], "\(report.command)")
    #expect((0..<5).map { batch.features[0, 1, $0] } == [0, 0, 1, 0, 1], "\(report.command)")
  }
}
