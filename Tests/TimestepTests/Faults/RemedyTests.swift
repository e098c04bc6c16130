import Platform
import TestSupport
import Testing

/// Every remedy in a message is carried out, as a shell reads it.
@Suite(.startsProcesses) struct RemedyTests {
  /// Runs a command line in a shell in which `$T` is the program.
  private func shell(_ line: String, in scratch: TestDirectory) throws -> FinishedCommand {
    try timestep([], in: scratch, prefix: ["sh", "-c", "T=\"$0\"; \(line)"])
  }

  /// Returns the words to add of a remedy as it is written in a message, if it is there.
  private func remedy(_ remedy: Remedy, in message: String) -> String? {
    let words = remedy.rawValue.split(separator: " ")
    for start in message.ranges(of: words[0].prefix { $0 != "{" }).map(\.lowerBound) {
      let text = Self.shellWords(words.count, of: message[start...])
      var rest = text.filter { $0 != "'" }[...]
      let isComplete = remedy.rawValue.split(separator: "{}").allSatisfy { piece in
        guard let range = rest.firstRange(of: piece) else { return false }
        rest = rest[range.upperBound...]
        return true
      }
      if isComplete { return String(text.split(separator: " instead of ")[0]) }
    }
    return nil
  }

  /// Returns the first words of a text, as a shell separates them.
  private static func shellWords(_ count: Int, of text: Substring) -> String {
    var rest = text
    var found: [String] = []
    for _ in 0..<count {
      var word = ""
      var isQuoted = false
      while let character = rest.first, isQuoted || !" )\n".contains(character) {
        if character == "'" { isQuoted.toggle() }
        word.append(character)
        rest.removeFirst()
      }
      rest = rest.drop { $0 == " " }
      found.append(word)
    }
    let words = found.joined(separator: " ")
    // Of a sentence, unless it is the value: `--decimal ,`.
    let isOfSentence = [",", ";"].contains(words.last) && found.last?.count != 1
    return isOfSentence ? String(words.dropLast()) : words
  }

  /// Applies a remedy to the command line that suggested it; returns what is wrong, or `nil`.
  private func failure(of remedy: Remedy, _ trial: RemedyTrial) throws -> String? {
    let scratch = TestDirectory()
    for (name, text) in trial.files { scratch.write(text, to: name) }
    let before = try shell(trial.command, in: scratch)
    let message = before.output + before.error
    guard var words = self.remedy(remedy, in: message) else { return "no input: the message is \(message)" }
    for (letter, choice) in trial.choices { words = words.replacing(letter, with: choice) }
    let line =
      trial.then.map { $0.replacing("{}", with: words) }
      ?? trial.command.replacing(trial.replaces.isEmpty ? "\0" : trial.replaces, with: "") + " " + words
    let after = try shell(line, in: scratch)
    let problem = before.error.split(separator: "\n").last { $0.contains(words) } ?? ""
    let isGone = problem.isEmpty || !after.error.contains(problem)
    return after.exitCode == 0 && isGone ? nil : "does not help: \(line)\n\(after.error)"
  }

  @Test func everyRemedyHelps() async throws {
    let trials = Remedy.allCases.compactMap { remedy in RemedyTrial.of(remedy).map { (remedy, $0) } }
    let failures = try await withThrowingTaskGroup(of: (Remedy, String?).self) { group in
      for (remedy, trial) in trials { group.addTask { (remedy, try self.failure(of: remedy, trial)) } }
      return try await group.reduce(into: [(Remedy, String?)]()) { $0.append($1) }
    }
    for (remedy, failure) in failures {
      #expect(failure == nil, "\(remedy.rawValue): \(failure ?? "")")
    }
    let others = Remedy.allCases.filter { RemedyTrial.of($0) == nil }.map(\.rawValue)
    print(
      "\(Remedy.allCases.count) remedies, \(trials.count) carried out; the messages of the others depend on the machine: "
        + others.joined(separator: ", "))
  }

