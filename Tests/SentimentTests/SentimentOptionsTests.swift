import ArgumentParser
import Testing

@testable import Sentiment

/// The command line.
@Suite struct OptionsTests {
  private let data = ["--reviews", "r", "--vectors", "v"]

  @Test func valuesAreParsed() throws {
    let options = try Options.parse(
      data + ["--format", "word2vec-binary", "--dropout", "0", "--epochs", "3"])
    #expect(options.reviews == "r" && options.vectors == "v" && options.format == .word2vecBinary)
    #expect(options.dropout == 0 && options.epochs == 3 && options.index == nil && options.bound == 0)
    let quick = try Options.parse(["--quick"])
    #expect(quick.epochs == 20 && quick.test != nil && quick.bound == 0.8)
  }

  @Test(arguments: [
    (
      ["--reviews", "r", "--vectors", "v", "--review", "3"],
      "Unknown option '--review'. Did you mean '--reviews'?"
    ),
    (["--index"], "Missing value for '--index <index>'"),
    (["--epochs", "0"], "--epochs 0: 1 to 10000 are possible"),
    (["--dropout", "1"], "--dropout 1.0: 0 or more and less than 1 is possible"),
    (["--learning-rate", "nan"], "--learning-rate nan: more than 0 and at most 1 is possible"),
    (["--format", "fasttext"], "The value 'fasttext' is invalid for '--format <format>'."),
    (["--reviews", "r"], "give --reviews and --vectors, or --quick"),
    ([], "give --reviews and --vectors, or --quick"),
  ])
  func impossibleValuesAreRejected(arguments: [String], problem: String) {
    #expect { try Options.parse(arguments) } throws: { Options.message(for: $0).hasPrefix(problem) }
  }
}
