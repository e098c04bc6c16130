import ArgumentParser

/// The options of the command line.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Sentiment", abstract: "Learns whether people liked a film from what they wrote about it.")

  @Flag(
    help:
      "The sentences of Fixtures/sentiment with a small network, in seconds. Fails below 80 % accuracy.")
  var quick = false

  @Option(
    help: "A CSV file with the columns text and label; Docs/Examples/Sentiment/fetch gets one, and vectors.")
  var reviews = ""

  @Option(help: "Only reviews with this text in the column source.")
  var source: String?

  @Option(help: "The test reviews. Default: a tenth of the others, which is then not used for training.")
  var test: String?

  @Option(help: "The file of word vectors.")
  var vectors = ""

  @Option(help: "The format of that file.")
  var format = VectorFormat.glove

  @Option(help: "The index of the vectors. Default: next to them.")
  var index: String?

  @Option(help: "A folder for the best and the latest model.")
  var models: String?

  @Option(
    help: "The folder for the chart of the losses and the report; created if missing.")
  var output = "/tmp/sentiment"

  @Option(help: "Passes over the reviews.")
  var epochs = 6

  @Option(help: "The maximum number of words of a review; the rest is cut off.")
  var length = 256

  @Option(help: "The number of cells per direction.")
  var hidden = 64

  @Option(help: "The share of values that dropout sets to 0 in training.")
  var dropout: Float = 0.5

  @Option(help: "The learning rate of Adam.")
  var learningRate: Float = 0.002

  @Option(help: "Reviews per batch.")
  var batchSize = 64

  @Option(help: "The seed for parts and orders.")
  var seed: UInt64 = 1

  /// The minimum accuracy; below it, the run counts as failed.
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
      throw ValidationError("give --reviews and --vectors, or --quick")
    }
  }
}

extension VectorFormat: ExpressibleByArgument {}

/// An error about the data or the result, with the remedy.
struct SentimentError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
