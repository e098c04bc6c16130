import Glibc
import TestSupport
import Testing

/// `Docs/GettingStarted.md`, followed in an empty folder: its data, its commands, its program.
///
/// `DocumentedCodeTests` checks that the page's program is the one that is run here.
@Suite(.startsProcesses, .serialized) struct GettingStartedTests {
  private let scratch: TestDirectory
  private let page: GuidePage

  init() throws {
    scratch = TestDirectory()
    page = try GuidePage("GettingStarted.md")
    let status = try shell(try block("for i in $(seq 0 199)"))
    try #require(status == 0)
  }

  /// The page's block of commands that contains these words.
  private func block(_ words: String) throws -> String {
    try #require(page.blocks.first { $0.language == "sh" && $0.text.contains(words) }, "\(words)").text
  }

  /// Runs commands in the folder, and returns their exit code; their output is stored in `output`.
  private func shell(_ commands: String) throws -> Int32 {
    let folder = try Repository.program("timestep").split(separator: "/").dropLast().map { "/\($0)" }.joined()
    // The program is already built when the tests run.
    let lines = commands.split(separator: "\n").filter {
      !$0.contains("swift build") && !$0.contains("swift run")
    }
    scratch.write(
      "set -e\nexport PATH='\(folder)':\"$PATH\"\ncd '\(scratch.path)'\n" + lines.joined(separator: "\n")
        + "\n",
      to: "commands")
    return system(
      "bash '\(scratch.path("commands"))' > '\(scratch.path("output"))' 2> '\(scratch.path("errors"))'")
  }

  /// A link to the folder of a test process: its exit tests capture nothing, but know their parent.
  static func folder(of process: pid_t) -> String { "/tmp/timestep-getting-started-\(process)" }

  /// The text that the last commands wrote to standard error.
  private var errors: String { (try? scratch.text(of: "errors")) ?? "" }

  @Test func fromAnEmptyFolderToPredictions() async throws {
    #expect(try scratch.text(of: "output").contains("==> data/label_0.csv <==\n0\n"))
    #expect(try shell(block("timestep inspect data")) == 0, "\(errors)")
    // The page shows the command that is printed.
    let command = try #require(page.blocks.first { $0.text.hasPrefix("  timestep train") }).text
    #expect(try scratch.text(of: "output").contains(command))
    #expect(try shell(command) == 0, "\(errors)")
    #expect(try shell(block("--split 4,0,1 --epochs 20")) == 0, "\(errors)")
    let tested = try scratch.text(of: "output").split(separator: "\n").compactMap { line in
      line.hasPrefix("test accuracy ") ? Double(line.dropFirst(14)) : nil
    }
    #expect(try #require(tested.first) > 0.9, "\(tested)")
    #expect(try shell(block("timestep inspect --features")) == 0, "\(errors)")
    #expect(try scratch.text(of: "output").hasPrefix("features: 200 sequences, 2 columns"))

    try #require(symlink(scratch.path, Self.folder(of: getpid())) == 0)
    defer { unlink(Self.folder(of: getpid())) }
    let run = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      chdir(GettingStartedTests.folder(of: getppid()))
      GettingStartedProgram.main()
    }
    // Slow and fast are easy to distinguish.
    let printed = String(decoding: run.standardOutputContent, as: UTF8.self)
    let accuracy = printed.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }.first { $0 <= 1 }
    #expect(try #require(accuracy) > 0.9, "\(printed)")

    #expect(try shell(block("--output predictions.csv")) == 0, "\(errors)")
    #expect(try scratch.text(of: "predictions.csv").hasPrefix("key,prediction,0,1\nseries_0,"))
    #expect(try shell(block("| tail -1")) == 0, "\(errors)")
    let row = try scratch.text(of: "output").split { $0 == "," || $0 == "\n" }.compactMap { Double($0) }
    // Series 1 is of class 1.
    #expect(row.count == 2 && row[1] > 0.5, "\(row)")
  }

  @Test func aPageAboutTheRun() throws {
    #expect(try shell(block("--report run.html")) == 0, "\(errors)")
    #expect(try scratch.text(of: "run.html").contains("Confusion matrix"))
  }

  @Test func wrongDataIsReported() async throws {
    let commands = try block("oops").split(separator: "\n")
    #expect(try shell(String(commands[0])) == 0)
    try #require(symlink(scratch.path, Self.folder(of: getpid())) == 0)
    defer { unlink(Self.folder(of: getpid())) }
    let run = try await #require(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      chdir(GettingStartedTests.folder(of: getppid()))
      GettingStartedProgram.main()
    }
    let words = String(decoding: run.standardErrorContent, as: UTF8.self)
    let shown = try #require(page.blocks.first { $0.text.hasPrefix("hello: ") }).text
    // The column of the field depends on the random number before it.
    #expect(Self.withoutColumn(words).contains(Self.withoutColumn(shown)), "\(words)")
  }

  /// Returns a message without the number of the column.
  private static func withoutColumn(_ message: String) -> String {
    message.replacing(/csv:3:[0-9]+:/, with: "csv:3:")
  }

  /// The policy is given once, and the program runs to its end.
  @Test func wrongDataIsLeftOut() async throws {
    #expect(try shell(String(block("oops").split(separator: "\n")[0])) == 0)
    try #require(symlink(scratch.path, Self.folder(of: getpid())) == 0)
    defer { unlink(Self.folder(of: getpid())) }
    let run = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      chdir(GettingStartedTests.folder(of: getppid()))
      try GettingStartedProgram.leavingOut()
    }
    let lines = String(decoding: run.standardOutputContent, as: UTF8.self).split(separator: "\n")
    let shown = try #require(page.blocks.first { $0.text.hasPrefix("data/series_7.csv, line 3") }).text
    #expect(lines.contains { $0 == shown.prefix { $0 != "\n" } }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("accuracy ") && $0.hasSuffix(" series") }, "\(lines)")
  }
}
