import TestSupport
import Testing

/// The code on pages that newcomers copy from occurs word for word in code that is compiled here.
struct DocumentedCodeTests {
  @Test(arguments: ["ComingFromDL4J.md", "ComingFromPyTorch.md"]) func everyCallOfATableIsCompiled(
    page: String
  )
    throws
  {
    let compiled = try GuidePage.compiledCode("MigrationTables.swift")
    let code = try GuidePage(page).tableCode
    #expect(code.count > 40)
    // Axes, as in [N, C, T], are not code.
    let unknown = code.filter { code in
      !Self.isCommand(code) && code.wholeMatch(of: /\[[A-Z, ]+\]/) == nil
        && !compiled.contains(GuidePage.compact(code))
    }
    #expect(unknown == [], "in no compiled code")
  }

  /// For the command line: the subcommand exists, and has the flags.
  @Test(.startsProcesses, arguments: ["ComingFromDL4J.md", "ComingFromPyTorch.md"])
  func everyCommandOfATableIsThere(
    page: String
  )
    throws
  {
    let scratch = TestDirectory()
    let commands = try GuidePage(page).tableCode.filter(Self.isCommand)
    #expect(!commands.isEmpty)
    for command in commands {
      let words = command.split(separator: " ").map(String.init)
      let help = try results(["help", words[0] == "timestep" ? words[1] : "train"], in: scratch)
      for flag in words.filter({ $0.hasPrefix("--") }) {
        #expect(help.contains("\(flag) "), "\(page): `\(command)`")
      }
    }
  }

  private static func isCommand(_ code: String) -> Bool {
    code.hasPrefix("timestep ") || code.hasPrefix("--")
  }

  @Test(arguments: [
    ("ComingFromDL4J.md", "MigrationTables.swift", 2), ("ComingFromPyTorch.md", "MigrationTables.swift", 2),
    ("GettingStarted.md", "GettingStartedProgram.swift", 4),
  ]) func everyBlockIsCompiled(page: String, source: String, count: Int) throws {
    let compiled = try GuidePage.compiledCode(source)
    // A manifest is not part of a program.
    let blocks = try GuidePage(page).blocks.filter {
      $0.language == "swift" && !$0.text.hasPrefix("// swift-tools-version")
    }
    #expect(blocks.count == count)
    for block in blocks {
      let code = block.text.split(separator: "\n").filter { !$0.hasPrefix("import ") }.joined(separator: "\n")
      let isCompiled = compiled.contains(GuidePage.compact(code))
      #expect(isCompiled, "\(page):\n\(block.text)")
    }
  }

  /// The comparison works: other code is found to be different.
  @Test func compactCodeKeepsAllButSpaceAndComments() {
    #expect(GuidePage.compact("let a = 1  // one\n  // two\n\nf(\"a//b\",\n  2)") == "leta=1f(\"a//b\",2)")
  }
}
