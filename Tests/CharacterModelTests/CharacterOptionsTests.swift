import ArgumentParser
import Testing

@testable import CharacterModel

/// The command line.
@Suite struct OptionsTests {
  @Test func valuesAreParsed() throws {
    let options = try Options.parse([
      "--text", "t", "--epochs", "0", "--priming", "--quick", "--temperature", "0.5", "--learning-rate",
      "0.01",
    ])
    #expect(options.text == "t" && options.epochs == 0 && options.priming == "--quick")
    #expect(options.temperature == 0.5 && options.learningRate == 0.01 && options.bound == nil)
    let quick = try Options.parse(["--quick"])
    #expect(quick.epochs == 3 && quick.hidden == 64 && quick.bound == 2.3)
  }

  @Test(arguments: [
    (["--sample", "3"], "Unknown option '--sample'. Did you mean '--samples'?"),
    (["text"], "Unexpected argument 'text'"), (["--text"], "Missing value for '--text <text>'"),
    (["--epochs=-1"], "--epochs -1: 0 to 100000 are possible"),
    (["--batch-size", "0"], "--batch-size 0: 1 to 100000 are possible"),
    (["--temperature", "inf"], "--temperature inf: 0.01 to 100 are possible"),
    (["--learning-rate", "nan"], "--learning-rate nan: more than 0 and at most 1 is possible"),
    (["--seed", "x"], "The value 'x' is invalid for '--seed <seed>'"),
  ])
  func impossibleValuesAreRejected(arguments: [String], problem: String) {
    #expect { try Options.parse(arguments) } throws: { Options.message(for: $0).hasPrefix(problem) }
  }
}
