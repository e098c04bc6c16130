import TestSupport
import Testing

@testable import Sentiment

/// The command line.
@Suite struct OptionsTests {
  private let data = ["--reviews", "r", "--vectors", "v"]

  @Test func valuesAreTaken() throws {
    let options = try Options(data + ["--format", "word2vec-binary", "--dropout", "0", "--epochs", "3"])
    #expect(options.reviews == "r" && options.vectors == "v" && options.format == .word2vecBinary)
    #expect(options.dropout == 0 && options.epochs == 3 && options.index == nil)
    #expect(try Options(["--quick", "--epochs", "1"]).epochs == 1)
  }

  @Test(arguments: [
    (["--review", "3"], "there is no option --review"), (["--index"], "--index wants a value"),
    (["--epochs", "0"], "--epochs wants a number in 1...10000, not \"0\""),
    (["--dropout", "1"], "--dropout wants a number in 0.0...0.99, not \"1\""),
    (["--learning-rate", "nan"], "--learning-rate wants a number in 1e-09...1.0, not \"nan\""),
    (["--format", "fasttext"], "there is no format fasttext"),
    (["--reviews", "r"], "--reviews and --vectors, or --quick, are wanted"),
    ([], "--reviews and --vectors, or --quick, are wanted"),
  ])
  func whatCannotBeIsRefusedWithTheUsage(arguments: [String], problem: String) {
    #expect(message { _ = try Options(arguments) } == "\(problem)\n\(Options.usage)")
  }
}
