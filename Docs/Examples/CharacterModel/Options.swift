import ArgumentParser

/// What the command line can say.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "CharacterModel", abstract: "Learns to write like a text, a character at a time.")

  @Flag(
    help:
      "A small network, in seconds: its size, rate and passes are set. Fails with a test loss of 2.3 nats.")
  var quick = false

  @Option(help: "The text to learn from.")
  var text = "Fixtures/shakespeare/excerpt.txt"

  @Option(
    help: "What the loss is measured on. Default: the last tenth of the text, which is then not learned from."
  )
  var test: String?

  @Option(
    help:
      "Where the model is written; one that is there goes on learning (--epochs 0: it writes samples only).")
  var model: String?

  @Option(help: "The folder for the picture of the losses; made where there is none.")
  var output = "/tmp/character-model"

  @Option(help: "Passes over the text.")
  var epochs = 8

  @Option(help: "The cells of each of the two layers.")
  var hidden = 200

  @Option(help: "RMSProp's.")
  var learningRate: Float = 0.002

  @Option(help: "Examples a batch.")
  var batchSize = 32

  @Option(help: "Characters an example.")
  var length = 1000

  @Option(help: "Updates from one test to the next.")
  var testEvery = 250

  @Option(help: "Texts to write in the end.")
  var samples = 3

  @Option(help: "Characters of each of them.")
  var characters = 300

  @Option(parsing: .unconditional, help: "What they begin with. Default: the end of a line.")
  var priming: String?

  @Option(help: "How bold they are: 1 as the network thinks, less is safer.")
  var temperature = 0.7

  @Option(help: "What orders and samples are drawn from.")
  var seed: UInt64 = 1

  /// The loss in nats a character from which on the run has failed; `nil`: none.
  var bound: Double? { quick ? 2.3 : nil }

  mutating func validate() throws {
    for (flag, value, range) in [
      ("--epochs", epochs, 0...100_000), ("--hidden", hidden, 1...10_000),
      ("--batch-size", batchSize, 1...100_000), ("--length", length, 1...1_000_000),
      ("--test-every", testEvery, 1...1_000_000), ("--samples", samples, 1...10_000),
      ("--characters", characters, 0...1_000_000),
    ] where !range.contains(value) {
      throw ValidationError("\(flag) \(value): \(range.lowerBound) to \(range.upperBound) are possible")
    }
    guard learningRate > 0, learningRate <= 1 else {
      throw ValidationError("--learning-rate \(learningRate): more than 0 and at most 1 is possible")
    }
    guard temperature >= 0.01, temperature <= 100 else {
      throw ValidationError("--temperature \(temperature): 0.01 to 100 are possible")
    }
    if quick { (hidden, epochs, batchSize, length, learningRate, testEvery) = (64, 3, 16, 250, 0.005, 100) }
  }
}