  /// What a model keeps is changed where it is trained, and a list that is given is completed.
  @Test func remediesFitTheCommandLine() throws {
    let scratch = TestDirectory()
    scratch.write("a,b,kind\n1,2,sun\n3,4,rain\n5,7,sun\n", to: "f.csv")
    scratch.write("0\n1\n0\n", to: "l.csv")
    scratch.write("a,b,kind\n1,2,fog\n3,4,rain\n5,7,sun\n", to: "g.csv")
    scratch.write("a,b,kind\n1,,sun\n3,4,rain\n5,7,sun\n", to: "h.csv")
    let files = ["--labels", "l.csv", "--features"]
    let training =
      ["train", "--model", "m", "--epochs", "1", "--hidden", "2", "--header", "--category", "kind=rain,sun"]
      + ["--classes", "2"] + files + ["f.csv"]
    try results(training, in: scratch)
    let evaluate = ["evaluate", "--model", "m"] + files
    let fog = try timestep(evaluate + ["g.csv"], in: scratch)
    #expect(
      fog.exitCode == 1 && fog.error.contains("(train with --unknown-category other, or train with "),
      "\(fog.error)")
    let row = try timestep(
      ["predict", "--model", "m"], in: scratch, input: scratch.write("1,2,fog\n", to: "row"))
    #expect(row.error.contains("(train with --unknown-category other, or train with "), "\(row.error)")
    let missing = try timestep(evaluate + ["h.csv"], in: scratch)
    #expect(missing.error.contains("(train with --transform fill)"), "\(missing.error)")
    // Carried out.
    try results(
      training + ["--unknown-category", "other", "--transform", "fill:columns=a b"],
      in: scratch)
    for name in ["g.csv", "h.csv"] { try results(evaluate + [name], in: scratch) }

    let convert = ["convert", "--output", "o", "--header", "--features", "h.csv"]
    for (given, expected) in [
      (["--drop-columns", "kind"], "--drop-columns kind,@1"),
      (["--keep-columns", "a,b"], "leave @1 out of --keep-columns"),
    ] {
      let run = try timestep(convert + given, in: scratch)
      #expect(run.exitCode == 1 && run.error.contains("(\(expected))"), "\(run.error)")
    }
    try results(
      ["convert", "--output", "o", "--header", "--features", "h.csv", "--drop-columns", "kind,@1"],
      in: scratch)
    try results(
      ["convert", "--output", "o2", "--header", "--features", "h.csv", "--keep-columns", "a"], in: scratch)
  }

  @Test func wordsSurviveAShell() throws {
    for value in ["a", "a b", "it's", "$HOME", "\"", "\\", "*", ";", "\u{E4}", "", "a,b", "-1", "#", "`x`"] {
      let words = Remedy.rename("2", value)
      let run = try shell("printf '%s|' \(words)", in: TestDirectory())
      #expect(run.output == "--rename|@2=\(value)|", "\(words)")
    }
  }

  private func swiftFiles(in folder: String) throws -> [String] {
    try Directory.names(in: folder).flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if try Directory.kind(of: path) == .directory { return try swiftFiles(in: path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }

  /// A message that contains a flag, and not by way of `Remedy`, could suggest something that does not work.
  @Test func messagesSuggestFlagsByRemediesOnly() throws {
    var messageCount = 0
    var remedyCount = 0
    for path in try swiftFiles(in: "\(Repository.path)/Sources")
    where !path.hasSuffix("/Remedy.swift") && !path.contains("/Flags/") {
      let text = try MappedFile(path).text()
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") || code.hasPrefix("*") { continue }
        if code.contains("Error(") { messageCount += 1 }
        remedyCount += code.ranges(of: "Remedy.").count
        let isCommand = path.contains("/TimestepCommand/")
        let hasFlag = isCommand ? line.contains("(--") : line.contains("--") && line.contains("\"")
        let isHeading =
          line.contains("section(") || line.contains("timestep train --journal")
        // Flags of tar and zstd.
        if path.contains("/Platform/Archives/") || path.contains("/Platform/Compression/") { continue }
        #expect(!hasFlag || isHeading || !line.contains(/--[a-z]/), "\(path):\(number + 1): \(line)")
        #expect(
          !line.contains(/"[^"\\]*\((allowing|missingValues|align|header): \./), "\(path):\(number + 1)")
      }
    }
    print("\(messageCount) places make messages; they suggest flags \(remedyCount) times")
  }
}
