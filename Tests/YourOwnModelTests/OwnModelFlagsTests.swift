import ArgumentParser
import Testing

@testable import YourOwnModel

/// The command line of the example.
struct FlagsTests {
  @Test func knownFlags() throws {
    let plain = try YourOwnModel.parse([])
    #expect(plain.python == "python3" && !plain.quick)
    #expect(try YourOwnModel.parse(["--python", "/opt/python", "--quick"]).python == "/opt/python")
  }

  @Test(arguments: [["--quik"], ["--python"], ["train"]]) func unknownFlags(words: [String]) throws {
    let error = try #require(#expect(throws: (any Error).self) { try YourOwnModel.parse(words) })
    let message = YourOwnModel.fullMessage(for: error)
    #expect(message.hasPrefix("Error: ") && message.contains("Usage: YourOwnModel [--quick]"), "\(message)")
    #expect(YourOwnModel.exitCode(for: error).rawValue == 64)
  }
}
