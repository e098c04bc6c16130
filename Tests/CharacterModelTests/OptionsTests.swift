import TestSupport
import Testing

@testable import CharacterModel

/// The command line.
@Suite struct OptionsTests {
  @Test func valuesAreTaken() throws {
    let options = try Options([
      "--text", "t", "--epochs", "0", "--priming", "--quick", "--temperature", "0.5", "--learning-rate",
      "0.01",
    ])
    #expect(options.text == "t" && options.epochs == 0 && options.priming == "--quick")
    #expect(options.temperature == 0.5 && options.learningRate == 0.01 && options.bound == nil)
    #expect(try Options(["--quick", "--epochs", "1"]).epochs == 1)
  }

  @Test(arguments: [
    (["--sample", "3"], "there is no option --sample"), (["text"], "there is no option text"),
    (["--text"], "--text wants a value"), (["--epochs"], "--epochs wants a value"),
    (["--epochs", "-1"], "--epochs wants a number in 0...100000, not \"-1\""),
    (["--batch-size", "0"], "--batch-size wants a number in 1...100000, not \"0\""),
    (["--temperature", "inf"], "--temperature wants a number in 0.01...100.0, not \"inf\""),
    (["--learning-rate", "nan"], "--learning-rate wants a number in 1e-09...1.0, not \"nan\""),
    (["--seed", "x"], "--seed wants a number in 0...18446744073709551615, not \"x\""),
  ])
  func whatCannotBeIsRefusedWithTheUsage(arguments: [String], problem: String) {
    #expect(message { _ = try Options(arguments) } == "\(problem)\n\(Options.usage)")
  }
}
