import ArgumentParser

/// What the command line can say.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Sentiment", abstract: "Learns whether people liked a film from what they wrote about it.")

  @Flag(help: "The few sentences of Fixtures/sentiment, with a small network, in seconds. Fails below 80 %.")
  var quick = false

  @Option(
    help: "A CSV file with the columns text and label; Docs/Examples/Sentiment/fetch gets one, and vectors.")
  var reviews = ""

  @Option(help: "Only reviews with this text in the column source.")
  var source: String?

  @Option(help: "Reviews to test on. Default: a tenth of the others, which is then not learned from.")
  var test: String?

  @Option(help: "The file of word vectors.")
  var vectors = ""

  @Option(help: "How it is written.")
  var format = VectorFormat.glove

  @Option(help: "Where the vectors' index is. Default: beside them.")
  var index: String?

  @Option(help: "A folder in which the best model and the latest one are kept.")
  var models: String?

  @Option(
    help: "The folder for the picture of the losses and the page about the run; made where there is none.")
  var output = "/tmp/sentiment"

  @Option(help: "Passes over the reviews.")
  var epochs = 6

  @Option(help: "Words of a review; what comes behind them is cut off.")
  var length = 256

  @Option(help: "The cells of a direction.")
  var hidden = 64

  @Option(help: "The share of values that is dropped in training.")
  var dropout: Float = 0.5

  @Option(help: "Adam's.")
  var learningRate: Float = 0.002

  @Option(help: "Reviews a batch.")
  var batchSize = 64

  @Option(help: "What parts and orders are drawn from.")
  var seed: UInt64 = 1

  /// The accuracy below which the run has failed.
  var bound: Double { quick ? 0.8 : 0 }

  mutating func validate() throws {
    for (flag, value, range) in [
      ("--epochs", epochs, 1...10_000), ("--length", length, 1...100_000), ("--hidden", hidden, 1...10_000),
      ("--batch-size", batchSize, 1...100_000),
    ] where !range.contains(value) {
      throw ValidationError("\(flag) \(value): \(range.lowerBound) to \(range.upperBound) are possible")
    }
    guard dropout >= 0, dropout < 1 else {
      throw ValidationError("--dropout \(dropout): 0 or more and less than 1 is possible")
    }
    guard learningRate > 0, learningRate <= 1 else {
      throw ValidationError("--learning-rate \(learningRate): more than 0 and at most 1 is possible")
    }
    if quick {
      let folder = "Fixtures/sentiment"
      (reviews, test, vectors) = ("\(folder)/train.csv", "\(folder)/test.csv", "\(folder)/glove.50d.txt")
      index = ".build/Sentiment-quick.index"
      (epochs, hidden, learningRate, batchSize) = (20, 16, 0.01, 16)
    }
    guard !reviews.isEmpty, !vectors.isEmpty else {
      throw ValidationError("--reviews and --vectors, or --quick, are wanted")
    }
  }
}

extension VectorFormat: ExpressibleByArgument {}

/// What is wrong with the data or the result, and the remedy.
struct SentimentError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
